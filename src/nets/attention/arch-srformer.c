/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SRFormer: the keys of a window are its blocks of 2 x 2 pixels, each a quarter as wide, so that
 * windows may be large.
 */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch.h"
#include "nets/attention/arch-feed-forward.h"
#include "nets/attention/arch-swin-build.h"
#include "nets/attention/arch-swin.h"

#define BLOCKS "residual_group.blocks"
#define TABLE_KEY "layers.0." BLOCKS ".0.attn.relative_position_bias_table"
#define KEY_BLOCK 2

/* ---- reading ---- */

/* What it was trained at is stored rounded up to whole windows. */
static int
guess_img_size (int rounded, int window)
{
  static const int sizes[] = { 512, 256, 128, 96, 64, 48, 32, 24, 16 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if ((sizes[i] + window - 1) / window * window == rounded)
      return sizes[i];
  return rounded;
}

static void
read_layers (GengaArchReader *reader, GengaSwinSpec *net)
{
  int rows = genga_arch_square_root (genga_arch_get_dim (reader, TABLE_KEY, 2, 0));
  int n, img_size;

  /* The table has (window / 2 * 2 - 1)^2 rows. */
  net->window = genga_swin_read_window (reader, TABLE_KEY, (rows + 1) * (rows + 1));
  if (!genga_arch_has_failed (reader) && (rows == 0 || net->window % KEY_BLOCK != 0))
    genga_arch_fail_shape (reader, TABLE_KEY);
  n = net->window * net->window;
  genga_swin_read_depths (reader, net, BLOCKS);
  for (int i = 0; i < net->n_layers && !genga_arch_has_failed (reader); i++)
    {
      const char *key =
          genga_arch_key (reader, "layers.%d." BLOCKS ".0.attn.relative_position_bias_table", i);

      net->heads[i] = genga_arch_get_dim (reader, key, 2, 1);
      genga_swin_check_heads (reader, net->heads[i], net->dim, n, n / (KEY_BLOCK * KEY_BLOCK));
    }
  img_size = genga_swin_read_mask (reader, "layers.0." BLOCKS ".1.attn_mask", net->window);
  net->img_size = guess_img_size (img_size > 0 ? img_size : net->window, net->window);
  net->is_shifted = img_size > 0;
}

static void
expect_attention (GengaArchReader *reader, const GengaSwinSpec *net, int layer, const char *at)
{
  g_autofree char *attn = g_strdup_printf ("%s.attn", at);
  int n = net->window * net->window, dim = net->dim;
  int n_rows = (net->window - 1) * (net->window - 1);

  genga_arch_expect (reader, genga_arch_key (reader, "%s.q.weight", attn), GENGA_DIMS (dim, dim));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.kv.weight", attn),
                     GENGA_DIMS (dim / 2, dim));
  if (net->qkv_bias)
    {
      genga_arch_expect (reader, genga_arch_key (reader, "%s.q.bias", attn), GENGA_DIMS (dim));
      genga_arch_expect (reader, genga_arch_key (reader, "%s.kv.bias", attn), GENGA_DIMS (dim / 2));
    }
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.proj", attn), dim, dim);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.relative_position_bias_table", attn),
                     GENGA_DIMS (n_rows, net->heads[layer]));
  genga_arch_allow (reader, genga_arch_key (reader, "%s.aligned_relative_position_index", attn),
                    GENGA_DIMS (n, n / (KEY_BLOCK * KEY_BLOCK)));
}

static void
expect_block (GengaArchReader *reader, const GengaSwinSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." BLOCKS ".%d", layer, block);
  const char *key;

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), net->dim);
  expect_attention (reader, net, layer, at);
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.attn_mask", at));
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), net->dim);
  genga_swin_expect_mlp (reader, net->dim, net->hidden, genga_arch_key (reader, "%s.mlp", at));
  key = genga_arch_key (reader, "%s.mlp.dwconv.depthwise_conv.0", at);
  genga_arch_expect_conv (reader, key, net->hidden, 1, 5);
}

