/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaTrimBar: a video as small frames from its beginning to its end, with a handle at each end of
 * the part that is used (the options “from” and “to”).
 *
 * Handles are dragged; each is a slider for the keyboard and for screen readers: arrows move it by
 * a frame, Page Up and Page Down by some seconds. A click elsewhere chooses the frame that is
 * looked at.
 *
 * Signal `moved` (double seconds): that frame.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "core/options.h"
#include "job/preview/grabbed-frame.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_TYPE_TRIM_BAR (genga_trim_bar_get_type ())
G_DECLARE_FINAL_TYPE (GengaTrimBar, genga_trim_bar, GENGA, TRIM_BAR, GtkWidget)

/* What the handles change; NULL: there are none. */
void genga_trim_bar_set_options (GengaTrimBar *self, GengaOptions *options);

/* NULL: no video. Not to be seen without one, or where its length is not known. */
void genga_trim_bar_set_video (GengaTrimBar *self, const char *path, const GengaSourceInfo *info);

/* The frame that is looked at. */
void genga_trim_bar_set_seconds (GengaTrimBar *self, double seconds);

G_END_DECLS
