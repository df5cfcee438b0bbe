/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GRL: one half of the channels attends in windows; the other one in large stripes, by way of
 * anchors, of which a stripe has only a few.
 */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-hyper.h"
#include "nets/arch.h"
#include "nets/attention/arch-cosine.h"
#include "nets/attention/arch-grl-build.h"
#include "nets/attention/arch-swin.h"

#define IMG_SIZE 64
/* What the published models have where nothing tells. */
#define DEFAULT_DOWN 4
#define MOST_DOWN 16
#define MOST_STAGES 4

static const char *
get_key (GengaArchReader *reader, const GengaGrlSpec *net, const char *name)
{
  return genga_arch_key (reader, "%s%s", net->prefix, name);
}

static gboolean
has (GengaArchReader *reader, const GengaGrlSpec *net, const char *name)
{
  return genga_arch_has (reader, get_key (reader, net, name));
}

/* Along an axis of layer 0's block 0, or of what is stored for all of them. */
static int
get_dim (GengaArchReader *reader, const GengaGrlSpec *net, const char *name, guint rank, guint axis)
{
  return genga_arch_get_dim (reader, get_key (reader, net, name), rank, axis);
}

/* ---- sizes ---- */

/* What trainers save beside the network has other keys. */
static void
find_prefix (GengaArchReader *reader, GengaGrlSpec *net)
{
  static const char *const prefixes[] = { "", "model.", "model_g." };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_strlcpy (net->prefix, prefixes[i], sizeof net->prefix);
      if (has (reader, net, "conv_first.weight"))
        break;
    }
  for (guint i = 0; i < genga_state_dict_get_n_tensors (reader->dict); i++)
    {
      const char *name = genga_state_dict_get_tensor (reader->dict, i)->name;

      if (g_str_equal (net->prefix, "model_g.") && !g_str_has_prefix (name, net->prefix))
        genga_arch_ignore (reader, name);
    }
}

static GengaResidual
find_residual (GengaArchReader *reader, const GengaGrlSpec *net)
{
  const GengaTensor *weight =
      genga_state_dict_lookup (reader->dict, get_key (reader, net, "conv_after_body.weight"));

  if (weight == NULL)
    return GENGA_RESIDUAL_THREE_CONV;
  if (weight->rank == 2)
    return GENGA_RESIDUAL_LINEAR;
  return weight->rank == 4 && weight->shape[2] == 1 ? GENGA_RESIDUAL_POINT_CONV
                                                    : GENGA_RESIDUAL_ONE_CONV;
}

#define ATTN "layers.0.blocks.0.attn"
#define BODY ATTN ".anchor.body.0"

static void
read_anchors (GengaArchReader *reader, GengaGrlSpec *net)
{
  net->n_anchor_stages =
      genga_arch_get_sequence_length (reader, get_key (reader, net, ATTN ".anchor.body"));
  if (net->n_anchor_stages > MOST_STAGES)
    genga_arch_fail_variant (reader, "%d stages of anchors", net->n_anchor_stages);
  if (has (reader, net, BODY ".reduction.bias"))
    net->anchor = GENGA_ANCHOR_MEAN;
  else if (has (reader, net, BODY ".reduction.weight"))
    net->anchor = GENGA_ANCHOR_MERGE;
  else
    net->anchor = has (reader, net, BODY ".weight") ? GENGA_ANCHOR_CONV : GENGA_ANCHOR_SEPARABLE;
  net->down = 1 << CLAMP (net->n_anchor_stages, 1, MOST_STAGES);
  if (net->anchor == GENGA_ANCHOR_MEAN)
    net->down = DEFAULT_DOWN;
  else if (net->n_anchor_stages == 1 && net->anchor != GENGA_ANCHOR_MERGE)
    net->down =
        get_dim (reader, net, net->anchor == GENGA_ANCHOR_CONV ? BODY ".weight" : BODY ".0.weight",
                 4, 2) -
        1;
}

