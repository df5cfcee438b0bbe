/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SPSR: ESRGAN's old layout, with a second branch that works on the picture's gradients and sees
 * what every fifth block has made. Both meet in one more block at the end.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/convolutional/arch-rrdb.h"

#define N_TAPS 4
#define TAP_DISTANCE 5 /* blocks */
#define MAX_UPS 4
#define GRADIENT_EPSILON 1e-6f

static const GengaRrdbKeys block_keys = { "RDB", ".0" };

/* ---- what there is ---- */

/* The numbers of layers without parameters count: an enlargement, its convolution, its function. */
static int
get_high_index (const GengaSpsrSpec *net)
{
  return 3 * net->n_up + 2;
}

/* The part of the branch that takes tap `index`, from 1 on. */
static void
expect_tap (GengaArchReader *reader, const GengaSpsrSpec *net, int index)
{
  int n = net->num_feat;
  g_autofree char *block = g_strdup_printf ("b_block_%d", index);

  genga_arch_expect_rrdb (reader, &block_keys, block, 2 * n, net->growth, FALSE);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "b_concat_%d.0", index), n, 2 * n, 3);
}

static void
expect_branch (GengaArchReader *reader, const GengaNetSpec *spec)
{
  const GengaSpsrSpec *net = &spec->spsr;
  int n = net->num_feat;

  genga_arch_expect_conv (reader, "b_fea_conv.0", n, spec->in_channels, 3);
  for (int i = 1; i <= N_TAPS; i++)
    expect_tap (reader, net, i);
  genga_arch_expect_conv (reader, "b_LR_conv.0", n, n, 3);
  for (int i = 0; i < net->n_up; i++)
    genga_arch_expect_conv (reader, genga_arch_key (reader, "b_module.%d", 3 * i + 1), n, n, 3);
  for (int i = 0; i <= 2; i += 2)
    genga_arch_expect_conv (reader, genga_arch_key (reader, "b_module.%d", 3 * net->n_up + i), n, n,
                            3);
}

static void
expect_trunk (GengaArchReader *reader, const GengaNetSpec *spec)
{
  const GengaSpsrSpec *net = &spec->spsr;
  int n = net->num_feat;

  genga_arch_expect_conv (reader, "model.0", n, spec->in_channels, 3);
  for (int i = 0; i < net->num_blocks && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *block = g_strdup_printf ("model.1.sub.%d", i);

      genga_arch_expect_rrdb (reader, &block_keys, block, n, net->growth, FALSE);
    }
  genga_arch_expect_conv (reader, genga_arch_key (reader, "model.1.sub.%d", net->num_blocks), n, n,
                          3);
  for (int i = 1; i <= net->n_up; i++)
    genga_arch_expect_conv (reader, genga_arch_key (reader, "model.%d", 3 * i), n, n, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "model.%d", get_high_index (net)), n, n,
                          3);
  /* The same module under a second name. */
  genga_arch_allow (reader, "HR_conv0_new.0.weight", GENGA_DIMS (n, n, 3, 3));
  genga_arch_allow (reader, "HR_conv0_new.0.bias", GENGA_DIMS (n));
  genga_arch_expect_conv (reader, "HR_conv1_new.0", n, n, 3);
}

static void
expect_end (GengaArchReader *reader, const GengaNetSpec *spec)
{
  const GengaSpsrSpec *net = &spec->spsr;
  int n = net->num_feat;

  genga_arch_expect_rrdb (reader, &block_keys, "f_block", 2 * n, net->growth, FALSE);
  genga_arch_expect_conv (reader, "f_concat.0", n, 2 * n, 3);
  genga_arch_expect_conv (reader, "f_HR_conv0.0", n, n, 3);
  genga_arch_expect_conv (reader, "f_HR_conv1.0", spec->out_channels, n, 3);
  /* A training's second result, and kernels that are always the same. */
  genga_arch_ignore (reader, "conv_w.0.weight");
  genga_arch_ignore (reader, "conv_w.0.bias");
  genga_arch_ignore (reader, "get_g_nopadding.weight_h");
  genga_arch_ignore (reader, "get_g_nopadding.weight_v");
}

static void
read_spsr (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSpsrSpec *net = &spec->spsr;

  net->num_feat = genga_arch_get_dim (reader, "model.0.weight", 4, 0);
  net->growth = genga_arch_get_dim (reader, "model.1.sub.0.RDB1.conv1.0.weight", 4, 0);
  net->num_blocks = MAX (genga_arch_get_sequence_length (reader, "model.1.sub") - 1, 0);
  net->n_up = MAX (genga_arch_get_sequence_length (reader, "model") - 3, 0) / 3;
  spec->in_channels = genga_arch_get_dim (reader, "model.0.weight", 4, 1);
  spec->out_channels = genga_arch_get_dim (reader, "f_HR_conv1.0.weight", 4, 0);
  if (net->num_blocks < N_TAPS * TAP_DISTANCE)
    genga_arch_fail_variant (reader, "%d blocks", net->num_blocks);
  if (net->n_up > MAX_UPS)
    {
      genga_arch_fail_variant (reader, "%d upsampling layers", net->n_up);
      return;
    }
  spec->scale = 1 << net->n_up;
  expect_trunk (reader, spec);
  expect_branch (reader, spec);
  expect_end (reader, spec);
}

