/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing one tensor as a safetensors file, and the two orders of a picture's numbers.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "weights/tensor.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* 1 x channels x height x width, as safetensors files from elsewhere have it. */
typedef struct
{
  int channels;
  int height;
  int width;
} GengaTensorShape;

gsize genga_tensor_shape_get_n_elements (const GengaTensorShape *shape);

/* Planes one after the other (NCHW) <-> channels of a pixel together (NHWC), without gaps. */
void
genga_tensor_planes_to_packed (const GengaTensorShape *shape, const float *planes, float *packed);
void
genga_tensor_packed_to_planes (const GengaTensorShape *shape, const float *packed, float *planes);

/*
 * Writes `planes` as the f32 tensor `name` to `path`, which appears only when it is complete and
 * replaces a file only with `overwrite`. Errors: GENGA_ERROR_OUTPUT; nothing is left behind.
 */
gboolean genga_tensor_file_write (const char *path,
                                  const char *name,
                                  const GengaTensorShape *shape,
                                  const float *planes,
                                  gboolean overwrite,
                                  GError **error);

G_END_DECLS
