/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As the entries of GengaVideo. */
#pragma once

#include "media/video.h"

G_BEGIN_DECLS

GengaSegmentCoder *genga_segment_coder_new (const GengaSourceInfo *info,
                                            const GengaOrigin *origin,
                                            const char *path,
                                            const GengaVideoWrite *params,
                                            GError **error);
const char *genga_segment_coder_get_coding (GengaSegmentCoder *self);
const GengaKeptStreams *genga_segment_coder_get_kept (GengaSegmentCoder *self);
const GengaTrack *genga_segment_coder_get_tracks (GengaSegmentCoder *self, guint *n);
double genga_segment_coder_get_bits_per_pixel (GengaSegmentCoder *self, gboolean *is_known);
gint64 genga_segment_coder_get_convert_us (GengaSegmentCoder *self);
gboolean genga_segment_coder_takes_planes (GengaSegmentCoder *self,
                                           const GengaFrameInfo *planes,
                                           const GengaColour *colour);
gboolean genga_segment_coder_begin (GengaSegmentCoder *self,
                                    const char *path,
                                    guint64 first_frame,
                                    GError **error);
gboolean genga_segment_coder_write (GengaSegmentCoder *self, GengaFrame *frame, GError **error);
GengaVideoSegment *genga_segment_coder_end (GengaSegmentCoder *self, GError **error);
gboolean genga_segment_coder_join (GengaSegmentCoder *self,
                                   GengaVideoSegment *const *segments,
                                   const char *const *paths,
                                   guint n_segments,
                                   const char *temporary,
                                   int *damaged,
                                   GError **error);
gboolean genga_segment_coder_commit (GengaSegmentCoder *self, gboolean overwrite, GError **error);
void genga_segment_coder_free (GengaSegmentCoder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSegmentCoder, genga_segment_coder_free)

G_END_DECLS
