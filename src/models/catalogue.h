/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue: which models are there, what they are called, and under which licence.
 *
 * Models are files in folders that the caller names; there is no list of allowed models. What is
 * known of a file by its name (its display name, its use, its licence) is for people only: what a
 * network is comes from its weights.
 *
 * Listing reads safetensors files for their metadata, no others; finding a file by its name reads
 * none. Every call looks again at what is there.
 *
 * Thread rule: any thread; all functions block.
 */
#pragma once

#include "nets/net-spec.h"

G_BEGIN_DECLS

/* The model for most purposes. */
#define GENGA_CATALOGUE_STANDARD "genga-standard"

typedef enum
{
  GENGA_CATALOGUE_FILE,    /* a model file */
  GENGA_CATALOGUE_MISSING, /* a known community model whose file is not there */
  GENGA_CATALOGUE_BUILTIN, /* "nearest", "bicubic": the reference engine's own networks */
  GENGA_CATALOGUE_NONE,    /* "none": no network */
} GengaCatalogueKind;

typedef struct
{
  GengaCatalogueKind kind;
  GengaFamily family; /* of a BUILTIN; GENGA_FAMILY_NONE otherwise */
  char *path;         /* of a FILE, in the file system's encoding; NULL otherwise */
  char *file_name;    /* of a FILE or MISSING, in UTF-8; NULL otherwise */
  char *display_name; /* as people know it, in UTF-8; else the file's stem */
  char *purpose; /* what it is meant for, one sentence, translated where it is known; or NULL */
  char *licence; /* of the weights, such as "CC BY-NC 4.0"; or NULL where it is not known */
  char *licence_note; /* what the licence asks for, translated; or NULL */
  guint64 size_bytes; /* of a FILE; in GengaModelFacts of all files that the model consists of */
} GengaCatalogueEntry;

void genga_catalogue_entry_free (GengaCatalogueEntry *self);

/*
 * Whether a file of this name is taken for a model: .pth, .safetensors, .onnx, .param, .ckpt, .pt,
 * or the list of a model's parts, .safetensors.index.json, in any case.
 */
gboolean genga_catalogue_is_model_name (const char *file_name);

/*
 * Lists the model files by those names in `folders` (a NULL-ended list of paths; folders that do
 * not exist are passed over), sorted by display name, without the parts that a list is there for,
 * and, where `with_missing` is set, the known community models that are in none of them. Elements
 * are GengaCatalogueEntry; free with g_ptr_array_unref().
 */
GPtrArray *genga_catalogue_list (const char *const *folders, gboolean with_missing);

/* ---- for src/models only ---- */

/*
 * The entry of a file, whether it is there or not: nothing is read of it, so what people call it,
 * what it is for, and its licence are NULL until one of the functions below has been called, once.
 */
GengaCatalogueEntry *genga_catalogue_entry_new (const char *path);

/* From its name, and from what the file says where `dict` is not NULL. */
void genga_catalogue_entry_describe (GengaCatalogueEntry *self, GengaStateDict *dict);
/* The same, with what the file says; blocks. */
void genga_catalogue_entry_read (GengaCatalogueEntry *self);

/* The entries of all model files, of which nothing is read: folder by folder, in each sorted by
 * file name. */
GPtrArray *genga_catalogue_collect (const char *const *folders);

/* Adds the known models that are not among the entries. */
void genga_catalogue_add_missing (GPtrArray *entries);

/* The order of lists. */
int genga_catalogue_entry_compare (const GengaCatalogueEntry *self,
                                   const GengaCatalogueEntry *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaCatalogueEntry, genga_catalogue_entry_free)

G_END_DECLS
