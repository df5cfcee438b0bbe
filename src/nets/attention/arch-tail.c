/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-tail.h"

#define DEFAULT_NUM_FEAT 64
#define MOST_NEAREST 4
#define SLOPE 0.2f
#define BEFORE_UPSAMPLE_SLOPE 0.01f

static const float mean_rgb[] = { 0.4488f, 0.4371f, 0.4040f };

/* ---- reading ---- */

static const char *
get_key (GengaArchReader *reader, const GengaTail *tail, const char *name)
{
  return genga_arch_key (reader, "%s%s", tail->prefix, name);
}

static const char *
get_step_key (GengaArchReader *reader, const GengaTail *tail, int index, const char *suffix)
{
  return genga_arch_key (reader, "%s%s.%d%s", tail->prefix, tail->steps, index, suffix);
}

static gboolean
has (GengaArchReader *reader, const GengaTail *tail, const char *name)
{
  return genga_arch_has (reader, get_key (reader, tail, name));
}

/* What a step enlarges by; 0: it is none. */
static int
get_factor (GengaArchReader *reader, const GengaTail *tail, int index)
{
  int n = genga_arch_get_dim (reader, get_step_key (reader, tail, index, ".weight"), 4, 0);

  return n % tail->num_feat == 0 ? genga_arch_square_root (n / tail->num_feat) : 0;
}

static int
read_steps (GengaArchReader *reader, const GengaTail *tail)
{
  int upscale = 1;

  for (int i = 0; upscale <= GENGA_ARCH_MAX_SCALE && !genga_arch_has_failed (reader); i += 2)
    {
      const char *key = get_step_key (reader, tail, i, ".weight");
      int factor;

      if (!genga_arch_has (reader, key))
        break;
      factor = get_factor (reader, tail, i);
      if (factor < 2)
        genga_arch_fail_shape (reader, key);
      upscale *= MAX (1, factor);
    }
  return upscale;
}

static int
count_nearest (GengaArchReader *reader, const GengaTail *tail)
{
  int n = 0;

  while (n < MOST_NEAREST && genga_arch_has (reader, genga_arch_key (reader, "%sconv_up%d.weight",
                                                                     tail->prefix, n + 1)))
    n++;
  return n;
}

static GengaUpsampler
find_upsampler (GengaArchReader *reader, const GengaTail *tail)
{
  if (has (reader, tail, "conv_bicubic.weight"))
    return GENGA_UPSAMPLER_AUX;
  if (has (reader, tail, "conv_up1.weight"))
    return GENGA_UPSAMPLER_NEAREST;
  if (has (reader, tail, "conv_before_upsample.0.weight"))
    return GENGA_UPSAMPLER_SHUFFLE;
  if (genga_arch_has (reader, get_step_key (reader, tail, 0, ".weight")))
    return GENGA_UPSAMPLER_DIRECT;
  return GENGA_UPSAMPLER_NONE;
}

void
genga_tail_read (GengaArchReader *reader, GengaTail *tail)
{
  const char *key;

  tail->upsampler = find_upsampler (reader, tail);
  tail->upscale = 1;
  tail->num_feat = DEFAULT_NUM_FEAT;
  if (tail->upsampler == GENGA_UPSAMPLER_DIRECT)
    {
      key = get_step_key (reader, tail, 0, ".weight");
      genga_arch_split_shuffle (reader, key, genga_arch_get_dim (reader, key, 4, 0),
                                tail->in_channels, &tail->upscale, &tail->out_channels);
      return;
    }
  key = get_key (reader, tail, "conv_last.weight");
  tail->out_channels = genga_arch_get_dim (reader, key, 4, 0);
  if (tail->upsampler == GENGA_UPSAMPLER_NONE)
    return;
  key = get_key (reader, tail, "conv_before_upsample.0.weight");
  tail->num_feat = genga_arch_get_dim (reader, key, 4, 0);
  if (tail->upsampler == GENGA_UPSAMPLER_NEAREST)
    tail->upscale = 1 << count_nearest (reader, tail);
  else
    tail->upscale = read_steps (reader, tail);
  if (tail->upscale > GENGA_ARCH_MAX_SCALE)
    genga_arch_fail_variant (reader, "scale %d", tail->upscale);
}

