/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FIGSR: gated blocks whose channels are mixed by large kernels, square ones and bands, and some of
 * them in the map's Fourier transform.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/arch-rms-norm.h"
#include "nets/arch-uni-upsample.h"

#include <math.h>

#define FIRST_HALF "gfisr_body_half"
#define SECOND_HALF "gfisr_body_half_2"

/* A number that something is divided by. */
static void
expect_factor (GengaArchReader *reader, const char *key)
{
  float number = 0;

  genga_arch_expect_buffer (reader, key, GENGA_DIMS (1));
  if (genga_arch_has_failed (reader))
    return;
  genga_tensor_copy_f32 (genga_state_dict_lookup (reader->dict, key), &number);
  if (!(number > 0 && isfinite (number)))
    genga_arch_fail_variant (reader, "%s is %g", key, number);
}

/* The factors are stored: x / (|x| * rms + eps) * scale + offset. */
static void
expect_norm (GengaArchReader *reader, const char *prefix, int dim)
{
  genga_arch_expect_rms_norm (reader, prefix, dim);
  expect_factor (reader, genga_arch_key (reader, "%s.rms", prefix));
  expect_factor (reader, genga_arch_key (reader, "%s.eps", prefix));
}

static void
expect_full (GengaArchReader *reader, const char *prefix, int n, int kernel_y, int kernel_x)
{
  genga_arch_expect (reader, genga_arch_key (reader, "%s.weight", prefix),
                     GENGA_DIMS (n, n, kernel_y, kernel_x));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.bias", prefix), GENGA_DIMS (n));
}

static void
expect_mixer (GengaArchReader *reader, const GengaFigsrSpec *net, const char *prefix)
{
  int n_spectral = 2 * (net->dim - 3 * net->n_convolved);
  g_autofree char *square = g_strdup_printf ("%s.conv.convhw", prefix);
  g_autofree char *row = g_strdup_printf ("%s.conv.convw", prefix);
  g_autofree char *column = g_strdup_printf ("%s.conv.convh", prefix);
  g_autofree char *before = g_strdup_printf ("%s.conv.fu.rn", prefix);
  g_autofree char *after = g_strdup_printf ("%s.conv.fu.post_norm", prefix);
  g_autofree char *position = g_strdup_printf ("%s.conv.fu.fpe", prefix);

  expect_full (reader, square, net->n_convolved, net->square_kernel, net->square_kernel);
  expect_full (reader, row, net->n_convolved, 1, net->band_kernel);
  expect_full (reader, column, net->n_convolved, net->band_kernel, 1);
  expect_norm (reader, before, n_spectral);
  expect_norm (reader, after, n_spectral / 2);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.weight", position),
                     GENGA_DIMS (n_spectral, 1, 3, 3));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.bias", position), GENGA_DIMS (n_spectral));
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv.fu.fdc", prefix), n_spectral,
                          n_spectral, 1);
}

static void
expect_blocks (GengaArchReader *reader, const GengaFigsrSpec *net, const char *half, int n)
{
  for (int i = 0; i < n && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *block = g_strdup_printf ("%s.%d", half, i);
      g_autofree char *norm = g_strdup_printf ("%s.norm", block);

      expect_norm (reader, norm, net->dim);
      genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.fc1", block), 2 * net->hidden,
                              net->dim, 3);
      genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.fc2", block), net->dim,
                              net->hidden, 3);
      expect_mixer (reader, net, block);
    }
}

static void
read_sizes (GengaArchReader *reader, GengaFigsrSpec *net)
{
  int n_split = genga_arch_get_dim (reader, SECOND_HALF ".0.fc1.weight", 4, 0);

  net->dim = genga_arch_get_dim (reader, "in_to_dim.weight", 4, 0);
  net->hidden = n_split / 2;
  net->n_convolved = genga_arch_get_dim (reader, SECOND_HALF ".0.conv.convhw.weight", 4, 0);
  net->square_kernel = genga_arch_get_dim (reader, SECOND_HALF ".0.conv.convhw.weight", 4, 2);
  net->band_kernel = genga_arch_get_dim (reader, SECOND_HALF ".0.conv.convw.weight", 4, 3);
  net->n_first = genga_arch_get_sequence_length (reader, FIRST_HALF);
  net->n_second = MAX (genga_arch_get_sequence_length (reader, SECOND_HALF) - 1, 0);
  if (genga_arch_has_failed (reader))
    return;
  if (net->square_kernel % 2 == 0 || net->band_kernel % 2 == 0 || n_split % 2 != 0 ||
      net->dim <= 3 * net->n_convolved || net->hidden < net->dim)
    genga_arch_fail_variant (reader, "%d of %d channels convolved, kernels %d and %d",
                             net->n_convolved, net->dim, net->square_kernel, net->band_kernel);
}

