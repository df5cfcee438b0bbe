/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tracks of the video that is looked at, a switch each, as a row that opens: which ones the
 * result has (the option “leave-out”). Attachments have one switch for all, and chapters one.
 *
 * Not to be seen without tracks, nor for a video with options of its own.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/options/outlook-source.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_TRACKS_ROW (genga_tracks_row_get_type ())
G_DECLARE_FINAL_TYPE (GengaTracksRow, genga_tracks_row, GENGA, TRACKS_ROW, AdwExpanderRow)

GtkWidget *genga_tracks_row_new (GengaOutlookSource *source, GengaOptions *options);

G_END_DECLS
