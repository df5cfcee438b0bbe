/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The row that says in which way the result's size is given: by a factor, by the pixels of a side
 * or of the whole, or by a box. The number has a row of its own for each way; all but the chosen
 * one's are out of sight.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "core/options.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The options that the row chooses from, GENGA_OPTION_SCALE first; GENGA_N_OPTIONS ends them. */
extern const GengaOption genga_size_row_ways[];

/* The one that says how large the result is. */
GengaOption genga_size_row_get_way (GengaOptions *options);

/*
 * A combo row. A way that is chosen starts with what it had last, else with the size of a 4K
 * screen, and all others are off.
 */
GtkWidget *genga_size_row_new (GengaOptions *options);

G_END_DECLS
