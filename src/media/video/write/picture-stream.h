/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the stream of the result's picture says of itself, from what is known of the source's. */
#pragma once

#include "media/video/origin.h"
#include "media/video/write/encoding.h"
#include "media/video/write/join-times.h"

G_BEGIN_DECLS

/*
 * HDR10 and the like, from the source's stream, else from its first frame. That it is to be rotated
 * is left out where the source rotates its frames.
 */
void genga_picture_stream_copy_side_data (AVStream *to,
                                          const GengaOrigin *origin,
                                          const GengaAvOrigin *known);

/* Says what of the source's picture the result will not have. `progress` may be NULL. */
void genga_picture_stream_notice_losses (const GengaAvOrigin *known,
                                         const GengaEncoding *encoding,
                                         GengaProgress *progress);

/* Whether the container can say how players turn the picture. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_picture_stream_check_rotation (const GengaSourceInfo *info,
                                              GengaContainer container,
                                              GError **error);

/* Frames per second by the frames' times, for headers that are wrong; `said` where they agree. */
AVRational genga_picture_stream_measure_rate (AVRational said,
                                              const GengaJoinTimes *times,
                                              AVRational time_base);

G_END_DECLS
