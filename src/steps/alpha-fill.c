/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/alpha-fill.h"
#include "core/error.h"
#include "steps/pixels.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A picture of means: each pixel has colours and how much of them is known, from 0 to 1. */
typedef struct
{
  int width;
  int height;
  float *pixels;
} Level;

/* The mean of so many pixels each way, level 0 having two. */
#define GROUND_LEVEL 2
#define GROUND_CELL (2 << GROUND_LEVEL)

/* Below this, what is left without the ground is mostly rounding. */
#define FAINT (1 / 64.f)

#define MAX_LEVELS 32
#define STEP 4 /* three colours at the most, and the weight */

/* The means of two by two pixels of a row pair. */
static void
add_rows (const float *row, int width, int n_colours, int n, Level *level, int y)
{
  for (int x = 0; x < width; x++, row += n)
    {
      float *to = level->pixels + ((gsize)y * level->width + x / 2) * STEP;
      const float weight = row[n - 1];

      for (int c = 0; c < n_colours; c++)
        to[c] += weight > 0 ? row[c] * weight : 0;
      to[3] += weight > 0 ? weight : 0;
    }
}

static void
normalise (Level *level)
{
  const gsize n = (gsize)level->width * level->height;

  for (gsize i = 0; i < n; i++)
    {
      float *pixel = level->pixels + i * STEP;

      for (int c = 0; c < 3 && pixel[3] > 0; c++)
        pixel[c] /= pixel[3];
      pixel[3] = MIN (pixel[3], 1);
    }
}

static gboolean
level_init (Level *self, int width, int height)
{
  gsize n = (gsize)((width + 1) / 2) * ((height + 1) / 2);

  self->width = (width + 1) / 2;
  self->height = (height + 1) / 2;
  self->pixels = g_try_new0 (float, n *STEP);
  return self->pixels != NULL;
}

/* What a coarser level has at pixel (x, y) of a finer one, between its pixels. */
static void
look_up (const Level *level, int x, int y, float *colours)
{
  const int x0 = CLAMP ((x - 1) >> 1, 0, level->width - 1), x1 = MIN (x0 + 1, level->width - 1);
  const int y0 = CLAMP ((y - 1) >> 1, 0, level->height - 1), y1 = MIN (y0 + 1, level->height - 1);
  const float right = x == 0 ? 0 : x % 2 == 0 ? 0.75f : 0.25f;
  const float below = y == 0 ? 0 : y % 2 == 0 ? 0.75f : 0.25f;
  const float *a = level->pixels + ((gsize)y0 * level->width + x0) * STEP;
  const float *b = level->pixels + ((gsize)y0 * level->width + x1) * STEP;
  const float *c = level->pixels + ((gsize)y1 * level->width + x0) * STEP;
  const float *d = level->pixels + ((gsize)y1 * level->width + x1) * STEP;

  for (int i = 0; i < 3; i++)
    colours[i] = (1 - below) * ((1 - right) * a[i] + right * b[i]) +
                 below * ((1 - right) * c[i] + right * d[i]);
}

/* What is missing in a level comes from the coarser one. */
static void
push (Level *fine, const Level *coarse)
{
  for (int y = 0; y < fine->height; y++)
    for (int x = 0; x < fine->width; x++)
      {
        float *pixel = fine->pixels + ((gsize)y * fine->width + x) * STEP;
        float colours[3];

        if (pixel[3] >= 1)
          continue;
        look_up (coarse, x, y, colours);
        for (int c = 0; c < 3; c++)
          pixel[c] = pixel[3] * pixel[c] + (1 - pixel[3]) * colours[c];
      }
}

/* FALSE when memory is short. `*n_levels` counts what has to be freed. */
static gboolean
pull (const GengaFrame *frame, Level *levels, int *n_levels)
{
  const int n = genga_layout_get_n_channels (frame->info.layout);
  g_autofree float *row = g_try_new (float, (gsize)frame->info.width *n);

  if (row == NULL || !level_init (&levels[(*n_levels)++], frame->info.width, frame->info.height))
    return FALSE;
  for (int y = 0; y < frame->info.height; y++)
    {
      genga_pixels_load_row (frame, y, row);
      add_rows (row, frame->info.width, n - 1, n, &levels[0], y / 2);
    }
  normalise (&levels[0]);
  for (const Level *fine = levels; fine->width > 1 || fine->height > 1; fine++)
    {
      Level *coarse = &levels[(*n_levels)++];

      if (!level_init (coarse, fine->width, fine->height))
        return FALSE;
      for (int y = 0; y < fine->height; y++)
        add_rows (fine->pixels + (gsize)y * fine->width * STEP, fine->width, STEP - 1, STEP, coarse,
                  y / 2);
      normalise (coarse);
    }
  return TRUE;
}

