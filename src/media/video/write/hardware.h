/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoders of graphics cards. */
#pragma once

#include "media/video.h"
#include "media/video/write/encoding.h"

G_BEGIN_DECLS

/*
 * Takes a graphics card's encoder instead where it is wanted and has coded a frame. A notice tells
 * that one would be tried, where none may be opened. Errors: GENGA_ERROR_UNAVAILABLE where one was
 * asked for and cannot be taken.
 */
gboolean genga_hardware_choose (GengaEncoding *self, const GengaVideoWrite *params, GError **error);

/*
 * Gets an encoder that is not open yet ready for frames of `format`, or, with a device, for
 * uploaded ones. A code of FFmpeg's.
 */
int
genga_hardware_prepare (AVCodecContext *context, enum AVPixelFormat format, AVBufferRef *device);
/* A frame for such an encoder, which is `frame` itself without a device; NULL: it did not work. */
AVFrame *genga_hardware_upload (const AVCodecContext *context, AVFrame *take_frame);

G_END_DECLS
