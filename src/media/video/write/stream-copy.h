/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything of the source's file that is not upscaled. */
#pragma once

#include "media/source.h"
#include "media/video.h"
#include "media/video/av.h"

G_BEGIN_DECLS

typedef struct _GengaStreamCopy GengaStreamCopy;

/*
 * Adds to `output` a stream for every stream of the source's file that can be kept but the one
 * that is upscaled, with chapters and metadata. Says what cannot be kept. Errors:
 * GENGA_ERROR_OUTPUT for audio that the container cannot hold.
 */
GengaStreamCopy *genga_stream_copy_new (const GengaOrigin *origin,
                                        AVFormatContext *output,
                                        const GengaVideoWrite *params,
                                        GError **error);
void genga_stream_copy_free (GengaStreamCopy *self);
/* The stream that stands where the upscaled one stood; borrowed from the output. */
AVStream *genga_stream_copy_get_video (GengaStreamCopy *self);
const GengaKeptStreams *genga_stream_copy_get_kept (GengaStreamCopy *self);
/* As GengaVideo.coder_get_tracks(). */
const GengaTrack *genga_stream_copy_get_tracks (GengaStreamCopy *self, guint *n);
/*
 * Hands on what comes before `until` seconds. Answers 0, AVERROR_EXIT with an error of reading, or
 * an error of the output's file. What the muxer alone does not take is left out and counted.
 */
int genga_stream_copy_run (GengaStreamCopy *self, double until, GError **error);
/* At the end, after the last run: what is still to come of streams that are coded anew. As
 * genga_stream_copy_run(), without an error of reading. */
int genga_stream_copy_finish (GengaStreamCopy *self);
/* How many packets of a stream of the output were handed on. */
guint64 genga_stream_copy_get_n_packets (GengaStreamCopy *self, guint stream);
guint64 genga_stream_copy_get_n_refused (GengaStreamCopy *self);
/* From here on nothing is copied. */
void genga_stream_copy_leave (GengaStreamCopy *self);
/* At the end: whether the file could be read and is what it was. Errors: GENGA_ERROR_INCOMPLETE. */
gboolean genga_stream_copy_check (GengaStreamCopy *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaStreamCopy, genga_stream_copy_free)

G_END_DECLS
