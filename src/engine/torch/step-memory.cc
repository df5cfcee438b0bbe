/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/step-memory.h"

#include <algorithm>

namespace genga
{

/* What LibTorch takes beside the maps: buffers of oneDNN, holes in the heap. */
static constexpr double OVERHEAD = 1.2;

/* Of a picture: a usual tile's. What is padded around maps weighs more in smaller ones. */
static constexpr int64_t SIDE = 256;

static std::vector<gint64>
list_sides (const GengaGraph &graph, GengaAxis axis, int64_t picture)
{
  std::vector<gint64> sides (graph.n_ops);

  for (guint i = 0; i < graph.n_ops; i++)
    sides[i] = genga_op_get_side (&graph.ops[i], axis, picture, sides.data ());
  return sides;
}

std::vector<double>
list_areas (const GengaGraph &graph)
{
  int64_t multiple = graph.multiple_of;
  int64_t side = (std::max<int64_t> (SIDE, graph.minimum) + multiple - 1) / multiple * multiple;
  std::vector<gint64> rows = list_sides (graph, GENGA_AXIS_Y, side);
  std::vector<gint64> columns = list_sides (graph, GENGA_AXIS_X, side);
  std::vector<double> areas;

  for (guint i = 0; i < graph.n_ops; i++)
    areas.push_back (
        graph.ops[i].is_vector ? 0 : ((double)rows[i] / side) * ((double)columns[i] / side));
  return areas;
}

static double
get_n_values (const Step &step)
{
  return step.op.channels * step.area;
}

static double
get_bytes (const Step &step, at::ScalarType type)
{
  return get_n_values (step) * (double)c10::elementSize (type);
}

/* Between the channels of every window, before and after they are normalised. */
static double
get_channel_weights (const Step &step)
{
  const GengaOp &op = step.op;
  double n_pixels = (double)op.attention.window_y * op.attention.window_x;

  if (n_pixels == 0)
    return 0;
  return 2 * get_n_values (step) * op.channels / op.attention.n_heads / n_pixels * sizeof (float);
}

/* What a step needs beside its operands and its value, for as long as it runs. */
static double
get_scratch (const std::vector<Step> &steps, const Step &step)
{
  double inputs = 0;
  double own = get_bytes (step, step.type);

  for (guint k = 0; k < step.op.n_inputs; k++)
    inputs += get_bytes (steps[step.op.inputs[k]], step.type);
  switch (step.op.kind)
    {
    case GENGA_OP_CONV2D:
      /* A slice is copied. */
      return steps[step.op.inputs[0]].op.kind == GENGA_OP_SLICE ? inputs : 0;
    case GENGA_OP_REAL_FFT:
    case GENGA_OP_REAL_IFFT:
      /* Both in f32, and what the library works in. */
      return 3 * (get_bytes (step, at::kFloat) + get_bytes (steps[step.op.inputs[0]], at::kFloat));
    case GENGA_OP_RMS_NORM:
      /* In f32 whatever the map is: a copy of halves, and their squares or the result. */
      return step.type == at::kFloat ? own : 2 * get_bytes (step, at::kFloat);
    case GENGA_OP_LAYER_NORM:
    case GENGA_OP_GROUP_NORM:
    case GENGA_OP_PIXEL_SHUFFLE:
    case GENGA_OP_PIXEL_UNSHUFFLE:
    case GENGA_OP_GRID_TO_WINDOWS:
    case GENGA_OP_WINDOWS_TO_GRID:
      return own;
    case GENGA_OP_CROSS_ATTENTION:
    case GENGA_OP_SORTED_ATTENTION:
      return inputs + own;
    case GENGA_OP_MATMUL:
    case GENGA_OP_SOFTMAX:
      return own;
    case GENGA_OP_RESIZE:
      return step.op.resize.kind == GENGA_RESIZE_BICUBIC ||
                     step.op.resize.kind == GENGA_RESIZE_BICUBIC_SHARP
                 ? 2 * own
                 : 0;
    case GENGA_OP_PAD:
      /* After the rows come the columns. */
      return own;
    case GENGA_OP_CHANNEL_ATTENTION:
      return inputs + own + get_channel_weights (step);
    case GENGA_OP_DYSAMPLE:
      return 3 * inputs + own;
    default:
      break;
    }
  return 0;
}

/* Whether a step may put its value in the place of an operand that nobody reads afterwards. */
static bool
works_in_place (const std::vector<Step> &steps, const Step &step)
{
  bool can = step.op.kind == GENGA_OP_ACTIVATION || step.op.kind == GENGA_OP_AFFINE ||
             (step.op.kind >= GENGA_OP_ADD && step.op.kind <= GENGA_OP_MAX);

  return can && std::any_of (step.dying.begin (), step.dying.end (), [&] (guint value) {
           const Step &input = steps[value];

           return value != 0 && input.op.kind != GENGA_OP_SLICE && input.stored == step.type &&
                  get_n_values (input) == get_n_values (step);
         });
}

/* The value whose memory a value lies in. */
static guint
get_owner (const std::vector<Step> &steps, guint value)
{
  while (steps[value].op.kind == GENGA_OP_SLICE)
    value = steps[value].op.inputs[0];
  return value;
}

/* What a value adds: nothing where it lies in another one's memory, or the caller's. */
static double
get_own_bytes (const std::vector<Step> &steps, guint value)
{
  const Step &step = steps[value];
  bool is_callers = (value == 0 && step.stored == at::kFloat) || step.shuffles_out;

  return step.op.kind == GENGA_OP_SLICE || is_callers ? 0 : get_bytes (step, step.stored);
}

double
get_bytes_per_pixel (const std::vector<Step> &steps)
{
  std::vector<int> n_users (steps.size (), 0); /* values in a value's memory that are alive */
  double alive = 0;
  double most = 0;

  for (guint i = 0; i < steps.size (); i++)
    {
      const Step &step = steps[i];

      if (!step.is_needed)
        continue;
      n_users[get_owner (steps, i)]++;
      double stored = get_own_bytes (steps, i);
      double computed = works_in_place (steps, step) ? 0 : get_bytes (step, step.type);
      bool is_kept = step.stored == step.type;
      most = std::max (most, alive + get_scratch (steps, step) +
                                 (stored == 0 ? 0
                                  : is_kept   ? computed
                                              : computed + stored));
      alive += stored;
      for (guint value : step.dying)
        {
          guint owner = get_owner (steps, value);

          if (--n_users[owner] == 0)
            alive -= get_own_bytes (steps, owner);
        }
    }
  return OVERHEAD * most;
}

double
get_most_values (const std::vector<Step> &steps)
{
  double most = 0;

  for (const Step &step : steps)
    most = std::max (most, get_n_values (step));
  return most;
}

} // namespace genga
