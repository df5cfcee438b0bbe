/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/interpreter.h"
#include "engine/torch/attention.h"
#include "engine/torch/border.h"
#include "engine/torch/dysample.h"
#include "engine/torch/elementwise.h"
#include "engine/torch/enlarge.h"
#include "engine/torch/fourier.h"
#include "engine/torch/tokens.h"
#include "engine/torch/step-memory.h"
#include "engine/torch/torch-interrupt.h"

#include <ATen/ops/group_norm.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/pixel_unshuffle.h>

#include <algorithm>

namespace genga
{

bool
can_run (const GengaOp &op)
{
  return op.kind >= GENGA_OP_INPUT && op.kind <= GENGA_OP_LAST;
}

/* ---- what steps are made of ---- */

/* Where the constants of a graph go. */
class Loader
{
public:
  Loader (const GengaGraph &graph, at::Device device) : graph_ (graph), device_ (device) {}

  /* A copy; undefined where there is no constant. */
  Tensor
  get (guint index, at::ScalarType type) const
  {
    if (index == GENGA_NONE)
      return Tensor ();

    const GengaConstant &constant = graph_.constants[index];
    if (constant.data == nullptr)
      throw ModelError ("it has no weights");
    std::vector<int64_t> shape (constant.shape, constant.shape + constant.rank);
    return at::from_blob (const_cast<float *> (constant.data), shape,
                          at::TensorOptions (at::kFloat))
        .to (at::TensorOptions (device_).dtype (type), false, true);
  }

  /* One number for each channel. */
  Tensor
  get_vector (guint index, at::ScalarType type) const
  {
    Tensor numbers = get (index, type);

    return numbers.defined () ? numbers.view ({ 1, -1, 1, 1 }) : numbers;
  }

  /* One number for each head. */
  Tensor
  get_heads (guint index) const
  {
    Tensor numbers = get (index, at::kFloat);

    return numbers.defined () ? numbers.view ({ -1, 1, 1 }) : numbers;
  }

  void load (Step &step) const;

private:
  Conv
  get_conv (const Step &step) const
  {
    const GengaOp &op = step.op;

    return Conv{ to_dense (get (op.weight, step.type)), /* in the order of the maps */
                 get (op.bias, step.type),
                 op.conv.pad_y,
                 op.conv.pad_x,
                 op.conv.stride,
                 op.conv.dilation,
                 op.conv.groups,
                 op.kind == GENGA_OP_DECONV2D };
  }

  /* The number that an affine operation multiplies all channels with, where it does only that. */
  std::optional<double>
  find_factor (const GengaOp &op) const
  {
    if (op.weight == GENGA_NONE || op.bias != GENGA_NONE)
      return std::nullopt;

    const GengaConstant &constant = graph_.constants[op.weight];
    const float *end = constant.data + constant.n_elements;
    if (std::any_of (constant.data, end, [&] (float x) { return x != constant.data[0]; }))
      return std::nullopt;
    return constant.data[0];
  }

