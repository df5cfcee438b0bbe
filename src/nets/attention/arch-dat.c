/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/attention/arch-dat-build.h"
#include "nets/attention/arch-rectangles.h"
#include "nets/arch-hyper.h"

#define DEFAULT_IMG_SIZE 64
#define DEFAULT_NUM_FEAT 64
#define BIASES_KEY "layers.0.blocks.0.attn.attns.0.rpe_biases"

static int
read_heads (GengaArchReader *reader, const GengaDatSpec *net, int layer)
{
  const char *key;

  if (net->depth[layer] >= 2)
    {
      key = genga_arch_key (reader, "layers.%d.blocks.1.attn.temperature", layer);
      return genga_arch_get_dim (reader, key, 3, 0);
    }
  key = genga_arch_key (reader, "layers.%d.blocks.0.attn.attns.0.pos.pos3.2.weight", layer);
  return 2 * genga_arch_get_dim (reader, key, 2, 0);
}

static void
read_layers (GengaArchReader *reader, GengaDatSpec *net)
{
  int n_layers = genga_arch_get_sequence_length (reader, "layers");

  if (n_layers > GENGA_DAT_MAX_LAYERS)
    genga_arch_fail_variant (reader, "%d layers", n_layers);
  net->n_layers = MIN (n_layers, GENGA_DAT_MAX_LAYERS);
  for (int i = 0; i < net->n_layers && !genga_arch_has_failed (reader); i++)
    {
      net->depth[i] =
          genga_arch_get_sequence_length (reader, genga_arch_key (reader, "layers.%d.blocks", i));
      net->heads[i] = read_heads (reader, net, i);
      if (net->heads[i] % 2 != 0 || net->dim % net->heads[i] != 0)
        genga_arch_fail_variant (reader, "%d heads for %d channels", net->heads[i], net->dim);
    }
}

static int
read_img_size (GengaArchReader *reader)
{
  const GengaTensor *mask =
      genga_state_dict_lookup (reader->dict, "layers.0.blocks.2.attn.attn_mask_0");
  gint64 n;
  int size = 1;

  if (mask == NULL || mask->rank != 3 ||
      __builtin_mul_overflow (mask->shape[0], mask->shape[1], &n) || n < 1)
    return DEFAULT_IMG_SIZE;
  while (size < GENGA_ARCH_MAX_DIM && (gint64)(size + 1) * (size + 1) <= n)
    size++;
  return size;
}

static void
read_upsampler (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaDatSpec *net = &spec->dat;
  int channels;

  net->direct = !genga_arch_has (reader, "conv_last.weight");
  spec->scale = 1;
  if (net->direct)
    {
      net->num_feat = net->dim;
      genga_arch_split_shuffle (reader, "upsample.0.weight",
                                genga_arch_get_dim (reader, "upsample.0.weight", 4, 0),
                                spec->in_channels, &spec->scale, &channels);
      genga_arch_expect_conv (reader, "upsample.0", spec->in_channels * spec->scale * spec->scale,
                              net->dim, 3);
      return;
    }

  net->num_feat = genga_arch_get_dim (reader, "conv_before_upsample.0.weight", 4, 0);
  genga_arch_expect_conv (reader, "conv_before_upsample.0", net->num_feat, net->dim, 3);
  genga_arch_expect_conv (reader, "conv_last", spec->out_channels, net->num_feat, 3);
  if (genga_arch_has (reader, "upsample.0.weight") &&
      genga_arch_get_dim (reader, "upsample.0.weight", 4, 0) == 9 * net->num_feat)
    {
      spec->scale = 3;
      genga_arch_expect_conv (reader, "upsample.0", 9 * net->num_feat, net->num_feat, 3);
      return;
    }
  for (int i = 0; spec->scale <= GENGA_ARCH_MAX_SCALE; i += 2)
    {
      if (!genga_arch_has (reader, genga_arch_key (reader, "upsample.%d.weight", i)))
        return;
      genga_arch_expect_conv (reader, genga_arch_key (reader, "upsample.%d", i), 4 * net->num_feat,
                              net->num_feat, 3);
      spec->scale *= 2;
    }
}