/* Some files have the tables that were worked out for the windows. */
static void
read_tables (GengaArchReader *reader, GengaGrlSpec *net)
{
  int many = MAX (get_dim (reader, net, "index_sh_a2w", 2, 0),
                  get_dim (reader, net, "index_sh_a2w", 2, 1));
  int few = MIN (get_dim (reader, net, "index_sh_a2w", 2, 0),
                 get_dim (reader, net, "index_sh_a2w", 2, 1));
  int down = 1;

  while ((down + 1) * (down + 1) <= many / few)
    down++;
  if (net->anchor == GENGA_ANCHOR_MEAN)
    net->down = down;
  net->window = (get_dim (reader, net, "table_w", 4, 1) + 1) / 2;
  /* A side of that table is stripe + stripe / down - 1. */
  for (int i = 0; i < 2; i++)
    {
      int n = get_dim (reader, net, "table_sh", 4, i + 1) + 1;

      net->stripe[i] = (2 * n * down + down + 1) / (2 * (down + 1));
    }
}

/* Else the published models are told by how they enlarge. */
static void
guess_windows (GengaGrlSpec *net)
{
  switch (net->upsampler)
    {
    case GENGA_UPSAMPLER_NONE:
      net->window = net->stripe[0] = net->stripe[1] = 8;
      return;
    case GENGA_UPSAMPLER_NEAREST:
      net->window = 16;
      net->stripe[0] = 32;
      net->stripe[1] = 64;
      return;
    case GENGA_UPSAMPLER_SHUFFLE:
    case GENGA_UPSAMPLER_DIRECT:
    case GENGA_UPSAMPLER_AUX:
    default:
      net->window = 32;
      net->stripe[0] = net->stripe[1] = 64;
    }
}

/* All have to fit into one grid, and so do stripes of anchors that are shifted by a half. */
static void
read_windows (GengaArchReader *reader, GengaGrlSpec *net)
{
  int most, least;

  if (has (reader, net, "table_w") && has (reader, net, "table_sh") &&
      has (reader, net, "index_sh_a2w"))
    read_tables (reader, net);
  else
    guess_windows (net);
  if (genga_arch_has_failed (reader))
    return;
  most = MAX (net->stripe[0], net->stripe[1]);
  least = MIN (net->stripe[0], net->stripe[1]);
  if (net->down < 1 || net->down > MOST_DOWN || net->window < 2 || least < 2 ||
      MAX (most, net->window) > GENGA_SWIN_MAX_WINDOW || MAX (most, net->window) % net->window ||
      MAX (most, net->window) % most || most % least || least % (2 * net->down))
    genga_arch_fail_variant (reader, "windows of %d, stripes of %dx%d, anchors of %d", net->window,
                             net->stripe[0], net->stripe[1], net->down);
}

static void
read_layers (GengaArchReader *reader, GengaGrlSpec *net)
{
  int n_layers = genga_arch_get_sequence_length (reader, get_key (reader, net, "layers"));
  int n_window = net->window * net->window, n_stripe = net->stripe[0] * net->stripe[1];

  if (n_layers > GENGA_SWIN_MAX_LAYERS)
    genga_arch_fail_variant (reader, "%d layers", n_layers);
  net->n_layers = MIN (n_layers, GENGA_SWIN_MAX_LAYERS);
  for (int i = 0; i < net->n_layers && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *at = g_strdup_printf ("%slayers.%d.blocks", net->prefix, i);
      const char *key;

      net->depth[i] = genga_arch_get_sequence_length (reader, at);
      key = genga_arch_key (reader, "%s.0.attn.window_attn.attn_transform.logit_scale", at);
      net->window_heads[i] = genga_arch_get_dim (reader, key, 3, 0);
      key = genga_arch_key (reader, "%s.0.attn.stripe_attn.attn_transform1.logit_scale", at);
      net->stripe_heads[i] = genga_arch_get_dim (reader, key, 3, 0);
      genga_swin_check_heads (reader, net->window_heads[i], net->dim / 2, n_window, n_window);
      genga_swin_check_heads (reader, net->stripe_heads[i], net->dim / 2, n_stripe,
                              n_stripe / (net->down * net->down));
    }
}

/* ---- tensors ---- */

static void
expect_anchors (GengaArchReader *reader, const GengaGrlSpec *net, const char *attn)
{
  int half = net->dim / 2;

  for (int i = 0; i < net->n_anchor_stages && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *body = g_strdup_printf ("%s.anchor.body.%d", attn, i);
      int in = i == 0 ? net->dim : half;
      int kernel = net->n_anchor_stages == 1 ? net->down + 1 : 3;

      switch (net->anchor)
        {
        case GENGA_ANCHOR_MEAN:
          genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.reduction", body), half,
                                    in);
          break;
        case GENGA_ANCHOR_MERGE:
          genga_arch_expect (reader, genga_arch_key (reader, "%s.reduction.weight", body),
                             GENGA_DIMS (half, 4 * in));
          break;
        case GENGA_ANCHOR_CONV:
          genga_arch_expect_conv (reader, body, half, in, kernel);
          break;
        case GENGA_ANCHOR_SEPARABLE:
        default:
          genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.0", body), in, 1, kernel);
          genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.1", body), half, in, 1);
        }
    }
}

