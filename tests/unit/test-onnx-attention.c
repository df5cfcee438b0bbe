/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attention in ONNX files, as exporters write it: nodes come to one operation of the graph, which
 * gives what the nodes would, counted out here.
 *
 * With GENGA_WRITE_FILES=FOLDER all files are written into that folder, for the fuzzers' corpus.
 */
#include "core/error.h"
#include "engine/reference/reference-graph.h"
#include "nets/net-build.h"
#include "nets/net-spec.h"
#include "onnx-writer.h"
#include "weights/load.h"

#include <math.h>
#include <string.h>

#define HEIGHT 12
#define WIDTH 8
#define WINDOW 4
#define PLACES (WINDOW * WINDOW)
#define N_HEADS 3

/* How a file is written. */
typedef struct
{
  int shift;
  gboolean is_masked;
  float masked; /* what is added there */
  gboolean by_letters;
  gboolean scales_late; /* the scores, not the queries */
  gboolean has_fixed_size;
} Way;

typedef struct
{
  OnnxWriter writer;
  GengaNetSpec spec;
  GengaGraph *graph;
} Net;

#define NODE(...) onnx_writer_add_node (&net->writer, __VA_ARGS__)
#define INTS(...) onnx_writer_add_ints (&net->writer, __VA_ARGS__)
#define FLOATS(...) onnx_writer_add_floats (&net->writer, __VA_ARGS__)

static GError *
try_finish (Net *net, const char *shape)
{
  g_autoptr (GBytes) file = onnx_writer_finish (&net->writer, shape, "y");
  g_autoptr (GengaStateDict) dict = NULL;
  const char *folder = g_getenv ("GENGA_WRITE_FILES");
  GError *error = NULL;

  if (folder != NULL)
    {
      static guint n_files;
      g_autofree char *path = g_strdup_printf ("%s/attention-%u", folder, n_files++);

      g_assert_true (g_file_set_contents (path, g_bytes_get_data (file, NULL),
                                          (gssize)g_bytes_get_size (file), NULL));
    }
  dict = genga_state_dict_load_bytes (file, "net.onnx", &error);
  g_assert_no_error (error);
  if (!genga_net_spec_detect (&net->spec, dict, "net.onnx", &error))
    return error;
  net->graph = genga_net_build (&net->spec, dict, TRUE, &error);
  g_assert_no_error (error);
  return NULL;
}

static float *
make_picture (int height, int width)
{
  const int n = height * width * 3;
  float *picture = g_new (float, n);

  for (int i = 0; i < n; i++)
    picture[i] = 0.5f + 0.5f * sinf (0.7f * (float)i);
  return picture;
}

static float *
run (const Net *net, int height, int width)
{
  g_autofree float *input = make_picture (height, width);
  float *output = g_new (float, height *width * 3);
  g_autoptr (GError) error = NULL;

  genga_reference_run_graph (net->graph, input, height, width, output, NULL, &error);
  g_assert_no_error (error);
  return output;
}

static const GengaOp *
find_op (const Net *net, GengaOpKind kind)
{
  for (guint i = 0; i < net->graph->n_ops; i++)
    if (net->graph->ops[i].kind == kind)
      return &net->graph->ops[i];
  return NULL;
}

/* ---- what the files say ---- */

/* Of the matrix that makes queries, keys and values of pixels; of the biases. */
static float
get_weight (int from, int to)
{
  return (float)((from * 7 + to * 5) % 9 - 4) / 4;
}

static float
get_bias (int head, int query, int key)
{
  return (float)((head * 11 + query * 3 + key * 7) % 13 - 6) / 6;
}

static void
add_constants (Net *net)
{
  float weights[3 * 9], biases[N_HEADS * PLACES * PLACES];

  for (int i = 0; i < 27; i++)
    weights[i] = get_weight (i / 9, i % 9);
  for (int i = 0; i < N_HEADS * PLACES * PLACES; i++)
    biases[i] = get_bias (i / (PLACES * PLACES), i / PLACES % PLACES, i % PLACES);
  onnx_writer_add_tensor (&net->writer, "qkv", ONNX_F32, "3,9", weights, sizeof weights);
  onnx_writer_add_tensor (&net->writer, "bias", ONNX_F32, "1,3,16,16", biases, sizeof biases);
  FLOATS ("scale", "", 0.75);
  INTS ("last", "9223372036854775807");
  INTS ("zero", "0");
  INTS ("one", "1");
  INTS ("two", "2");
  INTS ("four", "4");
  INTS ("minus-one", "-1");
}

