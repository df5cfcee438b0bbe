/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The models that can be chosen, as a GListModel of GengaModelItem.
 *
 * The catalogue is read in a thread; the facts of each model (family, scale) come from its weights
 * and follow. Thread rule: main context only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * One model. Properties: `title` (its display name), `facts` ("Compact · 2× · CC BY-NC 4.0, not for
 * commercial use", or why it cannot be used), `purpose` and `note` (what it is for, and what its
 * licence asks for, in a sentence each, or NULL).
 */
#define GENGA_TYPE_MODEL_ITEM (genga_model_item_get_type ())
G_DECLARE_FINAL_TYPE (GengaModelItem, genga_model_item, GENGA, MODEL_ITEM, GObject)

/* What the option "model" takes for it. */
const char *genga_model_item_get_value (GengaModelItem *self);

/*
 * Lists the models of the NULL-ended `folders` that can be used and the built-in ones in a thread;
 * a GListModel. Where none of them is `wanted`, it comes first, as one that is not there.
 */
void genga_model_list_load_async (const char *const *folders,
                                  const char *wanted,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GListModel *genga_model_list_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
