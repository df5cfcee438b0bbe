/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/cpu-step.h"

static int
floor_div (gint64 n, gint64 d)
{
  return (int)(n >= 0 ? n / d : -((-n + d - 1) / d));
}

static GengaCpuRange
get_conv_reach (const GengaCpuStep *step, gboolean is_x, GengaCpuRange range)
{
  const int kernel = is_x ? step->kernel_x : step->kernel_y;
  const int first = -(is_x ? step->pad_x : step->pad_y);
  const int span = step->dilation * (kernel - 1) + 1;

  return (GengaCpuRange){ range.begin * step->stride + first,
                          (range.end - 1) * step->stride + first + span };
}

/* Pixel x lies at (x + 1/2) * den / num - 1/2 of the source; one or two pixels around it count. */
static GengaCpuRange
get_resize_reach (const GengaCpuStep *step, GengaCpuRange range)
{
  const gint64 num = step->num, den = step->den;
  const int around = step->resize == GENGA_RESIZE_BICUBIC ? 2 : 1;

  if (step->resize == GENGA_RESIZE_NEAREST)
    return (GengaCpuRange){ floor_div (range.begin * den, num),
                            floor_div ((range.end - 1) * den, num) + 1 };
  return (GengaCpuRange){ floor_div ((2 * range.begin + 1) * den - num, 2 * num) + 1 - around,
                          floor_div ((2 * range.end - 1) * den - num, 2 * num) + 1 + around };
}

static GengaCpuRange
divide (GengaCpuRange range, int factor)
{
  return (GengaCpuRange){ floor_div (range.begin, factor), floor_div (range.end - 1, factor) + 1 };
}

GengaCpuRange
genga_cpu_step_get_reach (const GengaCpuStep *step, guint i, gboolean is_x, GengaCpuRange range)
{
  switch (step->kind)
    {
    case GENGA_CPU_CONV:
      return i == 0 ? get_conv_reach (step, is_x, range) : range;
    case GENGA_CPU_SHUFFLE:
    case GENGA_CPU_DYSAMPLE:
      return divide (range, step->factor);
    case GENGA_CPU_UNSHUFFLE:
      return (GengaCpuRange){ range.begin * step->factor, range.end * step->factor };
    case GENGA_CPU_RESIZE:
      return get_resize_reach (step, range);
    case GENGA_CPU_READ:
    case GENGA_CPU_COPY:
    case GENGA_CPU_COMBINE:
    case GENGA_CPU_LAYER_NORM:
    case GENGA_CPU_GROUP_STATS:
    case GENGA_CPU_GROUP_NORM:
    case GENGA_CPU_WRITE:
    default:
      return range;
    }
}

int
genga_cpu_step_get_grid (const GengaCpuStep *step)
{
  if (step->kind == GENGA_CPU_WRITE)
    return 1;
  if (step->kind == GENGA_CPU_SHUFFLE || step->kind == GENGA_CPU_DYSAMPLE)
    return GENGA_KERNEL_GRID * step->factor;
  return GENGA_KERNEL_GRID;
}

gboolean
genga_cpu_step_sees_all (const GengaCpuStep *step, guint i)
{
  return step->kind == GENGA_CPU_GROUP_STATS ||
         (i == 0 && (step->kind == GENGA_CPU_GROUP_NORM || step->kind == GENGA_CPU_DYSAMPLE));
}
