/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reuse/near-duplicate.h"
#include "engine/sample.h"

#include <math.h>
#include <string.h>

#define MAX_CELLS (GENGA_MAX_GRID * GENGA_MAX_GRID)

/* Rec. 601 luma, of the first channels. */
static float
read_luma (const guint8 *samples, gsize index, int n_channels, GengaSample type)
{
  if (n_channels < 3)
    return genga_sample_read (samples, index, type);
  return 0.299f * genga_sample_read (samples, index, type) +
         0.587f * genga_sample_read (samples, index + 1, type) +
         0.114f * genga_sample_read (samples, index + 2, type);
}

/* One byte for each cell of the grid: brighter than the mean of all. */
static void
hash (const GengaFrame *frame, int grid, guint8 *bits)
{
  const int n_cells = grid * grid;
  int n_channels = genga_layout_get_n_channels (frame->info.layout);
  double sums[MAX_CELLS] = { 0 };
  guint64 counts[MAX_CELLS] = { 0 };
  double mean = 0;

  for (int y = 0; y < frame->info.height; y++)
    {
      const guint8 *row = genga_frame_get_row (frame, 0, y);
      int line = (gint64)y * grid / frame->info.height * grid;
      for (int x = 0; x < frame->info.width; x++)
        {
          int cell = line + (gint64)x * grid / frame->info.width;
          sums[cell] += read_luma (row, (gsize)x * n_channels, n_channels, frame->info.sample);
          counts[cell]++;
        }
    }
  for (int i = 0; i < n_cells; i++)
    {
      sums[i] /= MAX (1, counts[i]);
      mean += sums[i] / n_cells;
    }
  for (int i = 0; i < n_cells; i++)
    bits[i] = sums[i] > mean;
}

static gboolean
is_close (const GengaFrame *a, const GengaFrame *b, float tolerance)
{
  gsize n = (gsize)a->info.width * genga_layout_get_n_channels (a->info.layout);

  for (int y = 0; y < a->info.height; y++)
    {
      const guint8 *left = genga_frame_get_row (a, 0, y);
      const guint8 *right = genga_frame_get_row (b, 0, y);
      for (gsize i = 0; i < n; i++)
        if (!(fabsf (genga_sample_read (left, i, a->info.sample) -
                     genga_sample_read (right, i, b->info.sample)) <= tolerance))
          return FALSE;
    }
  return TRUE;
}

gboolean
genga_frames_look_alike (const GengaFrame *a, const GengaFrame *b, int grid, float tolerance)
{
  guint8 bits[2][MAX_CELLS] = { { 0 } };

  g_return_val_if_fail (grid > 0 && grid <= GENGA_MAX_GRID, FALSE);
  if (memcmp (&a->info, &b->info, sizeof a->info) != 0)
    return FALSE;
  hash (a, grid, bits[0]);
  hash (b, grid, bits[1]);
  return memcmp (bits[0], bits[1], sizeof bits[0]) == 0 && is_close (a, b, tolerance);
}