/* "h", "w", "h/4", "w/4": one number each, from the picture or as numbers. */
static void
add_sizes (Net *net, gboolean has_fixed_size)
{
  if (has_fixed_size)
    {
      INTS ("h", G_STRINGIFY (HEIGHT));
      INTS ("w", G_STRINGIFY (WIDTH));
    }
  else
    {
      NODE ("Shape", "x", "shape", "");
      NODE ("Slice", "shape,two,three,zero", "h", "");
      NODE ("Slice", "shape,three,four,zero", "w", "");
      INTS ("three", "3");
    }
  NODE ("Div", "h,four", "h/4", "");
  NODE ("Div", "w,four", "w/4", "");
}

/* From `in`, n pixels further on along both axes, or back. */
static void
add_roll (Net *net, const char *in, const char *out, int n)
{
  static const char *const axes[] = { "one", "two" };
  g_autofree char *start = g_strdup_printf ("start%d", n);
  g_autofree char *number = g_strdup_printf ("%d", n);
  const char *from = in;

  INTS (start, number);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *high = g_strdup_printf ("high%d-%s", n, axes[i]);
      g_autofree char *low = g_strdup_printf ("low%d-%s", n, axes[i]);
      g_autofree char *of_high = g_strdup_printf ("%s,%s,last,%s", from, start, axes[i]);
      g_autofree char *of_low = g_strdup_printf ("%s,zero,%s,%s", from, start, axes[i]);
      g_autofree char *both = g_strdup_printf ("%s,%s", high, low);
      const char *to = i == 0 ? (n > 0 ? "half-rolled" : "half-back") : out;

      NODE ("Slice", of_high, high, "");
      NODE ("Slice", of_low, low, "");
      NODE ("Concat", both, to, i == 0 ? "axis=i1" : "axis=i2");
      from = to;
    }
}

/* Where along an axis windows meet that the roll brought together: 0, 1, 2. */
static void
add_labels (Net *net, const char *side, const char *out)
{
  g_autofree char *all = g_strconcat (side, "-all", NULL);
  g_autofree char *range = g_strdup_printf ("zero0,%s0,one0", side);
  g_autofree char *single = g_strconcat (side, "0", NULL);
  g_autofree char *sum = g_strdup_printf ("%s-4i,%s-2i", side, side);

  NODE ("Squeeze", side, single, "");
  NODE ("Range", range, all, "");
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *minus = g_strconcat (side, i == 0 ? ",four" : ",two", NULL);
      g_autofree char *edge = g_strconcat (side, i == 0 ? "-4" : "-2", NULL);
      g_autofree char *compared = g_strdup_printf ("%s,%s", all, edge);
      g_autofree char *is_behind = g_strdup_printf ("%s>", edge);
      g_autofree char *label = g_strdup_printf ("%si", edge);

      NODE ("Sub", minus, edge, "");
      NODE ("GreaterOrEqual", compared, is_behind, "");
      NODE ("Cast", is_behind, label, "to=i7");
    }
  NODE ("Add", sum, out, "");
}

/* "mask", windows x 1 x places x places, from lists of labels as long as the picture's sides. */
static void
add_mask (Net *net, float masked)
{
  NODE ("Squeeze", "zero", "zero0", "");
  NODE ("Squeeze", "one", "one0", "");
  add_labels (net, "h", "row-labels");
  add_labels (net, "w", "column-labels");
  INTS ("ten", "10");
  NODE ("Mul", "row-labels,ten", "tens", "");
  NODE ("Unsqueeze", "tens,one", "rows", "");
  NODE ("Add", "rows,column-labels", "labels", "");
  NODE ("Concat", "h/4,four,w/4,four", "label-shape", "axis=i0");
  NODE ("Reshape", "labels,label-shape", "label-windows", "");
  NODE ("Transpose", "label-windows", "moved-labels", "perm=I0,2,1,3");
  INTS ("places", "-1,16");
  NODE ("Reshape", "moved-labels,places", "by-window", "");
  NODE ("Unsqueeze", "by-window,one", "a", "");
  NODE ("Unsqueeze", "by-window,two", "b", "");
  NODE ("Sub", "a,b", "difference", "");
  NODE ("Equal", "difference,zero", "is-same", "");
  FLOATS ("nothing", "", 0.0);
  FLOATS ("masked", "", (double)masked);
  NODE ("Where", "is-same,nothing,masked", "mask3", "");
  NODE ("Unsqueeze", "mask3,one", "mask", "");
}