static void
read_figsr (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaFigsrSpec *net = &spec->figsr;

  read_sizes (reader, net);
  spec->in_channels = genga_arch_get_dim (reader, "in_to_dim.weight", 4, 1);
  spec->out_channels = spec->in_channels;
  genga_arch_read_uni_upsample (reader, "upscale", &net->upsampler);
  spec->scale = net->upsampler.scale;

  genga_arch_expect_per_channel (reader, "shift", spec->in_channels);
  genga_arch_expect_per_channel (reader, "scale_norm", spec->in_channels);
  genga_arch_expect_conv (reader, "in_to_dim", net->dim, spec->in_channels, 3);
  expect_blocks (reader, net, FIRST_HALF, net->n_first);
  expect_blocks (reader, net, SECOND_HALF, net->n_second);
  genga_arch_expect_conv (reader, genga_arch_key (reader, SECOND_HALF ".%d", net->n_second),
                          net->dim, net->dim, 3);
  genga_arch_expect_conv (reader, "cat_to_dim", net->dim, 3 * net->dim, 1);
  genga_arch_expect_uni_upsample (reader, "upscale", &net->upsampler, net->dim, spec->out_channels);
}

/* ---- the graph ---- */

static double
get_number (const GengaArchBuild *build, const char *prefix, const char *name)
{
  float number = 0;

  genga_tensor_copy_f32 (genga_arch_build_get (build, "%s.%s", prefix, name), &number);
  return number;
}

/* |x| = sqrt (C) * sqrt (mean (x^2)), so that the stored factor goes into weight and epsilon. */
static guint
build_norm (const GengaArchBuild *build, guint input, const char *prefix)
{
  int n = genga_graph_peek (build->graph, input)->channels;
  double factor = get_number (build, prefix, "rms") * sqrt (n);
  g_autofree double *weight = genga_arch_build_dup_f64 (build, "%s.scale", prefix);

  for (int i = 0; weight != NULL && i < n; i++)
    weight[i] /= factor;
  return genga_graph_rms_norm (build->graph, input,
                               genga_arch_build_f64_constant (build, 1, &n, weight),
                               genga_arch_build_vector (build, "%s.offset", prefix),
                               get_number (build, prefix, "eps") / factor);
}

/*
 * The 1x1 convolution makes real and imaginary parts in turn; here, all real ones first, as it gets
 * them.
 */
static guint
build_spectral_conv (const GengaArchBuild *build, guint input, const char *prefix)
{
  int n = genga_graph_peek (build->graph, input)->channels;
  g_autofree double *weight = genga_arch_build_dup_f64 (build, "%s.weight", prefix);
  g_autofree double *bias = genga_arch_build_dup_f64 (build, "%s.bias", prefix);
  g_autofree double *sorted_weight = weight != NULL ? g_new (double, (gsize)n *n) : NULL;
  g_autofree double *sorted_bias = bias != NULL ? g_new (double, n) : NULL;

  for (int i = 0; weight != NULL && i < n; i++)
    {
      int from = i < n / 2 ? 2 * i : 2 * (i - n / 2) + 1;

      for (int j = 0; j < n; j++)
        sorted_weight[(gsize)i * n + j] = weight[(gsize)from * n + j];
      sorted_bias[i] = bias[from];
    }
  return genga_arch_build_f64_conv (build, input, (const int[]){ n, n, 1, 1 }, sorted_weight,
                                    sorted_bias);
}

static guint
build_spectral (const GengaArchBuild *build, guint input, const char *block)
{
  g_autofree char *before = g_strdup_printf ("%s.conv.fu.rn", block);
  g_autofree char *after = g_strdup_printf ("%s.conv.fu.post_norm", block);
  g_autofree char *mix = g_strdup_printf ("%s.conv.fu.fdc", block);
  guint value = genga_graph_real_fft (build->graph, input);
  guint position;

  value = build_norm (build, value, before);
  position = genga_arch_build_depthwise (build, value, "%s.conv.fu.fpe", block);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, position);
  value = build_spectral_conv (build, value, mix);
  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_GELU);
  value = genga_graph_real_ifft (build->graph, value);
  return build_norm (build, value, after);
}

