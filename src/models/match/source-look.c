/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/match/source-look.h"

#include <math.h>
#include <string.h>

#define MAX_SIDE 2048
#define BLOCK 8
#define GREY_SPREAD 12
#define FLAT_STEP 2
#define EDGE_STEP 48
#define BLOCK_STEP 16
#define BLOCK_FLOOR 0.25
#define CALM_GRADIENT 12
#define EMPTY_FLAT 0.995

/* The luma of a part of a frame, and how much of it is grey. */
typedef struct
{
  int width, height;
  float *luma;
  double grey;
} Part;

/* ---- pixels ---- */

static float
get_value (const guint8 *sample, GengaSample type)
{
  switch (type)
    {
    case GENGA_SAMPLE_U8:
      return *sample;
    case GENGA_SAMPLE_U16:
      return *(const guint16 *)(gconstpointer)sample / 257.0F;
    case GENGA_SAMPLE_F16:
    case GENGA_SAMPLE_F32:
    default:
      return CLAMP (*(const float *)(gconstpointer)sample, 0, 1) * 255;
    }
}

static void
read_pixel (const GengaFrame *frame, int x, int y, float rgb[3])
{
  int n = genga_layout_get_n_channels (frame->info.layout);
  gsize size = genga_sample_get_size (frame->info.sample);
  const guint8 *pixel = frame->planes[0] + y * frame->strides[0] + x * n * size;
  int n_colours = n >= 3 ? 3 : 1;
  float alpha =
      n == 2 || n == 4 ? get_value (pixel + n_colours * size, frame->info.sample) / 255 : 1;

  for (int i = 0; i < 3; i++)
    {
      float value = get_value (pixel + (n_colours == 3 ? i : 0) * size, frame->info.sample);
      rgb[i] = value * alpha + 255 * (1 - alpha);
    }
}

static gboolean
read_part (const GengaFrame *frame, Part *part)
{
  int left = MAX (0, frame->info.width - MAX_SIDE) / 2 / BLOCK * BLOCK;
  int top = MAX (0, frame->info.height - MAX_SIDE) / 2 / BLOCK * BLOCK;
  gint64 n_grey = 0;

  part->width = MIN (frame->info.width, MAX_SIDE);
  part->height = MIN (frame->info.height, MAX_SIDE);
  part->luma = g_try_new (float, (gsize)part->width * part->height);
  if (part->luma == NULL)
    return FALSE;
  for (int y = 0; y < part->height; y++)
    {
      float *row = part->luma + (gsize)y * part->width;

      for (int x = 0; x < part->width; x++)
        {
          float rgb[3];

          read_pixel (frame, left + x, top + y, rgb);
          n_grey += MAX (MAX (rgb[0], rgb[1]), rgb[2]) - MIN (MIN (rgb[0], rgb[1]), rgb[2]) <=
                    GREY_SPREAD;
          row[x] = 0.299F * rgb[0] + 0.587F * rgb[1] + 0.114F * rgb[2];
        }
    }
  part->grey = (double)n_grey / ((double)part->width * part->height);
  return TRUE;
}

/* ---- measures ---- */

static void
measure_steps (const Part *part, GengaSourceLook *look)
{
  gint64 n_flat = 0, n_edges = 0, n = 0;

  for (int y = 0; y + 1 < part->height; y++)
    {
      const float *row = part->luma + (gsize)y * part->width;
      const float *below = row + part->width;

      for (int x = 0; x + 1 < part->width; x++, n++)
        {
          float right = fabsf (row[x + 1] - row[x]), down = fabsf (below[x] - row[x]);

          n_flat += right <= FLAT_STEP && down <= FLAT_STEP;
          n_edges += MAX (right, down) >= EDGE_STEP;
        }
    }
  look->flat = n > 0 ? (double)n_flat / n : 1;
  look->edges = n > 0 ? (double)n_edges / n : 0;
}

