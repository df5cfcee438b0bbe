/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ONNX files as graphs: what each way of writing an operation comes to. The reference engine says
 * that two ways of writing the same compute the same.
 *
 * With GENGA_WRITE_FILES=FOLDER all files are written into that folder: tests/fuzz/corpus/onnx is
 * made of them.
 */
#include "core/error.h"
#include "engine/reference/reference-graph.h"
#include "nets/net-build.h"
#include "nets/net-spec.h"
#include "nets/onnx/onnx-size.h"
#include "onnx-writer.h"
#include "weights/load.h"

#include <math.h>
#include <string.h>

#define HEIGHT 11
#define WIDTH 9

/* ---- networks ---- */

typedef struct
{
  OnnxWriter writer;
  GengaNetSpec spec;
  GengaGraph *graph;
} Net;

static void
net_init (Net *self, int opset)
{
  *self = (Net){ 0 };
  onnx_writer_init (&self->writer, opset);
}

static void
net_clear (Net *self)
{
  genga_graph_free (self->graph);
}

static void
keep_file (GBytes *file)
{
  static guint n_files;
  const char *folder = g_getenv ("GENGA_WRITE_FILES");
  g_autofree char *name = g_strdup_printf ("%s-%u", strrchr (g_test_get_path (), '/') + 1, n_files);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, name, NULL) : NULL;

  n_files++;
  if (path != NULL)
    g_assert_true (g_file_set_contents (path, g_bytes_get_data (file, NULL),
                                        (gssize)g_bytes_get_size (file), NULL));
}

/* The error where the network can't be used; the file is `shape` to "y". */
static GError *
net_try_finish (Net *self, const char *shape)
{
  g_autoptr (GBytes) file = onnx_writer_finish (&self->writer, shape, "y");
  g_autoptr (GengaStateDict) dict = NULL;
  GError *error = NULL;

  keep_file (file);
  dict = genga_state_dict_load_bytes (file, "net.onnx", &error);
  g_assert_no_error (error);
  if (!genga_net_spec_detect (&self->spec, dict, "net.onnx", &error))
    return error;
  self->graph = genga_net_build (&self->spec, dict, TRUE, &error);
  g_assert_no_error (error);
  return NULL;
}

static void
net_finish (Net *self, const char *shape)
{
  GError *error = net_try_finish (self, shape);

  g_assert_no_error (error);
}

static void
assert_refused (Net *self, const char *shape, const char *part)
{
  g_autoptr (GError) error = net_try_finish (self, shape);

  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
}

static guint
count_kind (const GengaGraph *graph, GengaOpKind kind)
{
  guint n = 0;

  for (guint i = 0; i < graph->n_ops; i++)
    n += graph->ops[i].kind == kind;
  return n;
}

static guint
count_function (const GengaGraph *graph, GengaActivation function)
{
  guint n = 0;

  for (guint i = 0; i < graph->n_ops; i++)
    n += graph->ops[i].kind == GENGA_OP_ACTIVATION && graph->ops[i].activation.function == function;
  return n;
}

/* What the network makes of a picture; free with g_free(). */
static float *
run (const Net *self, int height, int width)
{
  int channels = genga_graph_get_in_channels (self->graph);
  gsize n = (gsize)height * width * channels;
  g_autofree float *input = g_new (float, n);
  g_autoptr (GError) error = NULL;
  float *output = g_new (float, (gsize)height *width * self->spec.scale * self->spec.scale *
                                    self->spec.out_channels);

  for (gsize i = 0; i < n; i++)
    input[i] = 0.5f + 0.5f * sinf (0.7f * (float)i);
  genga_reference_run_graph (self->graph, input, height, width, output, NULL, &error);
  g_assert_no_error (error);
  return output;
}

static void
assert_same (const Net *a, const Net *b)
{
  g_autofree float *of_a = run (a, HEIGHT, WIDTH);
  g_autofree float *of_b = run (b, HEIGHT, WIDTH);
  gsize n = (gsize)HEIGHT * WIDTH * a->spec.scale * a->spec.scale * a->spec.out_channels;

  g_assert_cmpint (a->spec.scale, ==, b->spec.scale);
  g_assert_cmpint (a->spec.out_channels, ==, b->spec.out_channels);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (of_a[i], of_b[i], 2e-5);
}

/* "c": `channels` channels, made of the picture. */
static void
add_head (Net *self, int channels)
{
  g_autofree char *shape = g_strdup_printf ("%d,3,3,3", channels);

  onnx_writer_add_random (&self->writer, "head", shape, 0.3f);
  onnx_writer_add_node (&self->writer, "Conv", "x,head", "c", "pads=I1,1,1,1");
}

