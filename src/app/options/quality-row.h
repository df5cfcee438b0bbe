/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row for the quality of a video: a slider with words, which stands for the codec's CRF, whose
 * numbers are lower for more and mean something else for each codec. Thread rule: main context
 * only.
 */
#pragma once

#include "core/choices.h"
#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_QUALITY_ROW (genga_quality_row_get_type ())
G_DECLARE_FINAL_TYPE (GengaQualityRow, genga_quality_row, GENGA, QUALITY_ROW, AdwActionRow)

GtkWidget *genga_quality_row_new (GengaOptions *options);

/* What the numbers are for; one that has a CRF. */
void genga_quality_row_set_codec (GengaQualityRow *self, GengaCodec codec);

G_END_DECLS