static void
expect_batch_norm (GengaArchReader *reader, const char *prefix, int dim)
{
  g_autofree char *name = g_strdup (prefix);

  genga_arch_expect_norm (reader, name, dim);
  genga_arch_expect_buffer (reader, genga_arch_key (reader, "%s.running_mean", name),
                            GENGA_DIMS (dim));
  genga_arch_expect_buffer (reader, genga_arch_key (reader, "%s.running_var", name),
                            GENGA_DIMS (dim));
}

/* What both kinds of attention have; `at` is the block's prefix. */
static void
expect_attention (GengaArchReader *reader, const GengaDatSpec *net, const char *at)
{
  int dim = net->dim;

  genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.qkv.weight", at),
                     GENGA_DIMS (3 * dim, dim));
  if (net->qkv_bias)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.qkv.bias", at),
                       GENGA_DIMS (3 * dim));
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.attn.proj", at), dim, dim);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.attn.dwconv.0", at), dim, 1, 3);
  expect_batch_norm (reader, genga_arch_key (reader, "%s.attn.dwconv.1", at), dim);

  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.attn.channel_interaction.1", at),
                          dim / 8, dim, 1);
  expect_batch_norm (reader, genga_arch_key (reader, "%s.attn.channel_interaction.2", at), dim / 8);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.attn.channel_interaction.4", at), dim,
                          dim / 8, 1);

  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.attn.spatial_interaction.0", at),
                          dim / 16, dim, 1);
  expect_batch_norm (reader, genga_arch_key (reader, "%s.attn.spatial_interaction.1", at),
                     dim / 16);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.attn.spatial_interaction.3", at), 1,
                          dim / 16, 1);
}

/* The network that turns relative positions into biases, for one half of the heads. */
static void
expect_position_bias (
    GengaArchReader *reader, const GengaDatSpec *net, const char *at, int branch, int n_heads)
{
  int width = net->dim / 2 / 4 / 4;
  int window = net->split[0] * net->split[1];
  int n_positions = (2 * net->split[0] - 1) * (2 * net->split[1] - 1);
  g_autofree char *name = g_strdup_printf ("%s.attn.attns.%d", at, branch);

  genga_arch_allow (reader, genga_arch_key (reader, "%s.rpe_biases", name),
                    GENGA_DIMS (n_positions, 2));
  genga_arch_allow (reader, genga_arch_key (reader, "%s.relative_position_index", name),
                    GENGA_DIMS (window, window));
  genga_rectangles_expect_positions (reader, name, width, n_heads);
}

static void
expect_block (GengaArchReader *reader, const GengaDatSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.blocks.%d", layer, block);
  int heads = net->heads[layer];

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), net->dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), net->dim);
  expect_attention (reader, net, at);
  if (block % 2 == 0)
    {
      expect_position_bias (reader, net, at, 0, heads / 2);
      expect_position_bias (reader, net, at, 1, heads / 2);
      genga_arch_ignore (reader, genga_arch_key (reader, "%s.attn.attn_mask_0", at));
      genga_arch_ignore (reader, genga_arch_key (reader, "%s.attn.attn_mask_1", at));
    }
  else
    genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.temperature", at),
                       GENGA_DIMS (heads, 1, 1));

  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.ffn.fc1", at), net->hidden,
                            net->dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.ffn.sg.norm", at), net->hidden / 2);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.ffn.sg.conv", at), net->hidden / 2, 1,
                          3);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.ffn.fc2", at), net->dim,
                            net->hidden / 2);
}

/* The convolutions before a residual connection. */
static void
expect_residual (GengaArchReader *reader, const GengaDatSpec *net, const char *prefix)
{
  g_autofree char *name = g_strdup (prefix);
  int narrow = net->dim / 4;

  if (!net->three_conv)
    {
      genga_arch_expect_conv (reader, name, net->dim, net->dim, 3);
      return;
    }
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.0", name), narrow, net->dim, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.2", name), narrow, narrow, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.4", name), net->dim, narrow, 3);
}

