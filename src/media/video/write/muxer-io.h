/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Muxers write through a file that gets its name when it is whole. */
#pragma once

#include "core/choices.h"
#include "core/output-file.h"
#include "media/video/av.h"

G_BEGIN_DECLS

/* The name of the muxer that writes it. */
const char *genga_container_get_muxer (GengaContainer container);

/* Sets up the muxer's I/O; `file` is borrowed until genga_av_stop_writing(). FALSE: no memory. */
gboolean genga_av_write_through (AVFormatContext *output, GengaOutputFile *file);
void genga_av_stop_writing (AVFormatContext *output);

/* Why `name` cannot be written: `file`, which may be NULL, knows it, else an error of FFmpeg's. */
gboolean
genga_av_set_output_error (GengaOutputFile *file, const char *name, int code, GError **error);

G_END_DECLS
