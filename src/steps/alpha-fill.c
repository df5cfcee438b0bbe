/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/alpha-fill.h"
#include "core/error.h"
#include "steps/pixels.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * A picture of means, or some rows of it: each pixel has colours and how much of them is known,
 * from 0 to 1.
 */
typedef struct
{
  int width;
  int height; /* of the whole */
  int first;  /* the first row that is there */
  int n_rows;
  float *pixels;
} Level;

/* The mean of so many pixels each way, level 0 having two. */
#define GROUND_LEVEL 2
#define GROUND_CELL (2 << GROUND_LEVEL)

/* Rows that are filled at a time: their finer levels take much memory. */
#define STRIP 128

/* Below this, what is left without the ground is mostly rounding. */
#define FAINT (1 / 64.f)

#define MAX_LEVELS 32
#define STEP 4 /* three colours at the most, and the weight */

struct _GengaVisible
{
  int width;
  int height;
  int n_channels;
  int n_rows; /* that have been added */
  int base;   /* the finest level that is whole */
  int n_levels;
  Level levels[MAX_LEVELS]; /* finer ones have the row that is being added up */
  float *row;
};

static float *
get_row (const Level *level, int y)
{
  return level->pixels + (gsize)(y - level->first) * level->width * STEP;
}

/* Adds a row to the means of two by two pixels, in row `y` of a level. */
static void
add_row (const float *row, int width, int n_colours, int n, Level *level, int y)
{
  float *out = get_row (level, y);

  for (int x = 0; x < width; x++, row += n)
    {
      float *to = out + (gsize)(x / 2) * STEP;
      const float weight = row[n - 1];

      for (int c = 0; c < n_colours; c++)
        to[c] += weight > 0 ? row[c] * weight : 0;
      to[3] += weight > 0 ? weight : 0;
    }
}

static void
normalise_row (Level *level, int y)
{
  float *pixel = get_row (level, y);

  for (int x = 0; x < level->width; x++, pixel += STEP)
    {
      for (int c = 0; c < 3 && pixel[3] > 0; c++)
        pixel[c] /= pixel[3];
      pixel[3] = MIN (pixel[3], 1);
    }
}

/* Of a picture of width x height. */
static gboolean
level_init (Level *self, int width, int height, int first, int n_rows)
{
  gsize n;

  *self = (Level){ (width + 1) / 2, (height + 1) / 2, first, n_rows, NULL };
  if (!g_size_checked_mul (&n, (gsize)self->width * STEP, n_rows))
    return FALSE;
  self->pixels = g_try_new0 (float, n);
  return self->pixels != NULL;
}

/* Row `y` of a level, or the nearest one that is there. */
static const float *
find_row (const Level *level, int y)
{
  return get_row (level, CLAMP (y, level->first, level->first + level->n_rows - 1));
}

/* What a coarser level has at pixel (x, y) of a finer one, between its pixels. */
static void
look_up (const Level *level, int x, int y, float *colours)
{
  const int x0 = CLAMP ((x - 1) >> 1, 0, level->width - 1), x1 = MIN (x0 + 1, level->width - 1);
  const int y0 = CLAMP ((y - 1) >> 1, 0, level->height - 1), y1 = MIN (y0 + 1, level->height - 1);
  const float right = x == 0 ? 0 : x % 2 == 0 ? 0.75f : 0.25f;
  const float below = y == 0 ? 0 : y % 2 == 0 ? 0.75f : 0.25f;
  const float *upper = find_row (level, y0), *lower = find_row (level, y1);
  const float *a = upper + (gsize)x0 * STEP, *b = upper + (gsize)x1 * STEP;
  const float *c = lower + (gsize)x0 * STEP, *d = lower + (gsize)x1 * STEP;

  for (int i = 0; i < 3; i++)
    colours[i] = (1 - below) * ((1 - right) * a[i] + right * b[i]) +
                 below * ((1 - right) * c[i] + right * d[i]);
}

