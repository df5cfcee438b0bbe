/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state dict: what a model file says, and nothing else.
 *
 * A state dict maps names to tensors whose bytes lie in the file's content (or, for deflated
 * records and unaligned safetensors data, in a buffer of its own). The readers treat the file as
 * hostile: they execute nothing, follow no path and allocate nothing on the file's word. Every
 * tensor handed out has been checked: its elements, reached through its strides, lie inside its
 * bytes.
 *
 * Names are canonical: wrapper dictionaries are unwrapped and common prefixes stripped as in the
 * table at genga_state_dict_load() (weights/load.h).
 *
 * Thread rule: immutable after loading; any thread may read.
 */
#pragma once

#include "weights/archive.h"
#include "weights/tensor.h"

G_BEGIN_DECLS

typedef struct _GengaStateDict GengaStateDict;

GengaStateDict *genga_state_dict_ref (GengaStateDict *self);
void genga_state_dict_unref (GengaStateDict *self);

/* The tensors in the file's order; the tensor of a name, or NULL. */
guint genga_state_dict_get_n_tensors (GengaStateDict *self);
const GengaTensor *genga_state_dict_get_tensor (GengaStateDict *self, guint index);
const GengaTensor *genga_state_dict_lookup (GengaStateDict *self, const char *name);

/* A value of safetensors' `__metadata__`, or what nunif writes beside the weights: "name",
   "kwargs.no_clip" in Python's notation. NULL where there is none. */
const char *genga_state_dict_get_metadata (GengaStateDict *self, const char *key);

/* How many bytes the tensors refer to, and how many of those were copied out of the content. */
guint64 genga_state_dict_get_size_bytes (GengaStateDict *self);
guint64 genga_state_dict_get_copied_bytes (GengaStateDict *self);

/*
 * ---- networks that a file describes node by node ----
 *
 * Such a file says how its tensors are computed with; src/nets translates that.
 */
typedef enum
{
  GENGA_NODES_NONE, /* the names of the tensors say what network it is */
  GENGA_NODES_ONNX, /* a GengaOnnxModel, weights/onnx/onnx-model.h */
  GENGA_NODES_NCNN, /* a GengaNcnnModel, weights/ncnn/ncnn-model.h */
} GengaNodesKind;

/* `*nodes` (may be NULL) gets the struct that the kind names; borrowed. */
GengaNodesKind genga_state_dict_get_nodes (GengaStateDict *self, gconstpointer *nodes);

/*
 * The content of the model file, and its path, NULL where it lies in memory alone. Of a model of
 * several files it is the one that describes the others; of one in an archive, the one inside,
 * whose path has the archive's folder. Borrowed.
 */
GBytes *genga_state_dict_get_bytes (GengaStateDict *self);
const char *genga_state_dict_get_path (GengaStateDict *self);

/*
 * Further files that the model is made of, as they were read. They lie beneath the folder of the
 * model file.
 */
typedef struct
{
  const char *name; /* "data/weights.bin": relative to that folder, never outside */
  GBytes *bytes;
  /* Begins with the model file's name without suffix, and is found by it: both change together. */
  gboolean follows_name;
} GengaCompanion;

#define GENGA_STATE_DICT_MAX_COMPANIONS 64

guint genga_state_dict_get_n_companions (GengaStateDict *self);
const GengaCompanion *genga_state_dict_get_companion (GengaStateDict *self, guint index);

/*
 * ---- how a reader fills one; for src/weights only ----
 *
 * A dictionary is mutable between genga_state_dict_new() and genga_state_dict_finish(), in one
 * thread.
 */

/* An empty dictionary that keeps `bytes`, the file's content, alive. */
GengaStateDict *genga_state_dict_new (GBytes *bytes);

/* Where the file lies; NULL, as in the beginning: in memory alone. */
void genga_state_dict_set_path (GengaStateDict *self, const char *path);

/* Takes the archive that the file lies in: companions are looked for there. */
void genga_state_dict_take_archive (GengaStateDict *self, GengaArchive *archive);

/* Takes the nodes, which `free_nodes` frees; names of tensors then stay as they are. */
void genga_state_dict_take_nodes (GengaStateDict *self,
                                  GengaNodesKind kind,
                                  gpointer nodes,
                                  GDestroyNotify free_nodes);

/*
 * The content of a file beneath the model's folder, read once, kept alive, and listed among the
 * companions. Errors: GENGA_ERROR_MODEL where the name leads out of the folder or through a link,
 * the file is missing or no regular file, or the model lies in memory alone;
 * GENGA_ERROR_OUT_OF_MEMORY.
 */
GBytes *genga_state_dict_read_companion (GengaStateDict *self,
                                         const char *name,
                                         gboolean follows_name,
                                         GError **error);

/* Takes the content of a further file that is there; at most as many as above. */
void genga_state_dict_take_companion (GengaStateDict *self,
                                      const char *name,
                                      GBytes *bytes,
                                      gboolean follows_name);

/* Takes a buffer from g_malloc() that tensors will point into, and counts it as copied. */
void genga_state_dict_take_buffer (GengaStateDict *self, gpointer buffer, gsize size);

/* The same of bytes that were not copied. */
void genga_state_dict_take_block (GengaStateDict *self, GBytes *block);

/* Takes another dict that tensors of this one have their bytes from. */
void genga_state_dict_take_part (GengaStateDict *self, GengaStateDict *part);

/* Copies bytes into such a buffer; NULL and an error where there is no memory for it. */
const guint8 *
genga_state_dict_copy_bytes (GengaStateDict *self, const guint8 *data, gsize size, GError **error);

/*
 * Adds a tensor that has been checked. The name, `length` bytes, need not end in a NUL; it is
 * copied. `tensor->name` is not looked at.
 */
gboolean genga_state_dict_add (GengaStateDict *self,
                               const GengaTensor *tensor,
                               const char *name,
                               gsize length,
                               GError **error);

/* Adds a metadata string; FALSE where the key is there already. */
gboolean genga_state_dict_add_metadata (GengaStateDict *self, const char *key, const char *value);

/* Strips common prefixes and builds the index. Errors: no tensor, a name that is there twice. */
gboolean genga_state_dict_finish (GengaStateDict *self, GError **error);
/* The same of names that are canonical already. */
gboolean genga_state_dict_finish_named (GengaStateDict *self, GError **error);

/* Calls `func` for each metadata string, with its key and value; in no order. */
void genga_state_dict_foreach_metadata (GengaStateDict *self, GHFunc func, gpointer user_data);
/*
 * Adds all that tensors may point into (GBytes), borrowed: first the content of the file, then
 * those of further files, in their order.
 */
void genga_state_dict_collect_bytes (GengaStateDict *self, GPtrArray *collected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaStateDict, genga_state_dict_unref)

G_END_DECLS