/* "scores" of "q" and "k", and "weighed" by "v" of "s". */
static void
add_products (Net *net, const Way *way)
{
  const char *late = way->scales_late ? "unscaled" : "scores";

  if (!way->scales_late)
    NODE ("Mul", "q0,scale", "q", "");
  else
    NODE ("Identity", "q0", "q", "");
  if (way->by_letters)
    NODE ("Einsum", "q,k", late, "equation=sbhid,bhjd->bhij");
  else
    {
      NODE ("Transpose", "k", "kt", "perm=I0,1,3,2");
      NODE ("MatMul", "q,kt", late, "");
    }
  if (way->scales_late)
    NODE ("Mul", "unscaled,scale", "scores", "");
  NODE ("Add", "scores,bias", "with-bias", "");
  if (way->is_masked)
    {
      add_mask (net, way->masked);
      NODE ("Add", "with-bias,mask", "with-mask", "");
    }
  NODE ("Softmax", way->is_masked ? "with-mask" : "with-bias", "s", "axis=i-1");
  if (way->by_letters)
    NODE ("Einsum", "v,s", "weighed", "equation=sbhjd,bhij->bhid");
  else
    NODE ("MatMul", "s,v", "weighed", "");
}

/* "q0", "k" and "v" of windows. */
static void
start_windows (Net *net, const Way *way)
{
  *net = (Net){ 0 };
  onnx_writer_init (&net->writer, 17);
  add_constants (net);
  add_sizes (net, way->has_fixed_size);
  NODE ("Transpose", "x", "pixels", "perm=I0,2,3,1");
  if (way->shift > 0)
    add_roll (net, "pixels", "rolled", way->shift);
  INTS ("three1", "3");
  NODE ("Concat", "one,h/4,four,w/4,four,three1", "cut", "axis=i0");
  NODE ("Reshape", way->shift > 0 ? "rolled,cut" : "pixels,cut", "tiles", "");
  NODE ("Transpose", "tiles", "windows", "perm=I0,1,3,2,4,5");
  INTS ("tokens-shape", "-1,16,3");
  NODE ("Reshape", "windows,tokens-shape", "tokens", "");
  NODE ("MatMul", "tokens,qkv", "mixed", "");
  INTS ("heads-shape", "-1,16,3,3,1");
  NODE ("Reshape", "mixed,heads-shape", "heads", "");
  NODE ("Transpose", "heads", "by-kind", "perm=I2,0,3,1,4");
  NODE ("Split", "by-kind", "q1,k1,v1", "axis=i0");
  NODE ("Squeeze", "q1,zero", "q0", "");
  NODE ("Squeeze", "k1,zero", "k", "");
  NODE ("Squeeze", "v1,zero", "v", "");
}

/* As Swin's blocks are exported. */
static void
write_windows (Net *net, const Way *way)
{
  start_windows (net, way);
  add_products (net, way);
  NODE ("Transpose", "weighed", "together", "perm=I0,2,1,3");
  INTS ("window-shape", "-1,4,4,3");
  NODE ("Reshape", "together,window-shape", "made", "");
  NODE ("Concat", "one,h/4,w/4,four,four,three1", "uncut", "axis=i0");
  NODE ("Reshape", "made,uncut", "made-tiles", "");
  NODE ("Transpose", "made-tiles", "made-rows", "perm=I0,1,3,2,4,5");
  NODE ("Concat", "one,h,w,three1", "whole", "axis=i0");
  NODE ("Reshape", "made-rows,whole", "made-pixels", "");
  if (way->shift > 0)
    add_roll (net, "made-pixels", "back", -way->shift);
  NODE ("Transpose", way->shift > 0 ? "back" : "made-pixels", "y", "perm=I0,3,1,2");
}

