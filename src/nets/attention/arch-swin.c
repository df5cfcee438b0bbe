/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-swin.h"

#include "nets/arch-hyper.h"

/* Of queries and keys in a window, for each head. */
#define MOST_PAIRS (1 << 26)
/* The models for JPEG pictures are the only ones with this window; the range is not stored. */
#define WINDOW_OF_BYTES 7

/* ---- sizes ---- */

void
genga_swin_read_trunk (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSwinSpec *net = &spec->swin;
  gboolean has_unshuffle = genga_arch_has (reader, "conv_first.1.weight");
  const char *key = has_unshuffle ? "conv_first.1.weight" : "conv_first.weight";
  int channels = genga_arch_get_dim (reader, key, 4, 1);

  net->dim = genga_arch_get_dim (reader, key, 4, 0);
  net->unshuffle = has_unshuffle ? genga_arch_square_root (channels / 3) : 1;
  if (net->unshuffle == 0 || channels % (net->unshuffle * net->unshuffle) != 0)
    {
      genga_arch_fail_shape (reader, key);
      net->unshuffle = 1;
    }
  spec->in_channels = channels / (net->unshuffle * net->unshuffle);
  net->residual = genga_arch_has (reader, "conv_after_body.weight") ? GENGA_RESIDUAL_ONE_CONV
                                                                    : GENGA_RESIDUAL_THREE_CONV;
}

int
genga_swin_read_window (GengaArchReader *reader, const char *key, int n)
{
  int window = genga_arch_square_root (n);

  if (genga_arch_has_failed (reader))
    return 2;
  if (window >= 2 && window <= GENGA_SWIN_MAX_WINDOW)
    return window;
  if (window > GENGA_SWIN_MAX_WINDOW)
    genga_arch_fail_variant (reader, "windows of %dx%d", window, window);
  else
    genga_arch_fail_shape (reader, key);
  return 2;
}

void
genga_swin_read_depths (GengaArchReader *reader, GengaSwinSpec *net, const char *blocks)
{
  int n_layers = genga_arch_get_sequence_length (reader, "layers");

  if (n_layers > GENGA_SWIN_MAX_LAYERS)
    genga_arch_fail_variant (reader, "%d layers", n_layers);
  net->n_layers = MIN (n_layers, GENGA_SWIN_MAX_LAYERS);
  for (int i = 0; i < net->n_layers && !genga_arch_has_failed (reader); i++)
    net->depth[i] =
        genga_arch_get_sequence_length (reader, genga_arch_key (reader, "layers.%d.%s", i, blocks));
}

int
genga_swin_read_mask (GengaArchReader *reader, const char *key, int window)
{
  const GengaTensor *mask = genga_state_dict_lookup (reader->dict, key);
  int across = 1;

  if (mask == NULL || mask->rank != 3)
    return 0;
  while (across * window < GENGA_ARCH_MAX_DIM && (across + 1) * (across + 1) <= mask->shape[0])
    across++;
  return across * window;
}

void
genga_swin_check_heads (GengaArchReader *reader, int n_heads, int dim, int n_queries, int n_keys)
{
  if (genga_arch_has_failed (reader))
    return;
  if (dim % n_heads != 0)
    genga_arch_fail_variant (reader, "%d heads for %d channels", n_heads, dim);
  else if ((gint64)n_queries * n_keys > MOST_PAIRS / n_heads)
    genga_arch_fail_variant (reader, "%d heads in windows of %d pixels", n_heads, n_queries);
}

GengaTail
genga_swin_get_tail (const GengaNetSpec *spec)
{
  const GengaSwinSpec *net = &spec->swin;

  return (GengaTail){
    .prefix = "",
    .steps = "upsample",
    .dim = net->dim,
    .in_channels = spec->in_channels,
    .upsampler = net->upsampler,
    .upscale = net->upscale,
    .num_feat = net->num_feat,
    .out_channels = spec->out_channels,
  };
}

void
genga_swin_read_tail (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSwinSpec *net = &spec->swin;
  GengaTail tail = genga_swin_get_tail (spec);

  genga_tail_read (reader, &tail);
  genga_tail_expect (reader, &tail);
  net->upsampler = tail.upsampler;
  net->upscale = tail.upscale;
  net->num_feat = tail.num_feat;
  spec->out_channels = tail.out_channels;
  if (net->upscale % net->unshuffle != 0)
    genga_arch_fail_variant (reader, "scale %d / %d", net->upscale, net->unshuffle);
  spec->scale = MAX (1, net->upscale / net->unshuffle);
  net->range = net->window == WINDOW_OF_BYTES ? 255 : 1;
}

/* ---- tensors ---- */

void
genga_swin_expect_residual (GengaArchReader *reader,
                            GengaResidual residual,
                            int dim,
                            const char *prefix)
{
  g_autofree char *name = g_strdup (prefix);
  int narrow = dim / 4;

  switch (residual)
    {
    case GENGA_RESIDUAL_ONE_CONV:
      genga_arch_expect_conv (reader, name, dim, dim, 3);
      return;
    case GENGA_RESIDUAL_THREE_CONV:
      genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.0", name), narrow, dim, 3);
      genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.2", name), narrow, narrow, 1);
      genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.4", name), dim, narrow, 3);
      return;
    case GENGA_RESIDUAL_POINT_CONV:
      genga_arch_expect_conv (reader, name, dim, dim, 1);
      return;
    case GENGA_RESIDUAL_LINEAR:
      genga_arch_expect_linear (reader, name, dim, dim);
      return;
    case GENGA_RESIDUAL_IDENTITY:
    default:
      return;
    }
}