static void
fill_pixels (GengaFrame *frame, const Level *level, float *row)
{
  const int n = genga_layout_get_n_channels (frame->info.layout);

  for (int y = 0; y < frame->info.height; y++)
    {
      gboolean has_changed = FALSE;

      genga_pixels_load_row (frame, y, row);
      for (int x = 0; x < frame->info.width; x++)
        {
          float colours[3];

          if (row[x * n + n - 1] > 0)
            continue;
          look_up (level, x, y, colours);
          memcpy (row + x * n, colours, (n - 1) * sizeof (float));
          has_changed = TRUE;
        }
      if (has_changed)
        genga_pixels_store_row (frame, y, row);
    }
}

static void
clear_levels (Level *levels, int n_levels)
{
  for (int i = 0; i < n_levels; i++)
    g_free (levels[i].pixels);
}

static gboolean
set_no_memory (const GengaFrame *frame, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
               _ ("Not enough memory for the transparent parts of a picture of %d × %d pixels."),
               frame->info.width, frame->info.height);
  return FALSE;
}

/* All levels from `first` on complete, with what is visible. FALSE when memory is short. */
static gboolean
make_levels (const GengaFrame *frame, int first, Level *levels, int *n_levels)
{
  if (!pull (frame, levels, n_levels))
    return FALSE;
  for (int i = *n_levels - 2; i >= first; i--)
    push (&levels[i], &levels[i + 1]);
  return TRUE;
}

gboolean
genga_alpha_fill_hidden (GengaFrame *frame, GError **error)
{
  const int n = genga_layout_get_n_channels (frame->info.layout);
  g_autofree float *row = g_try_new (float, (gsize)frame->info.width *n);
  Level levels[MAX_LEVELS];
  int n_levels = 0;
  const gboolean ok = row != NULL && make_levels (frame, 0, levels, &n_levels);

  if (ok && levels[n_levels - 1].pixels[3] > 0)
    fill_pixels (frame, &levels[0], row);
  clear_levels (levels, n_levels);
  return ok || set_no_memory (frame, error);
}

/* ---- the ground ---- */

GengaFrame *
genga_ground_new (const GengaFrame *frame, GError **error)
{
  const int n = genga_layout_get_n_channels (frame->info.layout) - 1;
  Level levels[MAX_LEVELS];
  int n_levels = 0;
  GengaFrame *ground = NULL;

  if (make_levels (frame, GROUND_LEVEL, levels, &n_levels))
    {
      const Level *level = &levels[MIN (GROUND_LEVEL, n_levels - 1)];
      const GengaFrameInfo info = { .width = level->width,
                                    .height = level->height,
                                    .sample = GENGA_SAMPLE_F32,
                                    .layout = n == 3 ? GENGA_LAYOUT_RGB : GENGA_LAYOUT_GREY };

      ground = genga_frame_new (&info, error);
      for (int y = 0; ground != NULL && y < level->height; y++)
        for (int x = 0; x < level->width; x++)
          memcpy ((float *)genga_frame_get_row (ground, 0, y) + (gsize)x * n,
                  level->pixels + ((gsize)y * level->width + x) * STEP, n * sizeof (float));
    }
  else
    set_no_memory (frame, error);
  clear_levels (levels, n_levels);
  return ground;
}

/* A place between the pixels of the ground, along an axis. */
typedef struct
{
  int before;
  int after;
  float share; /* of `after` */
} Between;

static Between
find (int n, int factor, int at)
{
  const float place = (at + 0.5f) / (factor * GROUND_CELL) - 0.5f;
  const int before = place < 0 ? 0 : MIN ((int)place, n - 1);

  return (Between){ before, MIN (before + 1, n - 1), CLAMP (place - before, 0, 1) };
}

