/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-gated.h"

#include "nets/arch-rms-norm.h"

#define LAYER_NORM_EPSILON 1e-6
#define BAND 11 /* length of the kernels of one row or column */

static void
expect_depthwise (GengaArchReader *reader, const char *prefix, int n, int kernel_y, int kernel_x)
{
  g_autofree char *weight = g_strconcat (prefix, ".weight", NULL);
  g_autofree char *bias = g_strconcat (prefix, ".bias", NULL);

  genga_arch_expect (reader, weight, GENGA_DIMS (n, 1, kernel_y, kernel_x));
  genga_arch_expect (reader, bias, GENGA_DIMS (n));
}

static void
expect_inception (GengaArchReader *reader, const char *mixer, int dim)
{
  g_autofree char *square = g_strconcat (mixer, ".dwconv_hw", NULL);
  g_autofree char *row = g_strconcat (mixer, ".dwconv_w", NULL);
  g_autofree char *column = g_strconcat (mixer, ".dwconv_h", NULL);
  const char *key = genga_arch_key (reader, "%s.weight", square);
  int n = genga_arch_get_dim (reader, key, 4, 0);

  if (!genga_arch_has_failed (reader) && 3 * n > dim)
    genga_arch_fail_shape (reader, key);
  expect_depthwise (reader, square, n, 3, 3);
  expect_depthwise (reader, row, n, 1, BAND);
  expect_depthwise (reader, column, n, BAND, 1);
}

static void
expect_attention (GengaArchReader *reader, const char *mixer, int dim)
{
  g_autofree char *temperature = g_strconcat (mixer, ".temperature", NULL);
  g_autofree char *first = g_strconcat (mixer, ".qkv_dwconv", NULL);
  int n_heads = genga_arch_get_dim (reader, temperature, 3, 0);

  if (!genga_arch_has_failed (reader) && dim % n_heads != 0)
    genga_arch_fail_shape (reader, temperature);
  genga_arch_expect (reader, temperature, GENGA_DIMS (n_heads, 1, 1));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.qkv.weight", mixer),
                     GENGA_DIMS (3 * dim, dim, 1, 1));
  expect_depthwise (reader, first, 3 * dim, 3, 3);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.project_out.weight", mixer),
                     GENGA_DIMS (dim, dim, 1, 1));
  genga_arch_allow (reader, genga_arch_key (reader, "%s.flash", mixer), GENGA_DIMS (1));
}

/* Returns how many channels it mixes. */
static int
expect_mixer (GengaArchReader *reader, const char *mixer, int dim)
{
  const char *key;
  int n;
  int kernel;

  if (genga_arch_has (reader, genga_arch_key (reader, "%s.qkv.weight", mixer)))
    {
      expect_attention (reader, mixer, dim);
      return dim;
    }
  key = genga_arch_key (reader, "%s.weight", mixer);
  if (!genga_arch_has (reader, key))
    {
      expect_inception (reader, mixer, dim);
      return dim;
    }
  n = genga_arch_get_dim (reader, key, 4, 0);
  kernel = genga_arch_get_dim (reader, key, 4, 2);
  if (kernel % 2 == 0)
    genga_arch_fail_shape (reader, key);
  expect_depthwise (reader, mixer, n, kernel, kernel);
  return n;
}

static void
expect_norm (GengaArchReader *reader, const char *prefix, int dim)
{
  g_autofree char *norm = g_strconcat (prefix, ".norm", NULL);

  if (genga_arch_has_rms_norm (reader, norm))
    genga_arch_expect_rms_norm (reader, norm, dim);
  else
    genga_arch_expect_norm (reader, norm, dim);
}

int
genga_arch_expect_gated (
    GengaArchReader *reader, const char *prefix, const char *mixer, int dim, int kernel)
{
  /* The caller's may be the key that was put together last. */
  g_autofree char *name = g_strdup (prefix);
  g_autofree char *mixer_name = g_strdup_printf ("%s.%s", name, mixer);
  const char *key = genga_arch_key (reader, "%s.fc1.weight", name);
  int n_split = genga_arch_get_dim (reader, key, 4, 0);
  int hidden = n_split / 2;
  int n_mixed;

  if (!genga_arch_has_failed (reader) && (n_split % 2 != 0 || hidden < 1))
    genga_arch_fail_shape (reader, key);
  n_mixed = expect_mixer (reader, mixer_name, dim);
  if (!genga_arch_has_failed (reader) && n_mixed > hidden)
    genga_arch_fail_variant (reader, "%d mixed channels of %d", n_mixed, hidden);

  expect_norm (reader, name, dim);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.fc1", name), n_split, dim, kernel);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.fc2", name), dim, hidden, kernel);
  return hidden;
}

/* ---- the graph ---- */

