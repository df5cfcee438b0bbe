/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * “What Will Happen”: what the plan of the file that is looked at says, as a row that opens; what
 * is kept, converted and left out comes first. Of a video, a few seconds can be encoded there to
 * know how large the result will be.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/options/outlook-source.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_OUTLOOK_ROW (genga_outlook_row_get_type ())
G_DECLARE_FINAL_TYPE (GengaOutlookRow, genga_outlook_row, GENGA, OUTLOOK_ROW, AdwExpanderRow)

GtkWidget *genga_outlook_row_new (GengaOutlookSource *source);

G_END_DECLS
