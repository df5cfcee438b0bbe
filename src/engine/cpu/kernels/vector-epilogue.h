/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The epilogue on vectors of any width, in the compiler's own vector types: included by the files
 * of one kernel set, which are compiled for its CPU. GENGA_VECTOR is the number of floats.
 */
#pragma once

#include "engine/cpu/kernels/layer.h"

G_BEGIN_DECLS

#ifdef GENGA_VECTOR

typedef float GengaV __attribute__ ((vector_size (GENGA_VECTOR * sizeof (float))));
typedef gint32 GengaVi __attribute__ ((vector_size (GENGA_VECTOR * sizeof (gint32))));

static inline GengaV
genga_v_set (float value)
{
  return value - (GengaV){ 0 }; /* + would make 0 of -0: not free */
}

static inline GengaV
genga_v_select (GengaVi mask, GengaV yes, GengaV no)
{
  return (GengaV)(((GengaVi)yes & mask) | ((GengaVi)no & ~mask));
}

static inline GengaV
genga_v_min (GengaV a, GengaV b)
{
  return genga_v_select (a < b, a, b);
}

static inline GengaV
genga_v_max (GengaV a, GengaV b)
{
  return genga_v_select (a > b, a, b);
}

static inline GengaV
genga_v_abs (GengaV x)
{
  return (GengaV)((GengaVi)x & 0x7fffffff);
}

/* NaN where x is: what the clamps above lose. */
static inline GengaV
genga_v_keep_nan (GengaV x, GengaV value)
{
  return genga_v_select (x == x, value, x);
}

/* e^x, clamped to what a float holds; relative error below 2e-7. */
static inline GengaV
genga_v_exp (GengaV x)
{
  const GengaV y = genga_v_max (genga_v_min (x, genga_v_set (88.0f)), genga_v_set (-87.0f));
  const GengaV shifted = y * 1.44269504f + 12582912.0f;
  const GengaV n = shifted - 12582912.0f;
  const GengaV r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
  GengaV p = r * 1.9875691500e-4f + 1.3981999507e-3f;

  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return genga_v_keep_nan (x, p * (GengaV)((((GengaVi)shifted & 0x1ff) + 127) << 23));
}

static inline GengaV
genga_v_sigmoid (GengaV x)
{
  return 1.0f / (1.0f + genga_v_exp (-x));
}

static inline GengaV
genga_v_tanh (GengaV x)
{
  return 1.0f - 2.0f / (genga_v_exp (x + x) + 1.0f);
}

/* log (1 + u) for u in [0, 1], by the series of atanh. */
static inline GengaV
genga_v_log1p (GengaV u)
{
  const GengaV s = u / (u + 2.0f), q = s * s;
  GengaV p = q * (1.0f / 13) + 1.0f / 11;

  p = p * q + 1.0f / 9;
  p = p * q + 1.0f / 7;
  p = p * q + 1.0f / 5;
  p = p * q + 1.0f / 3;
  return 2.0f * s * (p * q + 1.0f);
}

static inline GengaV
genga_v_softplus (GengaV x)
{
  return genga_v_max (x, genga_v_set (0)) + genga_v_log1p (genga_v_exp (-genga_v_abs (x)));
}

/* x tanh (softplus (x)), rational in e^x. */
static inline GengaV
genga_v_mish (GengaV x)
{
  const GengaV e = genga_v_exp (genga_v_min (x, genga_v_set (20.0f))), t = e * e + 2.0f * e;

  return genga_v_keep_nan (x, x * (t / (t + 2.0f)));
}

/*
 * A polynomial in x^2 for erf (x) / x up to 3.75, where erf is 1 to 2e-7; fitted by least squares,
 * with weights for the largest error, which is 4e-7.
 */
