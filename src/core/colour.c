/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/colour.h"

const GengaColour genga_colour_srgb = {
  .primaries = 1,
  .transfer = 13,
  .matrix = 0,
  .chroma_location = 255,
  .range = GENGA_RANGE_FULL,
};

gboolean
genga_colour_equal (const GengaColour *a, const GengaColour *b)
{
  return a->primaries == b->primaries && a->transfer == b->transfer && a->matrix == b->matrix &&
         a->chroma_location == b->chroma_location && a->range == b->range;
}
