/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The colour tags of FFmpeg's frames. */
#pragma once

#include "core/colour.h"
#include "media/video/av.h"

G_BEGIN_DECLS

/* The tags of a frame. */
void genga_av_get_colour (const AVFrame *frame, GengaColour *colour);

/*
 * Fills in what a file leaves open and a conversion has to know: matrix, range and where chroma
 * lies. SD material is BT.601, other BT.709.
 */
void genga_av_complete_colour (GengaColour *colour, const AVPixFmtDescriptor *desc, int height);

G_END_DECLS