/* What the ground has in row `y` of a picture `factor` times as large, from x on. */
static void
get_ground_row (const GengaFrame *ground, int factor, int x, int y, int width, float *out)
{
  const int n = genga_layout_get_n_channels (ground->info.layout);
  const Between row = find (ground->info.height, factor, y);
  const float *above = genga_frame_get_row (ground, 0, row.before);
  const float *below = genga_frame_get_row (ground, 0, row.after);

  for (int i = 0; i < width; i++)
    {
      const Between column = find (ground->info.width, factor, x + i);

      for (int c = 0; c < n; c++)
        {
          const int left = column.before * n + c, right = column.after * n + c;
          const float top = above[left] + (above[right] - above[left]) * column.share;
          const float bottom = below[left] + (below[right] - below[left]) * column.share;

          *out++ = top + (bottom - top) * row.share;
        }
    }
}

void
genga_alpha_put_on_black (GengaFrame *colour, const GengaFrame *alpha)
{
  const int width = colour->info.width;
  const int n = genga_layout_get_n_channels (colour->info.layout);
  g_autofree float *opacity = g_new (float, width);

  g_return_if_fail (colour->info.sample == GENGA_SAMPLE_F32);
  for (int y = 0; y < colour->info.height; y++)
    {
      float *out = genga_frame_get_row (colour, 0, y);

      genga_pixels_load_row (alpha, y, opacity);
      for (int i = 0; i < width * n; i++)
        out[i] = opacity[i / n] > 0 ? opacity[i / n] * out[i] : 0;
    }
}

GengaFrame *
genga_alpha_new_on_white (const GengaFrame *black, const GengaFrame *alpha, GError **error)
{
  const int width = black->info.width;
  const int n = genga_layout_get_n_channels (black->info.layout);
  g_autofree float *opacity = g_new (float, width);
  GengaFrame *white = genga_frame_new (&black->info, error);

  for (int y = 0; white != NULL && y < black->info.height; y++)
    {
      const float *in = genga_frame_get_row (black, 0, y);
      float *out = genga_frame_get_row (white, 0, y);

      genga_pixels_load_row (alpha, y, opacity);
      for (int i = 0; i < width * n; i++)
        out[i] = in[i] + 1 - opacity[i / n];
    }
  return white;
}

GengaFrame *
genga_alpha_solve (const GengaFrame *black, const GengaFrame *white, GError **error)
{
  const int n = genga_layout_get_n_channels (black->info.layout);
  GengaFrameInfo info = black->info;
  GengaFrame *alpha;

  info.layout = GENGA_LAYOUT_GREY;
  alpha = genga_frame_new (&info, error);
  for (int y = 0; alpha != NULL && y < info.height; y++)
    {
      const float *dark = genga_frame_get_row (black, 0, y);
      const float *light = genga_frame_get_row (white, 0, y);
      float *out = genga_frame_get_row (alpha, 0, y);

      for (int x = 0; x < info.width; x++)
        {
          float seen = 0;

          for (int c = 0; c < n; c++)
            seen += light[x * n + c] - dark[x * n + c];
          out[x] = CLAMP (1 - seen / n, 0, 1);
        }
    }
  return alpha;
}

void
genga_alpha_solve_colours (GengaFrame *black,
                           const GengaFrame *white,
                           const GengaFrame *alpha,
                           const GengaFrame *ground,
                           int factor,
                           const GengaRect *place)
{
  const int n = genga_layout_get_n_channels (black->info.layout);
  g_autofree float *row = g_new (float, (gsize)place->width *n);

  g_return_if_fail (black->info.sample == GENGA_SAMPLE_F32);
  g_return_if_fail (alpha->info.sample == GENGA_SAMPLE_F32);
  for (int y = 0; y < place->height; y++)
    {
      const float *opacity = genga_frame_get_row (alpha, 0, y);
      const float *light = white != NULL ? genga_frame_get_row (white, 0, y) : NULL;
      float *out = genga_frame_get_row (black, 0, y);

      get_ground_row (ground, factor, place->x, place->y + y, place->width, row);
      for (int i = 0; i < place->width * n; i++)
        {
          const float share = opacity[i / n];
          const float trust = CLAMP (share / FAINT, 0, 1);
          const float weighed = light != NULL ? (out[i] + light[i] - (1 - share)) / 2 : out[i];

          out[i] =
              trust > 0 ? trust * CLAMP (weighed / share, 0, 1) + (1 - trust) * row[i] : row[i];
        }
    }
}
