/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-fourier.h"

#include <complex.h>
#include <math.h>

/* One channel's half spectrum, height x n_columns, of a map that is `width` wide. */
typedef struct
{
  int height;
  int width;
  int n_columns;
  double complex *values;
  double complex *line;  /* a row or a column */
  double complex *roots; /* exp (2 pi i k / n) of the axis in turn */
} Spectrum;

static void
clear (Spectrum *self)
{
  g_free (self->values);
  g_free (self->line);
  g_free (self->roots);
}

static gboolean
init (Spectrum *self, int height, int width)
{
  gsize longest = MAX (height, width);

  *self = (Spectrum){ .height = height, .width = width, .n_columns = width / 2 + 1 };
  self->values = g_try_new (double complex, (gsize)height * self->n_columns);
  self->line = g_try_new (double complex, longest);
  self->roots = g_try_new (double complex, longest);
  if (self->values != NULL && self->line != NULL && self->roots != NULL)
    return TRUE;
  clear (self);
  return FALSE;
}

static void
set_roots (Spectrum *self, int n)
{
  for (int k = 0; k < n; k++)
    self->roots[k] = cexp (2 * G_PI * I * k / n);
}

/* The sum of line[j] * exp (sign * 2 pi i j k / n). */
static double complex
sum_line (const Spectrum *self, int n, int k, int sign)
{
  double complex sum = 0;

  for (gint64 j = 0; j < n; j++)
    {
      double complex root = self->roots[j * k % n];

      sum += self->line[j] * (sign < 0 ? conj (root) : root);
    }
  return sum;
}

static void
transform_columns (Spectrum *self, int sign)
{
  set_roots (self, self->height);
  for (int x = 0; x < self->n_columns; x++)
    {
      for (int y = 0; y < self->height; y++)
        self->line[y] = self->values[(gsize)y * self->n_columns + x];
      for (int y = 0; y < self->height; y++)
        self->values[(gsize)y * self->n_columns + x] = sum_line (self, self->height, y, sign);
    }
}

gboolean
genga_reference_real_fft (const GengaReferenceStep *step)
{
  const GengaReferenceMap *in = &step->in[0], *out = &step->out;
  const double factor = 1 / sqrt ((double)in->height * in->width);
  Spectrum spectrum;

  if (!init (&spectrum, in->height, in->width))
    return FALSE;
  for (int c = 0; c < in->channels; c++)
    {
      set_roots (&spectrum, in->width);
      for (int y = 0; y < in->height; y++)
        {
          for (int x = 0; x < in->width; x++)
            spectrum.line[x] = genga_reference_map_at (in, y, x)[c];
          for (int x = 0; x < spectrum.n_columns; x++)
            spectrum.values[(gsize)y * spectrum.n_columns + x] =
                sum_line (&spectrum, in->width, x, -1);
        }
      transform_columns (&spectrum, -1);
      for (int y = 0; y < out->height; y++)
        for (int x = 0; x < out->width; x++)
          {
            double complex value = spectrum.values[(gsize)y * spectrum.n_columns + x] * factor;

            genga_reference_map_at (out, y, x)[c] = (float)creal (value);
            genga_reference_map_at (out, y, x)[in->channels + c] = (float)cimag (value);
          }
    }
  clear (&spectrum);
  return TRUE;
}

/* A row of the half spectrum, with the other half: its conjugate. */
static void
load_row (Spectrum *self, int y)
{
  const double complex *row = self->values + (gsize)y * self->n_columns;

  for (int x = 0; x < self->width; x++)
    self->line[x] = x < self->n_columns ? row[x] : conj (row[self->width - x]);
  self->line[0] = creal (self->line[0]);
  self->line[self->width / 2] = creal (self->line[self->width / 2]);
}

gboolean
genga_reference_real_ifft (const GengaReferenceStep *step)
{
  const GengaReferenceMap *in = &step->in[0], *out = &step->out;
  const double factor = 1 / sqrt ((double)out->height * out->width);
  Spectrum spectrum;

  if (!init (&spectrum, out->height, out->width))
    return FALSE;
  for (int c = 0; c < out->channels; c++)
    {
      for (int y = 0; y < in->height; y++)
        for (int x = 0; x < in->width; x++)
          {
            const float *pixel = genga_reference_map_at (in, y, x);

            spectrum.values[(gsize)y * spectrum.n_columns + x] =
                pixel[c] + I * pixel[out->channels + c];
          }
      transform_columns (&spectrum, 1);
      set_roots (&spectrum, out->width);
      for (int y = 0; y < out->height; y++)
        {
          load_row (&spectrum, y);
          for (int x = 0; x < out->width; x++)
            genga_reference_map_at (out, y, x)[c] =
                (float)(creal (sum_line (&spectrum, out->width, x, 1)) * factor);
        }
    }
  clear (&spectrum);
  return TRUE;
}
