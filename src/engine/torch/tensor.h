/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * LibTorch as the files here use it: the few headers that declare tensors and the operators that
 * the networks call. One operator each instead of ATen/ATen.h: a third of the compile time.
 */
#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>

namespace genga
{

using at::Tensor;

} // namespace genga
