/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Convolutions that are trained as several branches: what they come to is what the branches make
 * one by one, up to the border. The difference of the two is the network that is run.
 */
#include "engine/reference/reference-graph.h"
#include "made-dict.h"
#include "nets/arch-conv3xc.h"
#include "nets/arch-doconv.h"
#include "nets/arch-repconv.h"

#include <math.h>

#define IN 3
#define OUT 5
#define WIDE 4
#define HEIGHT 6
#define WIDTH 7
#define TOLERANCE 1e-4

typedef struct
{
  MadeDict made;
  GengaArchBuild build;
} Fixture;

static void
start (Fixture *self, guint seed)
{
  made_dict_init (&self->made, seed);
  self->made.bias = 0.5f;
  self->made.gain = 1.7f;
}

/* After all tensors are there. */
static void
begin (Fixture *self, int channels)
{
  g_autoptr (GError) error = NULL;

  genga_state_dict_finish (self->made.dict, &error);
  g_assert_no_error (error);
  self->build = (GengaArchBuild){
    .graph = genga_graph_builder_new (channels, TRUE),
    .dict = self->made.dict,
  };
}

/* Runs `folded` less `branches`. */
static void
finish (Fixture *self, guint folded, guint branches)
{
  int channels = genga_graph_peek (self->build.graph, 0)->channels;
  g_autofree float *input = g_new (float, HEIGHT *WIDTH *channels);
  g_autofree float *output = NULL;
  g_autoptr (GengaGraph) graph = NULL;
  g_autoptr (GError) error = NULL;
  int n_out;
  double largest = 0;

  genga_graph_combine (self->build.graph, GENGA_OP_SUB, folded, branches);
  graph = genga_graph_builder_finish (self->build.graph);
  n_out = HEIGHT * WIDTH * genga_graph_get_result (graph)->channels;
  output = g_new (float, n_out);
  for (int i = 0; i < HEIGHT * WIDTH * channels; i++)
    input[i] = sinf (1.7f * i);
  genga_reference_run_graph (graph, input, HEIGHT, WIDTH, output, NULL, &error);
  g_assert_no_error (error);
  for (int i = 0; i < n_out; i++)
    largest = MAX (largest, fabs (output[i]));
  g_test_message ("largest difference %g", largest);
  g_assert_cmpfloat (largest, <, TOLERANCE);
  genga_state_dict_unref (self->made.dict);
}

static void
add_conv3xc (MadeDict *made, const char *prefix)
{
  made_dict_add_conv (made, WIDE, IN, 1, "%s.conv.0", prefix);
  made_dict_add_conv (made, WIDE + 1, WIDE, 3, "%s.conv.1", prefix);
  made_dict_add_conv (made, OUT, WIDE + 1, 1, "%s.conv.2", prefix);
  made_dict_add_conv (made, OUT, IN, 1, "%s.sk", prefix);
  /* Stale. */
  made_dict_add_conv (made, OUT, IN, 3, "%s.eval_conv", prefix);
}

/* A 3x3 convolution of what a 1x1 one made of a padded map: the size is the map's before. */
static guint
convolve_inside (const GengaArchBuild *build, guint input, guint weight, guint bias)
{
  guint value = genga_graph_conv (build->graph, input, weight, bias, 1);

  return genga_graph_crop_all (build->graph, value, 1);
}

static guint
pad (const GengaArchBuild *build, guint input)
{
  return genga_graph_pad_all (build->graph, input, GENGA_PAD_ZERO, 1, 1);
}

static guint
add_up (const GengaArchBuild *build, guint a, guint b)
{
  return genga_graph_combine (build->graph, GENGA_OP_ADD, a, b);
}