/* ---- counted out ---- */

static int
get_label (int at, int length, int shift)
{
  return (at >= length - WINDOW) + (at >= length - shift);
}

static void
attend (const float *picture, int y, int x, int head, const Way *way, float *out)
{
  double sum = 0, weighed = 0;

  for (int key = 0; key < PLACES; key++)
    {
      /* Of the rolled picture. */
      const int row = y / WINDOW * WINDOW + key / WINDOW,
                column = x / WINDOW * WINDOW + key % WINDOW;
      const int query = y % WINDOW * WINDOW + x % WINDOW;
      double values[3] = { 0 }, weight;

      for (int kind = 0; kind < 3; kind++)
        {
          const int at_y = ((kind == 0 ? y : row) + way->shift) % HEIGHT;
          const int at_x = ((kind == 0 ? x : column) + way->shift) % WIDTH;

          for (int c = 0; c < 3; c++)
            values[kind] += (double)picture[(at_y * WIDTH + at_x) * 3 + c] *
                            (double)get_weight (c, kind * 3 + head);
        }
      weight = values[0] * values[1] * 0.75 + (double)get_bias (head, query, key);
      if (way->is_masked && way->shift > 0 &&
          (get_label (y, HEIGHT, way->shift) != get_label (row, HEIGHT, way->shift) ||
           get_label (x, WIDTH, way->shift) != get_label (column, WIDTH, way->shift)))
        weight -= 100;
      weight = exp (weight);
      sum += weight;
      weighed += weight * values[2];
    }
  *out = (float)(weighed / sum);
}

static void
check_windows (const Net *net, const Way *way)
{
  g_autofree float *picture = make_picture (HEIGHT, WIDTH);
  g_autofree float *output = run (net, HEIGHT, WIDTH);

  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      for (int head = 0; head < N_HEADS; head++)
        {
          const int to_y = (y + way->shift) % HEIGHT, to_x = (x + way->shift) % WIDTH;
          float expected;

          attend (picture, y, x, head, way, &expected);
          g_assert_cmpfloat_with_epsilon (output[(to_y * WIDTH + to_x) * 3 + head], expected, 2e-5);
        }
}

static void
test_windows (void)
{
  static const Way ways[] = {
    { .shift = 0 },
    { .shift = 0, .is_masked = TRUE, .masked = 0 },
    { .shift = 2 },
    { .shift = 2, .is_masked = TRUE, .masked = -100 },
    { .shift = 2, .is_masked = TRUE, .masked = -INFINITY },
    { .shift = 2, .is_masked = TRUE, .masked = -100, .by_letters = TRUE },
    { .shift = 2, .is_masked = TRUE, .masked = -100, .scales_late = TRUE },
    { .shift = 2, .is_masked = TRUE, .masked = -100, .has_fixed_size = TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      const gboolean is_masked = ways[i].shift > 0 && ways[i].is_masked;
      const GengaOp *op;
      GError *error;
      Net net;

      g_test_message ("way %u", i);
      write_windows (&net, &ways[i]);
      error = try_finish (&net, ways[i].has_fixed_size
                                    ? "1,3," G_STRINGIFY (HEIGHT) "," G_STRINGIFY (WIDTH)
                                    : "1,3,h,w");
      g_assert_no_error (error);
      op = find_op (&net, GENGA_OP_WINDOW_ATTENTION);
      g_assert_nonnull (op);
      g_assert_cmpint (op->attention.window_y, ==, WINDOW);
      g_assert_cmpint (op->attention.n_heads, ==, N_HEADS);
      g_assert_cmpint (op->attention.shift_x, ==, ways[i].shift);
      if (ways[i].shift > 0)
        g_assert_cmpint (op->attention.is_unmasked, ==, !is_masked);
      g_assert_cmpint (net.spec.multiple_of, ==, WINDOW);
      check_windows (&net, &ways[i]);
      genga_graph_free (net.graph);
    }
}

/* What is added is no mask of windows that were shifted by two: nothing is guessed. */
static void
test_other_masks (void)
{
  static const Way ways[] = {
    { .shift = 2, .is_masked = TRUE, .masked = -50 },
    { .shift = 1, .is_masked = TRUE, .masked = -100 },
    { .shift = 0, .is_masked = TRUE, .masked = -100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (GError) error = NULL;
      Net net;

      write_windows (&net, &ways[i]);
      error = try_finish (&net, "1,3,h,w");
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "no mask"));
    }
}