/* What is missing in a level comes from the coarser one. */
static void
push (Level *fine, const Level *coarse)
{
  for (int y = fine->first; y < fine->first + fine->n_rows; y++)
    for (int x = 0; x < fine->width; x++)
      {
        float *pixel = get_row (fine, y) + (gsize)x * STEP;
        float colours[3];

        if (pixel[3] >= 1)
          continue;
        look_up (coarse, x, y, colours);
        for (int c = 0; c < 3; c++)
          pixel[c] = pixel[3] * pixel[c] + (1 - pixel[3]) * colours[c];
      }
}

static gboolean
set_no_memory (int width, int height, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
               _ ("Not enough memory for the transparent parts of a picture of %d × %d pixels."),
               width, height);
  return FALSE;
}

/* ---- what is visible ---- */

static gboolean
make_levels (GengaVisible *self)
{
  int width = self->width, height = self->height;

  for (int i = 0; i == 0 || width > 1 || height > 1; i++)
    {
      width = (width + 1) / 2;
      height = (height + 1) / 2;
      self->n_levels++;
    }
  self->base = MIN (GROUND_LEVEL, self->n_levels - 1);
  width = self->width;
  height = self->height;
  for (int i = 0; i < self->n_levels; i++)
    {
      const int n_rows = i < self->base ? 1 : (height + 1) / 2;

      if (!level_init (&self->levels[i], width, height, 0, n_rows))
        return FALSE;
      width = self->levels[i].width;
      height = self->levels[i].height;
    }
  return TRUE;
}

GengaVisible *
genga_visible_new (const GengaFrameInfo *info, GError **error)
{
  g_autoptr (GengaVisible) self = g_new0 (GengaVisible, 1);

  self->width = info->width;
  self->height = info->height;
  self->n_channels = genga_layout_get_n_channels (info->layout);
  self->row = g_try_new (float, (gsize)info->width * self->n_channels);
  if (self->row != NULL && make_levels (self))
    return g_steal_pointer (&self);
  set_no_memory (info->width, info->height, error);
  return NULL;
}

void
genga_visible_free (GengaVisible *self)
{
  if (self == NULL)
    return;
  for (int i = 0; i < self->n_levels; i++)
    g_free (self->levels[i].pixels);
  g_free (self->row);
  g_free (self);
}

/* Row `y` of a level has all that it is made of. */
static void
complete_row (GengaVisible *self, int i, int y)
{
  Level *level = &self->levels[i], *next = level + 1;

  normalise_row (level, y);
  if (i == self->n_levels - 1)
    return;
  if (i + 1 < self->base)
    next->first = y / 2;
  add_row (get_row (level, y), level->width, STEP - 1, STEP, next, y / 2);
  if (i < self->base)
    memset (level->pixels, 0, (gsize)level->width * STEP * sizeof (float));
  if (y % 2 == 1 || y == level->height - 1)
    complete_row (self, i + 1, y / 2);
}

void
genga_visible_add (GengaVisible *self, const GengaFrame *rows)
{
  const int n = self->n_channels;

  for (int i = 0; i < rows->info.height; i++)
    {
      const int y = self->n_rows++;

      genga_pixels_load_row (rows, i, self->row);
      if (self->base > 0)
        self->levels[0].first = y / 2;
      add_row (self->row, self->width, n - 1, n, &self->levels[0], y / 2);
      if (y % 2 == 1 || y == self->height - 1)
        complete_row (self, 0, y / 2);
    }
  if (self->n_rows == self->height)
    for (int i = self->n_levels - 2; i >= self->base; i--)
      push (&self->levels[i], &self->levels[i + 1]);
}

/* ---- filled in ---- */

/* The finer levels of rows of the picture, which begin at row `place`; `levels` has room for two.
 */
