/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HiT-SR (SRF, SIR, SNG): correlation inside windows that grow from block to block, without a
 * softmax, of pixels with cells and of channels with each other. SRF has a convolution in its
 * feed-forward networks; SNG tells every window what lies around it.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/attention/arch-hit-build.h"
#include "nets/attention/arch-rectangles.h"
#include "nets/attention/arch-swin.h"

#define BLOCKS "residual_group.blocks"
#define FIRST "layers.0." BLOCKS ".0."
/* Each has a bias for every pixel of a window and every key. */
#define MAX_HEADS 64
#define CONTEXT "ngram_window_partition.ngram_context"

static const char *const kind_names[] = {
  [GENGA_HIT_SRF] = "SRF",
  [GENGA_HIT_SIR] = "SIR",
  [GENGA_HIT_SNG] = "SNG",
};

static GengaHitKind
find_kind (GengaArchReader *reader)
{
  if (genga_arch_has (reader, FIRST "mlp.dwconv.depthwise_conv.0.weight"))
    return GENGA_HIT_SRF;
  if (genga_arch_has (reader, FIRST "correlation." CONTEXT ".merge.weight"))
    return GENGA_HIT_SNG;
  return GENGA_HIT_SIR;
}

/* A convolution of pixels alone, or of 3x3. */
static void
expect_qv (GengaArchReader *reader, const GengaHitSpec *net, const char *at)
{
  int dim = net->swin.dim;

  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.qv.conv.0", at), net->narrow, dim, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.qv.conv.2", at), net->narrow,
                          net->narrow, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.qv.conv.4", at), net->wide,
                          net->narrow, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.qv.linear", at), net->wide, dim, 1);
}

static void
expect_context (
    GengaArchReader *reader, const GengaHitSpec *net, int layer, int window, const char *at)
{
  g_autofree char *context = g_strdup_printf ("%s." CONTEXT, at);
  int half = net->wide / 2;

  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.unigram_embed", context), 1, 2,
                          window);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.ngram_attn.qkv", context), 3 * half,
                            half);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.ngram_attn.proj", context), half,
                            half);
  genga_arch_expect (reader,
                     genga_arch_key (reader, "%s.ngram_attn.relative_position_bias_table", context),
                     GENGA_DIMS (9, net->swin.heads[layer]));
  genga_arch_allow (reader,
                    genga_arch_key (reader, "%s.ngram_attn.relative_position_index", context),
                    GENGA_DIMS (4, 4));
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.merge", context), net->wide,
                          net->wide, 1);
}

static void
expect_block (GengaArchReader *reader, const GengaHitSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." BLOCKS ".%d", layer, block);
  g_autofree char *correlation = g_strdup_printf ("%s.correlation", at);
  const char *positions = genga_arch_key (reader, "%s.pos.pos_proj.weight", correlation);
  int width = genga_arch_get_dim (reader, positions, 2, 0);
  int window = genga_hit_get_window (block), cell = genga_hit_get_cell (block);
  int dim = net->swin.dim;

  expect_qv (reader, net, correlation);
  genga_rectangles_expect_positions (reader, correlation, width, net->swin.heads[layer]);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.spatial_linear", correlation), 1,
                            cell * cell);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.proj", correlation), dim,
                            net->wide);
  if (net->kind == GENGA_HIT_SNG)
    expect_context (reader, net, layer, window, correlation);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), dim);
  genga_swin_expect_mlp (reader, dim, net->swin.hidden, genga_arch_key (reader, "%s.mlp", at));
  if (net->kind == GENGA_HIT_SRF)
    genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.mlp.dwconv.depthwise_conv.0", at),
                            net->swin.hidden, 1, 5);
}

static void
read_layers (GengaArchReader *reader, GengaHitSpec *net)
{
  genga_swin_read_depths (reader, &net->swin, BLOCKS);
  for (int i = 0; i < net->swin.n_layers && !genga_arch_has_failed (reader); i++)
    {
      const char *key =
          genga_arch_key (reader, "layers.%d." BLOCKS ".0.correlation.pos.pos3.2.weight", i);

      net->swin.heads[i] = genga_arch_get_dim (reader, key, 2, 0);
      if (net->swin.depth[i] < 1 || net->swin.depth[i] > GENGA_HIT_MAX_BLOCKS)
        genga_arch_fail_variant (reader, "%d blocks", net->swin.depth[i]);
      if (net->swin.heads[i] > MAX_HEADS || net->wide % 2 != 0 ||
          net->wide / 2 % net->swin.heads[i] != 0)
        genga_arch_fail_variant (reader, "%d heads for %d channels", net->swin.heads[i],
                                 net->wide / 2);
    }
}

static void
read_hit (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaHitSpec *net = &spec->hit;

  genga_swin_read_trunk (reader, spec);
  if (net->swin.unshuffle != 1)
    genga_arch_fail_variant (reader, "an unshuffle");
  net->kind = find_kind (reader);
  net->narrow = genga_arch_get_dim (reader, FIRST "correlation.qv.conv.0.weight", 4, 0);
  net->wide = genga_arch_get_dim (reader, FIRST "correlation.qv.linear.weight", 4, 0);
  net->swin.hidden = genga_arch_get_dim (reader, FIRST "mlp.fc1.weight", 2, 0);
  read_layers (reader, net);
  genga_swin_expect_trunk (reader, spec);
  genga_swin_read_tail (reader, spec);
  for (int i = 0; i < net->swin.n_layers && !genga_arch_has_failed (reader); i++)
    {
      for (int j = 0; j < net->swin.depth[i] && !genga_arch_has_failed (reader); j++)
        expect_block (reader, net, i, j);
      genga_swin_expect_residual (reader, net->swin.residual, net->swin.dim,
                                  genga_arch_key (reader, "layers.%d.conv", i));
    }
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "HiT-SR";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaHitSpec *net = &spec->hit;

  func ("kind", kind_names[net->kind], user_data);
  genga_hyper_int (func, user_data, "in_chans", spec->in_channels);
  genga_hyper_int (func, user_data, "embed_dim", net->swin.dim);
  genga_hyper_list (func, user_data, "depths", net->swin.depth, net->swin.n_layers);
  genga_hyper_list (func, user_data, "num_heads", net->swin.heads, net->swin.n_layers);
  func ("base_win_size", "[8, 8]", user_data);
  genga_hyper_real (func, user_data, "mlp_ratio", (double)net->swin.hidden / net->swin.dim);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  func ("img_range", "1.0", user_data);
  func ("upsampler", genga_tail_get_name (net->swin.upsampler), user_data);
  func ("resi_connection", genga_swin_get_residual_name (net->swin.residual), user_data);
  func ("hier_win_ratios", "[0.5, 1, 2, 4, 6, 8]", user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup (kind_names[spec->hit.kind]));
  g_ptr_array_add (tags, g_strdup_printf ("%ddim", spec->hit.swin.dim));
}

const GengaArch genga_arch_hit = {
  .family = GENGA_FAMILY_HIT,
  .get_name = get_name,
  .read = read_hit,
  .build = genga_arch_hit_build,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
