/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * waifu2x's transformers, nunif's "swin_unet": a U-net whose levels are blocks of SwinIR's kind, in
 * windows of six pixels, mostly without norms. As its convolutional kin it eats the borders of what
 * it is given: the picture is padded, by its border pixels.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/attention/arch-swin-build.h"

#include <math.h>

#define WINDOW 6
#define SLOPE 0.1f
#define NORM_EPSILON 1e-5
/* Pixels around the picture: two for the first convolutions, and what is thrown away after them. */
#define TRIMMED 6
#define MARGIN (TRIMMED + 2)
/* Whole windows where maps are a quarter of the picture, and what nunif asks for: 12 and 16. */
#define MULTIPLE 48
#define MAX_BLOCKS 64

/* Twice the channels of the first one; the last one as many as what is before it gives. */
static const gboolean is_wide[GENGA_SWIN_UNET_LEVELS] = { FALSE, TRUE, TRUE, TRUE, FALSE };

static int
get_width (const GengaSwinUnetSpec *net, int level)
{
  gboolean doubled = level + 1 < GENGA_SWIN_UNET_LEVELS ? is_wide[level] : net->is_wide_at_end;

  return doubled ? 2 * net->dim : net->dim;
}

/* ---- reading ---- */

static void
expect_block (GengaArchReader *reader, const GengaSwinUnetSpec *net, const char *at, int width)
{
  int hidden = net->hidden / net->dim * width;

  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.attn.qkv", at), 3 * width, width);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.attn.proj", at), width, width);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.relative_position_bias_table", at),
                     GENGA_DIMS ((2 * WINDOW - 1) * (2 * WINDOW - 1), net->n_heads));
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.attn.relative_position_index", at));
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.mlp.0", at), hidden, width);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.mlp.3", at), width, hidden);
  for (int i = 1; i <= 2 && net->has_norms; i++)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.norm%d.weight", at, i),
                       GENGA_DIMS (width));
}

static void
read_blocks (GengaArchReader *reader, GengaSwinUnetSpec *net)
{
  for (int level = 0; level < GENGA_SWIN_UNET_LEVELS; level++)
    {
      g_autofree char *prefix = g_strdup_printf ("unet.swin%d.block", level + 1);
      int n = genga_arch_get_sequence_length (reader, prefix);

      if (n > MAX_BLOCKS)
        genga_arch_fail_variant (reader, "%d blocks", n);
      net->depth[level] = n;
      for (int i = 0; i < n && !genga_arch_has_failed (reader); i++)
        {
          g_autofree char *at = g_strdup_printf ("%s.%d", prefix, i);

          expect_block (reader, net, at, get_width (net, level));
        }
    }
}

static void
read_sizes (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSwinUnetSpec *net = &spec->swin_unet;
  const char *antialias = genga_state_dict_get_metadata (reader->dict, "kwargs.pre_antialias");

  spec->in_channels = genga_arch_get_dim (reader, "unet.patch.0.weight", 4, 1);
  net->dim = genga_arch_get_dim (reader, "unet.patch.2.weight", 4, 0);
  net->n_heads =
      genga_arch_get_dim (reader, "unet.swin1.block.0.attn.relative_position_bias_table", 2, 1);
  net->hidden = genga_arch_get_dim (reader, "unet.swin1.block.0.mlp.0.weight", 2, 0);
  if (net->dim % net->n_heads != 0)
    genga_arch_fail_variant (reader, "%d heads", net->n_heads);
  if (net->hidden % net->dim != 0)
    genga_arch_fail_shape (reader, "unet.swin1.block.0.mlp.0.weight");
  net->has_norms = genga_arch_has (reader, "unet.swin1.block.0.norm1.weight");
  net->is_wide_at_end = genga_arch_has (reader, "unet.proj2.weight");
  net->smooths_first = g_strcmp0 (antialias, "True") == 0;
  genga_arch_split_shuffle (reader, "unet.to_image.proj.weight",
                            genga_arch_get_dim (reader, "unet.to_image.proj.weight", 2, 0),
                            spec->in_channels, &spec->scale, &spec->out_channels);
}

