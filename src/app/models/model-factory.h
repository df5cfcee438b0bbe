/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How models look in lists that one is chosen from. Thread rule: main context only. */
#pragma once

#include "app/models/model-list.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A model's name, and a line below it; for items that are GengaModelItem. */
GtkListItemFactory *genga_model_factory_new (void);

/* What it is for, where that is known, else its facts. */
char *genga_model_item_dup_line (GengaModelItem *item);
/* The same with its facts and what its licence asks for; NULL: nothing is known. */
char *genga_model_item_dup_tooltip (GengaModelItem *item);

G_END_DECLS
