/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HAT: SwinIR with convolutions beside the attention, and in each layer an attention whose keys
 * come from larger windows.
 */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-hyper.h"
#include "nets/arch.h"
#include "nets/attention/arch-swin-build.h"
#include "nets/attention/arch-swin.h"

#define IMG_SIZE 64
/* Is not stored. */
#define CONV_SCALE 0.01f
#define BLOCKS "residual_group.blocks"
#define OVERLAP "residual_group.overlap_attn"
#define WINDOW_KEY "relative_position_index_SA"
#define OVERLAP_KEY "relative_position_index_OCA"
#define CAB_KEY "layers.0." BLOCKS ".0.conv_block.cab"

/* ---- reading ---- */

static void
read_windows (GengaArchReader *reader, GengaSwinSpec *net)
{
  net->window =
      genga_swin_read_window (reader, WINDOW_KEY, genga_arch_get_dim (reader, WINDOW_KEY, 2, 0));
  net->overlap =
      genga_swin_read_window (reader, OVERLAP_KEY, genga_arch_get_dim (reader, OVERLAP_KEY, 2, 1));
  if (net->overlap < net->window || (net->overlap - net->window) % 2 != 0)
    genga_arch_fail_shape (reader, OVERLAP_KEY);
}

static void
read_layers (GengaArchReader *reader, GengaSwinSpec *net)
{
  genga_swin_read_depths (reader, net, BLOCKS);
  for (int i = 0; i < net->n_layers && !genga_arch_has_failed (reader); i++)
    {
      const char *key =
          genga_arch_key (reader, "layers.%d." OVERLAP ".relative_position_bias_table", i);

      net->heads[i] = genga_arch_get_dim (reader, key, 2, 1);
      genga_swin_check_heads (reader, net->heads[i], net->dim, net->window * net->window,
                              net->overlap * net->overlap);
    }
  net->img_size = IMG_SIZE;
  net->is_shifted = TRUE;
}

static void
expect_table (GengaArchReader *reader, const char *prefix, int side, int n_heads)
{
  const char *key = genga_arch_key (reader, "%s.relative_position_bias_table", prefix);

  genga_arch_expect (reader, key, GENGA_DIMS (side * side, n_heads));
}

static void
expect_block (GengaArchReader *reader, const GengaSwinSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." BLOCKS ".%d", layer, block);
  g_autofree char *attn = g_strdup_printf ("%s.attn", at);
  g_autofree char *cab = g_strdup_printf ("%s.conv_block.cab", at);
  int dim = net->dim;

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), dim);
  genga_swin_expect_attention (reader, dim, net->qkv_bias, attn);
  expect_table (reader, attn, 2 * net->window - 1, net->heads[layer]);
  genga_swin_expect_cab (reader, dim, net->compressed, cab);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), dim);
  genga_swin_expect_mlp (reader, dim, net->hidden, genga_arch_key (reader, "%s.mlp", at));
}

static void
expect_overlap (GengaArchReader *reader, const GengaSwinSpec *net, int layer)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." OVERLAP, layer);

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), net->dim);
  genga_swin_expect_attention (reader, net->dim, net->qkv_bias, at);
  expect_table (reader, at, net->window + net->overlap - 1, net->heads[layer]);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), net->dim);
  genga_swin_expect_mlp (reader, net->dim, net->hidden, genga_arch_key (reader, "%s.mlp", at));
}

static void
read_hat (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSwinSpec *net = &spec->swin;

  genga_swin_read_trunk (reader, spec);
  if (net->residual == GENGA_RESIDUAL_THREE_CONV)
    net->residual = GENGA_RESIDUAL_IDENTITY;
  net->hidden = genga_arch_get_dim (reader, "layers.0." BLOCKS ".0.mlp.fc1.weight", 2, 0);
  net->qkv_bias = genga_arch_has (reader, "layers.0." BLOCKS ".0.attn.qkv.bias");
  net->compressed = genga_arch_get_dim (reader, CAB_KEY ".0.weight", 4, 0);
  net->squeezed = genga_arch_get_dim (reader, CAB_KEY ".3.attention.1.weight", 4, 0);
  read_windows (reader, net);
  read_layers (reader, net);
  genga_swin_read_tail (reader, spec);
  net->range = 1;
  if (net->upsampler != GENGA_UPSAMPLER_SHUFFLE)
    genga_arch_fail_variant (reader, "no pixel shuffle");

  genga_swin_expect_trunk (reader, spec);
  genga_arch_ignore (reader, WINDOW_KEY);
  genga_arch_ignore (reader, OVERLAP_KEY);
  for (int i = 0; i < net->n_layers; i++)
    {
      for (int j = 0; j < net->depth[i] && !genga_arch_has_failed (reader); j++)
        expect_block (reader, net, i, j);
      expect_overlap (reader, net, i);
      genga_swin_expect_residual (reader, net->residual, net->dim,
                                  genga_arch_key (reader, "layers.%d.conv", i));
    }
}

/* ---- the graph ---- */

static guint
add_mlp (const GengaArchBuild *build, guint input, const char *at)
{
  g_autofree char *mlp = g_strdup_printf ("%s.mlp", at);
  guint value = genga_swin_build_norm (build, input, "%s.norm2", at);

  return genga_graph_combine (build->graph, GENGA_OP_ADD, genga_swin_build_mlp (build, value, mlp),
                              input);
}

