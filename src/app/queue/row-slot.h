/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row of the queue that is filled when there is time. A list view has 200 rows around those that
 * are seen, and gives all of them other jobs at once; filling so many takes longer than a frame.
 * Rows that are seen are filled at once, the others a few at a time when nothing else is to do.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/queue/queue-row.h"

G_BEGIN_DECLS

#define GENGA_TYPE_ROW_SLOT (genga_row_slot_get_type ())
G_DECLARE_FINAL_TYPE (GengaRowSlot, genga_row_slot, GENGA, ROW_SLOT, GtkWidget)

/* Makes the row once it is needed. */
typedef GtkWidget *(*GengaRowSlotMakeFunc) (gpointer user_data);

/* `user_data` is an object that the slot does not keep alive: without it, no row is made. */
GtkWidget *genga_row_slot_new (GengaRowSlotMakeFunc make, GObject *user_data);

/* NULL: none. */
void genga_row_slot_set_job (GengaRowSlot *self, GengaJob *job, gboolean is_seen);

/* The row, filled; borrowed. NULL: it has no job. */
GtkWidget *genga_row_slot_get_row (GengaRowSlot *self);

G_END_DECLS
