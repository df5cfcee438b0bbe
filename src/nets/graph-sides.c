/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/graph-sides.h"

/* Where every map has pixels, if it ever has: what networks take off is far less. */
#define LARGE_PICTURE 16384

static gint64
get_common_divisor (gint64 a, gint64 b)
{
  while (b != 0)
    {
      gint64 rest = a % b;
      a = b;
      b = rest;
    }
  return a;
}

static int
saturate (gint64 number)
{
  return (int)MIN (number, GENGA_SIDES_MAX_RATIO + 1);
}

GengaSizeRatio
genga_size_ratio_multiply (GengaSizeRatio ratio, gint64 num, gint64 den)
{
  gint64 a = ratio.num * num;
  gint64 b = ratio.den * den;
  gint64 common = get_common_divisor (a, b);

  return (GengaSizeRatio){ saturate (a / common), saturate (b / common) };
}

int
genga_ops_get_period (const GengaOp *ops, guint n_ops)
{
  gint64 period = 1;

  for (guint i = 0; i < n_ops && period <= GENGA_SIDES_MAX_RATIO; i++)
    {
      if (ops[i].is_vector)
        continue;
      if (ops[i].size.num > GENGA_SIDES_MAX_RATIO)
        return GENGA_SIDES_MAX_RATIO + 1;
      if (period % ops[i].size.den != 0)
        period *= ops[i].size.den / get_common_divisor (period, ops[i].size.den);
    }
  return saturate (period);
}

void
genga_ops_list_sides (
    const GengaOp *ops, guint n_ops, GengaAxis axis, gint64 picture, gint64 *sides)
{
  for (guint i = 0; i < n_ops; i++)
    sides[i] = genga_op_get_side (&ops[i], axis, picture, sides);
}

/* ---- what operations ask for ---- */

/* Whether all inputs that are maps have one side. */
static gboolean
are_alike (const GengaOp *ops, const GengaOp *op, const gint64 *sides)
{
  gint64 common = 0;

  for (guint k = 0; k < op->n_inputs; k++)
    {
      guint input = op->inputs[k];

      if (ops[input].is_vector)
        continue;
      if (common != 0 && sides[input] != common)
        return FALSE;
      common = sides[input];
    }
  return TRUE;
}

/* Keys lie in as many windows as queries; values where keys do. */
static gboolean
has_windows_alike (const GengaOp *op, GengaAxis axis, const gint64 *sides)
{
  gboolean is_y = axis == GENGA_AXIS_Y;
  int window = is_y ? op->attention.window_y : op->attention.window_x;
  int key_window = is_y ? op->attention.key_window_y : op->attention.key_window_x;
  gint64 keys = sides[op->inputs[1]];

  return sides[op->inputs[2]] == keys &&
         keys * window == sides[op->inputs[0]] * (key_window - 2 * op->attention.key_margin);
}

/* What is cut off is there. */
static gboolean
can_crop (const GengaOp *op, GengaAxis axis, gint64 picture, gint64 source, gint64 side)
{
  int before = axis == GENGA_AXIS_Y ? op->crop.top : op->crop.left;

  return !op->crop.to_picture ||
         (picture * op->size.num % op->size.den == 0 && before + side <= source);
}

/* Windows, or the factor of a grid, divide the map. */
static gboolean
is_divided (const GengaOp *op, GengaAxis axis, gint64 side)
{
  gboolean is_y = axis == GENGA_AXIS_Y;
  int window = is_y ? op->attention.window_y : op->attention.window_x;

  if (op->kind == GENGA_OP_CHANNEL_ATTENTION)
    return window == 0 || side % window == 0;
  return side % op->shuffle.factor == 0;
}

static gboolean
fits (const GengaOp *ops, guint index, GengaAxis axis, gint64 picture, const gint64 *sides)
{
  const GengaOp *op = &ops[index];
  gint64 source = op->n_inputs > 0 ? sides[op->inputs[0]] : picture;

  if (sides[index] < 1)
    return FALSE;
  if (op->kind == GENGA_OP_PIXEL_UNSHUFFLE || op->kind == GENGA_OP_GRID_TO_WINDOWS ||
      op->kind == GENGA_OP_WINDOWS_TO_GRID)
    return is_divided (op, axis, source);
  if (op->kind == GENGA_OP_CHANNEL_ATTENTION && !is_divided (op, axis, source))
    return FALSE;
  if (op->kind == GENGA_OP_REAL_FFT)
    return axis == GENGA_AXIS_Y || source % 2 == 0;
  if (op->kind == GENGA_OP_MATMUL && !op->matmul.transposes_a)
    return TRUE;
  if (op->kind == GENGA_OP_CROSS_ATTENTION)
    return sides[op->inputs[1]] == sides[op->inputs[2]];
  if (op->kind == GENGA_OP_CROP)
    return can_crop (op, axis, picture, source, sides[index]);
  if (op->kind == GENGA_OP_WINDOW_ATTENTION)
    return has_windows_alike (op, axis, sides);
  return op->kind == GENGA_OP_RESIZE || are_alike (ops, op, sides);
}

