/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An ONNX file as it says itself: nodes in order, which read and make named values. Plain data,
 * without any meaning of the operators; src/nets translates it.
 *
 * What has been checked: every name that a node reads is the picture, a constant, or made by a node
 * before it; none is made twice; there is one picture and one result; all operators are of the
 * standard domain. Constants (initialisers and Constant nodes) are the tensors of the state dict.
 *
 * Format: https://onnx.ai/onnx/repo-docs/IR.html and onnx.proto
 */
#pragma once

#include "weights/tensor.h"

G_BEGIN_DECLS

/* An optional input or output that is left out. */
#define GENGA_ONNX_NO_VALUE G_MAXUINT

/* A value: its name, and its number from 0 to n_values - 1. */
typedef struct
{
  const char *name;
  guint value;
} GengaOnnxRef;

typedef enum
{
  GENGA_ONNX_FLOAT = 1,
  GENGA_ONNX_INT = 2,
  GENGA_ONNX_STRING = 3,
  GENGA_ONNX_TENSOR = 4,
  GENGA_ONNX_GRAPH = 5, /* not read */
  GENGA_ONNX_FLOATS = 6,
  GENGA_ONNX_INTS = 7,
  GENGA_ONNX_OTHER = 8, /* not read */
} GengaOnnxAttributeType;

typedef struct
{
  const char *name;
  GengaOnnxAttributeType type;
  float f;
  gint64 i;
  const char *s;
  GengaTensor *tensor;
  guint n; /* of the lists */
  const float *floats;
  const gint64 *ints;
} GengaOnnxAttribute;

typedef struct
{
  const char *name; /* may be empty */
  const char *op;
  guint n_inputs;
  GengaOnnxRef *inputs;
  guint n_outputs;
  GengaOnnxRef *outputs;
  guint n_attributes;
  GengaOnnxAttribute *attributes;
} GengaOnnxNode;

typedef struct
{
  GengaOnnxRef ref;
  int type; /* of the elements, in ONNX's numbers: 1 is f32, 10 is f16 */
  guint rank;
  gint64 shape[GENGA_TENSOR_MAX_RANK]; /* -1 where it has a name or nothing */
} GengaOnnxInput;

/* A constant, and the tensor of the state dict that it is. */
typedef struct
{
  GengaOnnxRef ref;
  guint tensor;
} GengaOnnxConstant;

typedef struct
{
  int opset;
  guint n_nodes;
  const GengaOnnxNode *nodes;
  guint n_values;
  GengaOnnxInput picture;
  GengaOnnxInput result;
  guint n_constants;
  const GengaOnnxConstant *constants;
} GengaOnnxModel;

/* The attribute of a node, or NULL. */
const GengaOnnxAttribute *genga_onnx_node_find (const GengaOnnxNode *node, const char *name);

G_END_DECLS