static gboolean
refine (GengaVisible *self, const GengaFrame *rows, int begin, int end, int place, Level *levels)
{
  const int n = self->n_channels;
  int first = place + begin, n_rows = end - begin;

  for (int i = 0; i < self->base; i++)
    {
      const Level *whole = &self->levels[i];

      levels[i] = *whole;
      levels[i].first = first /= 2;
      levels[i].n_rows = n_rows = (n_rows + 1) / 2;
      levels[i].pixels = g_try_new0 (float, (gsize)n_rows * whole->width * STEP);
      if (levels[i].pixels == NULL)
        return FALSE;
      if (i == 0)
        for (int y = begin; y < end; y++)
          {
            genga_pixels_load_row (rows, y, self->row);
            add_row (self->row, self->width, n - 1, n, &levels[0], (place + y) / 2);
          }
      else
        for (int y = levels[0].first; y < levels[0].first + levels[0].n_rows; y++)
          add_row (get_row (&levels[0], y), levels[0].width, STEP - 1, STEP, &levels[1], y / 2);
      for (int y = first; y < first + n_rows; y++)
        normalise_row (&levels[i], y);
    }
  for (int i = self->base - 1; i >= 0; i--)
    push (&levels[i], i + 1 < self->base ? &levels[i + 1] : &self->levels[self->base]);
  return TRUE;
}

static void
fill_row (GengaVisible *self, GengaFrame *rows, int y, int place, const Level *level)
{
  const int n = self->n_channels;
  gboolean has_changed = FALSE;

  genga_pixels_load_row (rows, y, self->row);
  for (int x = 0; x < self->width; x++)
    {
      float colours[3];

      if (self->row[x * n + n - 1] > 0)
        continue;
      look_up (level, x, place + y, colours);
      memcpy (self->row + x * n, colours, (n - 1) * sizeof (float));
      has_changed = TRUE;
    }
  if (has_changed)
    genga_pixels_store_row (rows, y, self->row);
}

/* Colours that nobody sees count for nothing, so that rows may be filled one after the other. */
static gboolean
fill_strip (GengaVisible *self, GengaFrame *rows, int begin, int end, int place)
{
  const int margin = GENGA_VISIBLE_MARGIN;
  /* The finer levels have whole pixels. */
  const int top = MAX (0, begin - margin), bottom = MIN (rows->info.height, end + margin);
  Level levels[GROUND_LEVEL] = { 0 };
  const gboolean ok = refine (self, rows, top, bottom, place, levels);

  for (int y = begin; ok && y < end; y++)
    fill_row (self, rows, y, place, self->base > 0 ? &levels[0] : &self->levels[0]);
  for (int i = 0; i < GROUND_LEVEL; i++)
    g_free (levels[i].pixels);
  return ok;
}

gboolean
genga_visible_fill (GengaVisible *self, GengaFrame *rows, int place, GError **error)
{
  const Level *coarsest = &self->levels[self->n_levels - 1];

  g_return_val_if_fail (place % GENGA_VISIBLE_MARGIN == 0, FALSE);
  if (coarsest->pixels[3] <= 0)
    return TRUE;
  for (int y = 0; y < rows->info.height; y += STRIP)
    if (!fill_strip (self, rows, y, MIN (y + STRIP, rows->info.height), place))
      return set_no_memory (self->width, self->height, error);
  return TRUE;
}

gboolean
genga_alpha_fill_hidden (GengaFrame *frame, GError **error)
{
  g_autoptr (GengaVisible) visible = genga_visible_new (&frame->info, error);

  if (visible == NULL)
    return FALSE;
  genga_visible_add (visible, frame);
  return genga_visible_fill (visible, frame, 0, error);
}

/* ---- the ground ---- */

GengaFrame *
genga_visible_new_ground (const GengaVisible *self, GError **error)
{
  const int n = self->n_channels - 1;
  const Level *level = &self->levels[self->base];
  const GengaFrameInfo info = { .width = level->width,
                                .height = level->height,
                                .sample = GENGA_SAMPLE_F32,
                                .layout = n == 3 ? GENGA_LAYOUT_RGB : GENGA_LAYOUT_GREY };
  GengaFrame *ground = genga_frame_new (&info, error);

  for (int y = 0; ground != NULL && y < level->height; y++)
    for (int x = 0; x < level->width; x++)
      memcpy ((float *)genga_frame_get_row (ground, 0, y) + (gsize)x * n,
              get_row (level, y) + (gsize)x * STEP, n * sizeof (float));
  return ground;
}

GengaFrame *
genga_ground_new (const GengaFrame *frame, GError **error)
{
  g_autoptr (GengaVisible) visible = genga_visible_new (&frame->info, error);

  if (visible == NULL)
    return NULL;
  genga_visible_add (visible, frame);
  return genga_visible_new_ground (visible, error);
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
