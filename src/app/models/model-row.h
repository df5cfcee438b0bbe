/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The row in which a model is chosen: a list with family, scale and licence of each. */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_MODEL_ROW (genga_model_row_get_type ())
G_DECLARE_FINAL_TYPE (GengaModelRow, genga_model_row, GENGA, MODEL_ROW, AdwComboRow)

/* Bound to the option "model" of `options`; the list is read in a thread. */
GtkWidget *genga_model_row_new (GengaOptions *options);

G_END_DECLS