static guint
build_block (const GengaArchBuild *build, const GengaFigsrSpec *net, guint input, const char *block)
{
  static const char *const kernels[] = { "convhw", "convw", "convh" };
  g_autofree char *norm = g_strdup_printf ("%s.norm", block);
  const int n_free = net->hidden - net->dim, n_spectral = net->dim - 3 * net->n_convolved;
  guint split = genga_arch_build_conv (build, build_norm (build, input, norm), "%s.fc1", block);
  guint gate = genga_graph_slice (build->graph, split, 0, net->hidden);
  int first = net->hidden;
  guint parts[5];
  guint n_parts = 0;
  guint value;

  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_SILU);
  if (n_free > 0)
    parts[n_parts++] = genga_graph_slice (build->graph, split, first, n_free);
  first += n_free;
  value = genga_graph_slice (build->graph, split, first, n_spectral);
  parts[n_parts++] = build_spectral (build, value, block);
  first += n_spectral;
  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++, first += net->n_convolved)
    {
      value = genga_graph_slice (build->graph, split, first, net->n_convolved);
      parts[n_parts++] = genga_arch_build_conv (build, value, "%s.conv.%s", block, kernels[i]);
    }
  value = genga_graph_concat (build->graph, parts, n_parts);
  value = genga_graph_combine (build->graph, GENGA_OP_MUL, gate, value);
  value = genga_arch_build_conv (build, value, "%s.fc2", block);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, input, value);
}

static guint
build_half (
    const GengaArchBuild *build, const GengaFigsrSpec *net, guint input, const char *half, int n)
{
  guint value = input;

  for (int i = 0; i < n; i++)
    {
      g_autofree char *block = g_strdup_printf ("%s.%d", half, i);

      value = build_block (build, net, value, block);
    }
  return value;
}

/* (x - shift) / scale_norm, or its inverse. */
static guint
build_range (const GengaArchBuild *build, guint input, gboolean is_inverse)
{
  int n = genga_graph_peek (build->graph, input)->channels;
  g_autofree double *factor = genga_arch_build_dup_f64 (build, "scale_norm");
  g_autofree double *offset = genga_arch_build_dup_f64 (build, "shift");

  for (int i = 0; factor != NULL && i < n && !is_inverse; i++)
    {
      offset[i] /= -factor[i];
      factor[i] = 1 / factor[i];
    }
  return genga_graph_affine (build->graph, input,
                             genga_arch_build_f64_constant (build, 1, &n, factor),
                             genga_arch_build_f64_constant (build, 1, &n, offset));
}

static void
build_figsr (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaFigsrSpec *net = &spec->figsr;
  guint joined[3]; /* the end, the start, the middle */
  guint value;

  /* A transform's width is even. */
  genga_graph_require_sides (build->graph, 2, 2);
  value = build_range (build, 0, FALSE);
  value = joined[1] = genga_arch_build_conv (build, value, "in_to_dim");
  value = joined[2] = build_half (build, net, value, FIRST_HALF, net->n_first);
  value = build_half (build, net, value, SECOND_HALF, net->n_second);
  joined[0] = genga_arch_build_conv (build, value, SECOND_HALF ".%d", net->n_second);
  value = genga_graph_concat (build->graph, joined, 3);
  value = genga_arch_build_conv (build, value, "cat_to_dim");
  value =
      genga_arch_build_uni_upsample (build, value, &net->upsampler, spec->out_channels, "upscale");
  build_range (build, value, TRUE);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "FIGSR";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaFigsrSpec *net = &spec->figsr;

  genga_hyper_int (func, user_data, "in_nc", spec->in_channels);
  genga_hyper_int (func, user_data, "dim", net->dim);
  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_int (func, user_data, "out_nc", spec->out_channels);
  func ("upsampler", genga_uni_upsample_get_name (&net->upsampler), user_data);
  genga_hyper_int (func, user_data, "mid_dim", net->upsampler.mid);
  genga_hyper_int (func, user_data, "n_blocks", net->n_first + net->n_second);
  genga_hyper_int (func, user_data, "gc", net->n_convolved);
  genga_hyper_int (func, user_data, "square_kernel_size", net->square_kernel);
  genga_hyper_int (func, user_data, "band_kernel_size", net->band_kernel);
  genga_hyper_int (func, user_data, "hidden", net->hidden);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaFigsrSpec *net = &spec->figsr;

  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->dim));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", net->n_first + net->n_second));
  g_ptr_array_add (tags, g_strdup (genga_uni_upsample_get_name (&net->upsampler)));
}

const GengaArch genga_arch_figsr = {
  .family = GENGA_FAMILY_FIGSR,
  .fp16 = GENGA_FP16_UNSAFE,
  .get_name = get_name,
  .read = read_figsr,
  .build = build_figsr,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
