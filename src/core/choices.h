/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Choices: the enumerations that options take. Their nicks are what people type and what is stored.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* How weights and activations are held (PREC-1, PREC-10). */
typedef enum
{
  GENGA_PRECISION_AUTO, /* what is fastest and safe on the device; never shown without the answer */
  GENGA_PRECISION_NONE, /* as stored in the file */
  GENGA_PRECISION_FP32,
  GENGA_PRECISION_FP16,
  GENGA_PRECISION_BF16,
} GengaPrecision;

/* The shape of a tile's ramps (TILE-7, TILE-8). */
typedef enum
{
  GENGA_BLEND_GAUSSIAN,
  GENGA_BLEND_LINEAR,
} GengaBlend;

/* Picture file formats that can be written. */
typedef enum
{
  GENGA_FORMAT_AUTO, /* as the name of the output says, else as the source */
  GENGA_FORMAT_PNG,
  GENGA_FORMAT_JPEG,
  GENGA_FORMAT_WEBP,
} GengaFormat;

#define GENGA_TYPE_PRECISION (genga_precision_get_type ())
GType genga_precision_get_type (void);
#define GENGA_TYPE_BLEND (genga_blend_get_type ())
GType genga_blend_get_type (void);
#define GENGA_TYPE_FORMAT (genga_format_get_type ())
GType genga_format_get_type (void);

/* The nick of an enumeration's value ("fp32"); static. */
const char *genga_choice_get_nick (GType type, int value);

G_END_DECLS