static void
expect_conv (GengaArchReader *reader, const GengaTail *tail, const char *name, int out, int in)
{
  genga_arch_expect_conv (reader, get_key (reader, tail, name), out, in, 3);
}

static void
expect_steps (GengaArchReader *reader, const GengaTail *tail)
{
  int n = tail->num_feat;

  for (int i = 0; !genga_arch_has_failed (reader); i += 2)
    {
      int factor;

      if (!genga_arch_has (reader, get_step_key (reader, tail, i, ".weight")))
        break;
      factor = get_factor (reader, tail, i);
      genga_arch_expect_conv (reader, get_step_key (reader, tail, i, ""), n * factor * factor, n,
                              3);
    }
}

void
genga_tail_expect (GengaArchReader *reader, const GengaTail *tail)
{
  int n = tail->num_feat, area = tail->upscale * tail->upscale;

  if (tail->upsampler == GENGA_UPSAMPLER_DIRECT)
    {
      genga_arch_expect_conv (reader, get_step_key (reader, tail, 0, ""), tail->out_channels * area,
                              tail->dim, 3);
      return;
    }
  if (tail->upsampler == GENGA_UPSAMPLER_NONE)
    {
      expect_conv (reader, tail, "conv_last", tail->out_channels, tail->dim);
      return;
    }
  expect_conv (reader, tail, "conv_before_upsample.0", n, tail->dim);
  expect_conv (reader, tail, "conv_last", tail->out_channels, n);
  if (tail->upsampler == GENGA_UPSAMPLER_NEAREST)
    {
      for (int i = 1; 1 << i <= tail->upscale; i++)
        genga_arch_expect_conv (reader, genga_arch_key (reader, "%sconv_up%d", tail->prefix, i), n,
                                n, 3);
      expect_conv (reader, tail, "conv_hr", n, n);
      return;
    }
  expect_steps (reader, tail);
  if (tail->upsampler == GENGA_UPSAMPLER_AUX)
    {
      expect_conv (reader, tail, "conv_bicubic", n, tail->in_channels);
      expect_conv (reader, tail, "conv_aux", tail->out_channels, n);
      expect_conv (reader, tail, "conv_after_aux.0", n, tail->out_channels);
    }
}

/* ---- the mean colour ---- */

/* The channel of the picture that channel `i` of `n`, before or after a shuffle, belongs to. */
static float
get_mean (int i, int n, int picture_channels)
{
  return picture_channels == G_N_ELEMENTS (mean_rgb) ? mean_rgb[i * picture_channels / n] : 0;
}

static guint
add_affine (const GengaArchBuild *build, guint input, const float *factors, const float *offsets)
{
  int n = genga_graph_peek (build->graph, input)->channels;

  return genga_graph_affine (build->graph, input,
                             genga_graph_copy_vector (build->graph, factors, n),
                             genga_graph_copy_vector (build->graph, offsets, n));
}

guint
genga_tail_normalise (const GengaArchBuild *build, guint picture, int range)
{
  int n = genga_graph_peek (build->graph, picture)->channels;
  g_autofree float *factors = g_new (float, n);
  g_autofree float *offsets = g_new (float, n);

  for (int i = 0; i < n; i++)
    {
      factors[i] = range;
      offsets[i] = -get_mean (i, n, n) * range;
    }
  return add_affine (build, picture, factors, offsets);
}

/* `input` has each of `channels` as often as the shuffle behind it wants. */
static guint
restore (const GengaArchBuild *build, guint input, int range, int channels)
{
  int n = genga_graph_peek (build->graph, input)->channels;
  g_autofree float *factors = g_new (float, n);
  g_autofree float *offsets = g_new (float, n);

  for (int i = 0; i < n; i++)
    {
      factors[i] = 1.f / range;
      offsets[i] = get_mean (i, n, channels);
    }
  return add_affine (build, input, factors, offsets);
}

/* ---- the graph ---- */

