/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result's file: what is copied, and the segments one after the other. */
#pragma once

#include "media/video/origin.h"
#include "media/video/write/encoder.h"

G_BEGIN_DECLS

typedef struct _GengaVideoMux GengaVideoMux;

/* Opens the source's file once more for what is copied. Says what cannot be kept. */
GengaVideoMux *genga_video_mux_new (const GengaSourceInfo *info,
                                    const GengaOrigin *origin,
                                    const GengaAvOrigin *known,
                                    const char *path,
                                    const GengaEncoderSetup *setup,
                                    GError **error);
void genga_video_mux_free (GengaVideoMux *self);
const GengaKeptStreams *genga_video_mux_get_kept (GengaVideoMux *self);
const GengaTrack *genga_video_mux_get_tracks (GengaVideoMux *self, guint *n);
/* Whether the container takes all streams together. Errors: GENGA_ERROR_OUTPUT. */
gboolean
genga_video_mux_check (GengaVideoMux *self, const AVCodecParameters *coding, GError **error);
/* Once; as GengaVideo.coder_join(). */
gboolean genga_video_mux_join (GengaVideoMux *self,
                               const AVCodecParameters *coding,
                               GengaVideoSegment *const *segments,
                               const char *const *paths,
                               guint n_segments,
                               const char *temporary,
                               int *damaged,
                               GError **error);
gboolean genga_video_mux_commit (GengaVideoMux *self, gboolean overwrite, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoMux, genga_video_mux_free)

G_END_DECLS
