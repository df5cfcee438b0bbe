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

#include "weights/tensor.h"

G_BEGIN_DECLS

typedef struct _GengaStateDict GengaStateDict;

GengaStateDict *genga_state_dict_ref (GengaStateDict *self);
void genga_state_dict_unref (GengaStateDict *self);

/* The tensors in the file's order; the tensor of a name, or NULL. */
guint genga_state_dict_get_n_tensors (GengaStateDict *self);
const GengaTensor *genga_state_dict_get_tensor (GengaStateDict *self, guint index);
const GengaTensor *genga_state_dict_lookup (GengaStateDict *self, const char *name);

/* A value of safetensors' `__metadata__`, or NULL. */
const char *genga_state_dict_get_metadata (GengaStateDict *self, const char *key);

/* How many bytes the tensors refer to, and how many of those were copied out of the content. */
guint64 genga_state_dict_get_size_bytes (GengaStateDict *self);
guint64 genga_state_dict_get_copied_bytes (GengaStateDict *self);

/*
 * ---- how a reader fills one; for src/weights only ----
 *
 * A dictionary is mutable between genga_state_dict_new() and genga_state_dict_finish(), in one
 * thread.
 */

/* An empty dictionary that keeps `bytes`, the file's content, alive. */
GengaStateDict *genga_state_dict_new (GBytes *bytes);

/* Takes a buffer from g_malloc() that tensors will point into, and counts it as copied. */
void genga_state_dict_take_buffer (GengaStateDict *self, gpointer buffer, gsize size);

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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaStateDict, genga_state_dict_unref)

G_END_DECLS
