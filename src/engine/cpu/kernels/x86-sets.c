/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/x86-sets.h"
#include "engine/cpu/kernels/vector-kernels.h"

/* This file runs on any CPU and has no flags of its own. */

/* Channels from which on integers pay. */
#define LEAST_LINEAR 24

typedef GengaConv *(*NewFunc) (const GengaConvSpec *spec);

typedef struct
{
  NewFunc winograd_f32, winograd_i16, winograd_large, linear_i16, direct, depthwise;
} Kernels;

static NewFunc
choose (const Kernels *kernels, const GengaConvSpec *spec)
{
  const guint kernel = spec->kernel_width;
  const gboolean is_odd_square =
      spec->kernel_height == kernel && kernel % 2 == 1 && spec->stride == 1 && spec->dilation == 1;

  /* Whole groups of channels are read of all but pictures. */
  if (spec->depthwise || spec->kernel_height == 0)
    return spec->in_channels > 4 ? kernels->depthwise : NULL;
  if (is_odd_square && kernel > 3 && spec->in_channels > 4)
    return kernels->winograd_large;
  if (is_odd_square && kernel == 3 && spec->in_channels > 4)
    return spec->sum == GENGA_SUM_FAST ? kernels->winograd_i16 : kernels->winograd_f32;
  if (is_odd_square && kernel == 1 && spec->in_channels >= LEAST_LINEAR &&
      spec->sum == GENGA_SUM_FAST)
    return kernels->linear_i16;
  return kernels->direct;
}

static GengaConv *
make (const GengaKernelSet *set, const Kernels *kernels, const GengaConvSpec *spec)
{
  const NewFunc func = choose (kernels, spec);
  GengaConv *conv = func != NULL ? func (spec) : NULL;

  if (conv != NULL)
    conv->set = set;
  return conv;
}

#define KERNELS(set)                                                                               \
  {                                                                                                \
    genga_##set##_winograd_f32_new, genga_##set##_winograd_i16_new,                                \
        genga_##set##_winograd_large_new, genga_##set##_linear_i16_new, genga_##set##_direct_new,  \
        genga_##set##_depthwise_new                                                                \
  }

static gboolean
avx512_is_supported (void)
{
  return __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
         __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl") &&
         __builtin_cpu_supports ("avx512vnni") && __builtin_cpu_supports ("fma");
}

static GengaConv *
avx512_conv_new (const GengaConvSpec *spec)
{
  static const Kernels kernels = KERNELS (avx512);

  return make (&genga_kernels_avx512, &kernels, spec);
}

const GengaKernelSet genga_kernels_avx512 = {
  .name = "avx512",
  .is_supported = avx512_is_supported,
  .conv_new = avx512_conv_new,
  .layer_norm = genga_avx512_layer_norm,
  .attend = genga_avx512_attend,
  .multiply = genga_avx512_multiply,
};

/* All CPUs with FMA convert halves, too. */
static gboolean
avx2_is_supported (void)
{
  return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
}

static GengaConv *
avx2_conv_new (const GengaConvSpec *spec)
{
  static const Kernels kernels = KERNELS (avx2);

  return make (&genga_kernels_avx2, &kernels, spec);
}

const GengaKernelSet genga_kernels_avx2 = {
  .name = "avx2",
  .is_supported = avx2_is_supported,
  .conv_new = avx2_conv_new,
  .layer_norm = genga_avx2_layer_norm,
  .attend = genga_avx2_attend,
  .multiply = genga_avx2_multiply,
};
