/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of items in lists for assistive technology, which GTK before 4.12 leaves empty. Thread
 * rule: main context only.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Names the item of a list view that `child` is the content of, if it is in one. */
void genga_list_item_name_set (GtkWidget *child, const char *name);

/* Keeps the item that a combo row shows named as the text in it. */
void genga_list_item_name_follow (AdwComboRow *row);

G_END_DECLS
