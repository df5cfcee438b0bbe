/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-pieces.h"
#include "nets/graph-analysis.h"

/* Below, most of what is computed lies around the piece. */
#define SMALLEST 32

static int
align_up (int length, int unit)
{
  return (length + unit - 1) / unit * unit;
}

static int
get_common_multiple (int a, int b)
{
  int x = a, y = b;

  while (y != 0)
    {
      int rest = x % y;
      x = y;
      y = rest;
    }
  return a / x * b;
}

void
genga_vulkan_pieces_init (GengaVulkanPieces *self, const GengaGraph *graph, int caps_grid)
{
  GengaGraphAnalysis analysis;
  int unit = get_common_multiple (caps_grid, graph->multiple_of);

  genga_graph_analyse (graph, &analysis);
  *self = (GengaVulkanPieces){
    .reach =
        analysis.radius == GENGA_RADIUS_GLOBAL || unit % analysis.grid != 0 ? -1 : analysis.radius,
    .grid = get_common_multiple (analysis.grid, graph->multiple_of),
    .minimum = graph->minimum,
  };
}

static void
see (const GengaVulkanPieces *self, int *start, int *length, int side)
{
  int end = MIN (side, align_up (*start + *length + self->reach, self->grid));
  int begin = MAX (0, *start - self->reach) / self->grid * self->grid;

  if (end - begin < self->minimum)
    end = MIN (side, align_up (begin + self->minimum, self->grid));
  if (end - begin < self->minimum)
    begin = MAX (0, end - self->minimum) / self->grid * self->grid;
  *start = begin;
  *length = end - begin;
}

GengaRect
genga_vulkan_pieces_get_seen (const GengaVulkanPieces *self,
                              const GengaRect *wanted,
                              int width,
                              int height)
{
  GengaRect seen = *wanted;

  if (self->reach < 0)
    return (GengaRect){ 0, 0, width, height };
  see (self, &seen.x, &seen.width, width);
  see (self, &seen.y, &seen.height, height);
  return seen;
}

/* Whether a side can be shorter: on a coarse grid, half of it may be all of it. */
static gboolean
halve_side (const GengaVulkanPieces *self, int *side)
{
  int half = align_up ((*side + 1) / 2, self->grid);

  if (*side <= SMALLEST || half >= *side)
    return FALSE;
  *side = half;
  return TRUE;
}

gboolean
genga_vulkan_pieces_halve (const GengaVulkanPieces *self, int *width, int *height)
{
  gboolean is_wide = *width / 2 > *height;

  if (self->reach < 0)
    return FALSE;
  return halve_side (self, is_wide ? width : height) || halve_side (self, is_wide ? height : width);
}