/* ---- channels, and all pixels ---- */

/* "q0", "k0", "v": 1 x 3 x 1 x pixels, and "y" of "weighed". */
static void
start_flat (Net *net, const char *flat)
{
  *net = (Net){ 0 };
  onnx_writer_init (&net->writer, 17);
  onnx_writer_add_random (&net->writer, "mix", "9,3,1,1", 0.7f);
  NODE ("Conv", "x,mix", "mixed", "");
  INTS ("flat", flat);
  NODE ("Split", "mixed", "q1,k1,v1", "axis=i1");
  NODE ("Reshape", "q1,flat", "q0", "");
  NODE ("Reshape", "k1,flat", "k0", "");
  NODE ("Reshape", "v1,flat", "v", "");
}

static void
finish_flat (Net *net, const char *weighed)
{
  g_autofree char *inputs = g_strconcat (weighed, ",shape", NULL);
  GError *error;

  NODE ("Shape", "x", "shape", "");
  NODE ("Reshape", inputs, "y", "");
  error = try_finish (net, "1,3,h,w");
  g_assert_no_error (error);
}

static void
add_normalised (Net *net, const char *in, const char *out)
{
  g_autofree char *norm = g_strconcat (in, "-norm", NULL);
  g_autofree char *limited = g_strconcat (in, "-limited", NULL);
  g_autofree char *of_norm = g_strconcat (norm, ",tiny,", NULL);
  g_autofree char *quotient = g_strconcat (in, ",", limited, NULL);

  NODE ("ReduceL2", in, norm, "axes=I-1 keepdims=i1");
  NODE ("Clip", of_norm, limited, "");
  NODE ("Div", quotient, out, "");
}

static void
test_channels (void)
{
  const GengaOp *op;
  Net net_data, *net = &net_data;

  start_flat (net, "1,1,3,-1");
  FLOATS ("tiny", "", 1e-12);
  FLOATS ("temperature", "1,1,1", 1.5);
  add_normalised (net, "q0", "q");
  add_normalised (net, "k0", "k");
  NODE ("Transpose", "k", "kt", "perm=I0,1,3,2");
  NODE ("MatMul", "q,kt", "products", "");
  NODE ("Mul", "products,temperature", "scores", "");
  NODE ("Softmax", "scores", "s", "axis=i3");
  NODE ("MatMul", "s,v", "weighed", "");
  finish_flat (net, "weighed");
  op = find_op (net, GENGA_OP_CHANNEL_ATTENTION);
  g_assert_nonnull (op);
  g_assert_cmpint (op->attention.window_y, ==, 0);
  g_assert_cmpfloat (net->graph->constants[op->weight].data[0], ==, 1.5f);
  genga_graph_free (net->graph);
}

/* From all pixels to all pixels: what the graph has, and what the nodes would make, are held
 * together. */
static void
test_all_pixels (void)
{
  Net net_data, *net = &net_data;
  const GengaOp *op;

  start_flat (net, "1,3,-1");
  NODE ("Transpose", "q0", "q", "perm=I0,2,1");
  NODE ("Transpose", "v", "vt", "perm=I0,2,1");
  NODE ("MatMul", "q,k0", "products", "");
  FLOATS ("root", "", 1.7320508);
  NODE ("Div", "products,root", "scores", "");
  NODE ("Softmax", "scores", "s", "");
  NODE ("MatMul", "s,vt", "weighed", "");
  NODE ("Transpose", "weighed", "turned", "perm=I0,2,1");
  finish_flat (net, "turned");
  op = find_op (net, GENGA_OP_CROSS_ATTENTION);
  g_assert_nonnull (op);
  g_assert_cmpint (op->attention.n_heads, ==, 1);
  /* sqrt (3) is what the graph divides by: nothing is left to be multiplied with. */
  g_assert_null (find_op (net, GENGA_OP_AFFINE));
  genga_graph_free (net->graph);
}

/* ---- what is no attention ---- */

