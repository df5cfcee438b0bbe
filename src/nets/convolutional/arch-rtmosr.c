/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTMoSR: gated blocks whose mixer works at half the size, made of re-parameterised convolutions.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/arch-repconv.h"
#include "nets/arch-rms-norm.h"

#define CHANNELS 3

static const char *
get_first_key (const GengaRtmosrSpec *net)
{
  return net->unshuffle > 0 ? "to_feat.1" : "to_feat";
}

static void
expect_squeeze (GengaArchReader *reader, const char *mixer, int dim)
{
  g_autofree char *first = g_strdup_printf ("%s.2.squeezing.0", mixer);
  g_autofree char *second = g_strdup_printf ("%s.2.squeezing.2", mixer);
  int squeezed = genga_arch_get_dim (reader, genga_arch_key (reader, "%s.weight", first), 4, 0);

  genga_arch_expect_conv (reader, first, squeezed, dim, 1);
  genga_arch_expect_conv (reader, second, dim, squeezed, 1);
}

static void
expect_block (GengaArchReader *reader, const GengaRtmosrSpec *net, int index)
{
  int dim = net->dim;
  g_autofree char *norm = g_strdup_printf ("body.%d.norm", index);
  g_autofree char *mixer = g_strdup_printf ("body.%d.conv", index);

  genga_arch_expect_rms_norm (reader, norm, dim);
  genga_arch_expect_repconv (reader, genga_arch_key (reader, "body.%d.fc1", index), 2 * net->hidden,
                             dim);
  genga_arch_expect_repconv (reader, genga_arch_key (reader, "%s.0.poll.1", mixer), 4 * dim, dim);
  genga_arch_expect_omnishift (reader, genga_arch_key (reader, "%s.1", mixer), 4 * dim);
  if (net->has_squeeze)
    expect_squeeze (reader, mixer, 4 * dim);
  if (net->is_dccm)
    genga_arch_expect_repconv (reader, genga_arch_key (reader, "body.%d.fc2", index), dim,
                               net->hidden);
  else
    genga_arch_expect_conv (reader, genga_arch_key (reader, "body.%d.fc2", index), dim, net->hidden,
                            1);
}

static void
read_rtmosr (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaRtmosrSpec *net = &spec->rtmosr;
  gboolean is_unshuffled = genga_arch_has (reader, "to_feat.1.alpha") ||
                           genga_arch_has (reader, "to_feat.1.conv_3x3_rep.weight");
  const char *first = is_unshuffled ? "to_feat.1" : "to_feat";
  int in = genga_arch_get_repconv_dim (reader, first, 1);
  int shuffled = genga_arch_get_repconv_dim (reader, "to_img.0", 0);
  int n_split = genga_arch_get_repconv_dim (reader, "body.0.fc1", 0);
  int net_scale = genga_arch_square_root (shuffled / CHANNELS);

  net->dim = genga_arch_get_repconv_dim (reader, first, 0);
  net->hidden = n_split / 2;
  net->n_blocks = genga_arch_get_sequence_length (reader, "body");
  net->unshuffle = is_unshuffled ? genga_arch_square_root (in / CHANNELS) : 0;
  net->is_dccm = !genga_arch_has (reader, "body.0.fc2.weight");
  net->has_squeeze = genga_arch_has (reader, "body.0.conv.2.squeezing.0.weight");
  spec->in_channels = is_unshuffled ? CHANNELS : in;
  spec->out_channels = CHANNELS;
  spec->scale = net_scale / MAX (1, net->unshuffle);
  if (genga_arch_has_failed (reader))
    return;
  if (net_scale * net_scale * CHANNELS != shuffled || net_scale == 0 ||
      (is_unshuffled && net->unshuffle == 0) || net_scale % MAX (1, net->unshuffle) != 0)
    genga_arch_fail_variant (reader, "%d channels to %d", in, shuffled);
  if (n_split % 2 != 0 || net->hidden < net->dim)
    genga_arch_fail_variant (reader, "%d mixed channels of %d", net->dim, net->hidden);

  genga_arch_expect_repconv (reader, first, net->dim, in);
  for (int i = 0; i < net->n_blocks && !genga_arch_has_failed (reader); i++)
    expect_block (reader, net, i);
  genga_arch_expect_repconv (reader, "to_img.0", shuffled, net->dim);
}

/* ---- the graph ---- */

/* x * hardsigmoid (conv (ReLU (conv (mean x)))), hardsigmoid (z) = clip (z / 6 + 1/2). */
static guint
build_squeeze (const GengaArchBuild *build, guint input, const char *mixer)
{
  const float sixth = 1 / 6.0f;
  const float half = 0.5f;
  guint gate = genga_graph_global_mean (build->graph, input);

  gate = genga_arch_build_conv (build, gate, "%s.2.squeezing.0", mixer);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_RELU);
  gate = genga_arch_build_conv (build, gate, "%s.2.squeezing.2", mixer);
  gate = genga_graph_scale (build->graph, gate, sixth);
  gate = genga_arch_build_shift (build, gate, half);
  gate = genga_graph_clip (build->graph, gate, 0, 1);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, input, gate);
}