/* "y": three channels, made of `channels` ones. */
static void
add_tail (Net *self, const char *from, int channels)
{
  g_autofree char *shape = g_strdup_printf ("3,%d,1,1", channels);
  g_autofree char *inputs = g_strdup_printf ("%s,tail", from);

  onnx_writer_add_random (&self->writer, "tail", shape, 0.3f);
  onnx_writer_add_node (&self->writer, "Conv", inputs, "y", "");
}

#define NODE(...) onnx_writer_add_node (&net.writer, __VA_ARGS__)
#define INTS(...) onnx_writer_add_ints (&net.writer, __VA_ARGS__)
#define FLOATS(...) onnx_writer_add_floats (&net.writer, __VA_ARGS__)

/* ---- sizes ---- */

static void
test_sizes (void)
{
  GengaOnnxSize height = genga_onnx_size_of_height (0);
  GengaOnnxSize two = genga_onnx_size_of (2), three = genga_onnx_size_of (3);
  GengaOnnxSize out, other;
  int multiple = 1;
  int order;
  gint64 number;

  /* (3 * H + 3) / 2, rounded down: H is taken to be even. */
  g_assert_true (genga_onnx_size_multiply (&out, &height, &three));
  g_assert_true (genga_onnx_size_add (&out, &out, &three, 1));
  g_assert_true (genga_onnx_size_divide (&out, &out, &two));
  g_assert_true (genga_onnx_size_floor (&out, &out, FALSE, &multiple));
  g_assert_cmpint (multiple, ==, 2);
  g_assert_cmpint (out.y, ==, 3);
  g_assert_cmpint (out.constant, ==, 2);
  g_assert_cmpint (out.den, ==, 2);
  /* 1021 is odd: what the file computes there is not what it would for even sides. */
  g_assert_cmpfloat (out.at[0], ==, 1533);
  g_assert_false (genga_onnx_size_is_exact (&out));

  g_assert_true (genga_onnx_size_divide (&out, &height, &height));
  g_assert_true (genga_onnx_size_get_number (&out, &number));
  g_assert_cmpint (number, ==, 1);
  g_assert_false (genga_onnx_size_divide (&out, &two, &height));

  other = genga_onnx_size_of_width (0);
  g_assert_true (genga_onnx_size_multiply (&out, &height, &other));
  g_assert_cmpint (out.area, ==, 1);
  g_assert_false (genga_onnx_size_multiply (&other, &out, &height));
  g_assert_true (genga_onnx_size_divide (&out, &out, &height));
  g_assert_cmpint (out.x, ==, 1);

  g_assert_true (genga_onnx_size_compare (&height, &two, &order));
  g_assert_cmpint (order, ==, 1);
  /* Numbers that nothing can be done with are refused, not wrapped around. */
  other = genga_onnx_size_of (G_MAXINT64);
  g_assert_false (genga_onnx_size_add (&out, &other, &two, 1));
  g_assert_false (genga_onnx_size_multiply (&out, &other, &two));
  other = genga_onnx_size_of (G_MININT64);
  g_assert_false (genga_onnx_size_add (&out, &other, &two, -1));
  other = genga_onnx_size_of (GENGA_ONNX_MAX_MULTIPLE + 1);
  g_assert_true (genga_onnx_size_divide (&out, &height, &other));
  g_assert_false (genga_onnx_size_floor (&out, &out, FALSE, &multiple));
}

/* ---- operations of several nodes ---- */

static void
write_mish (Net *self)
{
  Net net = *self;

  NODE ("Softplus", "c", "a", "");
  NODE ("Tanh", "a", "b", "");
  NODE ("Mul", "c,b", "d", "");
}

static void
write_silu (Net *self)
{
  Net net = *self;

  NODE ("Sigmoid", "c", "a", "");
  NODE ("Mul", "a,c", "d", "");
}

static void
write_gate (Net *self)
{
  Net net = *self;

  FLOATS ("root", "1", 1.4142135);
  FLOATS ("one", "1", 1.0);
  FLOATS ("half", "1", 0.5);
  NODE ("Div", "c,root", "a", "");
  NODE ("Erf", "a", "b", "");
  NODE ("Add", "b,one", "gate", "");
}

static void
write_gelu_late (Net *self)
{
  Net net = *self;

  write_gate (self);
  NODE ("Mul", "c,gate", "e", "");
  NODE ("Mul", "e,half", "d", "");
}

static void
write_gelu_early (Net *self)
{
  Net net = *self;

  write_gate (self);
  NODE ("Mul", "half,c", "e", "");
  NODE ("Mul", "gate,e", "d", "");
}

static void
write_gelu_gate (Net *self)
{
  Net net = *self;

  write_gate (self);
  NODE ("Mul", "gate,half", "e", "");
  NODE ("Mul", "c,e", "d", "");
}