static void
test_refused (void)
{
  static const struct
  {
    const char *op;
    const char *inputs;
    const char *attributes;
    const char *part;
  } rows[] = {
    { "MatMul", "q0,v", "", "attention" },
    { "MatMul", "products,vt", "", "without softmax" },
    { "MatMul", "s,s", "", "product of two maps" },
    { "Relu", "products", "", "product of two maps" },
    { "Softmax", "s", "", "product of two maps" },
    { "Softmax", "products", "axis=i1", "layout" },
    { "Add", "products,products", "", "product of two maps" },
    { "Pow", "products,root", "", "product of two maps" },
    { "Einsum", "q,k0", "equation=sbij,bjk->bi", "form" },
    { "Einsum", "q,k0", "equation=sbij,bjk", "form" },
    { "Einsum", "q,k0", "equation=sb...,bjk->bik", "form" },
    { "Einsum", "q,k0", "equation=siij,bjk->bik", "form" },
    { "Einsum", "q,k0", "equation=sbcij,bjk->bik", "form" },
    { "Einsum", "q", "equation=sbij->bji", "form" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      Net net_data, *net = &net_data;

      start_flat (net, "1,3,-1");
      FLOATS ("root", "", 3.0);
      NODE ("Transpose", "q0", "q", "perm=I0,2,1");
      NODE ("Transpose", "v", "vt", "perm=I0,2,1");
      NODE ("MatMul", "q,k0", "products", "");
      NODE ("Softmax", "products", "s", "");
      NODE (rows[i].op, rows[i].inputs, "y", rows[i].attributes);
      error = try_finish (net, "1,3,h,w");
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, rows[i].part));
      g_assert_nonnull (strstr (error->message, rows[i].op));
    }
}

/* Scores whose queries, keys and heads are no longer where they were. */
static void
test_moved (void)
{
  static const struct
  {
    gboolean is_between_channels;
    const char *move;
    const char *list; /* what it takes */
    const char *op;
    const char *shape; /* of the term */
  } rows[] = {
    { FALSE, "Tile", "1,1,4,1", "Add", "1,3,64,16" },
    { FALSE, "Tile", "1,1,1,4", "Add", "1,3,16,64" },
    { FALSE, "Transpose", "I0,1,3,2", "Add", "1,3,16,16" },
    { FALSE, "Tile", "1,1,4,1", "Mul", "1,3,1,1" },
    { FALSE, "Transpose", "I0,1,3,2", "Softmax", NULL },
    { TRUE, "Transpose", "I0,2,1,3", "Mul", "1,3,1,1" },
  };
  static const Way way = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const gboolean is_tile = g_str_equal (rows[i].move, "Tile");
      g_autofree char *perm = g_strconcat ("perm=", rows[i].list, NULL);
      g_autoptr (GError) error = NULL;
      Net net_data, *net = &net_data;

      if (rows[i].is_between_channels)
        start_flat (net, "1,1,3,-1");
      else
        start_windows (net, &way);
      NODE ("Transpose", rows[i].is_between_channels ? "k0" : "k", "kt", "perm=I0,1,3,2");
      NODE ("MatMul", "q0,kt", "products", "");
      if (is_tile)
        INTS ("times", rows[i].list);
      NODE (rows[i].move, is_tile ? "products,times" : "products", "moved", is_tile ? "" : perm);
      if (rows[i].shape != NULL)
        onnx_writer_add_random (&net->writer, "term", rows[i].shape, 1);
      NODE (rows[i].op, rows[i].shape != NULL ? "moved,term" : "moved", "s", "");
      NODE ("MatMul", "s,v", "y", "");
      error = try_finish (net, "1,3,h,w");
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "product of two maps is not supported here"));
      g_assert_nonnull (strstr (error->message, rows[i].op));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/onnx-attention/windows", test_windows);
  g_test_add_func ("/onnx-attention/other-masks", test_other_masks);
  g_test_add_func ("/onnx-attention/channels", test_channels);
  g_test_add_func ("/onnx-attention/all-pixels", test_all_pixels);
  g_test_add_func ("/onnx-attention/refused", test_refused);
  g_test_add_func ("/onnx-attention/moved", test_moved);
  return g_test_run ();
}