static guint
build_conv (const GengaArchBuild *build, const GengaTail *tail, guint input, const char *name)
{
  return genga_arch_build_conv (build, input, "%s%s", tail->prefix, name);
}

static guint
build_steps (const GengaArchBuild *build, const GengaTail *tail, guint value)
{
  for (int i = 0; genga_arch_build_has (build, "%s%s.%d.weight", tail->prefix, tail->steps, i);
       i += 2)
    {
      int n;

      value = genga_arch_build_conv (build, value, "%s%s.%d", tail->prefix, tail->steps, i);
      n = genga_graph_peek (build->graph, value)->channels / tail->num_feat;
      value = genga_graph_pixel_shuffle (build->graph, value, genga_arch_square_root (n));
    }
  return value;
}

static guint
build_nearest (const GengaArchBuild *build, const GengaTail *tail, guint value)
{
  for (int i = 1; 1 << i <= tail->upscale; i++)
    {
      value = genga_graph_resize (build->graph, value, GENGA_RESIZE_NEAREST, 2, 1);
      value = genga_arch_build_conv (build, value, "%sconv_up%d", tail->prefix, i);
      value = genga_graph_leaky_relu (build->graph, value, SLOPE);
    }
  value = build_conv (build, tail, value, "conv_hr");
  return genga_graph_leaky_relu (build->graph, value, SLOPE);
}

/* By way of a small picture, and beside the one that is enlarged without a network. */
static guint
build_aux (const GengaArchBuild *build, const GengaTail *tail, guint picture, guint value)
{
  value = build_conv (build, tail, value, "conv_aux");
  value = build_conv (build, tail, value, "conv_after_aux.0");
  value = genga_graph_leaky_relu (build->graph, value, BEFORE_UPSAMPLE_SLOPE);
  value = genga_graph_crop_to_picture (build->graph, build_steps (build, tail, value), 0, 0);
  picture = genga_graph_resize_like (build->graph, picture, GENGA_RESIZE_BICUBIC_SHARP, value);
  picture = build_conv (build, tail, picture, "conv_bicubic");
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, picture);
}

static guint
build_direct (const GengaArchBuild *build, const GengaTail *tail, int range, guint features)
{
  guint value = genga_arch_build_conv (build, features, "%s%s.0", tail->prefix, tail->steps);

  value = restore (build, value, range, tail->out_channels);
  return genga_graph_pixel_shuffle (build->graph, value, tail->upscale);
}

guint
genga_tail_build (
    const GengaArchBuild *build, const GengaTail *tail, int range, guint picture, guint features)
{
  guint value = features;

  if (tail->upsampler == GENGA_UPSAMPLER_DIRECT)
    return build_direct (build, tail, range, features);
  if (tail->upsampler != GENGA_UPSAMPLER_NONE)
    {
      value = build_conv (build, tail, value, "conv_before_upsample.0");
      value = genga_graph_leaky_relu (build->graph, value, BEFORE_UPSAMPLE_SLOPE);
    }
  if (tail->upsampler == GENGA_UPSAMPLER_SHUFFLE)
    value = build_steps (build, tail, value);
  else if (tail->upsampler == GENGA_UPSAMPLER_NEAREST)
    value = build_nearest (build, tail, value);
  else if (tail->upsampler == GENGA_UPSAMPLER_AUX)
    value = build_aux (build, tail, picture, value);
  value = build_conv (build, tail, value, "conv_last");
  if (tail->upsampler == GENGA_UPSAMPLER_NONE)
    value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, picture);
  return restore (build, value, range, tail->out_channels);
}

const char *
genga_tail_get_name (GengaUpsampler upsampler)
{
  switch (upsampler)
    {
    case GENGA_UPSAMPLER_SHUFFLE:
      return "pixelshuffle";
    case GENGA_UPSAMPLER_DIRECT:
      return "pixelshuffledirect";
    case GENGA_UPSAMPLER_NEAREST:
      return "nearest+conv";
    case GENGA_UPSAMPLER_AUX:
      return "pixelshuffle_aux";
    case GENGA_UPSAMPLER_NONE:
    default:
      return "";
    }
}