  const GengaGraph &graph_;
  at::Device device_;
};

void
Loader::load (Step &step) const
{
  const GengaOp &op = step.op;

  switch (op.kind)
    {
    case GENGA_OP_CONV2D:
    case GENGA_OP_DECONV2D:
      step.conv = get_conv (step);
      return;
    case GENGA_OP_ACTIVATION:
      step.weight = get (op.weight, at::kFloat);
      return;
    case GENGA_OP_AFFINE:
      step.weight = get_vector (op.weight, at::kFloat);
      step.bias = get_vector (op.bias, at::kFloat);
      step.factor = find_factor (op);
      return;
    case GENGA_OP_WINDOW_ATTENTION:
      step.weight = get (op.weight, step.type);
      step.bias = get_heads (op.bias);
      return;
    case GENGA_OP_CHANNEL_ATTENTION:
    case GENGA_OP_SORTED_ATTENTION:
      step.weight = get_heads (op.weight);
      return;
    default:
      step.weight = get (op.weight, step.type);
      step.bias = get (op.bias, step.type);
      return;
    }
}

Interpreter::Interpreter (const GengaGraph &graph, at::Device device, at::ScalarType type)
{
  Loader loader (graph, device);
  std::vector<double> areas = list_areas (graph);

  for (guint i = 0; i < graph.n_ops; i++)
    {
      if (!can_run (graph.ops[i]))
        throw ModelError ("it has an operation that is unknown here");
      steps_.push_back (
          Step{ graph.ops[i], false, false, at::kFloat, at::kFloat, areas[i], {}, {}, {}, {}, {} });
    }
  bypass_shuffle ();
  find_needed ();
  choose_types (type);
  find_dying ();
  for (Step &step : steps_)
    if (step.is_needed)
      loader.load (step);
}

const std::vector<Step> &
Interpreter::get_steps () const
{
  return steps_;
}

/*
 * Most networks end by shuffling pixels, and adding the enlarged picture. The two big maps between
 * are not made then.
 */
void
Interpreter::bypass_shuffle ()
{
  GengaOp &last = steps_.back ().op;
  guint shuffle = (guint)steps_.size () - 1;
  guint base = GENGA_NONE;

  if (last.kind == GENGA_OP_ADD)
    {
      bool is_second = steps_[last.inputs[0]].op.kind == GENGA_OP_RESIZE;

      shuffle = last.inputs[is_second];
      base = last.inputs[!is_second];
    }
  if (steps_[shuffle].op.kind != GENGA_OP_PIXEL_SHUFFLE)
    return;

  const GengaOp before = steps_[shuffle].op;
  if (base != GENGA_NONE)
    {
      const GengaOp &resize = steps_[base].op;

      if (resize.kind != GENGA_OP_RESIZE || resize.resize.kind != GENGA_RESIZE_NEAREST ||
          resize.resize.num != before.shuffle.factor || resize.resize.den != 1 ||
          resize.channels != before.channels)
        return;
      last.inputs[1] = resize.inputs[0];
    }
  last.inputs[0] = before.inputs[0];
  last.shuffle = before.shuffle;
  steps_.back ().shuffles_out = true;
}

void
Interpreter::find_needed ()
{
  steps_.front ().is_needed = true;
  steps_.back ().is_needed = true;
  for (size_t i = steps_.size (); i-- > 0;)
    for (guint k = 0; steps_[i].is_needed && k < steps_[i].op.n_inputs; k++)
      steps_[steps_[i].op.inputs[k]].is_needed = true;
}

/* A value in f32 that nobody reads as such is kept in the network's type. */
void
Interpreter::choose_types (at::ScalarType type)
{
  for (Step &step : steps_)
    step.type = step.op.is_f32 ? at::kFloat : type;
  for (Step &step : steps_)
    step.stored = type;
  steps_.back ().stored = at::kFloat;
  for (const Step &step : steps_)
    for (guint k = 0; step.is_needed && k < step.op.n_inputs; k++)
      {
        Step &input = steps_[step.op.inputs[k]];

        if (step.type == at::kFloat && input.type == at::kFloat)
          input.stored = at::kFloat;
      }
}

void
Interpreter::find_dying ()
{
  std::vector<bool> is_read (steps_.size (), false);

  for (size_t i = steps_.size (); i-- > 0;)
    for (guint k = 0; steps_[i].is_needed && k < steps_[i].op.n_inputs; k++)
      {
        guint value = steps_[i].op.inputs[k];

        if (!is_read[value])
          steps_[i].dying.push_back (value);
        is_read[value] = true;
      }
}

/* ---- running them ---- */

static Tensor
convolve (const Step &step, const Tensor &map)
{
  return step.type == at::kFloat ? step.conv.in_f32 (map) : step.conv (map.to (step.type));
}

static Tensor
run_layer_norm (const Step &step, const Tensor &map)
{
  return to_map (at::layer_norm (to_tokens (map), { map.size (1) }, step.weight, step.bias,
                                 step.op.norm.epsilon));
}

/* The sum of squares overflows halves, so all of it is computed in f32. */
static Tensor
run_rms_norm (const Step &step, const Tensor &map)
{
  Tensor wide = map.to (at::kFloat);
  Tensor root = wide.mul (wide).mean (at::IntArrayRef{ 1 }, true).sqrt_ ();
  Tensor result = wide.div (root.add_ (step.op.norm.epsilon));

  if (step.weight.defined ())
    result.mul_ (step.weight.to (at::kFloat).view ({ 1, -1, 1, 1 }));
  if (step.bias.defined ())
    result.add_ (step.bias.to (at::kFloat).view ({ 1, -1, 1, 1 }));
  return result.to (map.scalar_type ());
}

/* A few channels of a map, without a copy. */
static Tensor
slice (const Step &step, const Tensor &map)
{
  return map.narrow (1, step.op.slice.first, step.op.slice.n);
}

/* `picture` has the sizes of the network's input. */
static Tensor
compute (const Step &step, std::vector<Tensor> &maps, at::IntArrayRef picture)
{
  const GengaOp &op = step.op;

  switch (op.kind)
    {
    case GENGA_OP_CONV2D:
    case GENGA_OP_DECONV2D:
      return convolve (step, maps[0]);
    case GENGA_OP_ACTIVATION:
      return activate (step, std::move (maps[0]));
    case GENGA_OP_AFFINE:
      return run_affine (step, std::move (maps[0]));
    case GENGA_OP_ADD:
    case GENGA_OP_SUB:
    case GENGA_OP_MUL:
    case GENGA_OP_DIV:
    case GENGA_OP_MIN:
    case GENGA_OP_MAX:
      return combine (op.kind, std::move (maps[0]), std::move (maps[1]));
    case GENGA_OP_CONCAT:
      return concat (maps);
    case GENGA_OP_SLICE:
      return slice (step, maps[0]);
    case GENGA_OP_PIXEL_SHUFFLE:
      return at::pixel_shuffle (maps[0], op.shuffle.factor);
    case GENGA_OP_PIXEL_UNSHUFFLE:
      return at::pixel_unshuffle (maps[0], op.shuffle.factor);
    case GENGA_OP_RESIZE:
      return enlarge (step, maps[0], op.n_inputs > 1 ? maps[1] : Tensor ());
    case GENGA_OP_LAYER_NORM:
      return run_layer_norm (step, maps[0]);
    case GENGA_OP_REAL_FFT:
      return transform (maps[0]);
    case GENGA_OP_REAL_IFFT:
      return transform_back (maps[0]);
    case GENGA_OP_RMS_NORM:
      return run_rms_norm (step, maps[0]);
    case GENGA_OP_GROUP_NORM:
      return at::group_norm (maps[0], op.norm.n_groups, step.weight, step.bias, op.norm.epsilon);
    case GENGA_OP_GLOBAL_MEAN:
      return maps[0].mean (at::IntArrayRef{ 2, 3 }, true);
    case GENGA_OP_WINDOW_ATTENTION:
      return attend_in_windows (step, maps);
    case GENGA_OP_CHANNEL_ATTENTION:
      return attend_across_channels (step, maps);
    case GENGA_OP_DYSAMPLE:
      return sample (step, maps[0], maps[1]);
    case GENGA_OP_PAD:
      return pad (op, maps[0]);
    case GENGA_OP_CROP:
      return crop (op, maps[0], picture);
    case GENGA_OP_MAX_POOL:
    case GENGA_OP_MEAN_POOL:
      return pool (op, maps[0]);
    case GENGA_OP_GRID_TO_WINDOWS:
      return grid_to_windows (step, maps[0]);
    case GENGA_OP_WINDOWS_TO_GRID:
      return windows_to_grid (step, maps[0]);
    case GENGA_OP_CROSS_ATTENTION:
      return attend_across_maps (step, maps);
    case GENGA_OP_SORTED_ATTENTION:
      return attend_among_kinds (step, maps);
    case GENGA_OP_LIST:
      return make_list (step);
    case GENGA_OP_MATMUL:
      return multiply (step, maps[0], maps[1]);
    case GENGA_OP_SOFTMAX:
      return normalise (step, maps[0]);
    case GENGA_OP_INPUT:
      break;
    }
  TORCH_CHECK (false, "an operation is unknown here");
}

/* Only convolutions take other types than their own. */
static Tensor
to_operand (const Step &step, const Tensor &value)
{
  bool is_conv = step.op.kind == GENGA_OP_CONV2D || step.op.kind == GENGA_OP_DECONV2D;

  return is_conv ? value : value.to (step.type);
}

static std::vector<Tensor>
take_operands (const Step &step, std::vector<Tensor> &values)
{
  std::vector<Tensor> operands;

  for (guint k = 0; k < step.op.n_inputs; k++)
    operands.push_back (to_operand (step, values[step.op.inputs[k]]));
  for (guint value : step.dying)
    values[value].reset ();
  return operands;
}

static void
finish (const Step &step, std::vector<Tensor> &operands, at::IntArrayRef picture, Tensor &output)
{
  if (step.shuffles_out)
    pixel_shuffle_into (to_dense (operands[0]), step.op.n_inputs > 1 ? operands[1] : Tensor (),
                        step.op.shuffle.factor, output);
  else
    output.copy_ (compute (step, operands, picture));
}

void
Interpreter::run (const Tensor &input, Tensor &output) const
{
  std::vector<Tensor> values (steps_.size ());
  size_t last = steps_.size () - 1;

  if (last == 0)
    output.copy_ (input);
  values[0] = input.to (steps_[0].stored);
  for (size_t i = 1; i <= last; i++)
    {
      const Step &step = steps_[i];

      if (!step.is_needed)
        continue;
      check_interrupted ();
      std::vector<Tensor> operands = take_operands (step, values);
      if (i == last)
        {
          finish (step, operands, input.sizes (), output);
          break;
        }
      values[i] = compute (step, operands, input.sizes ()).to (step.stored);
      if (step.op.kind != GENGA_OP_SLICE)
        values[i] = to_dense (values[i]);
    }
}

} // namespace genga
