/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "core/error.h"
#include "steps/bands.h"
#include "steps/enhance-rows.h"
#include "steps/enhance.h"
#include "steps/pixels.h"
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#define LINE_ALIGNMENT 64

/* One band's memory: lines are rows as the arithmetic wants them, u8 or f32. */
typedef struct
{
  guint8 *above;     /* the row before the band, as it was */
  guint8 *below;     /* the row after the band, as it was */
  guint8 *window[3]; /* rows of the band, as they were */
  guint8 *target;
} Lines;

/* What goes through the rows: first to measure, then to apply. */
typedef struct
{
  GengaFrame *frame;
  GengaFrame *target; /* the same, or another of its size */
  GCancellable *cancellable;
  int n_channels;
  gboolean is_u8;
  gsize line_size; /* bytes */
  Lines lines[GENGA_MAX_BANDS];
  double *luma_sums; /* of each row; sums of rows do not depend on bands */

  gboolean is_measuring;
  gboolean is_keeping; /* rows as they are when they are measured: sharp */
  float sharpness;     /* Pillow's factors; 1 = as it is */
  float contrast;
  float saturation;
  float mean;
  int rounded_mean;
  guint8 contrast_table[256];
} Pass;

gboolean
genga_enhance_is_neutral (const GengaEnhance *self)
{
  return self->sharpening == 0 && self->contrast == 1 && self->saturation == 1;
}

static void
load_line (const Pass *self, int y, guint8 *line)
{
  if (self->is_u8)
    memcpy (line, genga_frame_get_row (self->frame, 0, y), self->line_size);
  else
    genga_pixels_load_row (self->frame, y, (float *)(gpointer)line);
}

static void
store_line (const Pass *self, int y, guint8 *line)
{
  float *samples = (gpointer)line;

  if (self->is_u8)
    {
      memcpy (genga_frame_get_row (self->target, 0, y), line, self->line_size);
      return;
    }

  for (gsize i = 0; i < self->line_size / sizeof (float); i++)
    samples[i] = samples[i] > 0 ? (samples[i] < 1 ? samples[i] : 1) : 0;
  genga_pixels_store_row (self->target, y, samples);
}

/* What the next pass goes on from, with nothing lost. */
static void
keep_line (const Pass *self, int y, const guint8 *line)
{
  memcpy (genga_frame_get_row (self->target, 0, y), line, self->line_size);
}

/* `above` and `below` are NULL at the picture's border, which stays unfiltered. */
static void
sharpen_line (
    const Pass *self, const guint8 *above, const guint8 *row, const guint8 *below, guint8 *target)
{
  const int width = self->frame->info.width;

  if (self->sharpness == 1 || !above || !below)
    memcpy (target, row, self->line_size);
  else if (self->is_u8)
    genga_enhance_sharpen_u8 (above, row, below, target, width, self->n_channels, self->sharpness);
  else
    genga_enhance_sharpen_f32 ((gconstpointer)above, (gconstpointer)row, (gconstpointer)below,
                               (gpointer)target, width, self->n_channels, self->sharpness);
}

static double
sum_luma (const Pass *self, const guint8 *line)
{
  const int width = self->frame->info.width;

  if (self->is_u8)
    return genga_enhance_sum_luma_u8 (line, width, self->n_channels);
  return genga_enhance_sum_luma_f32 ((gconstpointer)line, width, self->n_channels);
}

static void
colour_line (const Pass *self, guint8 *line)
{
  const int width = self->frame->info.width;
  const int n_channels = self->n_channels;
  const gsize n = (gsize)width * n_channels;
  float *samples = (gpointer)line;

  if (self->contrast != 1)
    {
      if (self->is_u8)
        genga_enhance_contrast_u8 (line, n, self->contrast, self->rounded_mean,
                                   self->contrast_table);
      else
        genga_enhance_contrast_f32 (samples, n, self->contrast, self->mean);
    }
  if (self->saturation != 1 && n_channels >= 3)
    {
      if (self->is_u8)
        genga_enhance_saturate_u8 (line, width, n_channels, self->saturation);
      else
        genga_enhance_saturate_f32 (samples, width, n_channels, self->saturation);
    }
}

static void
copy_alpha (const Pass *self, const guint8 *source, guint8 *target)
{
  const gsize sample_size = self->is_u8 ? 1 : sizeof (float);
  const gsize step = self->n_channels * sample_size;

  if (!genga_layout_has_alpha (self->frame->info.layout))
    return;
  for (gsize i = step - sample_size; i < self->line_size; i += step)
    memcpy (target + i, source + i, sample_size);
}