static void
test_activations (void)
{
  static const struct
  {
    void (*write) (Net *self);
    GengaActivation function;
  } rows[] = {
    { write_mish, GENGA_ACTIVATION_MISH },      { write_silu, GENGA_ACTIVATION_SILU },
    { write_gelu_late, GENGA_ACTIVATION_GELU }, { write_gelu_early, GENGA_ACTIVATION_GELU },
    { write_gelu_gate, GENGA_ACTIVATION_GELU },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Net net;

      net_init (&net, 17);
      add_head (&net, 8);
      rows[i].write (&net);
      add_tail (&net, "d", 8);
      net_finish (&net, "1,3,h,w");
      g_assert_cmpuint (count_function (net.graph, rows[i].function), ==, 1);
      g_assert_cmpuint (count_kind (net.graph, GENGA_OP_ACTIVATION), ==, 1);
      g_assert_cmpuint (count_kind (net.graph, GENGA_OP_MUL), ==, 0);
      net_clear (&net);
    }
}

/* A norm over the axes that are named, with its own nodes. */
static void
write_norm (Net *self, const char *axes)
{
  Net net = *self;
  g_autofree char *attributes = g_strconcat ("axes=I", axes, NULL);

  FLOATS ("two", "", 2.0);
  FLOATS ("epsilon", "", 1e-6);
  NODE ("ReduceMean", "c", "mean", attributes);
  NODE ("Sub", "c,mean", "e", "");
  NODE ("Pow", "e,two", "square", "");
  NODE ("ReduceMean", "square", "variance", attributes);
  NODE ("Add", "variance,epsilon", "more", "");
  NODE ("Sqrt", "more", "deviation", "");
  NODE ("Div", "e,deviation", "d", "");
}

static void
test_norms (void)
{
  Net net;

  net_init (&net, 17);
  add_head (&net, 8);
  write_norm (&net, "1");
  add_tail (&net, "d", 8);
  net_finish (&net, "1,3,h,w");
  g_assert_cmpuint (count_kind (net.graph, GENGA_OP_LAYER_NORM), ==, 1);
  g_assert_cmpuint (count_kind (net.graph, GENGA_OP_DIV), ==, 0);
  net_clear (&net);

  net_init (&net, 17);
  add_head (&net, 8);
  write_norm (&net, "2,3");
  add_tail (&net, "d", 8);
  net_finish (&net, "1,3,h,w");
  g_assert_cmpuint (count_kind (net.graph, GENGA_OP_GROUP_NORM), ==, 1);
  net_clear (&net);
}

/* Without the pattern, the same nodes run one by one and come to the same. */
static void
test_norm_by_nodes (void)
{
  Net net, plain;

  net_init (&net, 17);
  add_head (&net, 8);
  write_norm (&net, "1");
  add_tail (&net, "d", 8);
  net_finish (&net, "1,3,h,w");
  plain = net;

  net_init (&net, 17);
  add_head (&net, 8);
  FLOATS ("epsilon", "", 1e-6);
  FLOATS ("one", "", 1.0);
  NODE ("ReduceMean", "c", "mean", "axes=I1");
  NODE ("Sub", "c,mean", "e", "");
  NODE ("Mul", "e,e", "square", "");
  NODE ("ReduceMean", "square", "variance", "axes=I1");
  NODE ("Add", "variance,epsilon", "more", "");
  NODE ("Sqrt", "more", "deviation", "");
  NODE ("Div", "one,deviation", "inverse", "");
  NODE ("Mul", "e,inverse", "d", "");
  add_tail (&net, "d", 8);
  net_finish (&net, "1,3,h,w");
  g_assert_cmpuint (count_kind (net.graph, GENGA_OP_LAYER_NORM), ==, 0);
  assert_same (&net, &plain);
  net_clear (&net);
  net_clear (&plain);
}

