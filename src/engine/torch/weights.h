/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tensors of a model file, by name, and layers made of them.
 *
 * Tensors that are already in the type wanted are used where they lie, in the file's mapping; all
 * others are converted once. Asking for a tensor that is not there throws ModelError.
 */
#pragma once

#include "nets/net-spec.h"
#include "engine/torch/layers.h"

#include <stdexcept>
#include <string>
#include <unordered_map>

namespace genga
{

/* What is wrong with a model; becomes GENGA_ERROR_MODEL at the border. */
class ModelError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

class Weights
{
public:
  /* Keeps pointers to `tensors`; the layers it makes keep the bytes, see GengaBackend.model_load.
   */
  Weights (const GengaTensor *const *tensors, guint n_tensors, at::Device device);

  at::Device get_device () const;
  bool has (const std::string &name) const;

  /* In the host's memory, in the file's own type. */
  Tensor get_stored (const std::string &name) const;

  /* On the device, in the floating-point type wanted. */
  Tensor get (const std::string &name, at::ScalarType type) const;

  /* Puts tensors that were worked out at load time where the network runs. */
  Conv place (const Tensor &weight, const Tensor &bias, at::ScalarType type) const;

  /* "<prefix>.weight" and, where it is there, "<prefix>.bias". */
  Conv conv (const std::string &prefix, at::ScalarType type) const;
  Linear linear (const std::string &prefix, at::ScalarType type) const;
  Norm norm (const std::string &prefix, at::ScalarType type, double epsilon) const;

private:
  std::unordered_map<std::string, const GengaTensor *> tensors_;
  at::Device device_;
};

} // namespace genga