static void
process_band (int band, int begin, int end, gpointer user_data)
{
  const Pass *self = user_data;
  const Lines *lines = &self->lines[band];
  const int height = self->frame->info.height;
  const guint8 *above = begin > 0 ? lines->above : NULL;

  if (begin < end)
    load_line (self, begin, lines->window[begin % 3]);

  for (int y = begin; y < end && !g_cancellable_is_cancelled (self->cancellable); y++)
    {
      const guint8 *row = lines->window[y % 3];
      const guint8 *below = y + 1 < height ? lines->below : NULL;

      /* Rows are changed in place: the next one has to be read before its own turn comes. */
      if (y + 1 < end)
        {
          load_line (self, y + 1, lines->window[(y + 1) % 3]);
          below = lines->window[(y + 1) % 3];
        }

      sharpen_line (self, above, row, below, lines->target);
      if (self->is_measuring)
        {
          self->luma_sums[y] = sum_luma (self, lines->target);
          if (self->is_keeping)
            {
              copy_alpha (self, row, lines->target);
              keep_line (self, y, lines->target);
            }
        }
      else
        {
          colour_line (self, lines->target);
          copy_alpha (self, row, lines->target);
          store_line (self, y, lines->target);
        }
      above = row;
    }
}

/* Nothing but what each pixel becomes by itself. */
static void
colour_band (int band, int begin, int end, gpointer user_data)
{
  const Pass *self = user_data;

  for (int y = begin; y < end && !g_cancellable_is_cancelled (self->cancellable); y++)
    colour_line (self, genga_frame_get_row (self->target, 0, y));
}

static void
run_pass (Pass *self, int n_bands)
{
  const int height = self->frame->info.height;

  if (!self->is_measuring && self->sharpness == 1 && self->is_u8 && self->target == self->frame &&
      !genga_layout_has_alpha (self->frame->info.layout))
    {
      genga_bands_run (height, n_bands, colour_band, self);
      return;
    }
  for (int i = 0; i < n_bands; i++)
    {
      const int begin = genga_bands_get_begin (height, n_bands, i);
      const int end = genga_bands_get_begin (height, n_bands, i + 1);

      if (begin > 0)
        load_line (self, begin - 1, self->lines[i].above);
      if (end < height)
        load_line (self, end, self->lines[i].below);
    }
  genga_bands_run (height, n_bands, process_band, self);
}

static double
get_mean (const Pass *self)
{
  const int height = self->frame->info.height;
  double sum = 0;

  for (int y = 0; y < height; y++)
    sum += self->luma_sums[y];
  return sum / ((double)self->frame->info.width * height);
}

static void
set_mean (Pass *self, double mean)
{
  self->mean = mean;
  self->rounded_mean = mean + 0.5;
  if (self->is_u8)
    genga_enhance_make_contrast_table (self->contrast_table, self->contrast, self->rounded_mean);
}

static gpointer
allocate_lines (Pass *self, int n_bands)
{
  const gsize n_lines = sizeof (Lines) / sizeof (guint8 *);
  const gsize step = (self->line_size + LINE_ALIGNMENT - 1) / LINE_ALIGNMENT * LINE_ALIGNMENT;
  gpointer block;
  guint8 *next;

  if (posix_memalign (&block, LINE_ALIGNMENT, step * n_lines * n_bands) != 0)
    return NULL;

  next = block;
  for (int i = 0; i < n_bands; i++, next += n_lines * step)
    self->lines[i] = (Lines){
      .above = next,
      .below = next + step,
      .window = { next + 2 * step, next + 3 * step, next + 4 * step },
      .target = next + 5 * step,
    };

  return block;
}

/* Where `keeps`, what is sharp need not be made so again; other samples would be rounded. */
static void
measure (Pass *self, int n_bands, gboolean keeps)
{
  self->is_measuring = TRUE;
  self->is_keeping = keeps && self->sharpness != 1 && self->target == self->frame &&
                     (self->is_u8 || self->frame->info.sample == GENGA_SAMPLE_F32);
  run_pass (self, n_bands);
  if (self->is_keeping)
    self->sharpness = 1;
  self->is_measuring = self->is_keeping = FALSE;
}

/* `sums` for those of rows, which are all that is wanted; `given_mean`, in the frame's own units,
 * or NULL: measured, where it is needed. */
