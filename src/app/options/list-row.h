/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * List rows: a preferences row for an option that takes any text or number, of which a few values
 * are offered. One that was chosen elsewhere is offered, too.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

/* `values` as genga_options_parse() takes them, NULL at the end. Bound in both directions. */
GtkWidget *
genga_list_row_new (GengaOptions *options, GengaOption option, const char *const *values);

/* Offers others; the option keeps its value. */
void genga_list_row_set_values (GtkWidget *row, const char *const *values);

G_END_DECLS