/* The channels of each pixel at the end, a norm there, and back. */
static void
test_norm_last (void)
{
  Net net, plain;

  net_init (&net, 17);
  add_head (&net, 8);
  onnx_writer_add_random (&net.writer, "weight", "8", 1);
  onnx_writer_add_random (&net.writer, "bias", "8", 1);
  onnx_writer_add_random (&net.writer, "matrix", "8,8", 0.5f);
  NODE ("Transpose", "c", "e", "perm=I0,2,3,1");
  NODE ("LayerNormalization", "e,weight,bias", "f", "epsilon=f1e-6");
  NODE ("MatMul", "f,matrix", "g", "");
  NODE ("Add", "g,bias", "h", "");
  NODE ("Transpose", "h", "d", "perm=I0,3,1,2");
  add_tail (&net, "d", 8);
  net_finish (&net, "1,3,h,w");
  g_assert_cmpuint (count_kind (net.graph, GENGA_OP_LAYER_NORM), ==, 1);
  plain = net;

  /* The same by an instance norm of pixels: channels as rows. */
  net_init (&net, 17);
  add_head (&net, 8);
  onnx_writer_add_random (&net.writer, "weight", "8,1,1", 1);
  onnx_writer_add_random (&net.writer, "bias", "8,1,1", 1);
  onnx_writer_add_random (&net.writer, "matrix", "8,8", 0.5f);
  INTS ("turned", "8,8,1,1");
  write_norm (&net, "1");
  NODE ("Mul", "d,weight", "f", "");
  NODE ("Add", "f,bias", "g", "");
  NODE ("Transpose", "matrix", "back", "");
  NODE ("Reshape", "back,turned", "kernel", "");
  NODE ("Conv", "g,kernel", "i", "");
  NODE ("Add", "i,bias", "j", "");
  add_tail (&net, "j", 8);
  net_finish (&net, "1,3,h,w");
  assert_same (&net, &plain);
  net_clear (&net);
  net_clear (&plain);
}

/* ---- shapes ---- */

static void
finish_up (Net *self, Net *to)
{
  net_finish (self, "1,3,h,w");
  *to = *self;
}

/* A pixel shuffle as one node, and as a change of shape. */
static void
test_shuffle (void)
{
  Net net, shuffled;

  net_init (&net, 17);
  add_head (&net, 12);
  NODE ("DepthToSpace", "c", "y", "blocksize=i2 mode=sCRD");
  finish_up (&net, &shuffled);
  g_assert_cmpint (net.spec.scale, ==, 2);

  net_init (&net, 17);
  add_head (&net, 12);
  INTS ("zero", "0");
  INTS ("two", "2");
  INTS ("three", "3");
  INTS ("four", "4");
  INTS ("blocks", "1,3,2,2");
  INTS ("front", "1,3");
  NODE ("Shape", "c", "shape", "");
  NODE ("Slice", "shape,two,four,zero", "sides", "");
  NODE ("Concat", "blocks,sides", "split", "axis=i0");
  NODE ("Reshape", "c,split", "e", "");
  NODE ("Transpose", "e", "f", "perm=I0,1,4,2,5,3");
  NODE ("Mul", "sides,two", "doubled", "");
  NODE ("Concat", "front,doubled", "joined", "axis=i0");
  NODE ("Reshape", "f,joined", "y", "");
  net_finish (&net, "1,3,h,w");
  g_assert_cmpuint (count_kind (net.graph, GENGA_OP_PIXEL_SHUFFLE), ==, 1);
  g_assert_cmpuint (net.graph->n_ops, ==, shuffled.graph->n_ops);
  assert_same (&net, &shuffled);
  net_clear (&net);
  net_clear (&shuffled);
}

/* Rows and columns before the channels, which is ONNX's own order. */
static void
test_shuffle_dcr (void)
{
  Net net;

  net_init (&net, 17);
  onnx_writer_add_floats (&net.writer, "head", "4,1,1,1", 1.0, 2.0, 3.0, 4.0);
  NODE ("Conv", "x,head", "c", "");
  NODE ("Concat", "c,c,c", "d", "axis=i1");
  NODE ("DepthToSpace", "d", "e", "blocksize=i2");
  FLOATS ("tail", "1,3,1,1", 1.0, 0.0, 0.0);
  NODE ("Conv", "e,tail", "y", "");
  net_finish (&net, "1,1,h,w");

  /* Channel (2 * i + j) * 3 + 0 of x1 x2 x3 x4 x1 x2 x3 x4 x1 x2 x3 x4. */
  static const float factors[] = { 1, 4, 3, 2 };
  g_autofree float *output = run (&net, 2, 2);
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 4; x++)
      {
        float input = 0.5f + 0.5f * sinf (0.7f * (float)(y / 2 * 2 + x / 2));

        g_assert_cmpfloat_with_epsilon (output[y * 4 + x], factors[y % 2 * 2 + x % 2] * input,
                                        1e-6);
      }
  net_clear (&net);
}

