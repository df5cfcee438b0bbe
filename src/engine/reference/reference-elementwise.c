/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-elementwise.h"

#include <math.h>

static double
get_sigmoid (double x)
{
  return 1 / (1 + exp (-x));
}

/* NaN stays NaN, as everywhere: comparisons with it are false. */
static double
apply (const GengaOp *op, double x, double slope)
{
  switch (op->activation.function)
    {
    case GENGA_ACTIVATION_PRELU:
    case GENGA_ACTIVATION_LEAKY_RELU:
      return x < 0 ? x * slope : x;
    case GENGA_ACTIVATION_RELU:
      return x < 0 ? 0 : x;
    case GENGA_ACTIVATION_SILU:
      return x * get_sigmoid (x);
    case GENGA_ACTIVATION_MISH:
      return x * tanh (log1p (exp (x)));
    case GENGA_ACTIVATION_GELU:
      return x * (1 + erf (x * G_SQRT2 / 2)) / 2;
    case GENGA_ACTIVATION_SIGMOID:
      return get_sigmoid (x);
    case GENGA_ACTIVATION_TANH:
      return tanh (x);
    case GENGA_ACTIVATION_CLIP:
      return x < op->activation.low ? op->activation.low
                                    : (x > op->activation.high ? op->activation.high : x);
    case GENGA_ACTIVATION_ELU:
      return x < 0 ? expm1 (x) * slope : x;
    case GENGA_ACTIVATION_SOFTPLUS:
      return x > 0 ? x + log1p (exp (-x)) : log1p (exp (x));
    case GENGA_ACTIVATION_EXP:
      return exp (x);
    case GENGA_ACTIVATION_LOG:
      return log (x);
    case GENGA_ACTIVATION_SQRT:
      return sqrt (x);
    case GENGA_ACTIVATION_ABS:
      return fabs (x);
    case GENGA_ACTIVATION_ERF:
      return erf (x);
    case GENGA_ACTIVATION_POW:
      return pow (x, op->activation.exponent);
    case GENGA_ACTIVATION_ROUND:
      return round (x);
    default:
      g_assert_not_reached ();
    }
}

void
genga_reference_activate (const GengaReferenceStep *step)
{
  gsize n_pixels = genga_reference_map_get_n_pixels (&step->out);
  gboolean is_prelu = step->op->activation.function == GENGA_ACTIVATION_PRELU;
  const float *in = step->in[0].data;
  float *out = step->out.data;

  for (gsize i = 0; i < n_pixels; i++)
    for (int c = 0; c < step->out.channels; c++)
      *out++ =
          apply (step->op, *in++, is_prelu ? step->weight[c] : (double)step->op->activation.slope);
}

void
genga_reference_affine (const GengaReferenceStep *step)
{
  gsize n_pixels = genga_reference_map_get_n_pixels (&step->out);
  const float *in = step->in[0].data;
  float *out = step->out.data;

  for (gsize i = 0; i < n_pixels; i++)
    for (int c = 0; c < step->out.channels; c++)
      {
        double factor = step->weight != NULL ? step->weight[c] : 1;
        double offset = step->bias != NULL ? step->bias[c] : 0;

        *out++ = *in++ * factor + offset;
      }
}

static double
combine (GengaOpKind kind, double a, double b)
{
  if (isnan (a) || isnan (b))
    return NAN;
  switch ((int)kind)
    {
    case GENGA_OP_ADD:
      return a + b;
    case GENGA_OP_SUB:
      return a - b;
    case GENGA_OP_MUL:
      return a * b;
    case GENGA_OP_DIV:
      return a / b;
    case GENGA_OP_MIN:
      return MIN (a, b);
    case GENGA_OP_MAX:
      return MAX (a, b);
    default:
      g_assert_not_reached ();
    }
}

/* A vector stands for every pixel, a single channel for all. */
static double
read_value (const GengaReferenceMap *map, gsize pixel, int channel)
{
  gsize at = genga_reference_map_get_n_pixels (map) == 1 ? 0 : pixel;

  return map->data[at * map->channels + (map->channels == 1 ? 0 : channel)];
}

void
genga_reference_combine (const GengaReferenceStep *step)
{
  gsize n_pixels = genga_reference_map_get_n_pixels (&step->out);
  float *out = step->out.data;

  for (gsize i = 0; i < n_pixels; i++)
    for (int c = 0; c < step->out.channels; c++)
      *out++ = combine (step->op->kind, read_value (&step->in[0], i, c),
                        read_value (&step->in[1], i, c));
}
