/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A muxer's context once more: a header can be written only once. */
#pragma once

#include "media/video/av.h"

G_BEGIN_DECLS

/*
 * One like another that has no file yet, with its streams (or only the one of the index `only`, if
 * that is not negative), chapters and tags. Free with avformat_free_context(). FFmpeg's error.
 */
int genga_output_new_like (AVFormatContext **self, const AVFormatContext *like, int only);

/* Writes the header into nothing. FFmpeg's error: the muxer does not take these streams. */
int genga_output_try_header (AVFormatContext *self);

G_END_DECLS