static void
expect_qkv (GengaArchReader *reader, const GengaGrlSpec *net, const char *attn)
{
  int dim = net->dim;

  if (net->separable_qkv)
    {
      genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.qkv.body.0", attn), dim, 1, 3);
      genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.qkv.body.1", attn), 3 * dim, dim,
                              1);
      return;
    }
  genga_arch_expect (reader, genga_arch_key (reader, "%s.qkv.body.weight", attn),
                     GENGA_DIMS (3 * dim, dim));
  if (net->qkv_bias)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.qkv.body.bias", attn),
                       GENGA_DIMS (3 * dim));
}

static void
expect_block (GengaArchReader *reader, const GengaGrlSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("%slayers.%d.blocks.%d", net->prefix, layer, block);
  g_autofree char *attn = g_strdup_printf ("%s.attn", at);
  g_autofree char *window = g_strdup_printf ("%s.window_attn.attn_transform", attn);
  g_autofree char *gather = g_strdup_printf ("%s.stripe_attn.attn_transform1", attn);
  g_autofree char *spread = g_strdup_printf ("%s.stripe_attn.attn_transform2", attn);
  g_autofree char *cab = g_strdup_printf ("%s.conv.cab", at);

  expect_qkv (reader, net, attn);
  expect_anchors (reader, net, attn);
  genga_cosine_expect (reader, window, net->window_heads[layer]);
  genga_cosine_expect (reader, gather, net->stripe_heads[layer]);
  genga_cosine_expect (reader, spread, net->stripe_heads[layer]);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.proj", attn), net->dim, net->dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), net->dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), net->dim);
  genga_swin_expect_mlp (reader, net->dim, net->hidden, genga_arch_key (reader, "%s.mlp", at));
  if (net->local_connection)
    genga_swin_expect_cab (reader, net->dim, net->dim / 4, cab);
}

