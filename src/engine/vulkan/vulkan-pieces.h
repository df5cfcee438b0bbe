/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How large a part of a picture goes through a network at once. Whoever sees no more than a
 * distance can be cut into pieces with that much around them, and has the same bytes.
 *
 * Thread rule: plain data.
 */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

typedef struct
{
  int reach;   /* input pixels; -1: everything is seen */
  int grid;    /* pieces are seen from and to multiples of this, or the picture's border */
  int minimum; /* of a side that is seen */
} GengaVulkanPieces;

/*
 * `caps_grid` is what the back end tells of its own: networks whose grid is none of that see
 * everything, as their views may begin anywhere else.
 */
void genga_vulkan_pieces_init (GengaVulkanPieces *self, const GengaGraph *graph, int caps_grid);

/* What a rectangle of a picture of width x height sees. */
GengaRect genga_vulkan_pieces_get_seen (const GengaVulkanPieces *self,
                                        const GengaRect *wanted,
                                        int width,
                                        int height);

/* Halves the longer side of a piece; FALSE: it is as small as it gets. */
gboolean genga_vulkan_pieces_halve (const GengaVulkanPieces *self, int *width, int *height);

G_END_DECLS
