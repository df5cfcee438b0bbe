/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a Matroska file says to cut off the pictures of a video track (PixelCropTop and its like),
 * which players do, and FFmpeg does not tell before 7.1.
 *
 * Thread rule: any thread. The file is not trusted.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  int width, height; /* of the pictures that it is about */
  int left, top, right, bottom;
  gint64 sar_num, sar_den; /* of what is left; 0: nothing is said */
} GengaMatroskaCrop;

/*
 * For the video track number `index`, counted from 0, of a file. FALSE: nothing is cut off, or that
 * is not known.
 */
gboolean genga_matroska_read_crop (const char *path, guint index, GengaMatroskaCrop *crop);

G_END_DECLS
