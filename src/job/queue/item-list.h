/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes of a list of objects, for the GListModel that has the list as an array with a reference
 * to each and is asked by those whom it tells. Each takes linear time and is told as one change for
 * all neighbours; where more than 16 are scattered, all are one change, and items between them are
 * told as removed and added again.
 *
 * Thread rule: that of the model.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Puts `take_new`, whose references are taken, in the place of `n_old` items that are among them.
 */
void genga_item_list_splice (
    GListModel *model, GPtrArray *items, guint first, guint n_old, GPtrArray *take_new);

/*
 * Puts the objects `back` at `positions` (guint, ascending) of the list that has them again, or at
 * its end where it is shorter.
 */
void genga_item_list_put_back (GListModel *model,
                               GPtrArray *items,
                               const GArray *positions,
                               GPtrArray *back);

/* Takes out those that are keys. */
void genga_item_list_remove (GListModel *model, GPtrArray *items, GHashTable *removed);

/* Puts values, whose references are taken, in the places of their keys, and empties the table. */
void genga_item_list_replace (GListModel *model, GPtrArray *items, GHashTable *take_new);

G_END_DECLS
