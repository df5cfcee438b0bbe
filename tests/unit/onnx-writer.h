/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes ONNX files byte by byte, for the tests of their reader and of their translation; knows
 * nothing of either's code. One picture "x" goes in, one value comes out.
 */
#pragma once

#include <gio/gio.h>

/* TensorProto.DataType */
#define ONNX_F32 1
#define ONNX_I64 7
#define ONNX_F16 10

/* A number of the wire format; a field with a number, with bytes, with a message that it takes. */
void onnx_add_varint (GByteArray *out, guint64 value);
void onnx_add_number (GByteArray *out, guint field, guint64 value);
void onnx_add_bytes (GByteArray *out, guint field, gconstpointer data, gsize size);
void onnx_add_text (GByteArray *out, guint field, const char *text);
void onnx_add_message (GByteArray *out, guint field, GByteArray *take_message);

typedef struct
{
  GByteArray *graph; /* GraphProto, to which anything may be added */
  GByteArray *model; /* ModelProto, likewise, before the graph */
  guint64 state;     /* of random numbers */
} OnnxWriter;

/* `opset` 0: none. */
void onnx_writer_init (OnnxWriter *self, int opset);

/* A tensor as raw data. Shapes are texts: "8,3,3,3", "" of a single number. */
void onnx_writer_add_tensor (OnnxWriter *self,
                             const char *name,
                             int type,
                             const char *shape,
                             gconstpointer data,
                             gsize size);
/* Of f32: random numbers in -scale ... scale; those numbers. Of int64: those numbers. */
void onnx_writer_add_random (OnnxWriter *self, const char *name, const char *shape, float scale);
void onnx_writer_add_floats (OnnxWriter *self, const char *name, const char *shape, ...);
void onnx_writer_add_ints (OnnxWriter *self, const char *name, const char *numbers);

/*
 * A node. Inputs and outputs are texts, "x,w,,b". So are attributes: "group=i2 alpha=f0.5 pads=I1,1
 * mode=sCRD", each with a letter for its kind. Its name is its operator with "node-" in front.
 */
void onnx_writer_add_node (OnnxWriter *self,
                           const char *op,
                           const char *inputs,
                           const char *outputs,
                           const char *attributes);

/* The picture "x" in that shape, where a side may be a name ("1,3,h,w"), and the result's name. */
GBytes *onnx_writer_finish (OnnxWriter *self, const char *shape, const char *result);

/*
 * A file `path` of one convolution, whose weights, all of that number, lie in "parts/net.data" in
 * the same folder.
 */
void onnx_write_model_of_two (const char *path, float number);
