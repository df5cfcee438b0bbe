/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/elementwise.h"

#include <ATen/ops/add.h>
#include <ATen/ops/as_strided.h>
#include <ATen/ops/div.h>
#include <ATen/ops/elu.h>
#include <ATen/ops/erf.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mish.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/tanh.h>

namespace genga
{

static void
activate_in_place (const GengaOp &op, Tensor &map)
{
  switch (op.activation.function)
    {
    case GENGA_ACTIVATION_LEAKY_RELU:
      at::leaky_relu_ (map, op.activation.slope);
      return;
    case GENGA_ACTIVATION_RELU:
      at::relu_ (map);
      return;
    case GENGA_ACTIVATION_SILU:
      at::silu_ (map);
      return;
    case GENGA_ACTIVATION_MISH:
      at::mish_ (map);
      return;
    case GENGA_ACTIVATION_GELU:
      at::gelu_ (map);
      return;
    case GENGA_ACTIVATION_SIGMOID:
      at::sigmoid_ (map);
      return;
    case GENGA_ACTIVATION_TANH:
      at::tanh_ (map);
      return;
    case GENGA_ACTIVATION_CLIP:
      map.clamp_ (op.activation.low, op.activation.high);
      return;
    case GENGA_ACTIVATION_ELU:
      at::elu_ (map, op.activation.slope);
      return;
    case GENGA_ACTIVATION_SOFTPLUS:
      at::softplus_out (map, map);
      return;
    case GENGA_ACTIVATION_EXP:
      map.exp_ ();
      return;
    case GENGA_ACTIVATION_LOG:
      map.log_ ();
      return;
    case GENGA_ACTIVATION_SQRT:
      map.sqrt_ ();
      return;
    case GENGA_ACTIVATION_ABS:
      map.abs_ ();
      return;
    case GENGA_ACTIVATION_ERF:
      at::erf_ (map);
      return;
    case GENGA_ACTIVATION_POW:
      map.pow_ (op.activation.exponent);
      return;
    case GENGA_ACTIVATION_ROUND:
      /* at::round() takes halves to the even number. */
      map.copy_ (map.abs ().add_ (0.5).floor_ ().mul_ (map.sign ()));
      return;
    case GENGA_ACTIVATION_PRELU:
      break;
    }
  TORCH_CHECK (false, "an activation is unknown here");
}

Tensor
activate (const Step &step, Tensor map)
{
  if (step.op.activation.function == GENGA_ACTIVATION_PRELU)
    return prelu (std::move (map), step.weight);
  if (!is_ours (map))
    map = map.clone (at::MemoryFormat::ChannelsLast);
  activate_in_place (step.op, map);
  return map;
}

Tensor
run_affine (const Step &step, Tensor map)
{
  bool is_wide = step.factor || map.scalar_type () == at::kFloat;

  if (is_wide && !is_ours (map))
    map = map.clone (at::MemoryFormat::ChannelsLast);
  if (step.factor)
    return map.mul_ (*step.factor);

  Tensor wide = map.to (at::kFloat);
  if (step.weight.defined ())
    wide.mul_ (step.weight);
  if (step.bias.defined ())
    wide.add_ (step.bias);
  return wide;
}

static Tensor &
combine_into (GengaOpKind kind, const Tensor &a, const Tensor &b, Tensor &result)
{
  switch (kind)
    {
    case GENGA_OP_ADD:
      return at::add_out (result, a, b);
    case GENGA_OP_SUB:
      return at::sub_out (result, a, b);
    case GENGA_OP_MUL:
      return at::mul_out (result, a, b);
    case GENGA_OP_DIV:
      return at::div_out (result, a, b);
    case GENGA_OP_MIN:
      return at::minimum_out (result, a, b);
    case GENGA_OP_MAX:
      return at::maximum_out (result, a, b);
    default:
      break;
    }
  TORCH_CHECK (false, "an operation is unknown here");
}

Tensor
combine (GengaOpKind kind, Tensor a, Tensor b)
{
  std::vector<int64_t> sizes;

  for (int64_t i = 0; i < a.dim (); i++)
    sizes.push_back (std::max (a.size (i), b.size (i)));
  /* Both or none: one tensor may be two operands. */
  bool a_fits = a.sizes () == at::IntArrayRef (sizes) && is_ours (a);
  bool b_fits = b.sizes () == at::IntArrayRef (sizes) && is_ours (b);
  Tensor result = a_fits   ? a
                  : b_fits ? b
                           : at::empty (sizes, a.options (), at::MemoryFormat::ChannelsLast);

  return combine_into (kind, a, b, result);
}

/*
 * The map that the slice `part`, which begins at channel `begin`, was cut from, where that map is
 * like `sizes` and nobody else reads it.
 */
static Tensor
find_base (const Tensor &part, int64_t begin, at::IntArrayRef sizes)
{
  std::vector<int64_t> strides{ sizes[1] * sizes[2] * sizes[3], 1, sizes[1] * sizes[3], sizes[1] };
  size_t n_bytes = (size_t)strides[0] * part.element_size ();

  if (part.use_count () != 1 || part.storage ().use_count () != 1 ||
      part.storage_offset () != begin || part.stride (1) != 1 || part.stride (2) != strides[2] ||
      part.stride (3) != strides[3] || part.storage ().nbytes () != n_bytes)
    return Tensor ();
  return at::as_strided (part, sizes, strides, 0);
}

/* What changes a few channels of a map need not copy the others. */
static Tensor
concat_in_place (const std::vector<Tensor> &maps, at::IntArrayRef sizes)
{
  int64_t begin = 0;
  Tensor base;
  size_t kept = 0;

  for (size_t i = 0; i < maps.size () && !base.defined (); i++)
    {
      base = find_base (maps[i], begin, sizes);
      kept = i;
      begin += maps[i].size (1);
    }
  begin = 0;
  for (size_t i = 0; i < maps.size () && base.defined (); i++)
    {
      if (i != kept)
        base.narrow (1, begin, maps[i].size (1)).copy_ (maps[i]);
      begin += maps[i].size (1);
    }
  return base;
}

Tensor
concat (std::vector<Tensor> &maps)
{
  std::vector<int64_t> sizes = maps[0].sizes ().vec ();

  sizes[1] = 0;
  for (const Tensor &map : maps)
    sizes[1] += map.size (1);
  Tensor result = concat_in_place (maps, sizes);
  return result.defined () ? result : to_dense (at::cat (maps, 1));
}

} // namespace genga
