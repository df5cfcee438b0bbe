/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any network: the operations of a graph (nets/graph-data.h), one after the other. */
#pragma once

#include "engine/torch/step.h"

#include <stdexcept>

namespace genga
{

/* What is wrong with a graph; becomes GENGA_ERROR_MODEL at the border. */
class ModelError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/* Whether an operation is of a kind that there is code for. */
bool can_run (const GengaOp &op);

class Interpreter
{
public:
  /*
   * Copies what it needs of `graph` to `device`. Values are computed and kept in `type`, those
   * that the graph marks in f32. Throws ModelError where a constant has no data.
   */
  Interpreter (const GengaGraph &graph, at::Device device, at::ScalarType type);

  /*
   * `input` is 1 x C x H x W, `output` the graph's result for that; both f32, channels last, on
   * the network's device. Throws what LibTorch throws, and Interrupted between two operations.
   */
  void run (const Tensor &input, Tensor &output) const;

  const std::vector<Step> &get_steps () const;

private:
  void bypass_shuffle ();
  void find_needed ();
  void choose_types (at::ScalarType type);
  void find_dying ();

  std::vector<Step> steps_;
};

} // namespace genga
