/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DRCT: SwinIR with layers of dense blocks, each of which sees what all before it have made. */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-hyper.h"
#include "nets/arch.h"
#include "nets/attention/arch-swin-build.h"
#include "nets/attention/arch-swin.h"

#define N_BLOCKS 5
#define DEPTH 6 /* what the reference says of each layer */
#define MULTIPLE 16
#define SLOPE 0.2f
#define RESIDUAL_FACTOR 0.2f
#define TABLE_KEY "layers.0.swin1.attn.relative_position_bias_table"

/* ---- reading ---- */

/* Of block k, from 1 on. */
static int
get_dim (const GengaSwinSpec *net, int k)
{
  return net->dim + (k - 1) * net->growth;
}

/* As many as asked for, or a few less, so that they divide the channels. */
static int
get_heads (const GengaSwinSpec *net, int layer, int k)
{
  return net->heads[layer] - get_dim (net, k) % net->heads[layer];
}

/* The last two blocks' feed-forward network is not wider than themselves. */
static int
get_hidden (const GengaSwinSpec *net, int k)
{
  return k <= 3 ? (int)((gint64)get_dim (net, k) * net->hidden / net->dim) : get_dim (net, k);
}

static void
read_layers (GengaArchReader *reader, GengaSwinSpec *net)
{
  int rows = genga_arch_square_root (genga_arch_get_dim (reader, TABLE_KEY, 2, 0));
  int window = (rows + 1) / 2, n, img_size;

  net->window = genga_swin_read_window (reader, TABLE_KEY, window * window);
  n = net->window * net->window;
  net->n_layers = genga_arch_get_sequence_length (reader, "layers");
  if (net->n_layers > GENGA_SWIN_MAX_LAYERS)
    genga_arch_fail_variant (reader, "%d layers", net->n_layers);
  for (int i = 0; i < net->n_layers && !genga_arch_has_failed (reader); i++)
    {
      const char *key =
          genga_arch_key (reader, "layers.%d.swin1.attn.relative_position_bias_table", i);

      net->depth[i] = DEPTH;
      net->heads[i] = genga_arch_get_dim (reader, key, 2, 1);
      for (int k = 1; k <= N_BLOCKS; k++)
        genga_swin_check_heads (reader, get_heads (net, i, k), get_dim (net, k), n, n);
    }
  img_size = genga_swin_read_mask (reader, "layers.0.swin2.attn_mask", net->window);
  net->img_size = img_size > 0 ? img_size : net->window;
  net->is_shifted = img_size > net->window;
}

static void
expect_block (GengaArchReader *reader, const GengaSwinSpec *net, int layer, int k)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.swin%d", layer, k);
  g_autofree char *attn = g_strdup_printf ("%s.attn", at);
  int n = net->window * net->window, dim = get_dim (net, k);
  int n_rows = (2 * net->window - 1) * (2 * net->window - 1);

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), dim);
  genga_swin_expect_attention (reader, dim, net->qkv_bias, attn);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.relative_position_bias_table", attn),
                     GENGA_DIMS (n_rows, get_heads (net, layer, k)));
  genga_arch_allow (reader, genga_arch_key (reader, "%s.relative_position_index", attn),
                    GENGA_DIMS (n, n));
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.attn_mask", at));
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), dim);
  genga_swin_expect_mlp (reader, dim, get_hidden (net, k), genga_arch_key (reader, "%s.mlp", at));
  genga_arch_expect_conv (reader, genga_arch_key (reader, "layers.%d.adjust%d", layer, k),
                          k < N_BLOCKS ? net->growth : net->dim, dim, 1);
}

static void
read_drct (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSwinSpec *net = &spec->swin;

  genga_swin_read_trunk (reader, spec);
  if (net->residual == GENGA_RESIDUAL_THREE_CONV)
    net->residual = GENGA_RESIDUAL_IDENTITY;
  net->hidden = genga_arch_get_dim (reader, "layers.0.swin1.mlp.fc1.weight", 2, 0);
  net->growth = genga_arch_get_dim (reader, "layers.0.adjust1.weight", 4, 0);
  net->qkv_bias = genga_arch_has (reader, "layers.0.swin1.attn.qkv.bias");
  read_layers (reader, net);
  genga_swin_read_tail (reader, spec);
  net->range = 1;
  if (net->upsampler != GENGA_UPSAMPLER_SHUFFLE)
    genga_arch_fail_variant (reader, "no pixel shuffle");

  genga_swin_expect_trunk (reader, spec);
  for (int i = 0; i < net->n_layers; i++)
    for (int k = 1; k <= N_BLOCKS && !genga_arch_has_failed (reader); k++)
      expect_block (reader, net, i, k);
}

/* ---- the graph ---- */

static guint
build_block (const GengaArchBuild *build, const GengaSwinSpec *net, int layer, int k, guint input)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.swin%d", layer, k);
  g_autofree char *attn = g_strdup_printf ("%s.attn", at);
  g_autofree char *mlp = g_strdup_printf ("%s.mlp", at);
  const GengaSwinAttention attention = {
    .n_heads = get_heads (net, layer, k),
    .window = net->window,
    .shift = net->is_shifted && k % 2 == 0 ? net->window / 2 : 0,
  };
  guint value = genga_swin_build_norm (build, input, "%s.norm1", at);

  value = genga_swin_build_attention (build, &attention, value, attn);
  input = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  value = genga_swin_build_norm (build, input, "%s.norm2", at);
  value = genga_swin_build_mlp (build, value, mlp);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  return genga_arch_build_conv (build, value, "layers.%d.adjust%d", layer, k);
}

static guint
build_layer (const GengaArchBuild *build, const GengaSwinSpec *net, int layer, guint input)
{
  guint parts[N_BLOCKS] = { input };
  guint value = input;

  for (int k = 1; k < N_BLOCKS; k++)
    {
      value = build_block (build, net, layer, k, value);
      parts[k] = genga_graph_leaky_relu (build->graph, value, SLOPE);
      value = genga_graph_concat (build->graph, parts, k + 1);
    }
  value = build_block (build, net, layer, N_BLOCKS, value);
  value = genga_graph_scale (build->graph, value, RESIDUAL_FACTOR);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static void
build_drct (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  int window = spec->swin.window;

  genga_swin_build_network (build, spec, build_layer);
  genga_graph_require_sides (build->graph, 1, MULTIPLE % window == 0 ? MULTIPLE : window);
}

/* ---- what is told of it ---- */

static const char *
get_name (const GengaNetSpec *spec)
{
  return "DRCT";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  genga_swin_foreach_hyper (spec, func, user_data);
  genga_hyper_int (func, user_data, "gc", spec->swin.growth);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaSwinSpec *net = &spec->swin;

  if (net->n_layers >= 10)
    g_ptr_array_add (tags, g_strdup ("large"));
  g_ptr_array_add (tags, g_strdup_printf ("s%dw%d", net->img_size, net->window));
  genga_swin_add_dim_tags (spec, tags);
}

const GengaArch genga_arch_drct = {
  .family = GENGA_FAMILY_DRCT,
  .get_name = get_name,
  .read = read_drct,
  .build = build_drct,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
