/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of codecs, and what the options of a user choose of it. */
#pragma once

#include "media/video.h"
#include "media/video/origin.h"
#include "media/video/write/encoding.h"

G_BEGIN_DECLS

/*
 * Chooses encoder, pixel format and settings; notices tell what the choice loses. Errors:
 * GENGA_ERROR_USAGE, _OUTPUT, _UNAVAILABLE. Cleared with genga_encoding_clear() in any case.
 */
gboolean genga_encoding_init (GengaEncoding *self,
                              const GengaVideoWrite *params,
                              const GengaAvOrigin *origin,
                              GError **error);
/* Whether the codec has such frame rates; one that is not known is let pass. Errors:
 * GENGA_ERROR_USAGE. */
gboolean genga_encoding_check_rate (const GengaVideoWrite *params, AVRational rate, GError **error);
void genga_encoding_clear (GengaEncoding *self);

/* As GengaVideo.coder_get_bits_per_pixel(). */
double genga_encoding_get_bits_per_pixel (const GengaEncoding *self,
                                          const GengaVideoWrite *params,
                                          gboolean *is_known);

/* Whether numbers of this colour (complete) mean what they mean in the result. */
gboolean genga_encoding_has_colour (const GengaEncoding *self, const GengaColour *colour);

/* Whether the encoder writes captions that come with frames into its own stream. */
gboolean genga_encoding_takes_captions (const GengaEncoding *self);

/* Adds what x265 writes into its own headers about HDR10. */
void genga_encoding_add_hdr (GengaEncoding *self, const GengaAvOrigin *origin);

G_END_DECLS
