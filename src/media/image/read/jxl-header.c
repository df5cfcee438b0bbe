/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/jxl-header.h"

#include <string.h>

#define SIGNATURE "\xff\x0a"
#define SIGNATURE_SIZE 2

/* Lengths of numbers, of which two bits choose one; NULL: 5 bits, without a choice. */
static const guint8 sides[] = { 9, 13, 18, 30 };
static const guint8 preview_sides[] = { 6, 8, 10, 12 };
static const guint8 preview_eighths[] = { 0, 0, 5, 9 };

/* Bits, the lowest of a byte first; behind the end all are 0. */
typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at; /* in bits */
} Bits;

static guint32
take (Bits *self, int n)
{
  guint32 value = 0;

  for (int i = 0; i < n; i++, self->at++)
    if (self->at / 8 < self->size)
      value |= (guint32)(self->data[self->at / 8] >> self->at % 8 & 1) << i;
  return value;
}

static gboolean
take_flag (Bits *self)
{
  return take (self, 1) != 0;
}

static void
skip_side (Bits *self, const guint8 *lengths)
{
  take (self, lengths != NULL ? lengths[take (self, 2)] : 5);
}

/* The height, and the width where it is none of the usual ratios. */
static void
skip_size (Bits *self, const guint8 *eighths, const guint8 *pixels)
{
  const guint8 *lengths = take_flag (self) ? eighths : pixels;

  skip_side (self, lengths);
  if (take (self, 3) == 0)
    skip_side (self, lengths);
}

gboolean
genga_jxl_is_animated (GBytes *codestream)
{
  Bits bits = { .at = 8 * SIGNATURE_SIZE };

  bits.data = g_bytes_get_data (codestream, &bits.size);
  if (bits.size < SIGNATURE_SIZE || memcmp (bits.data, SIGNATURE, SIGNATURE_SIZE) != 0)
    return FALSE;
  skip_size (&bits, NULL, sides);
  if (take_flag (&bits) || !take_flag (&bits)) /* nothing unusual; at least not here */
    return FALSE;
  take (&bits, 3); /* orientation */
  if (take_flag (&bits))
    skip_size (&bits, NULL, sides);
  if (take_flag (&bits))
    skip_size (&bits, preview_eighths, preview_sides);
  return take_flag (&bits);
}
