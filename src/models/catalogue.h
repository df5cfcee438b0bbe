/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue: which models are there, what they are called, and under which licence.
 *
 * Models are files in folders that the caller names; there is no list of allowed models. What is
 * known of a file by its name (its display name, its use, its licence) is for people only: what a
 * network is comes from its weights.
 *
 * Listing opens safetensors files for their metadata, no others. Every call looks again at what is
 * there.
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

/*
 * Loads the file of a GENGA_CATALOGUE_FILE and finds out what it is. Errors as
 * genga_state_dict_load() and genga_net_spec_detect().
 */
GengaStateDict *
genga_catalogue_entry_load (const GengaCatalogueEntry *self, GengaNetSpec *spec, GError **error);

/* ---- for src/models only ---- */

/* The entry of a file, whether it is there or not. */
GengaCatalogueEntry *genga_catalogue_entry_new (const char *path);

/* The entries of all model files: folder by folder, in each sorted by file name. */
GPtrArray *genga_catalogue_collect (const char *const *folders);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaCatalogueEntry, genga_catalogue_entry_free)

G_END_DECLS