/* The first operation at fault for a picture; n_ops: none. */
static guint
find_fault (const GengaOp *ops, guint n_ops, gint64 picture, gint64 *sides)
{
  const GengaOp *result = &ops[n_ops - 1];

  for (GengaAxis axis = GENGA_AXIS_Y; axis <= GENGA_AXIS_X; axis++)
    {
      for (guint i = 0; i < n_ops; i++)
        {
          sides[i] = genga_op_get_side (&ops[i], axis, picture, sides);
          if (!fits (ops, i, axis, picture, sides))
            return i;
        }
      if (sides[n_ops - 1] * result->size.den != picture * result->size.num)
        return n_ops - 1;
    }
  return n_ops;
}

/* ---- the search ---- */

/* What the sides of an operation's map have to be multiples of, besides what its size says. */
static gint64
get_divisor (const GengaOp *op)
{
  gint64 y = op->attention.window_y, x = op->attention.window_x;

  switch ((int)op->kind)
    {
    case GENGA_OP_GRID_TO_WINDOWS:
    case GENGA_OP_WINDOWS_TO_GRID:
      return op->shuffle.factor;
    case GENGA_OP_CHANNEL_ATTENTION:
      return y > 0 ? y / get_common_divisor (y, x) * x : 1;
    case GENGA_OP_REAL_FFT:
      return 2;
    default:
      return 1;
    }
}

/* Pictures whose sides differ by it fit alike; GENGA_SIDES_MAX_RATIO + 1 where that is too much. */
static int
find_period (const GengaOp *ops, guint n_ops)
{
  gint64 period = genga_ops_get_period (ops, n_ops);

  for (guint i = 0; i < n_ops && period <= GENGA_SIDES_MAX_RATIO; i++)
    {
      gint64 divisor = get_divisor (&ops[i]);
      gint64 step;

      if (divisor > GENGA_SIDES_MAX_RATIO)
        return GENGA_SIDES_MAX_RATIO + 1;
      step = ops[i].size.den * (divisor / get_common_divisor (divisor, ops[i].size.num));
      period = period / get_common_divisor (period, step) * step;
    }
  return saturate (period);
}

typedef struct
{
  const GengaOp *ops;
  guint n_ops;
  int period;
  gint64 *sides;
  guint fault; /* of the picture that was last looked at */
} Search;

/* Whether all pictures of the period from `first` on do; so do all larger ones then. */
static gboolean
do_all (Search *self, gint64 first, int multiple)
{
  gint64 n = self->period / get_common_divisor (self->period, multiple);

  for (gint64 i = 0; i < n; i++)
    {
      gint64 picture = first + i * multiple;

      self->fault = find_fault (self->ops, self->n_ops, picture, self->sides);
      if (self->fault < self->n_ops)
        return FALSE;
    }
  return TRUE;
}

/* `high` does, and so does what is larger; `low` does not. In multiples. */
static gint64
find_first (Search *self, gint64 low, gint64 high, int multiple)
{
  while (high - low > 1)
    {
      gint64 middle = (low + high) / 2;

      if (do_all (self, middle * multiple, multiple))
        high = middle;
      else
        low = middle;
    }
  return high;
}

static gboolean
try_multiple (Search *self, int *minimum, int multiple)
{
  gint64 first = (*minimum + multiple - 1) / multiple;
  gint64 far = first + LARGE_PICTURE / multiple + 1;

  if (do_all (self, first * multiple, multiple))
    return TRUE;
  if (!do_all (self, far * multiple, multiple))
    return FALSE;
  *minimum = (int)(find_first (self, first, far, multiple) * multiple);
  return TRUE;
}

gboolean
genga_ops_find_picture_sides (
    const GengaOp *ops, guint n_ops, int *minimum, int *multiple_of, guint *fault)
{
  g_autofree gint64 *sides = g_new (gint64, n_ops);
  Search self = {
    .ops = ops,
    .n_ops = n_ops,
    .period = find_period (ops, n_ops),
    .sides = sides,
    .fault = n_ops - 1,
  };

  for (int factor = 1; factor <= self.period && self.period <= GENGA_SIDES_MAX_RATIO; factor++)
    if (self.period % factor == 0 && try_multiple (&self, minimum, *multiple_of * factor))
      {
        *multiple_of *= factor;
        return TRUE;
      }
  if (fault != NULL)
    *fault = MIN (self.fault, n_ops - 1);
  return FALSE;
}
