/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network on a file's numbers, without pictures. Thread rule: any thread; blocks. */
#pragma once

#include "core/options.h"
#include "weights/tensor.h"

G_BEGIN_DECLS

/*
 * Runs the model in `model_path` on the tensor "input" (1 x channels x height x width) of one
 * safetensors file and writes the tensor "output" in f32 to another, in one piece: padded, clamped
 * and cropped as for a picture, or, where `is_raw` is set, not clamped. Device, precision, threads
 * and whether a file is replaced are those of `options`. Errors: those of a model and an engine,
 * GENGA_ERROR_INPUT, GENGA_ERROR_OUTPUT, GENGA_ERROR_OUT_OF_MEMORY.
 */
gboolean genga_tensor_run (const char *model_path,
                           const char *input_path,
                           const char *output_path,
                           gboolean is_raw,
                           GengaOptions *options,
                           GError **error);

G_END_DECLS
