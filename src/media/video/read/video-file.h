/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Video files, and GIF and APNG, as a source. */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/*
 * Opens a file and decodes its first frame. Errors: GENGA_ERROR_INPUT (missing, not a file, no
 * video in it, encrypted, an unknown codec or pixel format, cut off).
 */
GengaSource *
genga_video_file_open (const char *path, const GengaSourceParams *params, GError **error);

G_END_DECLS