/* ---- the graph ---- */

/* The difference of the pixels beside each one: of those above and below, or left and right. */
static guint
build_difference (const GengaArchBuild *build, int before, int after)
{
  int n = genga_graph_peek (build->graph, 0)->channels;
  int shape[] = { n, 1, 3, 3 };
  g_autofree double *weight = g_new0 (double, (gsize)n * 9);

  for (int i = 0; i < n; i++)
    {
      weight[i * 9 + before] = -1;
      weight[i * 9 + after] = 1;
    }
  return genga_graph_conv (build->graph, 0, genga_arch_build_f64_constant (build, 4, shape, weight),
                           GENGA_NONE, n);
}

/* How steep the picture is, each channel by itself. */
static guint
build_gradient (const GengaArchBuild *build)
{
  guint rows = build_difference (build, 1, 7);
  guint columns = build_difference (build, 3, 5);
  guint value;

  rows = genga_graph_combine (build->graph, GENGA_OP_MUL, rows, rows);
  columns = genga_graph_combine (build->graph, GENGA_OP_MUL, columns, columns);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, rows, columns);
  value = genga_arch_build_shift (build, value, GRADIENT_EPSILON);
  return genga_graph_activate (build->graph, value, GENGA_ACTIVATION_SQRT);
}

static guint
build_active (const GengaArchBuild *build, guint input, const char *prefix, int index)
{
  guint value = genga_arch_build_conv (build, input, "%s.%d", prefix, index);

  return genga_graph_leaky_relu (build->graph, value, GENGA_RRDB_SLOPE);
}

static guint
build_up (const GengaArchBuild *build, guint input, const char *prefix, int index)
{
  return build_active (build, genga_graph_resize (build->graph, input, GENGA_RESIZE_NEAREST, 2, 1),
                       prefix, index);
}

/* `taps` gets what the branch sees. */
static guint
build_trunk (const GengaArchBuild *build, const GengaSpsrSpec *net, guint taps[N_TAPS])
{
  guint first = genga_arch_build_conv (build, 0, "model.0");
  guint value = first;

  for (int i = 0; i < net->num_blocks; i++)
    {
      g_autofree char *block = g_strdup_printf ("model.1.sub.%d", i);

      value = genga_arch_build_rrdb (build, &block_keys, block, value);
      if ((i + 1) % TAP_DISTANCE == 0 && i / TAP_DISTANCE < N_TAPS)
        taps[i / TAP_DISTANCE] = value;
    }
  value = genga_arch_build_conv (build, value, "model.1.sub.%d", net->num_blocks);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  for (int i = 1; i <= net->n_up; i++)
    value = build_up (build, value, "model", 3 * i);
  value = build_active (build, value, "model", get_high_index (net));
  return genga_arch_build_conv (build, value, "HR_conv1_new.0");
}

/* A block of both maps, and a convolution back to as many channels as one has. */
static guint
build_join (const GengaArchBuild *build, guint a, guint b, const char *block, const char *conv)
{
  const guint both[] = { a, b };
  guint value = genga_graph_concat (build->graph, both, 2);

  return genga_arch_build_conv (build, genga_arch_build_rrdb (build, &block_keys, block, value),
                                "%s", conv);
}

static guint
build_branch (const GengaArchBuild *build, const GengaSpsrSpec *net, const guint taps[N_TAPS])
{
  guint first = genga_arch_build_conv (build, build_gradient (build), "b_fea_conv.0");
  guint value = first;

  for (int i = 1; i <= N_TAPS; i++)
    {
      g_autofree char *block = g_strdup_printf ("b_block_%d", i);
      g_autofree char *conv = g_strdup_printf ("b_concat_%d.0", i);

      value = build_join (build, value, taps[i - 1], block, conv);
    }
  value = genga_arch_build_conv (build, value, "b_LR_conv.0");
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  for (int i = 0; i < net->n_up; i++)
    value = build_up (build, value, "b_module", 3 * i + 1);
  value = build_active (build, value, "b_module", 3 * net->n_up);
  return genga_arch_build_conv (build, value, "b_module.%d", get_high_index (net));
}

static void
build_spsr (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  guint taps[N_TAPS];
  guint trunk = build_trunk (build, &spec->spsr, taps);
  guint branch = build_branch (build, &spec->spsr, taps);
  guint value = build_join (build, branch, trunk, "f_block", "f_concat.0");

  value = genga_arch_build_conv (build, value, "f_HR_conv0.0");
  value = genga_graph_leaky_relu (build->graph, value, GENGA_RRDB_SLOPE);
  genga_arch_build_conv (build, value, "f_HR_conv1.0");
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "SPSR";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  genga_hyper_int (func, user_data, "in_nc", spec->in_channels);
  genga_hyper_int (func, user_data, "out_nc", spec->out_channels);
  genga_hyper_int (func, user_data, "nf", spec->spsr.num_feat);
  genga_hyper_int (func, user_data, "nb", spec->spsr.num_blocks);
  genga_hyper_int (func, user_data, "gc", spec->spsr.growth);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", spec->spsr.num_feat));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", spec->spsr.num_blocks));
}

const GengaArch genga_arch_spsr = {
  .family = GENGA_FAMILY_SPSR,
  .is_rough_in_bf16 = TRUE,
  .get_name = get_name,
  .read = read_spsr,
  .build = build_spsr,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