static void
read_swin_unet (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSwinUnetSpec *net = &spec->swin_unet;
  int dim, last;

  /* The 4x network whose result nunif makes smaller again. */
  if (genga_state_dict_get_metadata (reader->dict, "kwargs.downscale_factor") != NULL)
    genga_arch_fail_variant (reader, "swin_unet_downscaled");
  read_sizes (reader, spec);
  dim = net->dim;
  last = get_width (net, GENGA_SWIN_UNET_LEVELS - 1);

  genga_arch_expect_conv (reader, "unet.patch.0",
                          genga_arch_get_dim (reader, "unet.patch.0.weight", 4, 0),
                          spec->in_channels, 3);
  genga_arch_expect_conv (reader, "unet.patch.2", dim,
                          genga_arch_get_dim (reader, "unet.patch.0.weight", 4, 0), 3);
  read_blocks (reader, net);
  genga_arch_expect_conv (reader, "unet.down1.conv", 2 * dim, dim, 2);
  genga_arch_expect_conv (reader, "unet.down2.conv", 2 * dim, 2 * dim, 2);
  genga_arch_expect_linear (reader, "unet.up2.proj", 8 * dim, 2 * dim);
  genga_arch_expect_linear (reader, "unet.up1.proj", 4 * last, 2 * dim);
  if (net->is_wide_at_end)
    genga_arch_expect_linear (reader, "unet.proj2", last, dim);
  genga_arch_expect_linear (reader, "unet.to_image.proj",
                            spec->out_channels * spec->scale * spec->scale, last);
}

/* ---- the graph ---- */

/* Without a bias. */
static guint
build_norm (const GengaArchBuild *build,
            const GengaSwinUnetSpec *net,
            guint input,
            const char *at,
            int which)
{
  int width = genga_graph_peek (build->graph, input)->channels;
  g_autofree float *zeros = g_new0 (float, width);

  if (!net->has_norms)
    return input;
  return genga_graph_layer_norm (
      build->graph, input, genga_arch_build_vector (build, "%s.norm%d.weight", at, which),
      genga_graph_copy_vector (build->graph, zeros, width), NORM_EPSILON);
}

static guint
build_block (const GengaArchBuild *build,
             const GengaSwinUnetSpec *net,
             guint input,
             const char *at,
             int shift)
{
  const GengaSwinAttention attention = {
    .n_heads = net->n_heads,
    .window = WINDOW,
    .shift = shift,
  };
  g_autofree char *attn = g_strdup_printf ("%s.attn", at);
  guint value = build_norm (build, net, input, at, 1);

  value = genga_swin_build_attention (build, &attention, value, attn);
  input = genga_graph_combine (build->graph, GENGA_OP_ADD, input, value);
  value = genga_arch_build_conv (build, build_norm (build, net, input, at, 2), "%s.mlp.0", at);
  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_GELU);
  value = genga_arch_build_conv (build, value, "%s.mlp.3", at);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, input, value);
}

static guint
build_level (const GengaArchBuild *build, const GengaSwinUnetSpec *net, guint input, int level)
{
  for (int i = 0; i < net->depth[level]; i++)
    {
      g_autofree char *at = g_strdup_printf ("unet.swin%d.block.%d", level + 1, i);

      input = build_block (build, net, input, at, i % 2 == 0 ? 0 : WINDOW / 2);
    }
  return input;
}

static guint
build_up (const GengaArchBuild *build, guint input, const char *prefix)
{
  return genga_graph_pixel_shuffle (build->graph,
                                    genga_arch_build_conv (build, input, "%s", prefix), 2);
}