static void
read_srformer (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSwinSpec *net = &spec->swin;

  genga_swin_read_trunk (reader, spec);
  if (net->dim % (KEY_BLOCK * KEY_BLOCK) != 0)
    genga_arch_fail_variant (reader, "%d channels", net->dim);
  net->hidden = genga_arch_get_dim (reader, "layers.0." BLOCKS ".0.mlp.fc1.bias", 1, 0);
  net->qkv_bias = genga_arch_has (reader, "layers.0." BLOCKS ".0.attn.q.bias");
  read_layers (reader, net);
  genga_swin_read_tail (reader, spec);
  net->range = 1;

  genga_swin_expect_trunk (reader, spec);
  for (int i = 0; i < net->n_layers; i++)
    {
      for (int j = 0; j < net->depth[i] && !genga_arch_has_failed (reader); j++)
        expect_block (reader, net, i, j);
      genga_swin_expect_residual (reader, net->residual, net->dim,
                                  genga_arch_key (reader, "layers.%d.conv", i));
    }
}

/* ---- the graph ---- */

static guint
build_attention (
    const GengaArchBuild *build, const GengaSwinSpec *net, int layer, int block, guint input)
{
  g_autofree char *attn = g_strdup_printf ("layers.%d." BLOCKS ".%d.attn", layer, block);
  g_autofree double *table =
      genga_arch_build_dup_f64 (build, "%s.relative_position_bias_table", attn);
  int shift = net->is_shifted && block % 2 == 1 ? net->window / 2 : 0;
  int narrow = net->dim / (KEY_BLOCK * KEY_BLOCK);
  guint kv = genga_arch_build_conv (build, input, "%s.kv", attn);
  const GengaAttention attention = {
    .queries = genga_arch_build_conv (build, input, "%s.q", attn),
    .keys = genga_graph_slice (build->graph, kv, 0, narrow),
    .values = genga_graph_slice (build->graph, kv, narrow, narrow),
    .weight = genga_swin_build_positions (build, table, net->heads[layer], net->window - 1,
                                          net->window - 1),
    .n_heads = net->heads[layer],
    .window_y = net->window,
    .window_x = net->window,
    .shift_y = shift,
    .shift_x = shift,
    .multiple = net->window,
    .key_block = KEY_BLOCK,
    .is_relative = TRUE,
  };

  return genga_arch_build_conv (build, genga_graph_window_attention (build->graph, &attention),
                                "%s.proj", attn);
}

static guint
build_block (
    const GengaArchBuild *build, const GengaSwinSpec *net, int layer, int block, guint input)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." BLOCKS ".%d", layer, block);
  g_autofree char *mlp = g_strdup_printf ("%s.mlp", at);
  guint value = genga_swin_build_norm (build, input, "%s.norm1", at);

  value = build_attention (build, net, layer, block, value);
  input = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  value = genga_swin_build_norm (build, input, "%s.norm2", at);
  value = genga_feed_forward_build_conv (build, value, mlp);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static guint
build_layer (const GengaArchBuild *build, const GengaSwinSpec *net, int layer, guint input)
{
  guint value = genga_swin_build_blocks (build, net, layer, input, build_block);

  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static void
build_srformer (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  genga_swin_build_network (build, spec, build_layer);
}

/* ---- what is told of it ---- */

static const char *
get_name (const GengaNetSpec *spec)
{
  return "SRFormer";
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  genga_swin_add_size_tags (spec, tags);
  genga_swin_add_dim_tags (spec, tags);
}

const GengaArch genga_arch_srformer = {
  .family = GENGA_FAMILY_SRFORMER,
  .get_name = get_name,
  .read = read_srformer,
  .build = build_srformer,
  .foreach_hyper = genga_swin_foreach_hyper,
  .add_tags = add_tags,
};