static inline GengaV
genga_v_erf (GengaV x)
{
  static const float factors[] = {
    -1.861957847e-03f, 4.760683234e-03f,  -4.076098600e-03f, 5.454428306e-03f,  -1.551499964e-02f,
    2.725368541e-02f,  -3.797304268e-02f, 5.288135167e-02f,  -7.144172331e-02f, 9.085262801e-02f,
    -1.119582455e-01f, 1.392623619e-01f,  -1.880294775e-01f, 3.770569933e-01f,
  };
  const GengaV y = genga_v_max (genga_v_min (x, genga_v_set (3.75f)), genga_v_set (-3.75f));
  const GengaV u = y * y * (2 / (3.75f * 3.75f)) - 1.0f;
  GengaV p = genga_v_set (factors[0]);

#  pragma GCC unroll 16
  for (guint i = 1; i < G_N_ELEMENTS (factors); i++)
    p = p * u + factors[i];
  return p * y;
}

static inline GengaV
genga_v_gelu (GengaV x)
{
  return x * 0.5f * (1.0f + genga_v_erf (x * 0.70710678f));
}

static inline GengaV
genga_v_activate (const GengaEpilogue *epilogue, GengaV x, GengaV slopes, GengaV side)
{
  const float alpha = epilogue->alpha, beta = epilogue->beta;

  switch (epilogue->activation)
    {
    case GENGA_EPILOGUE_RELU:
      return genga_v_select (x < 0, genga_v_set (0), x);
    case GENGA_EPILOGUE_LEAKY:
      return genga_v_select (x < 0, alpha * x, x);
    case GENGA_EPILOGUE_PRELU:
      return genga_v_select (x < 0, slopes * x, x);
    case GENGA_EPILOGUE_SILU:
      return x * genga_v_sigmoid (x);
    case GENGA_EPILOGUE_MISH:
      return genga_v_mish (x);
    case GENGA_EPILOGUE_GELU:
      return genga_v_gelu (x);
    case GENGA_EPILOGUE_GELU_TANH:
      return x * 0.5f * (1.0f + genga_v_tanh (0.7978845608f * (x + 0.044715f * x * x * x)));
    case GENGA_EPILOGUE_SIGMOID:
      return genga_v_sigmoid (x);
    case GENGA_EPILOGUE_TANH:
      return genga_v_tanh (x);
    case GENGA_EPILOGUE_CLIP:
      return genga_v_select (x < alpha, genga_v_set (alpha),
                             genga_v_select (x > beta, genga_v_set (beta), x));
    case GENGA_EPILOGUE_ELU:
      return genga_v_select (x < 0, alpha * (genga_v_exp (x) - 1.0f), x);
    case GENGA_EPILOGUE_SOFTPLUS:
      return genga_v_softplus (x);
    case GENGA_EPILOGUE_HARDSIGMOID:
      return genga_v_keep_nan (
          x, genga_v_max (genga_v_min (alpha * x + beta, genga_v_set (1.0f)), genga_v_set (0)));
    case GENGA_EPILOGUE_SPAN_GATE:
      return (x + side) * (genga_v_sigmoid (x) - 0.5f);
    case GENGA_EPILOGUE_NONE:
    default:
      return x;
    }
}

/* What of an epilogue there is beside the bias. */
typedef enum
{
  GENGA_FINISH_NONE,
  GENGA_FINISH_GELU,
  GENGA_FINISH_SLOPE, /* a slope below 0: `slopes` has it, 1 and 0 included */
  GENGA_FINISH_SIDES, /* scale and sides after that */
  GENGA_FINISH_ANY,
} GengaFinish;

static inline GengaFinish
genga_epilogue_get_finish (const GengaEpilogue *epilogue)
{
  const gboolean is_bare = !epilogue->has_gate && epilogue->n_sides == 0 && epilogue->scale == 1;

  if (is_bare && epilogue->activation == GENGA_EPILOGUE_GELU)
    return GENGA_FINISH_GELU;
  if (epilogue->activation > GENGA_EPILOGUE_PRELU || epilogue->has_gate)
    return GENGA_FINISH_ANY;
  if (is_bare && epilogue->activation == GENGA_EPILOGUE_NONE)
    return GENGA_FINISH_NONE;
  return is_bare ? GENGA_FINISH_SLOPE : GENGA_FINISH_SIDES;
}

#endif

G_END_DECLS
