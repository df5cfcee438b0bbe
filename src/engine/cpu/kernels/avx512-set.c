/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/avx512-set.h"
#include "engine/cpu/kernels/avx512-direct.h"
#include "engine/cpu/kernels/avx512-winograd-f32.h"
#include "engine/cpu/kernels/avx512-winograd-i16.h"

/* Called on any CPU: this file has no flags of its own. */
static gboolean
is_supported (void)
{
  return __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
         __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl") &&
         __builtin_cpu_supports ("avx512vnni") && __builtin_cpu_supports ("fma");
}

static GengaConv *
choose (const GengaConvSpec *spec)
{
  const gboolean is_3x3 = spec->kernel_height == 3 && spec->kernel_width == 3 &&
                          spec->stride == 1 && spec->dilation == 1 && !spec->depthwise;

  if (is_3x3 && spec->in_channels > 4 && spec->sum == GENGA_SUM_FAST)
    return genga_avx512_winograd_i16_new (spec);
  if (is_3x3 && spec->in_channels > 4)
    return genga_avx512_winograd_f32_new (spec);
  /* A picture's channels stand alone; a whole group is read of others. */
  if ((spec->depthwise || spec->kernel_height == 0) && spec->in_channels > 4)
    return genga_avx512_depthwise_new (spec);
  if (!spec->depthwise && spec->kernel_height > 0)
    return genga_avx512_direct_new (spec);
  return NULL;
}

static GengaConv *
conv_new (const GengaConvSpec *spec)
{
  GengaConv *conv = choose (spec);

  if (conv != NULL)
    conv->set = &genga_kernels_avx512;
  return conv;
}

const GengaKernelSet genga_kernels_avx512 = {
  .name = "avx512",
  .is_supported = is_supported,
  .conv_new = conv_new,
};