static void
read_dat (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaDatSpec *net = &spec->dat;

  net->dim = genga_arch_get_dim (reader, "conv_first.weight", 4, 0);
  spec->in_channels = genga_arch_get_dim (reader, "conv_first.weight", 4, 1);
  spec->out_channels = spec->in_channels;
  net->hidden = genga_arch_get_dim (reader, "layers.0.blocks.0.ffn.fc1.weight", 2, 0);
  net->qkv_bias = genga_arch_has (reader, "layers.0.blocks.0.attn.qkv.bias");
  net->three_conv = !genga_arch_has (reader, "conv_after_body.weight");
  net->img_size = read_img_size (reader);
  if (net->dim < 32 || net->dim % 2 != 0)
    genga_arch_fail_shape (reader, "conv_first.weight");
  if (net->hidden % 2 != 0)
    genga_arch_fail_shape (reader, "layers.0.blocks.0.ffn.fc1.weight");
  genga_rectangles_read_split (reader, BIASES_KEY, net->split);
  read_layers (reader, net);
  read_upsampler (reader, spec);

  genga_arch_expect_conv (reader, "conv_first", net->dim, spec->in_channels, 3);
  genga_arch_expect_norm (reader, "before_RG.1", net->dim);
  for (int i = 0; i < net->n_layers; i++)
    {
      for (int j = 0; j < net->depth[i] && !genga_arch_has_failed (reader); j++)
        expect_block (reader, net, i, j);
      expect_residual (reader, net, genga_arch_key (reader, "layers.%d.conv", i));
    }
  genga_arch_expect_norm (reader, "norm", net->dim);
  expect_residual (reader, net, "conv_after_body");
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "DAT";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaDatSpec *net = &spec->dat;

  genga_hyper_int (func, user_data, "img_size", net->img_size);
  genga_hyper_int (func, user_data, "in_chans", spec->in_channels);
  genga_hyper_int (func, user_data, "embed_dim", net->dim);
  genga_hyper_list (func, user_data, "split_size", net->split, 2);
  genga_hyper_list (func, user_data, "depth", net->depth, net->n_layers);
  genga_hyper_list (func, user_data, "num_heads", net->heads, net->n_layers);
  genga_hyper_real (func, user_data, "expansion_factor", (double)net->hidden / net->dim);
  genga_hyper_bool (func, user_data, "qkv_bias", net->qkv_bias);
  func ("qk_scale", "None", user_data);
  func ("drop_rate", "0.0", user_data);
  func ("attn_drop_rate", "0.0", user_data);
  func ("drop_path_rate", "0.1", user_data);
  func ("act_layer", "<class 'torch.nn.modules.activation.GELU'>", user_data);
  func ("norm_layer", "<class 'torch.nn.modules.normalization.LayerNorm'>", user_data);
  genga_hyper_bool (func, user_data, "use_chk", FALSE);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  func ("img_range", "1.0", user_data);
  func ("resi_connection", net->three_conv ? "3conv" : "1conv", user_data);
  func ("upsampler", net->direct ? "pixelshuffledirect" : "pixelshuffle", user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaDatSpec *net = &spec->dat;
  g_autofree char *expansion = genga_hyper_format_real ((double)net->hidden / net->dim);
  const char *size = "medium";

  if (net->n_layers < 4)
    size = "light";
  else if (net->split[0] == 8 && net->split[1] == 16)
    size = "small";
  g_ptr_array_add (tags, g_strdup (size));
  g_ptr_array_add (tags,
                   g_strdup_printf ("s%d|%dx%d", net->img_size, net->split[0], net->split[1]));
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", net->num_feat));
  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->dim));
  g_ptr_array_add (tags, g_strdup_printf ("%sef", expansion));
  g_ptr_array_add (tags, g_strdup (net->three_conv ? "3conv" : "1conv"));
}

const GengaArch genga_arch_dat = {
  .family = GENGA_FAMILY_DAT,
  .get_name = get_name,
  .read = read_dat,
  .build = genga_arch_dat_build,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