static gboolean
apply (Pass *self, double *sums, const double *given_mean, guint n_threads, GError **error)
{
  const GengaFrameInfo *info = &self->frame->info;
  const int n_bands = genga_bands_choose (info->height, n_threads);
  g_autofree double *own_sums = sums == NULL ? g_try_new0 (double, info->height) : NULL;
  gpointer block = allocate_lines (self, n_bands);

  self->luma_sums = sums != NULL ? sums : own_sums;
  if (!self->luma_sums || !block)
    {
      free (block);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                   _ ("Not enough memory to filter a picture of %d × %d pixels."), info->width,
                   info->height);
      return FALSE;
    }

  if (given_mean)
    set_mean (self, *given_mean);
  else if (sums != NULL || self->contrast != 1)
    measure (self, n_bands, sums == NULL);
  if (sums == NULL && !given_mean && self->contrast != 1)
    set_mean (self, get_mean (self));
  if (sums == NULL)
    run_pass (self, n_bands);
  free (block);

  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static void
pass_init (Pass *self, const GengaEnhance *enhance, GengaFrame *frame, GCancellable *cancellable)
{
  const int n_channels = genga_layout_get_n_channels (frame->info.layout);

  *self = (Pass){
    .frame = frame,
    .target = frame,
    .cancellable = cancellable,
    .n_channels = n_channels,
    .is_u8 = frame->info.sample == GENGA_SAMPLE_U8,
    .sharpness = 1 + enhance->sharpening,
    .contrast = enhance->contrast,
    .saturation = enhance->saturation,
  };
  self->line_size = (gsize)frame->info.width * n_channels * (self->is_u8 ? 1 : sizeof (float));
}

static GengaFrame *
apply_in_place (const GengaEnhance *self,
                GengaFrame *frame,
                const double *given_mean,
                guint n_threads,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GengaFrame) result = frame;
  Pass pass;

  g_return_val_if_fail (genga_layout_get_n_channels (frame->info.layout) > 0, NULL);
  g_return_val_if_fail (frame->info.memory == GENGA_MEMORY_HOST, NULL);

  if (genga_enhance_is_neutral (self))
    return g_steal_pointer (&result);

  result = genga_frame_make_writable (g_steal_pointer (&result), error);
  if (!result)
    return NULL;

  pass_init (&pass, self, result, cancellable);
  return apply (&pass, NULL, given_mean, n_threads, error) ? g_steal_pointer (&result) : NULL;
}

GengaFrame *
genga_enhance_apply (const GengaEnhance *self,
                     GengaFrame *frame,
                     guint n_threads,
                     GCancellable *cancellable,
                     GError **error)
{
  return apply_in_place (self, frame, NULL, n_threads, cancellable, error);
}

GengaFrame *
genga_enhance_apply_around (const GengaEnhance *self,
                            GengaFrame *frame,
                            double mean,
                            guint n_threads,
                            GCancellable *cancellable,
                            GError **error)
{
  return apply_in_place (self, frame, &mean, n_threads, cancellable, error);
}

gboolean
genga_enhance_sum_rows (const GengaEnhance *self,
                        GengaFrame *frame,
                        double *sums,
                        guint n_threads,
                        GCancellable *cancellable,
                        GError **error)
{
  Pass pass;

  pass_init (&pass, self, frame, cancellable);
  return apply (&pass, sums, NULL, n_threads, error);
}

GengaFrame *
genga_enhance_apply_part (const GengaEnhance *self,
                          GengaFrame *frame,
                          GengaSample sample,
                          double mean,
                          guint n_threads,
                          GCancellable *cancellable,
                          GError **error)
{
  GengaFrameInfo info = frame->info;
  g_autoptr (GengaFrame) result = NULL;
  Pass pass;

  g_return_val_if_fail (genga_layout_get_n_channels (info.layout) > 0, NULL);
  g_return_val_if_fail (info.sample != GENGA_SAMPLE_U8 || sample == GENGA_SAMPLE_U8, NULL);

  info.sample = sample;
  result = genga_frame_new_dense (&info, error);
  if (!result)
    return NULL;
  genga_frame_copy_properties (result, frame);

  pass_init (&pass, self, frame, cancellable);
  pass.target = result;
  if (pass.is_u8)
    mean *= 255;
  return apply (&pass, NULL, &mean, n_threads, error) ? g_steal_pointer (&result) : NULL;
}

double
genga_enhance_measure_mean (const GengaFrame *frame)
{
  const GengaFrameInfo *info = &frame->info;
  const int n_channels = genga_layout_get_n_channels (info->layout);
  g_autofree float *row = g_new (float, (gsize)info->width *n_channels);
  double sum = 0;

  for (int y = 0; y < info->height; y++)
    {
      genga_pixels_load_row (frame, y, row);
      sum += genga_enhance_sum_luma_f32 (row, info->width, n_channels);
    }
  return sum / ((double)info->width * info->height);
}