static guint
build_inception (const GengaArchBuild *build, guint input, const char *mixer)
{
  static const char *const names[] = { "dwconv_hw", "dwconv_w", "dwconv_h" };
  int n = (int)genga_arch_build_get (build, "%s.dwconv_hw.weight", mixer)->shape[0];
  int n_free = genga_graph_peek (build->graph, input)->channels - 3 * n;
  guint parts[4];
  guint n_parts = 0;

  if (n_free > 0)
    parts[n_parts++] = genga_graph_slice (build->graph, input, 0, n_free);
  for (int i = 0; i < 3; i++)
    {
      guint part = genga_graph_slice (build->graph, input, n_free + i * n, n);

      parts[n_parts++] = genga_arch_build_depthwise (build, part, "%s.%s", mixer, names[i]);
    }
  return genga_graph_concat (build->graph, parts, n_parts);
}

gboolean
genga_arch_gated_attends_to_pixels (GengaStateDict *dict, const char *mixer)
{
  g_autofree char *key = g_strconcat (mixer, ".flash", NULL);
  const GengaTensor *flash = genga_state_dict_lookup (dict, key);
  float value = 1;

  if (flash != NULL && genga_tensor_get_n_elements (flash) == 1)
    genga_tensor_copy_f32 (flash, &value);
  return value != 0;
}

static guint
build_attention (const GengaArchBuild *build, guint input, const char *mixer)
{
  int dim = genga_graph_peek (build->graph, input)->channels;
  guint value = genga_arch_build_conv (build, input, "%s.qkv", mixer);
  GengaAttention attention = {
    .n_heads = (int)genga_arch_build_get (build, "%s.temperature", mixer)->shape[0],
  };

  value = genga_arch_build_depthwise (build, value, "%s.qkv_dwconv", mixer);
  attention.queries = genga_graph_slice (build->graph, value, 0, dim);
  attention.keys = genga_graph_slice (build->graph, value, dim, dim);
  attention.values = genga_graph_slice (build->graph, value, 2 * dim, dim);
  if (genga_arch_gated_attends_to_pixels (build->dict, mixer))
    value = genga_graph_cross_attention (build->graph, &attention);
  else
    {
      attention.weight = genga_arch_build_vector (build, "%s.temperature", mixer);
      value = genga_graph_channel_attention (build->graph, &attention);
    }
  return genga_arch_build_conv (build, value, "%s.project_out", mixer);
}

static guint
build_mixer (const GengaArchBuild *build, guint input, const char *mixer)
{
  if (genga_arch_build_has (build, "%s.weight", mixer))
    return genga_arch_build_depthwise (build, input, "%s", mixer);
  if (genga_arch_build_has (build, "%s.qkv.weight", mixer))
    return build_attention (build, input, mixer);
  return build_inception (build, input, mixer);
}

static guint
build_norm (const GengaArchBuild *build, guint input, const char *prefix)
{
  g_autofree char *norm = g_strconcat (prefix, ".norm", NULL);

  if (genga_arch_build_has (build, "%s.scale", norm))
    return genga_arch_build_rms_norm (build, input, norm);
  return genga_arch_build_layer_norm (build, input, LAYER_NORM_EPSILON, "%s", norm);
}

/* How many channels the mixer `mixer` takes. */
static int
get_n_mixed (const GengaArchBuild *build, const char *mixer, int dim)
{
  if (genga_arch_build_has (build, "%s.weight", mixer))
    return (int)genga_arch_build_get (build, "%s.weight", mixer)->shape[0];
  return dim;
}

guint
genga_arch_build_gated (const GengaArchBuild *build,
                        guint input,
                        const char *prefix,
                        const char *mixer)
{
  g_autofree char *mixer_name = g_strdup_printf ("%s.%s", prefix, mixer);
  int hidden = (int)genga_arch_build_get (build, "%s.fc1.weight", prefix)->shape[0] / 2;
  int n_mixed = get_n_mixed (build, mixer_name, genga_graph_peek (build->graph, input)->channels);
  guint value = build_norm (build, input, prefix);
  guint gate;
  guint parts[2];
  guint n_parts = 0;

  value = genga_arch_build_conv (build, value, "%s.fc1", prefix);
  gate = genga_graph_slice (build->graph, value, 0, hidden);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_MISH);
  if (hidden > n_mixed)
    parts[n_parts++] = genga_graph_slice (build->graph, value, hidden, hidden - n_mixed);
  value = genga_graph_slice (build->graph, value, 2 * hidden - n_mixed, n_mixed);
  parts[n_parts++] = build_mixer (build, value, mixer_name);
  value = genga_graph_concat (build->graph, parts, n_parts);
  value = genga_graph_combine (build->graph, GENGA_OP_MUL, gate, value);
  value = genga_arch_build_conv (build, value, "%s.fc2", prefix);
  return genga_graph_activate (build->graph, value, GENGA_ACTIVATION_MISH);
}
