/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the object in a torch file to a state dict: finds the dictionary of weights inside, checks
 * every tensor against its storage. For src/weights only; what torch's zip form and its legacy
 * form have in common.
 */
#pragma once

#include "weights/pickle/pickle.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

/* The bytes of one storage; kept by the reader, one for each key. */
typedef struct
{
  const guint8 *data;
  gsize size;
} GengaTorchStorage;

/*
 * Finds the bytes of a storage, always the same struct for the same key. NULL and an error where
 * there are none.
 */
typedef GengaTorchStorage *(*GengaTorchStorageFunc) (const GengaPickleStorage *storage,
                                                     gpointer user_data,
                                                     GError **error);

/* Adds every tensor of the object's weights to `dict`. Errors as in weights-error.h. */
gboolean genga_torch_dict_fill (GengaStateDict *dict,
                                const GengaPickleValue *root,
                                GengaTorchStorageFunc find_storage,
                                gpointer user_data,
                                GError **error);

G_END_DECLS