static guint
build_mixer (const GengaArchBuild *build,
             const GengaRtmosrSpec *net,
             guint input,
             const char *mixer)
{
  const GengaPool pool = { .kernel_y = 2, .kernel_x = 2, .stride = 2 };
  g_autofree char *pooled = g_strdup_printf ("%s.0.poll.1", mixer);
  g_autofree char *shift = g_strdup_printf ("%s.1", mixer);
  guint value = genga_graph_pixel_unshuffle (build->graph, input, 2);
  guint beside = genga_graph_pool (build->graph, input, GENGA_OP_MAX_POOL, &pool);

  beside = genga_arch_build_repconv (build, beside, pooled);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, beside);
  value = genga_arch_build_omnishift (build, value, shift);
  if (net->has_squeeze)
    value = build_squeeze (build, value, mixer);
  return genga_graph_pixel_shuffle (build->graph, value, 2);
}

static guint
build_block (const GengaArchBuild *build, const GengaRtmosrSpec *net, guint input, int index)
{
  g_autofree char *norm = g_strdup_printf ("body.%d.norm", index);
  g_autofree char *fc1 = g_strdup_printf ("body.%d.fc1", index);
  g_autofree char *fc2 = g_strdup_printf ("body.%d.fc2", index);
  g_autofree char *mixer = g_strdup_printf ("body.%d.conv", index);
  int n_free = net->hidden - net->dim;
  guint value = genga_arch_build_rms_norm (build, input, norm);
  guint gate;
  guint parts[2];
  guint n_parts = 0;

  value = genga_arch_build_repconv (build, value, fc1);
  gate = genga_graph_slice (build->graph, value, 0, net->hidden);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_MISH);
  if (n_free > 0)
    parts[n_parts++] = genga_graph_slice (build->graph, value, net->hidden, n_free);
  value = genga_graph_slice (build->graph, value, net->hidden + n_free, net->dim);
  parts[n_parts++] = build_mixer (build, net, value, mixer);
  value = genga_graph_concat (build->graph, parts, n_parts);
  value = genga_graph_combine (build->graph, GENGA_OP_MUL, gate, value);
  value = net->is_dccm ? genga_arch_build_repconv (build, value, fc2)
                       : genga_arch_build_conv (build, value, "%s", fc2);
  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_MISH);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, input, value);
}

static void
build_rtmosr (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaRtmosrSpec *net = &spec->rtmosr;
  const int unshuffle = MAX (1, net->unshuffle);
  guint value = 0;
  guint base;

  /* The mixer works at half the size. */
  genga_graph_require_sides (build->graph, unshuffle + 1, 2 * unshuffle);
  if (unshuffle > 1)
    value = genga_graph_pixel_unshuffle (build->graph, value, unshuffle);
  value = genga_arch_build_repconv (build, value, get_first_key (net));
  for (int i = 0; i < net->n_blocks; i++)
    value = build_block (build, net, value, i);
  value = genga_arch_build_repconv (build, value, "to_img.0");
  value = genga_graph_pixel_shuffle (build->graph, value, spec->scale * unshuffle);
  base = genga_graph_resize (build->graph, 0, GENGA_RESIZE_NEAREST, spec->scale, 1);
  genga_graph_combine (build->graph, GENGA_OP_ADD, value, base);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "RTMoSR";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaRtmosrSpec *net = &spec->rtmosr;

  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_int (func, user_data, "dim", net->dim);
  genga_hyper_int (func, user_data, "hidden", net->hidden);
  genga_hyper_int (func, user_data, "n_blocks", net->n_blocks);
  genga_hyper_bool (func, user_data, "unshuffle_mod", net->unshuffle > 0);
  genga_hyper_bool (func, user_data, "dccm", net->is_dccm);
  genga_hyper_bool (func, user_data, "se", net->has_squeeze);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaRtmosrSpec *net = &spec->rtmosr;

  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->dim));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", net->n_blocks));
  if (net->has_squeeze)
    g_ptr_array_add (tags, g_strdup ("SE"));
  if (net->is_dccm)
    g_ptr_array_add (tags, g_strdup ("dccm"));
  if (net->unshuffle > 0)
    g_ptr_array_add (tags, g_strdup ("unshuffle"));
}

const GengaArch genga_arch_rtmosr = {
  .family = GENGA_FAMILY_RTMOSR,
  .get_name = get_name,
  .read = read_rtmosr,
  .build = build_rtmosr,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