void
genga_swin_expect_trunk (GengaArchReader *reader, const GengaNetSpec *spec)
{
  const GengaSwinSpec *net = &spec->swin;

  genga_arch_expect_conv (reader, net->unshuffle > 1 ? "conv_first.1" : "conv_first", net->dim,
                          spec->in_channels * net->unshuffle * net->unshuffle, 3);
  genga_arch_expect_norm (reader, "patch_embed.norm", net->dim);
  genga_arch_expect_norm (reader, "norm", net->dim);
  genga_swin_expect_residual (reader, net->residual, net->dim, "conv_after_body");
}

void
genga_swin_expect_cab (GengaArchReader *reader, int dim, int narrow, const char *prefix)
{
  g_autofree char *name = g_strdup (prefix);
  int squeezed =
      genga_arch_get_dim (reader, genga_arch_key (reader, "%s.3.attention.1.weight", name), 4, 0);

  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.0", name), narrow, dim, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.2", name), dim, narrow, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.3.attention.1", name), squeezed, dim,
                          1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.3.attention.3", name), dim, squeezed,
                          1);
}

void
genga_swin_expect_mlp (GengaArchReader *reader, int dim, int hidden, const char *prefix)
{
  g_autofree char *name = g_strdup (prefix);

  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.fc1", name), hidden, dim);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.fc2", name), dim, hidden);
}

void
genga_swin_expect_attention (GengaArchReader *reader, int dim, gboolean bias, const char *prefix)
{
  g_autofree char *name = g_strdup (prefix);

  genga_arch_expect (reader, genga_arch_key (reader, "%s.qkv.weight", name),
                     GENGA_DIMS (3 * dim, dim));
  if (bias)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.qkv.bias", name), GENGA_DIMS (3 * dim));
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.proj", name), dim, dim);
}

/* ---- what is told of them ---- */

const char *
genga_swin_get_residual_name (GengaResidual residual)
{
  switch (residual)
    {
    case GENGA_RESIDUAL_ONE_CONV:
      return "1conv";
    case GENGA_RESIDUAL_THREE_CONV:
      return "3conv";
    case GENGA_RESIDUAL_POINT_CONV:
      return "1conv1x1";
    case GENGA_RESIDUAL_LINEAR:
      return "linear";
    case GENGA_RESIDUAL_IDENTITY:
    default:
      return "identity";
    }
}

/* "(6, 6)"; "(6,)" where there is one. */
static void
tell_tuple (GengaHyperFunc func, gpointer user_data, const char *name, const int *values, int n)
{
  g_autoptr (GString) text = g_string_new ("(");

  for (int i = 0; i < n; i++)
    g_string_append_printf (text, "%s%d", i > 0 ? ", " : "", values[i]);
  g_string_append (text, n == 1 ? ",)" : ")");
  func (name, text->str, user_data);
}

void
genga_swin_foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaSwinSpec *net = &spec->swin;

  genga_hyper_int (func, user_data, "img_size", net->img_size);
  func ("patch_size", "1", user_data);
  genga_hyper_int (func, user_data, "in_chans", spec->in_channels);
  genga_hyper_int (func, user_data, "embed_dim", net->dim);
  if (spec->family == GENGA_FAMILY_DRCT)
    tell_tuple (func, user_data, "depths", net->depth, net->n_layers);
  else
    genga_hyper_list (func, user_data, "depths", net->depth, net->n_layers);
  genga_hyper_list (func, user_data, "num_heads", net->heads, net->n_layers);
  genga_hyper_int (func, user_data, "window_size", net->window);
  genga_hyper_real (func, user_data, "mlp_ratio", (double)net->hidden / net->dim);
  genga_hyper_bool (func, user_data, "qkv_bias", net->qkv_bias);
  if (spec->family != GENGA_FAMILY_SWIN2SR)
    func ("qk_scale", "None", user_data);
  func ("drop_rate", "0.0", user_data);
  func ("attn_drop_rate", "0.0", user_data);
  func ("drop_path_rate", "0.1", user_data);
  func ("norm_layer", "<class 'torch.nn.modules.normalization.LayerNorm'>", user_data);
  func ("ape", "False", user_data);
  func ("patch_norm", "True", user_data);
  if (spec->family != GENGA_FAMILY_DRCT)
    func ("use_checkpoint", "False", user_data);
  genga_hyper_int (func, user_data, "upscale", net->upscale);
  genga_hyper_real (func, user_data, "img_range", net->range);
  func ("upsampler", genga_tail_get_name (net->upsampler), user_data);
  func ("resi_connection", genga_swin_get_residual_name (net->residual), user_data);
  if (spec->family == GENGA_FAMILY_SWINIR)
    genga_hyper_int (func, user_data, "start_unshuffle", net->unshuffle);
}

void
genga_swin_add_size_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaSwinSpec *net = &spec->swin;
  const char *size = net->n_layers <= 4 ? "small" : (net->n_layers < 9 ? "medium" : "large");

  g_ptr_array_add (tags, g_strdup (size));
  g_ptr_array_add (tags, g_strdup_printf ("s%dw%d", net->img_size, net->window));
}

void
genga_swin_add_dim_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("%ddim", spec->swin.dim));
  g_ptr_array_add (tags, g_strdup (genga_swin_get_residual_name (spec->swin.residual)));
}
