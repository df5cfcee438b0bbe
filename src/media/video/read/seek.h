/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading from the middle of a file: the decoder starts at a key frame that lies before what is
 * wanted, and frames before it are dropped by their times. Where a file's index cannot be relied
 * on, it starts at the beginning.
 */
#pragma once

#include "media/video/read/decode.h"

G_BEGIN_DECLS

/*
 * Decodes up to the first frame of the file that is shown: 1, or 0 where there is none, or -1. A
 * file that was cut anywhere begins with frames whose references are missing; those before the
 * first whole one are left out, as players do, and said. In one without a whole frame for long, all
 * are shown.
 */
int genga_decoder_find_begin (GengaDecoder *self, GError **error);

/*
 * Decodes up to the first frame at or after `target`, in the stream's time base, which is pending
 * then: 1, or 0 where there is none, or -1. `first`: the file's first time. `is_interlaced`: what
 * is known of the file. `exact` as for sources.
 */
int genga_decoder_seek (GengaDecoder *self,
                        gint64 target,
                        gint64 first,
                        gboolean is_interlaced,
                        gboolean exact,
                        GError **error);

G_END_DECLS