/* What follows from the windows' sizes. */
static void
ignore_tables (GengaArchReader *reader, const GengaGrlSpec *net)
{
  static const char *const names[] = {
    "table_w",      "table_sh",     "table_sv",     "index_w", "index_sh_a2w",
    "index_sh_w2a", "index_sv_a2w", "index_sv_w2a", "mask_w",  "mask_sh_a2w",
    "mask_sh_w2a",  "mask_sv_a2w",  "mask_sv_w2a",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    genga_arch_ignore (reader, get_key (reader, net, names[i]));
}

static void
read_tail (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaTail tail = genga_arch_grl_get_tail (spec);

  genga_tail_read (reader, &tail);
  genga_tail_expect (reader, &tail);
  spec->grl.upsampler = tail.upsampler;
  spec->grl.num_feat = tail.num_feat;
  spec->out_channels = tail.out_channels;
  spec->scale = tail.upscale;
}

static void
read_grl (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaGrlSpec *net = &spec->grl;

  find_prefix (reader, net);
  net->dim = get_dim (reader, net, "conv_first.weight", 4, 0);
  spec->in_channels = get_dim (reader, net, "conv_first.weight", 4, 1);
  if (net->dim % 2 != 0)
    genga_arch_fail_variant (reader, "%d channels", net->dim);
  net->hidden = get_dim (reader, net, "layers.0.blocks.0.mlp.fc1.weight", 2, 0);
  net->separable_qkv = !has (reader, net, ATTN ".qkv.body.weight");
  net->qkv_bias = has (reader, net, ATTN ".qkv.body.bias") || net->separable_qkv;
  net->local_connection = has (reader, net, "layers.0.blocks.0.conv.cab.0.weight");
  net->residual = find_residual (reader, net);
  read_tail (reader, spec);
  read_anchors (reader, net);
  read_windows (reader, net);
  read_layers (reader, net);

  genga_arch_expect_conv (reader, get_key (reader, net, "conv_first"), net->dim, spec->in_channels,
                          3);
  genga_arch_expect_norm (reader, get_key (reader, net, "norm_start"), net->dim);
  genga_arch_expect_norm (reader, get_key (reader, net, "norm_end"), net->dim);
  for (int i = 0; i < net->n_layers; i++)
    {
      for (int j = 0; j < net->depth[i] && !genga_arch_has_failed (reader); j++)
        expect_block (reader, net, i, j);
      genga_swin_expect_residual (reader, net->residual, net->dim,
                                  genga_arch_key (reader, "%slayers.%d.conv", net->prefix, i));
    }
  genga_swin_expect_residual (reader, net->residual, net->dim,
                              get_key (reader, net, "conv_after_body"));
  ignore_tables (reader, net);
}

/* ---- what is told of it ---- */

static const char *
get_name (const GengaNetSpec *spec)
{
  return "GRL";
}

static void
tell_anchors (const GengaGrlSpec *net, GengaHyperFunc func, gpointer user_data)
{
  static const char *const names[] = {
    [GENGA_ANCHOR_MEAN] = "avgpool",
    [GENGA_ANCHOR_MERGE] = "patchmerging",
    [GENGA_ANCHOR_CONV] = "conv2d",
    [GENGA_ANCHOR_SEPARABLE] = "separable_conv",
  };

  func ("anchor_proj_type", names[net->anchor], user_data);
  genga_hyper_bool (func, user_data, "anchor_one_stage", net->n_anchor_stages == 1);
  genga_hyper_int (func, user_data, "anchor_window_down_factor", net->down);
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaGrlSpec *net = &spec->grl;

  genga_hyper_int (func, user_data, "img_size", IMG_SIZE);
  genga_hyper_int (func, user_data, "in_channels", spec->in_channels);
  genga_hyper_int (func, user_data, "out_channels", spec->out_channels);
  genga_hyper_int (func, user_data, "embed_dim", net->dim);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  func ("img_range", "1.0", user_data);
  func ("upsampler", genga_tail_get_name (net->upsampler), user_data);
  genga_hyper_list (func, user_data, "depths", net->depth, net->n_layers);
  genga_hyper_list (func, user_data, "num_heads_window", net->window_heads, net->n_layers);
  genga_hyper_list (func, user_data, "num_heads_stripe", net->stripe_heads, net->n_layers);
  genga_hyper_int (func, user_data, "window_size", net->window);
  genga_hyper_list (func, user_data, "stripe_size", net->stripe, 2);
  func ("stripe_groups", "[None, None]", user_data);
  func ("stripe_shift", "True", user_data);
  genga_hyper_real (func, user_data, "mlp_ratio", (double)net->hidden / net->dim);
  genga_hyper_bool (func, user_data, "qkv_bias", net->qkv_bias);
  func ("qkv_proj_type", net->separable_qkv ? "separable_conv" : "linear", user_data);
  tell_anchors (net, func, user_data);
  func ("out_proj_type", "linear", user_data);
  genga_hyper_bool (func, user_data, "local_connection", net->local_connection);
  func ("drop_rate", "0.0", user_data);
  func ("attn_drop_rate", "0.0", user_data);
  func ("drop_path_rate", "0.1", user_data);
  func ("norm_layer", "<class 'torch.nn.modules.normalization.LayerNorm'>", user_data);
  func ("pretrained_window_size", "[0, 0]", user_data);
  func ("pretrained_stripe_size", "[0, 0]", user_data);
  func ("conv_type", genga_swin_get_residual_name (net->residual), user_data);
  func ("init_method", "n", user_data);
  func ("fairscale_checkpoint", "False", user_data);
  func ("offload_to_cpu", "False", user_data);
  func ("euclidean_dist", "False", user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaGrlSpec *net = &spec->grl;
  const char *small = net->dim >= 96 ? "small" : "tiny";

  g_ptr_array_add (tags, g_strdup (net->n_layers < 6 ? small : "base"));
  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->dim));
  g_ptr_array_add (tags, g_strdup_printf ("w%ddf%d", net->window, net->down));
  g_ptr_array_add (tags, g_strdup_printf ("s%dx%d", net->stripe[0], net->stripe[1]));
}

const GengaArch genga_arch_grl = {
  .family = GENGA_FAMILY_GRL,
  .get_name = get_name,
  .read = read_grl,
  .build = genga_arch_grl_build,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
