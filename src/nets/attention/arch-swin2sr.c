/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch.h"
#include "nets/attention/arch-cosine.h"
#include "nets/attention/arch-swin-build.h"
#include "nets/attention/arch-swin.h"

#include <string.h>

#define BLOCKS "residual_group.blocks"
#define WINDOW_KEY "layers.0." BLOCKS ".0.attn.relative_position_index"

/* ---- reading ---- */

static void
read_layers (GengaArchReader *reader, GengaSwinSpec *net)
{
  int n = genga_arch_get_dim (reader, WINDOW_KEY, 2, 0);
  int img_size;

  net->window = genga_swin_read_window (reader, WINDOW_KEY, n);
  genga_swin_read_depths (reader, net, BLOCKS);
  for (int i = 0; i < net->n_layers && !genga_arch_has_failed (reader); i++)
    {
      const char *key = genga_arch_key (reader, "layers.%d." BLOCKS ".0.attn.logit_scale", i);

      net->heads[i] = genga_arch_get_dim (reader, key, 3, 0);
      genga_swin_check_heads (reader, net->heads[i], net->dim, n, n);
    }
  img_size = genga_swin_read_mask (reader, "layers.0." BLOCKS ".1.attn_mask", net->window);
  net->img_size = img_size > 0 ? img_size : net->window;
  net->is_shifted = img_size > 0;
}

static void
expect_attention (GengaArchReader *reader, const GengaSwinSpec *net, int layer, const char *at)
{
  g_autofree char *attn = g_strdup_printf ("%s.attn", at);
  int n = net->window * net->window;

  genga_swin_expect_attention (reader, net->dim, FALSE, attn);
  if (net->qkv_bias)
    {
      genga_arch_expect (reader, genga_arch_key (reader, "%s.q_bias", attn), GENGA_DIMS (net->dim));
      genga_arch_expect (reader, genga_arch_key (reader, "%s.v_bias", attn), GENGA_DIMS (net->dim));
    }
  genga_cosine_expect (reader, attn, net->heads[layer]);
  genga_arch_allow (reader, genga_arch_key (reader, "%s.relative_coords_table", attn),
                    GENGA_DIMS (1, 2 * net->window - 1, 2 * net->window - 1, 2));
  genga_arch_allow (reader, genga_arch_key (reader, "%s.relative_position_index", attn),
                    GENGA_DIMS (n, n));
}

static void
expect_block (GengaArchReader *reader, const GengaSwinSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." BLOCKS ".%d", layer, block);

  expect_attention (reader, net, layer, at);
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.attn_mask", at));
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), net->dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), net->dim);
  genga_swin_expect_mlp (reader, net->dim, net->hidden, genga_arch_key (reader, "%s.mlp", at));
}

static void
read_swin2sr (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSwinSpec *net = &spec->swin;

  if (genga_arch_has (reader, "conv_after_body_hf.weight"))
    genga_arch_fail_variant (reader, "pixelshuffle_hf");
  genga_swin_read_trunk (reader, spec);
  net->hidden = genga_arch_get_dim (reader, "layers.0." BLOCKS ".0.mlp.fc1.bias", 1, 0);
  net->qkv_bias = genga_arch_has (reader, "layers.0." BLOCKS ".0.attn.q_bias");
  read_layers (reader, net);
  genga_swin_read_tail (reader, spec);

  genga_swin_expect_trunk (reader, spec);
  genga_arch_expect_conv (reader, "patch_embed.proj", net->dim, net->dim, 1);
  for (int i = 0; i < net->n_layers; i++)
    {
      for (int j = 0; j < net->depth[i] && !genga_arch_has_failed (reader); j++)
        expect_block (reader, net, i, j);
      genga_swin_expect_residual (reader, net->residual, net->dim,
                                  genga_arch_key (reader, "layers.%d.conv", i));
      genga_arch_expect_conv (reader, genga_arch_key (reader, "layers.%d.patch_embed.proj", i),
                              net->dim, net->dim, 1);
    }
}

/* ---- the graph ---- */

/* Keys have no bias. */
static guint
build_qkv (const GengaArchBuild *build, const GengaSwinSpec *net, guint input, const char *attn)
{
  g_autofree double *weight = genga_arch_build_dup_f64 (build, "%s.qkv.weight", attn);
  g_autofree double *biases = NULL;
  const int shape[] = { 3 * net->dim, net->dim, 1, 1 };
  guint kernel = genga_arch_build_f64_constant (build, 4, shape, weight);

  if (!net->qkv_bias)
    return genga_graph_conv (build->graph, input, kernel, GENGA_NONE, 1);
  if (weight != NULL)
    {
      g_autofree double *q = genga_arch_build_dup_f64 (build, "%s.q_bias", attn);
      g_autofree double *v = genga_arch_build_dup_f64 (build, "%s.v_bias", attn);

      biases = g_new0 (double, 3 * net->dim);
      memcpy (biases, q, net->dim * sizeof (double));
      memcpy (biases + 2 * net->dim, v, net->dim * sizeof (double));
    }
  return genga_graph_conv (build->graph, input, kernel,
                           genga_arch_build_f64_constant (build, 1, &shape[0], biases), 1);
}

static guint
build_block (
    const GengaArchBuild *build, const GengaSwinSpec *net, int layer, int block, guint input)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." BLOCKS ".%d", layer, block);
  g_autofree char *attn = g_strdup_printf ("%s.attn", at);
  g_autofree char *mlp = g_strdup_printf ("%s.mlp", at);
  int window = net->window;
  const GengaSwinAttention attention = {
    .n_heads = net->heads[layer],
    .window = window,
    .shift = net->is_shifted && block % 2 == 1 ? window / 2 : 0,
    .positions = genga_cosine_build_positions (build, attn, window, window, window, window),
    .cosine = TRUE,
    .factors = genga_cosine_build_factors (build, attn),
  };
  guint value =
      genga_swin_build_windows (build, &attention, build_qkv (build, net, input, attn), attn);

  value = genga_swin_build_norm (build, value, "%s.norm1", at);
  input = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  value = genga_swin_build_norm (build, genga_swin_build_mlp (build, input, mlp), "%s.norm2", at);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static guint
build_layer (const GengaArchBuild *build, const GengaSwinSpec *net, int layer, guint input)
{
  guint value = genga_swin_build_blocks (build, net, layer, input, build_block);

  value = genga_arch_build_conv (build, value, "layers.%d.patch_embed.proj", layer);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static void
build_swin2sr (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  genga_swin_build_network (build, spec, build_layer);
}

/* ---- what is told of it ---- */

static const char *
get_name (const GengaNetSpec *spec)
{
  return "Swin2SR";
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  genga_swin_add_size_tags (spec, tags);
  genga_swin_add_dim_tags (spec, tags);
}

const GengaArch genga_arch_swin2sr = {
  .family = GENGA_FAMILY_SWIN2SR,
  .get_name = get_name,
  .read = read_swin2sr,
  .build = build_swin2sr,
  .foreach_hyper = genga_swin_foreach_hyper,
  .add_tags = add_tags,
};
