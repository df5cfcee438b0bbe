/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/weights.h"

namespace genga
{

static at::ScalarType
get_scalar_type (GengaDType dtype)
{
  switch (dtype)
    {
    case GENGA_DTYPE_F64:
      return at::kDouble;
    case GENGA_DTYPE_F32:
      return at::kFloat;
    case GENGA_DTYPE_F16:
      return at::kHalf;
    case GENGA_DTYPE_BF16:
      return at::kBFloat16;
    case GENGA_DTYPE_I64:
      return at::kLong;
    case GENGA_DTYPE_I32:
      return at::kInt;
    case GENGA_DTYPE_I16:
      return at::kShort;
    case GENGA_DTYPE_I8:
      return at::kChar;
    case GENGA_DTYPE_U8:
      return at::kByte;
    case GENGA_DTYPE_BOOL:
      return at::kBool;
    }
  throw ModelError ("a tensor has an unknown type");
}

Weights::Weights (const GengaTensor *const *tensors, guint n_tensors, at::Device device)
    : device_ (device)
{
  for (guint i = 0; i < n_tensors; i++)
    tensors_.emplace (tensors[i]->name, tensors[i]);
}

at::Device
Weights::get_device () const
{
  return device_;
}

bool
Weights::has (const std::string &name) const
{
  return tensors_.count (name) != 0;
}

Tensor
Weights::get_stored (const std::string &name) const
{
  auto found = tensors_.find (name);
  if (found == tensors_.end ())
    throw ModelError ("the tensor " + name + " is missing");

  const GengaTensor *tensor = found->second;
  return at::from_blob (const_cast<void *> (tensor->data),
                        at::IntArrayRef (tensor->shape, tensor->rank),
                        at::IntArrayRef (tensor->strides, tensor->rank),
                        at::TensorOptions (get_scalar_type (tensor->dtype)));
}

Tensor
Weights::get (const std::string &name, at::ScalarType type) const
{
  return get_stored (name).to (device_, type).contiguous ();
}

Conv
Weights::place (const Tensor &weight, const Tensor &bias, at::ScalarType type) const
{
  /* In the order of the activations: otherwise every call would reorder it. */
  return Conv{ weight.to (device_, type).contiguous (at::MemoryFormat::ChannelsLast),
               bias.defined () ? bias.to (device_, type).contiguous () : bias };
}

Conv
Weights::conv (const std::string &prefix, at::ScalarType type) const
{
  return place (get_stored (prefix + ".weight"),
                has (prefix + ".bias") ? get_stored (prefix + ".bias") : Tensor (), type);
}

Linear
Weights::linear (const std::string &prefix, at::ScalarType type) const
{
  return Linear{ get (prefix + ".weight", type),
                 has (prefix + ".bias") ? get (prefix + ".bias", type) : Tensor () };
}

Norm
Weights::norm (const std::string &prefix, at::ScalarType type, double epsilon) const
{
  return Norm{ get (prefix + ".weight", type), get (prefix + ".bias", type), epsilon };
}

} // namespace genga
