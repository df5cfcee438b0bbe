/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sampling at places that a network computes. Names are ONNX's. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

/* GridSample at the end of a DySample, told by the nodes that make its grid. */
gboolean genga_onnx_grid_sample (GengaOnnxImport *self);

G_END_DECLS
