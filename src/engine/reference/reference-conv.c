/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-conv.h"

typedef struct
{
  const GengaReferenceStep *step;
  gboolean is_transposed;
  int n_taps;
  int n_in;       /* channels of a group */
  int n_out;      /* of a group */
  double *weight; /* [group][tap][in][out], so that the inner loop runs over outputs */
  double *sums;   /* of a pixel: all channels */
} Conv;

static void
pack_weight (Conv *self)
{
  int n_groups = self->step->op->conv.groups;
  double *to = self->weight;

  for (int g = 0; g < n_groups; g++)
    for (int tap = 0; tap < self->n_taps; tap++)
      for (int i = 0; i < self->n_in; i++)
        for (int o = 0; o < self->n_out; o++)
          {
            gsize filter = self->is_transposed ? ((gsize)g * self->n_in + i) * self->n_out + o
                                               : ((gsize)g * self->n_out + o) * self->n_in + i;
            *to++ = self->step->weight[filter * self->n_taps + tap];
          }
}

/* The input's row or column that a tap reads for the output's, or -1 where it reads a zero. */
static int
get_source (const Conv *self, int at, int tap, int pad, int length)
{
  int stride = self->step->op->conv.stride;
  int shift = tap * self->step->op->conv.dilation;
  int source = self->is_transposed ? at + pad - shift : at * stride - pad + shift;

  if (self->is_transposed)
    {
      if (source < 0 || source % stride != 0)
        return -1;
      source /= stride;
    }
  return source >= 0 && source < length ? source : -1;
}

static void
add_tap (const Conv *self, const float *pixel, int tap)
{
  for (int g = 0; g < self->step->op->conv.groups; g++)
    {
      const float *in = pixel + g * self->n_in;
      const double *weight =
          self->weight + ((gsize)g * self->n_taps + tap) * self->n_in * self->n_out;
      double *restrict sums = self->sums + g * self->n_out;

      for (int i = 0; i < self->n_in; i++, weight += self->n_out)
        for (int o = 0; o < self->n_out; o++)
          sums[o] += in[i] * weight[o];
    }
}

static void
run_pixel (const Conv *self, int y, int x)
{
  const GengaReferenceStep *step = self->step;
  const GengaReferenceMap *in = &step->in[0];
  float *out = genga_reference_map_at (&step->out, y, x);

  for (int o = 0; o < step->out.channels; o++)
    self->sums[o] = step->bias != NULL ? step->bias[o] : 0;
  for (int tap = 0; tap < self->n_taps; tap++)
    {
      int kernel_x = step->op->conv.kernel_x;
      int row = get_source (self, y, tap / kernel_x, step->op->conv.pad_y, in->height);
      int column = get_source (self, x, tap % kernel_x, step->op->conv.pad_x, in->width);

      if (row >= 0 && column >= 0)
        add_tap (self, genga_reference_map_at (in, row, column), tap);
    }
  for (int o = 0; o < step->out.channels; o++)
    out[o] = self->sums[o];
}

gboolean
genga_reference_conv (const GengaReferenceStep *step)
{
  const GengaOp *op = step->op;
  Conv self = {
    .step = step,
    .is_transposed = op->kind == GENGA_OP_DECONV2D,
    .n_taps = op->conv.kernel_y * op->conv.kernel_x,
    .n_in = step->in[0].channels / op->conv.groups,
    .n_out = op->channels / op->conv.groups,
  };
  gsize n_weights = (gsize)op->conv.groups * self.n_taps * self.n_in * self.n_out;
  g_autofree double *weight = g_try_malloc_n (n_weights, sizeof (double));
  g_autofree double *sums = g_try_malloc_n (op->channels, sizeof (double));

  if (weight == NULL || sums == NULL)
    return FALSE;
  self.weight = weight;
  self.sums = sums;
  pack_weight (&self);
  for (int y = 0; y < step->out.height; y++)
    for (int x = 0; x < step->out.width; x++)
      run_pixel (&self, y, x);
  return TRUE;
}