/* Fills the picture up to even sides and takes the rest off again, as exporters write it. */
static void
test_fill_up (void)
{
  Net net;

  net_init (&net, 17);
  INTS ("zero", "0");
  INTS ("zeros", "0,0,0,0,0,0");
  INTS ("two", "2");
  INTS ("four", "4");
  INTS ("axes", "2,3");
  INTS ("unshuffled", "1,12");
  INTS ("blocks", "1,3");
  NODE ("Shape", "x", "shape", "");
  NODE ("Slice", "shape,two,four,zero", "sides", "");
  NODE ("Mod", "sides,two", "rest", "");
  NODE ("Sub", "two,rest", "more", "");
  NODE ("Mod", "more,two", "fill", "");
  NODE ("Concat", "zeros,fill", "pads", "axis=i0");
  NODE ("Pad", "x,pads", "padded", "mode=sreflect");
  NODE ("SpaceToDepth", "padded", "small", "blocksize=i2");
  onnx_writer_add_random (&net.writer, "head", "12,12,3,3", 0.2f);
  NODE ("Conv", "small,head", "c", "pads=I1,1,1,1");
  NODE ("DepthToSpace", "c", "d", "blocksize=i2 mode=sCRD");
  INTS ("starts", "0,0");
  NODE ("Slice", "d,starts,sides,axes", "y", "");
  net_finish (&net, "1,3,h,w");
  g_assert_true (net.spec.onnx.pads_itself);
  g_assert_cmpint (net.spec.multiple_of, ==, 1);
  g_assert_cmpint (net.spec.scale, ==, 1);
  g_assert_cmpuint (count_kind (net.graph, GENGA_OP_PAD), ==, 1);
  g_assert_cmpuint (count_kind (net.graph, GENGA_OP_CROP), ==, 1);
  g_free (run (&net, 7, 5));
  net_clear (&net);
}

/* A part of the channels is replaced: RealPLKSR's large kernel. */
static void
test_partial (void)
{
  Net net, plain;

  net_init (&net, 17);
  add_head (&net, 8);
  onnx_writer_add_random (&net.writer, "kernel", "2,2,5,5", 0.2f);
  INTS ("zero", "0");
  INTS ("one", "1");
  INTS ("two", "2");
  INTS ("index", "0,1");
  INTS ("column", "2,1");
  NODE ("Slice", "c,zero,two,one", "part", "");
  NODE ("Conv", "part,kernel", "done", "pads=I2,2,2,2");
  NODE ("Reshape", "index,column", "indices", "");
  NODE ("Transpose", "c", "e", "perm=I1,0,2,3");
  NODE ("Transpose", "done", "f", "perm=I1,0,2,3");
  NODE ("ScatterND", "e,indices,f", "g", "");
  NODE ("Transpose", "g", "d", "perm=I1,0,2,3");
  add_tail (&net, "d", 8);
  finish_up (&net, &plain);

  net_init (&net, 17);
  add_head (&net, 8);
  onnx_writer_add_random (&net.writer, "kernel", "2,2,5,5", 0.2f);
  INTS ("parts", "2,6");
  NODE ("Split", "c,parts", "part,rest", "axis=i1");
  NODE ("Conv", "part,kernel", "done", "pads=I2,2,2,2");
  NODE ("Concat", "done,rest", "d", "axis=i1");
  add_tail (&net, "d", 8);
  net_finish (&net, "1,3,h,w");
  assert_same (&net, &plain);
  net_clear (&net);
  net_clear (&plain);
}

/* Each channel of the picture four times, as a map of four times its channels. */
static void
test_repeat (void)
{
  Net net, plain;

  net_init (&net, 17);
  INTS ("two", "2");
  INTS ("counts", "1,1,4,1,1");
  INTS ("shape", "1,12,0,-1");
  INTS ("all", "1,12");
  NODE ("Unsqueeze", "x,two", "a", "");
  NODE ("Tile", "a,counts", "b", "");
  NODE ("Shape", "x", "sides", "start=i2");
  NODE ("Concat", "all,sides", "wanted", "axis=i0");
  NODE ("Reshape", "b,wanted", "c", "");
  NODE ("DepthToSpace", "c", "y", "blocksize=i2 mode=sCRD");
  finish_up (&net, &plain);

  net_init (&net, 17);
  FLOATS ("scales", "4", 1.0, 1.0, 2.0, 2.0);
  NODE ("Resize", "x,,scales", "y",
        "mode=snearest coordinate_transformation_mode=sasymmetric "
        "nearest_mode=sfloor");
  net_finish (&net, "1,3,h,w");
  assert_same (&net, &plain);
  net_clear (&net);
  net_clear (&plain);
}

/* Squeeze and excitation by a mean, a matrix and a gate. */
static void
test_gate (void)
{
  Net net, plain;

  net_init (&net, 17);
  add_head (&net, 8);
  onnx_writer_add_random (&net.writer, "matrix", "8,8", 0.5f);
  INTS ("axes", "2,3");
  NODE ("GlobalAveragePool", "c", "a", "");
  NODE ("Flatten", "a", "b", "");
  NODE ("Gemm", "b,matrix", "e", "transB=i1");
  NODE ("Sigmoid", "e", "f", "");
  NODE ("Unsqueeze", "f,axes", "g", "");
  NODE ("Mul", "c,g", "d", "");
  add_tail (&net, "d", 8);
  finish_up (&net, &plain);

  net_init (&net, 17);
  add_head (&net, 8);
  onnx_writer_add_random (&net.writer, "kernel", "8,8,1,1", 0.5f);
  NODE ("ReduceMean", "c", "a", "axes=I2,3");
  NODE ("Conv", "a,kernel", "e", "");
  NODE ("Sigmoid", "e", "f", "");
  NODE ("Mul", "f,c", "d", "");
  add_tail (&net, "d", 8);
  net_finish (&net, "1,3,h,w");
  assert_same (&net, &plain);
  net_clear (&net);
  net_clear (&plain);
}