static guint
build_block (
    const GengaArchBuild *build, const GengaSwinSpec *net, int layer, int block, guint input)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." BLOCKS ".%d", layer, block);
  g_autofree char *attn = g_strdup_printf ("%s.attn", at);
  g_autofree char *cab = g_strdup_printf ("%s.conv_block.cab", at);
  const GengaSwinAttention attention = {
    .n_heads = net->heads[layer],
    .window = net->window,
    .shift = block % 2 == 1 ? net->window / 2 : 0,
  };
  guint normed = genga_swin_build_norm (build, input, "%s.norm1", at);
  guint beside =
      genga_graph_scale (build->graph, genga_swin_build_cab (build, normed, cab), CONV_SCALE);
  guint value = genga_swin_build_attention (build, &attention, normed, attn);

  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, beside);
  return add_mlp (build, value, at);
}

/*
 * Biases by relative position as the operation takes them. The file has them for keys minus
 * queries, moved by window - overlap + 1: rows below 0 count from the end of the table.
 */
static guint
build_positions (const GengaArchBuild *build, const GengaSwinSpec *net, int n_heads, const char *at)
{
  int side = net->window + net->overlap - 1;
  int first = net->window - net->overlap + 1;
  g_autofree double *stored =
      genga_arch_build_dup_f64 (build, "%s.relative_position_bias_table", at);
  g_autofree double *table = stored != NULL ? g_new (double, (gsize)side *side *n_heads) : NULL;

  for (int i = 0; i < side * side && table != NULL; i++)
    {
      int dy = net->overlap - 1 - i / side, dx = net->overlap - 1 - i % side;
      int row = (dy + first) * side + dx + first;

      if (row < 0)
        row += side * side;
      for (int head = 0; head < n_heads; head++)
        table[(gsize)i * n_heads + head] = stored[(gsize)row * n_heads + head];
    }
  return genga_swin_build_positions (build, table, n_heads, side, side);
}

static guint
build_overlap (const GengaArchBuild *build, const GengaSwinSpec *net, int layer, guint input)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." OVERLAP, layer);
  guint normed = genga_swin_build_norm (build, input, "%s.norm1", at);
  guint qkv = genga_arch_build_conv (build, normed, "%s.qkv", at);
  const GengaAttention attention = {
    .queries = genga_graph_slice (build->graph, qkv, 0, net->dim),
    .keys = genga_graph_slice (build->graph, qkv, net->dim, net->dim),
    .values = genga_graph_slice (build->graph, qkv, 2 * net->dim, net->dim),
    .weight = build_positions (build, net, net->heads[layer], at),
    .n_heads = net->heads[layer],
    .window_y = net->window,
    .window_x = net->window,
    .multiple = net->window,
    .key_window_y = net->overlap,
    .key_window_x = net->overlap,
    .key_margin = (net->overlap - net->window) / 2,
    .is_relative = TRUE,
  };
  guint value = genga_arch_build_conv (
      build, genga_graph_window_attention (build->graph, &attention), "%s.proj", at);

  return add_mlp (build, genga_graph_combine (build->graph, GENGA_OP_ADD, value, input), at);
}

static guint
build_layer (const GengaArchBuild *build, const GengaSwinSpec *net, int layer, guint input)
{
  g_autofree char *residual = g_strdup_printf ("layers.%d.conv", layer);
  guint value = input;

  for (int i = 0; i < net->depth[layer]; i++)
    value = build_block (build, net, layer, i, value);
  value = build_overlap (build, net, layer, value);
  value = genga_swin_build_residual (build, net->residual, value, residual);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static void
build_hat (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  genga_swin_build_network (build, spec, build_layer);
}

/* ---- what is told of it ---- */

static const char *
get_name (const GengaNetSpec *spec)
{
  return "HAT";
}

/* The number that `dim` was divided by, rounding down, to get `n`. */
static int
find_divisor (int dim, int n)
{
  int least = MAX (1, dim / n);

  return dim % n == 0 || dim / least == n ? least : least + 1;
}

/* What the windows overlap by, as a share: of the numbers that fit the usual ones first. */
static void
tell_overlap_ratio (const GengaSwinSpec *net, GengaHyperFunc func, gpointer user_data)
{
  static const double usual[] = { 0.5, 0.25, 0.75, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9 };
  int more = net->overlap - net->window;
  double ratio = (double)more / net->window;

  if (more % net->window == 0)
    {
      genga_hyper_int (func, user_data, "overlap_ratio", more / net->window);
      return;
    }
  for (guint i = G_N_ELEMENTS (usual); i-- > 0;)
    if ((int)(net->window + net->window * usual[i]) == net->overlap)
      ratio = usual[i];
  genga_hyper_real (func, user_data, "overlap_ratio", ratio);
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaSwinSpec *net = &spec->swin;

  genga_swin_foreach_hyper (spec, func, user_data);
  genga_hyper_int (func, user_data, "compress_ratio", find_divisor (net->dim, net->compressed));
  genga_hyper_int (func, user_data, "squeeze_factor", find_divisor (net->dim, net->squeezed));
  genga_hyper_real (func, user_data, "conv_scale", 0.01);
  tell_overlap_ratio (net, func, user_data);
  genga_hyper_int (func, user_data, "num_feat", net->num_feat);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaSwinSpec *net = &spec->swin;
  const char *size = find_divisor (net->dim, net->compressed) > 4 ? "small" : "medium";

  g_ptr_array_add (tags, g_strdup (net->n_layers < 9 ? size : "large"));
  g_ptr_array_add (tags, g_strdup_printf ("s%dw%d", net->img_size, net->window));
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", net->num_feat));
  genga_swin_add_dim_tags (spec, tags);
}

const GengaArch genga_arch_hat = {
  .family = GENGA_FAMILY_HAT,
  .get_name = get_name,
  .read = read_hat,
  .build = build_hat,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