/* R. Keys, "Cubic convolution interpolation", with a = -1/2. */
static double
get_cubic (double x)
{
  x = fabs (x);
  if (x < 1)
    return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/*
 * What PyTorch's antialiased bicubic interpolation to twice the size and back does, along one axis:
 * one convolution, as long as the margin hides the borders.
 */
#define SMOOTH_RADIUS 4
#define SMOOTH_SIZE (2 * SMOOTH_RADIUS + 1)
static void
make_smooth (double *kernel)
{
  double total = 0;

  for (int i = 0; i < SMOOTH_SIZE; i++)
    kernel[i] = 0;
  /* Pixels of the larger picture, which count from the middle of the smaller one's pixel. */
  for (int j = -4; j < 4; j++)
    total += get_cubic ((j + 0.5) / 2);
  for (int j = -4; j < 4; j++)
    {
      double at = (j + 0.5) / 2;

      for (int i = -SMOOTH_RADIUS; i <= SMOOTH_RADIUS; i++)
        kernel[i + SMOOTH_RADIUS] += get_cubic (at) / total * get_cubic (at - i);
    }
}

static guint
build_smooth (const GengaArchBuild *build, guint input)
{
  int channels = genga_graph_peek (build->graph, input)->channels;
  const int shape[] = { channels, 1, SMOOTH_SIZE, SMOOTH_SIZE };
  double line[SMOOTH_SIZE];
  g_autofree double *weight = g_new (double, channels *SMOOTH_SIZE *SMOOTH_SIZE);
  g_autofree double *bias = g_new0 (double, channels);

  make_smooth (line);
  for (int i = 0; i < channels * SMOOTH_SIZE * SMOOTH_SIZE; i++)
    weight[i] = line[i % SMOOTH_SIZE] * line[i / SMOOTH_SIZE % SMOOTH_SIZE];
  return genga_arch_build_f64_conv (build, input, shape, weight, bias);
}

/* The picture with its margins, before anything is thrown away. */
static guint
build_first (const GengaArchBuild *build, const GengaSwinUnetSpec *net)
{
  guint value = genga_graph_pad_all (build->graph, 0, GENGA_PAD_REPLICATE, 0, MULTIPLE);

  value = genga_graph_pad_all (build->graph, value, GENGA_PAD_REPLICATE, MARGIN, 1);
  if (net->smooths_first)
    value = build_smooth (build, value);
  for (int i = 0; i <= 2; i += 2)
    {
      value = genga_arch_build_valid_conv (build, value, 1, "unet.patch.%d", i);
      value = genga_graph_leaky_relu (build->graph, value, SLOPE);
    }
  return genga_graph_crop_all (build->graph, value, TRIMMED);
}

static void
build_swin_unet (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaSwinUnetSpec *net = &spec->swin_unet;
  guint first = build_level (build, net, build_first (build, net), 0);
  guint half = genga_arch_build_valid_conv (build, first, 2, "unet.down1.conv");
  guint value;

  half = build_level (build, net, half, 1);
  value = genga_arch_build_valid_conv (build, half, 2, "unet.down2.conv");
  value = build_up (build, build_level (build, net, value, 2), "unet.up2.proj");
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, half);
  value = build_up (build, build_level (build, net, value, 3), "unet.up1.proj");
  if (net->is_wide_at_end)
    first = genga_arch_build_conv (build, first, "unet.proj2");
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  value = build_level (build, net, value, 4);
  value = genga_arch_build_conv (build, value, "unet.to_image.proj");
  if (spec->scale > 1)
    value = genga_graph_pixel_shuffle (build->graph, value, spec->scale);
  genga_graph_crop_to_picture (build->graph, value, 0, 0);
}

/* ---- what is told of it ---- */

static const char *
get_name (const GengaNetSpec *spec)
{
  return "waifu2x (swin_unet)";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaSwinUnetSpec *net = &spec->swin_unet;

  genga_hyper_int (func, user_data, "in_channels", spec->in_channels);
  genga_hyper_int (func, user_data, "out_channels", spec->out_channels);
  genga_hyper_int (func, user_data, "base_dim", net->dim);
  genga_hyper_int (func, user_data, "base_layers", net->depth[0]);
  genga_hyper_int (func, user_data, "scale_factor", spec->scale);
  genga_hyper_bool (func, user_data, "layer_norm", net->has_norms);
  genga_hyper_bool (func, user_data, "pre_antialias", net->smooths_first);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("swin_unet_%dx", spec->scale));
  g_ptr_array_add (tags, g_strdup_printf ("%ddim", spec->swin_unet.dim));
}

const GengaArch genga_arch_swin_unet = {
  .family = GENGA_FAMILY_SWINUNET,
  .get_name = get_name,
  .read = read_swin_unet,
  .build = build_swin_unet,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