/* Steps along one axis: `step` samples on for each of `length`, in `n_lines` lines. */
static double
measure_blocks (const Part *part, gsize step, int length, gsize line, int n_lines)
{
  double sums[2] = { 0 };
  gint64 counts[2] = { 0 };

  for (int i = 0; i < n_lines; i++)
    {
      const float *at = part->luma + i * line;

      for (int j = 1; j < length; j++)
        {
          float difference = fabsf (at[j * step] - at[(j - 1) * step]);
          gboolean is_seam = j % BLOCK == 0;

          if (difference > BLOCK_STEP)
            continue;
          sums[is_seam] += difference;
          counts[is_seam] += 1;
        }
    }
  double inside = counts[0] > 0 ? sums[0] / counts[0] : 0;
  double seam = counts[1] > 0 ? sums[1] / counts[1] : inside;
  return (seam - inside) / (inside + BLOCK_FLOOR);
}

static double
measure_noise (const Part *part)
{
  double sum = 0;
  gint64 n = 0;

  for (int y = 1; y + 1 < part->height; y++)
    {
      const float *at = part->luma + (gsize)y * part->width;
      const float *above = at - part->width, *below = at + part->width;

      for (int x = 1; x + 1 < part->width; x++)
        {
          if (fabsf (at[x + 1] - at[x - 1]) + fabsf (below[x] - above[x]) >= CALM_GRADIENT)
            continue;
          sum += fabsf (above[x - 1] - 2 * above[x] + above[x + 1] - 2 * at[x - 1] + 4 * at[x] -
                        2 * at[x + 1] + below[x - 1] - 2 * below[x] + below[x + 1]);
          n += 1;
        }
    }
  return n > 0 ? sqrt (G_PI / 2) / 6 * sum / n : 0;
}

gboolean
genga_source_look_measure (const GengaFrame *frame, GengaSourceLook *look)
{
  Part part = { 0 };

  if (genga_layout_get_n_channels (frame->info.layout) == 0 ||
      frame->info.sample == GENGA_SAMPLE_F16 || !read_part (frame, &part))
    return FALSE;
  *look = (GengaSourceLook){
    .width = frame->info.width,
    .height = frame->info.height,
    .grey = part.grey,
  };
  measure_steps (&part, look);
  look->blockiness = (measure_blocks (&part, 1, part.width, part.width, part.height) +
                      measure_blocks (&part, part.width, part.height, 1, part.width)) /
                     2;
  look->noise = measure_noise (&part);
  g_free (part.luma);
  return TRUE;
}

/* ---- several ---- */

static const struct
{
  const char *name;
  gsize offset;
} measures[] = {
  { "width", G_STRUCT_OFFSET (GengaSourceLook, width) },
  { "height", G_STRUCT_OFFSET (GengaSourceLook, height) },
  { "grey", G_STRUCT_OFFSET (GengaSourceLook, grey) },
  { "flat", G_STRUCT_OFFSET (GengaSourceLook, flat) },
  { "edges", G_STRUCT_OFFSET (GengaSourceLook, edges) },
  { "blockiness", G_STRUCT_OFFSET (GengaSourceLook, blockiness) },
  { "noise", G_STRUCT_OFFSET (GengaSourceLook, noise) },
};

static double
get (const GengaSourceLook *self, guint measure)
{
  return G_STRUCT_MEMBER (double, self, measures[measure].offset);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return (left > right) - (left < right);
}

GengaSourceLook
genga_source_look_get_median (const GengaSourceLook *looks, guint n)
{
  g_autofree double *values = g_new (double, n);
  GengaSourceLook median;

  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    {
      for (guint j = 0; j < n; j++)
        values[j] = get (&looks[j], i);
      qsort (values, n, sizeof *values, compare);
      G_STRUCT_MEMBER (double, &median, measures[i].offset) = values[(n - 1) / 2];
    }
  return median;
}

gboolean
genga_source_look_is_empty (const GengaSourceLook *self)
{
  return self->flat > EMPTY_FLAT && self->edges == 0;
}

gboolean
genga_source_look_get_measure (const GengaSourceLook *self, const char *name, double *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    {
      if (g_str_equal (measures[i].name, name))
        {
          *value = get (self, i);
          return TRUE;
        }
    }
  return FALSE;
}
