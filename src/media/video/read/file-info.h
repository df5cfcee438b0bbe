/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way a file is opened, and what it says of itself. */
#pragma once

#include "media/source.h"
#include "media/video/av.h"
#include <sys/stat.h>

G_BEGIN_DECLS

/* As GengaVideo.file_sniff(). */
const char *genga_av_sniff_file (const char *path);

/* Opens a file of a known container, and nothing that it refers to. Errors: GENGA_ERROR_INPUT. */
AVFormatContext *genga_av_open_file (const char *path, GError **error);

/* Whether the file that is open is not what it was `before`. */
gboolean
genga_av_file_has_changed (AVFormatContext *format, const char *path, const struct stat *before);

/* What a file says of itself. `first` is its first decoded frame. */
void genga_av_fill_info (GengaSourceInfo *info,
                         AVFormatContext *format,
                         AVStream *stream,
                         const AVFrame *first);

G_END_DECLS
