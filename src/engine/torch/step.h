/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One operation of a graph, ready to run. Maps are 1 x C x H x W tensors in channels-last order,
 * that is H x W x C in memory, or slices of such; vectors are 1 x C x 1 x 1.
 */
#pragma once

#include "engine/torch/layers.h"
#include "nets/graph-data.h"

#include <optional>
#include <vector>

namespace genga
{

struct Step
{
  GengaOp op;
  bool is_needed;        /* for the result */
  bool shuffles_out;     /* shuffles pixels straight into the output, and adds operand 1 */
  at::ScalarType type;   /* what it computes in */
  at::ScalarType stored; /* what its value is kept in */
  double area;           /* of its map, in that of the picture; 0 for a vector */

  /* What its layer is made of: some of these, on the network's device. */
  Conv conv;
  Tensor weight;
  Tensor bias;
  std::optional<double> factor; /* an affine operation's only number */

  std::vector<guint> dying; /* values that no later step reads */
};

} // namespace genga
