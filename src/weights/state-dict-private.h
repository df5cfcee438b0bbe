/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a reader fills a state dict. For src/weights only.
 *
 * A dictionary is mutable between genga_state_dict_new() and genga_state_dict_finish(), in one
 * thread; after that it is what state-dict.h says.
 */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

/* An empty dictionary that keeps `bytes`, the mapped file, alive. */
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

/*
 * The readers. Each fills `dict` from `bytes`, of which the dictionary keeps a reference. Errors
 * as in weights-error.h.
 */
gboolean genga_torch_zip_read (GengaStateDict *dict, GBytes *bytes, GError **error);
gboolean genga_torch_legacy_read (GengaStateDict *dict, GBytes *bytes, GError **error);
gboolean genga_safetensors_read (GengaStateDict *dict, GBytes *bytes, GError **error);

G_END_DECLS
