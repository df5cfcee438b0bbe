/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/cpu-step.h"

static int
floor_div (gint64 n, gint64 d)
{
  return (int)(n >= 0 ? n / d : -((-n + d - 1) / d));
}

static const GengaCpuRange nothing = { G_MAXINT, 0 };

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
get_resize_reach (const GengaCpuStep *step, GengaCpuRange range, const gint64 *sides)
{
  const GengaSizeRatio ratio = genga_cpu_step_get_ratio (step, sides);
  const gint64 num = ratio.num, den = ratio.den, last = MAX (1, num - 1);
  const int around = step->resize == GENGA_RESIZE_BILINEAR ? 1 : 2;

  if (step->resize == GENGA_RESIZE_BILINEAR_CORNERS)
    return (GengaCpuRange){ floor_div (range.begin * (den - 1), last),
                            floor_div ((range.end - 1) * (den - 1), last) + 2 };
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

static int
wrap (int at, int period)
{
  return (at % period + period) % period;
}

int
genga_cpu_find_source (GengaPadKind kind, int at, int length)
{
  const int last = length - 1;

  if (at >= 0 && at < length)
    return at;
  switch (kind)
    {
    case GENGA_PAD_ZERO:
      return -1;
    case GENGA_PAD_REFLECT:
    case GENGA_PAD_REFLECT_OR_ZERO:
      at = at < 0 ? -at : 2 * last - at;
      break;
    case GENGA_PAD_REFLECT_ALL:
      at = last > 0 ? wrap (at, 2 * last) : 0;
      at = MIN (at, 2 * last - at);
      break;
    case GENGA_PAD_SYMMETRIC:
      at = wrap (at, 2 * length);
      at = MIN (at, 2 * length - 1 - at);
      break;
    case GENGA_PAD_REPLICATE:
    default:
      break;
    }
  return CLAMP (at, 0, last);
}

/* Of GENGA_PAD_REFLECT_OR_ZERO: mirrored along this axis, whatever the other one says. */
static gboolean
may_mirror (const GengaCpuStep *step, GengaAxis axis, const gint64 *sides)
{
  const gint64 before = axis == GENGA_AXIS_Y ? step->top : step->left;
  const gint64 in = sides[step->source], out = sides[step->value];

  return MAX (before, out - in - before) < in;
}

GengaPadKind
genga_cpu_step_choose_pad (const GengaCpuStep *step, gint64 *const *sides)
{
  if (step->pad != GENGA_PAD_REFLECT_OR_ZERO)
    return step->pad;
  return may_mirror (step, GENGA_AXIS_Y, sides[GENGA_AXIS_Y]) &&
                 may_mirror (step, GENGA_AXIS_X, sides[GENGA_AXIS_X])
             ? GENGA_PAD_REFLECT
             : GENGA_PAD_ZERO;
}

static GengaCpuRange
unite_pixel (GengaCpuRange range, int pixel)
{
  return (GengaCpuRange){ MIN (range.begin, pixel), MAX (range.end, pixel + 1) };
}

static GengaCpuRange
get_move_reach (const GengaCpuStep *step, GengaAxis axis, GengaCpuRange range, const gint64 *sides)
{
  const int first = axis == GENGA_AXIS_Y ? step->top : step->left;
  const int side = (int)sides[step->source];
  const GengaPadKind kind =
      step->pad == GENGA_PAD_REFLECT_OR_ZERO && !may_mirror (step, axis, sides) ? GENGA_PAD_ZERO
                                                                                : step->pad;
  const int begin = MAX (range.begin - first, 0), end = MIN (range.end - first, side);
  GengaCpuRange reach = nothing;

  if (begin < end)
    reach = (GengaCpuRange){ begin, end };
  if (kind == GENGA_PAD_ZERO)
    return reach;
  for (int at = range.begin - first; at < MIN (range.end - first, 0); at++)
    reach = unite_pixel (reach, genga_cpu_find_source (kind, at, side));
  for (int at = MAX (range.begin - first, side); at < range.end - first; at++)
    reach = unite_pixel (reach, genga_cpu_find_source (kind, at, side));
  return reach;
}

static GengaCpuRange
get_windows_reach (
    const GengaCpuStep *step, guint i, GengaAxis axis, GengaCpuRange range, const gint64 *sides)
{
  return i == 0 ? range
                : genga_cpu_window_axis_get_reach (&step->windows->axes[axis], range,
                                                   (int)sides[step->value],
                                                   (int)sides[step->windows->keys_value]);
}

GengaSizeRatio
genga_cpu_step_get_ratio (const GengaCpuStep *step, const gint64 *sides)
{
  if (step->num > 0)
    return (GengaSizeRatio){ step->num, step->den };
  return (GengaSizeRatio){ (int)sides[step->value], (int)sides[step->source] };
}

GengaCpuRange
genga_cpu_step_get_reach (
    const GengaCpuStep *step, guint i, GengaAxis axis, GengaCpuRange range, const gint64 *sides)
{
  if ((step->vectors & 1u << i) != 0)
    return (GengaCpuRange){ 0, 1 };
  switch (step->kind)
    {
    case GENGA_CPU_CONV:
    case GENGA_CPU_POOL:
      return i == 0 ? get_conv_reach (step, axis == GENGA_AXIS_X, range) : range;
    case GENGA_CPU_MOVE:
      return get_move_reach (step, axis, range, sides);
    case GENGA_CPU_SHUFFLE:
    case GENGA_CPU_DYSAMPLE:
      return divide (range, step->factor);
    case GENGA_CPU_UNSHUFFLE:
      return (GengaCpuRange){ range.begin * step->factor, range.end * step->factor };
    case GENGA_CPU_RESIZE:
      return get_resize_reach (step, range, sides);
    case GENGA_CPU_WINDOWS:
      return get_windows_reach (step, i, axis, range, sides);
    case GENGA_CPU_READ:
    case GENGA_CPU_COPY:
    case GENGA_CPU_COMBINE:
    case GENGA_CPU_LAYER_NORM:
    case GENGA_CPU_GROUP_STATS:
    case GENGA_CPU_CHANNEL_WINDOWS:
    case GENGA_CPU_CHANNEL_SUMS:
    case GENGA_CPU_CHANNELS:
    case GENGA_CPU_REGRID:
    case GENGA_CPU_GROUP_NORM:
    case GENGA_CPU_FUNCTION:
    case GENGA_CPU_MEAN:
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
  if (step->kind == GENGA_CPU_CHANNEL_WINDOWS)
    return step->channels->grid;
  return GENGA_KERNEL_GRID;
}

gboolean
genga_cpu_step_is_stats (const GengaCpuStep *step)
{
  return step->kind == GENGA_CPU_GROUP_STATS || step->kind == GENGA_CPU_CHANNEL_SUMS;
}

gboolean
genga_cpu_step_needs_stats (const GengaCpuStep *step)
{
  return step->kind == GENGA_CPU_GROUP_NORM || step->kind == GENGA_CPU_MEAN ||
         step->kind == GENGA_CPU_CHANNELS;
}

gboolean
genga_cpu_step_sees_all (const GengaCpuStep *step, guint i)
{
  if (step->kind == GENGA_CPU_WINDOWS)
    return i > 0 && genga_cpu_windows_see_all (step->windows);
  return genga_cpu_step_is_stats (step) || step->kind == GENGA_CPU_MEAN ||
         step->kind == GENGA_CPU_REGRID ||
         (i == 0 && (step->kind == GENGA_CPU_GROUP_NORM || step->kind == GENGA_CPU_DYSAMPLE));
}
