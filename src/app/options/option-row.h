/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Option rows: a preferences row for a row of the option table, made from its GParamSpec and its
 * GengaOptionInfo alone and bound to the option in both directions.
 *
 * Numbers are offered in their soft range; a value outside of it that has a name of its own
 * ("native", "automatic") is offered below it.
 */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

GtkWidget *genga_option_row_new (GengaOptions *options, GengaOption option);

/* Gives `row` the option's title, and its description as a tooltip and for assistive technology. */
void genga_option_row_describe (GtkWidget *row, GengaOption option);

G_END_DECLS
