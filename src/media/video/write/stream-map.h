/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which streams of the source's file the output gets, and in which form. */
#pragma once

#include "media/video.h"
#include "media/video/av.h"
#include "media/video/write/packet-source.h"
#include "media/video/write/sound-coder.h"
#include "media/video/write/subtitles.h"

G_BEGIN_DECLS

/* Arrays have an entry for each of the input's streams. */
typedef struct
{
  GengaPacketSource *source; /* borrowed, like the formats */
  AVFormatContext *input;
  AVFormatContext *output;
  AVStream *video; /* of the output: it stands where the upscaled one stood; borrowed from it */
  guint n_streams;
  int *map;                   /* the output's stream, or -1 */
  GengaSubtitles **subtitles; /* of those that are converted */
  GengaSoundCoder **sound;    /* of those that are coded anew */
  gboolean *drops;            /* what an edit list hides */
  int n_copied;
  GengaKeptStreams kept;
  GArray *tracks;      /* of GengaTrack: all of the source, and what becomes of them */
  gboolean is_trimmed; /* a part is copied, which tags of the whole do not fit */
} GengaStreamMap;

/*
 * Decides about all streams of the source, and makes those of the output; says what is left out or
 * changed. Errors: GENGA_ERROR_OUTPUT for audio that the container can't hold, _OUT_OF_MEMORY.
 */
GengaStreamMap *genga_stream_map_new (GengaPacketSource *source,
                                      AVFormatContext *output,
                                      gboolean is_trimmed,
                                      const GengaVideoWrite *params,
                                      GError **error);
/* The output's streams stay. `self` may be NULL. */
void genga_stream_map_free (GengaStreamMap *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaStreamMap, genga_stream_map_free)

G_END_DECLS
