/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samples of any type that a session takes, as floats in [0, 1]. */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

static inline float
genga_sample_read (const guint8 *samples, gsize index, GengaSample type)
{
  switch (type)
    {
    case GENGA_SAMPLE_U8:
      return samples[index] / 255.f;
    case GENGA_SAMPLE_U16:
      return ((const guint16 *)samples)[index] / 65535.f;
    case GENGA_SAMPLE_F32:
    case GENGA_SAMPLE_F16:
    default:
      return ((const float *)samples)[index];
    }
}

G_END_DECLS