/* Red and blue change places: by a list, by a step back, and by a convolution. */
static void
test_orders (void)
{
  Net net, plain, other;

  net_init (&net, 17);
  FLOATS ("turn", "3,3,1,1", 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0);
  NODE ("Conv", "x,turn", "y", "");
  finish_up (&net, &plain);

  net_init (&net, 17);
  INTS ("order", "2,1,-3");
  NODE ("Gather", "x,order", "y", "axis=i1");
  finish_up (&net, &other);
  assert_same (&other, &plain);
  net_clear (&other);

  net_init (&net, 17);
  INTS ("start", "-1");
  INTS ("end", "-9223372036854775807");
  INTS ("axis", "1");
  INTS ("back", "-1");
  NODE ("Slice", "x,start,end,axis,back", "y", "");
  net_finish (&net, "1,3,h,w");
  assert_same (&net, &plain);
  net_clear (&net);
  net_clear (&plain);
}

/* Channels in another order, then a part of them, and a norm over all. */
static void
test_moved_channels (void)
{
  Net net, plain;

  net_init (&net, 17);
  add_head (&net, 4);
  INTS ("split", "1,2,2,0,-1");
  INTS ("joined", "1,4,0,-1");
  INTS ("sides", "1,2,2");
  INTS ("all", "1,4");
  INTS ("parts", "3,1");
  NODE ("Shape", "c", "shape", "start=i2");
  NODE ("Concat", "sides,shape", "five", "axis=i0");
  NODE ("Reshape", "c,five", "a", "");
  NODE ("Transpose", "a", "b", "perm=I0,2,1,3,4");
  NODE ("Concat", "all,shape", "four", "axis=i0");
  NODE ("Reshape", "b,four", "d", "");
  NODE ("Split", "d,parts", "e,f", "axis=i1");
  add_tail (&net, "e", 3);
  finish_up (&net, &plain);

  net_init (&net, 17);
  add_head (&net, 4);
  INTS ("order", "0,2,1");
  NODE ("Gather", "c,order", "e", "axis=i1");
  add_tail (&net, "e", 3);
  net_finish (&net, "1,3,h,w");
  assert_same (&net, &plain);
  net_clear (&net);
  net_clear (&plain);
}

