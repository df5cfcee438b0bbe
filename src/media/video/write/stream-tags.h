/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file and its streams say of themselves, carried to another file. */
#pragma once

#include "media/video/av.h"

G_BEGIN_DECLS

/* But for what describes a file; `is_recoded`: and for what describes how a stream was coded. */
void genga_av_copy_tags (AVDictionary **to, const AVDictionary *from, gboolean is_recoded);

/* Those of seconds `start` to `stop`, which come to begin at 0; all as they are where `start` is
 * NAN. */
void genga_av_copy_chapters (AVFormatContext *to,
                             const AVFormatContext *from,
                             double start,
                             double stop);

G_END_DECLS
