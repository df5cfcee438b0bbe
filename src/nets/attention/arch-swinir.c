/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch.h"
#include "nets/attention/arch-swin-build.h"
#include "nets/attention/arch-swin.h"

#define DEFAULT_IMG_SIZE 64
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
      const char *key =
          genga_arch_key (reader, "layers.%d." BLOCKS ".0.attn.relative_position_bias_table", i);

      net->heads[i] = genga_arch_get_dim (reader, key, 2, 1);
      genga_swin_check_heads (reader, net->heads[i], net->dim, n, n);
    }
  img_size = genga_swin_read_mask (reader, "layers.0." BLOCKS ".1.attn_mask", net->window);
  net->img_size = img_size > 0 ? img_size : DEFAULT_IMG_SIZE;
  net->is_shifted = net->img_size > net->window;
}

static void
expect_block (GengaArchReader *reader, const GengaSwinSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." BLOCKS ".%d", layer, block);
  int n = net->window * net->window;
  int n_rows = (2 * net->window - 1) * (2 * net->window - 1);

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), net->dim);
  genga_swin_expect_attention (reader, net->dim, net->qkv_bias,
                               genga_arch_key (reader, "%s.attn", at));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.relative_position_bias_table", at),
                     GENGA_DIMS (n_rows, net->heads[layer]));
  genga_arch_allow (reader, genga_arch_key (reader, "%s.attn.relative_position_index", at),
                    GENGA_DIMS (n, n));
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.attn_mask", at));
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), net->dim);
  genga_swin_expect_mlp (reader, net->dim, net->hidden, genga_arch_key (reader, "%s.mlp", at));
}

static void
read_swinir (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSwinSpec *net = &spec->swin;

  genga_swin_read_trunk (reader, spec);
  net->hidden = genga_arch_get_dim (reader, "layers.0." BLOCKS ".0.mlp.fc1.bias", 1, 0);
  net->qkv_bias = TRUE;
  read_layers (reader, net);
  genga_swin_read_tail (reader, spec);
  if (net->upsampler == GENGA_UPSAMPLER_NONE && net->unshuffle > 1)
    genga_arch_fail_variant (reader, "an unshuffle without an upsampler");

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
build_block (
    const GengaArchBuild *build, const GengaSwinSpec *net, int layer, int block, guint input)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." BLOCKS ".%d", layer, block);
  g_autofree char *attn = g_strdup_printf ("%s.attn", at);
  g_autofree char *mlp = g_strdup_printf ("%s.mlp", at);
  const GengaSwinAttention attention = {
    .n_heads = net->heads[layer],
    .window = net->window,
    .shift = net->is_shifted && block % 2 == 1 ? net->window / 2 : 0,
  };
  guint value = genga_swin_build_norm (build, input, "%s.norm1", at);

  value = genga_swin_build_attention (build, &attention, value, attn);
  input = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  value = genga_swin_build_norm (build, input, "%s.norm2", at);
  value = genga_swin_build_mlp (build, value, mlp);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static guint
build_layer (const GengaArchBuild *build, const GengaSwinSpec *net, int layer, guint input)
{
  guint value = genga_swin_build_blocks (build, net, layer, input, build_block);

  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static void
build_swinir (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  genga_swin_build_network (build, spec, build_layer);
}

/* ---- what is told of it ---- */

static const char *
get_name (const GengaNetSpec *spec)
{
  return "SwinIR";
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaSwinSpec *net = &spec->swin;

  genga_swin_add_size_tags (spec, tags);
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", net->num_feat));
  genga_swin_add_dim_tags (spec, tags);
  g_ptr_array_add (tags, g_strdup_printf ("%dunshuf", net->unshuffle));
}

const GengaArch genga_arch_swinir = {
  .family = GENGA_FAMILY_SWINIR,
  .get_name = get_name,
  .read = read_swinir,
  .build = build_swinir,
  .foreach_hyper = genga_swin_foreach_hyper,
  .add_tags = add_tags,
};