/* DySample with two groups, as exporters write it; `middle` is how far a pixel's middle is in. */
static void
write_dysample (Net *self, double middle)
{
  Net net = *self;

  add_head (&net, 8);
  onnx_writer_add_random (&net.writer, "offset", "16,8,1,1", 0.3f);
  FLOATS ("middle", "", middle);
  FLOATS ("two", "", 2.0);
  FLOATS ("one", "", 1.0);
  INTS ("zero", "0");
  INTS ("first", "2");
  INTS ("last", "3");
  INTS ("step", "1");
  INTS ("row", "1,-1");
  INTS ("column", "-1,1");
  INTS ("front", "1,2,-1");
  INTS ("flat", "1,16");
  INTS ("grouped", "2,4");
  INTS ("twice", "2,2");
  INTS ("pair", "1,2,1,1,1");
  INTS ("back", "1,8");
  INTS ("new", "0,2");
  NODE ("Conv", "c,offset", "offsets", "");
  NODE ("Shape", "c", "sides", "start=i2");
  NODE ("Shape", "c", "high", "start=i2 end=i3");
  NODE ("Shape", "c", "wide", "start=i3");
  NODE ("Concat", "front,sides", "five", "axis=i0");
  NODE ("Reshape", "offsets,five", "o", "");
  NODE ("Squeeze", "high", "h", "");
  NODE ("Squeeze", "wide", "w", "");
  NODE ("Squeeze", "zero", "start", "");
  NODE ("Squeeze", "step", "more", "");
  NODE ("Range", "start,h,more", "ys", "");
  NODE ("Range", "start,w,more", "xs", "");
  NODE ("Cast", "ys", "yf", "to=i1");
  NODE ("Cast", "xs", "xf", "to=i1");
  NODE ("Add", "yf,middle", "ym", "");
  NODE ("Add", "xf,middle", "xm", "");
  NODE ("Reshape", "xm,column", "xc", "");
  NODE ("Reshape", "ym,row", "yr", "");
  NODE ("Concat", "wide,high", "turned", "axis=i0");
  NODE ("Expand", "xc,turned", "xe", "");
  NODE ("Expand", "yr,turned", "ye", "");
  NODE ("Unsqueeze", "xe,zero", "xu", "");
  NODE ("Unsqueeze", "ye,zero", "yu", "");
  NODE ("Concat", "xu,yu", "stack", "axis=i0");
  NODE ("Transpose", "stack", "centres", "perm=I0,2,1");
  NODE ("Unsqueeze", "centres,new", "grid", "");
  NODE ("Cast", "turned", "size", "to=i1");
  NODE ("Reshape", "size,pair", "normal", "");
  NODE ("Add", "grid,o", "p", "");
  NODE ("Mul", "p,two", "q", "");
  NODE ("Div", "q,normal", "r", "");
  NODE ("Sub", "r,one", "s", "");
  NODE ("Concat", "flat,sides", "four", "axis=i0");
  NODE ("Reshape", "s,four", "t", "");
  NODE ("DepthToSpace", "t", "u", "blocksize=i2 mode=sCRD");
  NODE ("Mul", "sides,twice", "large", "");
  NODE ("Concat", "front,large", "six", "axis=i0");
  NODE ("Reshape", "u,six", "v", "");
  NODE ("Transpose", "v", "places", "perm=I0,2,3,4,1");
  NODE ("Concat", "first,large,first", "eight", "axis=i0");
  NODE ("Reshape", "places,eight", "z", "");
  NODE ("Concat", "grouped,sides", "parts", "axis=i0");
  NODE ("Reshape", "c,parts", "groups", "");
  NODE ("GridSample", "groups,z", "sampled", "padding_mode=sborder");
  NODE ("Concat", "back,large", "nine", "axis=i0");
  NODE ("Reshape", "sampled,nine", "d", "");
  add_tail (&net, "d", 8);
}

static void
test_dysample (void)
{
  Net net;
  guint n = 0;

  net_init (&net, 20);
  write_dysample (&net, 0.5);
  net_finish (&net, "1,3,h,w");
  g_assert_cmpint (net.spec.scale, ==, 2);
  for (guint i = 0; i < net.graph->n_ops; i++)
    if (net.graph->ops[i].kind == GENGA_OP_DYSAMPLE)
      {
        n++;
        g_assert_cmpint (net.graph->ops[i].dysample.n_groups, ==, 2);
        g_assert_cmpint (net.graph->ops[i].dysample.factor, ==, 2);
      }
  g_assert_cmpuint (n, ==, 1);
  net_clear (&net);

  /* Any other grid is no DySample. */
  net_init (&net, 20);
  write_dysample (&net, 0.25);
  assert_refused (&net, "1,3,h,w", "DySample");
}

/* ---- files for one size ---- */

static void
test_fixed_size (void)
{
  Net net;

  net_init (&net, 11);
  INTS ("sizes", "1,3,74,58");
  NODE ("Resize", "x,,,sizes", "y", "mode=scubic");
  net_finish (&net, "1,3,37,29");
  g_assert_cmpint (net.spec.scale, ==, 2);
  g_assert_cmpint (net.spec.onnx.height, ==, 37);
  g_assert_cmpint (net.spec.onnx.width, ==, 29);
  /* Any size will do. */
  g_free (run (&net, 5, 6));
  net_clear (&net);

  /* Which of the numbers mean the picture can't be told. */
  net_init (&net, 11);
  INTS ("shape", "1,3,29,37");
  INTS ("back", "1,3,37,29");
  NODE ("Reshape", "x,shape", "a", "");
  NODE ("Reshape", "a,back", "y", "");
  assert_refused (&net, "1,3,37,29", "Reshape");
}

/* ---- what is refused ---- */