static guint
run_conv3xc (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint value = genga_arch_build_conv (build, pad (build, input), "%s.conv.0", prefix);

  value =
      convolve_inside (build, value, genga_arch_build_constant (build, "%s.conv.1.weight", prefix),
                       genga_arch_build_vector (build, "%s.conv.1.bias", prefix));
  value = genga_arch_build_conv (build, value, "%s.conv.2", prefix);
  return add_up (build, value, genga_arch_build_conv (build, input, "%s.sk", prefix));
}

static void
test_conv3xc (void)
{
  Fixture self;
  guint branches;

  start (&self, 1);
  add_conv3xc (&self.made, "c");
  begin (&self, IN);
  branches = run_conv3xc (&self.build, 0, "c");
  finish (&self, genga_arch_build_conv3xc (&self.build, 0, "c"), branches);
}

/* ---- RTMoSR ---- */

static guint
weigh (const GengaArchBuild *build, guint input, int index)
{
  g_autofree double *alpha = genga_arch_build_dup_f64 (build, "r.alpha");

  return genga_graph_scale (build->graph, input, (float)alpha[index]);
}

static void
test_repconv (void)
{
  Fixture self;
  const GengaArchBuild *build = &self.build;
  guint branches;
  guint value;

  start (&self, 2);
  made_dict_add (&self.made, 1, MADE_SHAPE (3), "r.alpha");
  made_dict_add (&self.made, 1, MADE_SHAPE (WIDE, IN, 1, 1), "r.conv1.k0");
  made_dict_add (&self.made, 1, MADE_SHAPE (WIDE), "r.conv1.b0");
  made_dict_add (&self.made, 0.4f, MADE_SHAPE (OUT, WIDE, 3, 3), "r.conv1.k1");
  made_dict_add (&self.made, 1, MADE_SHAPE (OUT), "r.conv1.b1");
  made_dict_add_conv (&self.made, OUT, IN, 3, "r.conv2");
  add_conv3xc (&self.made, "r.conv3");
  made_dict_add_conv (&self.made, OUT, IN, 3, "r.conv_3x3_rep");
  begin (&self, IN);

  value = genga_graph_conv (build->graph, pad (build, 0),
                            genga_arch_build_constant (build, "r.conv1.k0"),
                            genga_arch_build_vector (build, "r.conv1.b0"), 1);
  value = convolve_inside (build, value, genga_arch_build_constant (build, "r.conv1.k1"),
                           genga_arch_build_vector (build, "r.conv1.b1"));
  branches = weigh (build, value, 0);
  branches =
      add_up (build, branches, weigh (build, genga_arch_build_conv (build, 0, "r.conv2"), 1));
  branches = add_up (build, branches, weigh (build, run_conv3xc (build, 0, "r.conv3"), 2));
  finish (&self, genga_arch_build_repconv (build, 0, "r"), branches);
}

static void
test_omnishift (void)
{
  static const int kernels[] = { 1, 3, 5 };
  Fixture self;
  const GengaArchBuild *build = &self.build;
  guint branches;

  start (&self, 3);
  for (int i = 1; i <= 4; i++)
    made_dict_add (&self.made, 1, MADE_SHAPE (1, OUT, 1, 1), "o.alpha%d", i);
  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    made_dict_add_conv (&self.made, OUT, 1, kernels[i], "o.conv%dx%d", kernels[i], kernels[i]);
  made_dict_add_conv (&self.made, OUT, 1, 5, "o.conv5x5_reparam");
  begin (&self, OUT);

  branches =
      genga_graph_affine (build->graph, 0, genga_arch_build_vector (build, "o.alpha1"), GENGA_NONE);
  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    {
      guint value = genga_arch_build_depthwise (build, 0, "o.conv%dx%d", kernels[i], kernels[i]);

      value = genga_graph_affine (build->graph, value,
                                  genga_arch_build_vector (build, "o.alpha%u", i + 2), GENGA_NONE);
      branches = add_up (build, branches, value);
    }
  finish (&self, genga_arch_build_omnishift (build, 0, "o"), branches);
}

/* ---- SMoSR ---- */

