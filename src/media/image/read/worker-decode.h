/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decoders that libvips does not trust with files from anywhere (JPEG XL), in a process of their
 * own, as encoders are (media/image/worker.h): confined, it has nothing but the file's bytes.
 *
 * Thread rule: any thread; the worker's own function is its program's only one.
 */
#pragma once

#include "media/image/vips-types.h"

G_BEGIN_DECLS

/* A picture as the process tells it. */
typedef struct
{
  int width;
  int height;
  int n_bands;           /* 1 to 4 */
  VipsBandFormat format; /* 8 or 16 bits, or floats */
  VipsInterpretation interpretation;
  GBytes *icc;    /* or NULL */
  GBytes *pixels; /* dense; NULL where only the header was asked for */
} GengaDecoded;

/*
 * Of a whole file: the header, or with the `n_pixel_bytes` that a header before told of, pixels.
 * FALSE: the decoder refused it, ended, or answered more. Errors, where that is not what happened:
 * GENGA_ERROR_OUT_OF_MEMORY, GENGA_ERROR_UNAVAILABLE, G_IO_ERROR_CANCELLED. The caller checks the
 * size before it asks for pixels. Cleared in any case with genga_decoded_clear().
 */
gboolean genga_worker_decode (GBytes *file,
                              guint64 n_pixel_bytes,
                              GCancellable *cancellable,
                              GengaDecoded *decoded,
                              GError **error);
void genga_decoded_clear (GengaDecoded *self);

/* The worker's side: whether the bytes are such a request; answers it on standard output, and what
 * the process ends with. */
gboolean genga_worker_is_decode (GBytes *request);
int genga_worker_serve_decode (GBytes *request);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaDecoded, genga_decoded_clear)

G_END_DECLS