static void
test_refused (void)
{
  static const struct
  {
    const char *op, *inputs, *attributes, *part;
  } rows[] = {
    { "NonMaxSuppression", "x", "", "operator is not supported" },
    { "If", "x", "", "“If”" },
    { "Loop", "x", "", "“node-Loop”" },
    { "Conv", "x,wide", "", "4 channels, but it gets 3" },
    { "Conv", "x,w", "strides=I1,2", "strides" },
    { "Conv", "x,w", "group=i0", "group" },
    { "DepthToSpace", "x", "blocksize=i2", "number of channels" },
    { "Resize", "x,,scales", "mode=slinear coordinate_transformation_mode=sasymmetric",
      "resizing" },
    { "Resize", "x,,odd", "", "scale" },
    { "Pad", "x,pads", "mode=swrap", "wrap" },
    { "Transpose", "x", "perm=I0,1,3,2", "no picture" },
    { "Transpose", "x", "perm=I0,1,1,2", "perm" },
    { "Add", "x,pixels", "", "fit together" },
    { "Gather", "x,index", "axis=i2", "axes" },
    { "Gather", "x,far", "axis=i1", "not there" },
    { "GlobalAveragePool", "x", "", "no picture" },
    { "MatMul", "x,x", "", "attention" },
    { "Softmax", "x", "", "axes are not supported" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Net net;

      net_init (&net, 17);
      onnx_writer_add_random (&net.writer, "w", "3,3,3,3", 1);
      onnx_writer_add_random (&net.writer, "wide", "3,4,3,3", 1);
      onnx_writer_add_random (&net.writer, "pixels", "1,3,5,5", 1);
      FLOATS ("scales", "4", 1.0, 1.0, 2.0, 2.0);
      FLOATS ("odd", "4", 1.0, 1.0, 2.0, 3.0);
      INTS ("pads", "0,0,1,1,0,0,1,1");
      INTS ("index", "0,1");
      INTS ("far", "0,3");
      NODE (rows[i].op, rows[i].inputs, "y", rows[i].attributes);
      assert_refused (&net, "1,3,h,w", rows[i].part);
    }
}

/* What comes to nothing may be whatever it is. */
static void
test_idle_nodes (void)
{
  Net net;

  net_init (&net, 17);
  NODE ("NonMaxSuppression", "x", "a", "");
  NODE ("Relu", "a", "b", "");
  add_head (&net, 3);
  NODE ("Relu", "c", "y", "");
  NODE ("Loop", "y", "e", "");
  net_finish (&net, "1,3,h,w");
  g_assert_cmpuint (net.graph->n_ops, ==, 3);
  net_clear (&net);
}

/* Nodes that would make much of little. */
static void
test_bombs (void)
{
  Net net;

  net_init (&net, 17);
  INTS ("shape", "100000,100000");
  NODE ("ConstantOfShape", "shape", "a", "");
  NODE ("Add", "x,a", "y", "");
  assert_refused (&net, "1,3,h,w", "too large");

  net_init (&net, 17);
  INTS ("zero", "0");
  INTS ("end", "9223372036854775807");
  INTS ("one", "1");
  INTS ("none", "1");
  NODE ("Range", "zero,end,one", "a", "");
  NODE ("Add", "x,a", "y", "");
  assert_refused (&net, "1,3,h,w", "too large");

  net_init (&net, 17);
  INTS ("counts", "1,9223372036854775807,1,1");
  NODE ("Tile", "x,counts", "y", "");
  assert_refused (&net, "1,3,h,w", "repetition");

  net_init (&net, 17);
  INTS ("pads", "0,0,4611686018427387904,0,0,0,4611686018427387904,0");
  NODE ("Pad", "x,pads", "y", "");
  assert_refused (&net, "1,3,h,w", "pixels");
}

static void
test_pictures (void)
{
  static const char *const shapes[] = { "3,h,w", "2,3,h,w", "1,5,h,w", "1,3,0,w", "1,0,h,w" };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      Net net;

      net_init (&net, 17);
      FLOATS ("zero", "1", 0.0);
      NODE ("Add", "x,zero", "y", "");
      assert_refused (&net, shapes[i], "no picture");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/onnx-graph/sizes", test_sizes);
  g_test_add_func ("/onnx-graph/activations", test_activations);
  g_test_add_func ("/onnx-graph/norms", test_norms);
  g_test_add_func ("/onnx-graph/norm-by-nodes", test_norm_by_nodes);
  g_test_add_func ("/onnx-graph/norm-last", test_norm_last);
  g_test_add_func ("/onnx-graph/shuffle", test_shuffle);
  g_test_add_func ("/onnx-graph/shuffle-dcr", test_shuffle_dcr);
  g_test_add_func ("/onnx-graph/fill-up", test_fill_up);
  g_test_add_func ("/onnx-graph/partial", test_partial);
  g_test_add_func ("/onnx-graph/repeat", test_repeat);
  g_test_add_func ("/onnx-graph/gate", test_gate);
  g_test_add_func ("/onnx-graph/orders", test_orders);
  g_test_add_func ("/onnx-graph/moved-channels", test_moved_channels);
  g_test_add_func ("/onnx-graph/dysample", test_dysample);
  g_test_add_func ("/onnx-graph/fixed-size", test_fixed_size);
  g_test_add_func ("/onnx-graph/refused", test_refused);
  g_test_add_func ("/onnx-graph/idle-nodes", test_idle_nodes);
  g_test_add_func ("/onnx-graph/bombs", test_bombs);
  g_test_add_func ("/onnx-graph/pictures", test_pictures);
  return g_test_run ();
}