static void
add_doconv (MadeDict *made, int out, int in, int kernel, const char *prefix)
{
  int n_taps = kernel * kernel;

  made_dict_add (made, 0.5f, MADE_SHAPE (out, in, n_taps), "%s.W", prefix);
  made_dict_add (made, 0.5f, MADE_SHAPE (out), "%s.bias", prefix);
  made_dict_add (made, 1, MADE_SHAPE (1), "%s.mul", prefix);
  if (kernel == 1)
    return;
  made_dict_add (made, 0.3f, MADE_SHAPE (in, n_taps, n_taps), "%s.D", prefix);
  made_dict_add (made, 0.3f, MADE_SHAPE (in, n_taps, n_taps), "%s.d_diag", prefix);
}

/*
 * Taps one by one: tap m of the kernel sees the map moved by one pixel, and is the sum of products
 * of D's row m with W. So D makes nine maps of each channel first, and W sums them up.
 */
static guint
run_doconv (const GengaArchBuild *build, guint input)
{
  g_autofree double *d = genga_arch_build_dup_f64 (build, "d.D");
  g_autofree double *diagonal = genga_arch_build_dup_f64 (build, "d.d_diag");
  g_autofree double *factor = genga_arch_build_dup_f64 (build, "d.mul");
  g_autofree double *spread = g_new0 (double, IN * 9 * IN * 9);
  g_autofree double *no_bias = g_new0 (double, IN * 9);
  g_autofree double *weight = genga_arch_build_dup_f64 (build, "d.W");
  g_autofree double *bias = genga_arch_build_dup_f64 (build, "d.bias");
  guint value;

  for (int i = 0; i < IN; i++)
    for (int s = 0; s < 9; s++)
      for (int m = 0; m < 9; m++)
        spread[((i * 9 + s) * IN + i) * 9 + m] =
            d[(i * 9 + m) * 9 + s] + diagonal[(i * 9 + m) * 9 + s];
  value =
      genga_arch_build_f64_conv (build, input, (const int[]){ IN * 9, IN, 3, 3 }, spread, no_bias);
  value =
      genga_arch_build_f64_conv (build, value, (const int[]){ OUT, IN * 9, 1, 1 }, weight, bias);
  return genga_graph_scale (build->graph, value, (float)factor[0]);
}

static void
test_doconv (void)
{
  Fixture self;
  guint branches;

  start (&self, 4);
  add_doconv (&self.made, OUT, IN, 3, "d");
  begin (&self, IN);
  branches = run_doconv (&self.build, 0);
  finish (&self, genga_arch_build_doconv (&self.build, 0, "d"), branches);
}

static void
test_convnxc (void)
{
  Fixture self;
  const GengaArchBuild *build = &self.build;
  guint value;

  start (&self, 5);
  add_doconv (&self.made, WIDE, IN, 1, "n.conv.0");
  add_doconv (&self.made, WIDE + 1, WIDE, 3, "n.conv.1");
  add_doconv (&self.made, OUT, WIDE + 1, 1, "n.conv.2");
  add_doconv (&self.made, OUT, IN, 1, "n.sk");
  begin (&self, IN);

  value = genga_arch_build_doconv (build, pad (build, 0), "n.conv.0");
  value = genga_arch_build_doconv (build, value, "n.conv.1");
  value = genga_graph_crop_all (build->graph, value, 1);
  value = genga_arch_build_doconv (build, value, "n.conv.2");
  value = add_up (build, value, genga_arch_build_doconv (build, 0, "n.sk"));
  finish (&self, genga_arch_build_doconv (build, 0, "n"), value);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/branches/conv3xc", test_conv3xc);
  g_test_add_func ("/branches/repconv", test_repconv);
  g_test_add_func ("/branches/omnishift", test_omnishift);
  g_test_add_func ("/branches/doconv", test_doconv);
  g_test_add_func ("/branches/convnxc", test_convnxc);
  return g_test_run ();
}
