/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-dysample.h"

int
genga_arch_get_dysample_scale (GengaArchReader *reader, const char *prefix, int n_groups)
{
  g_autofree char *key = g_strconcat (prefix, ".offset.weight", NULL);
  int n_offsets = genga_arch_get_dim (reader, key, 4, 0);
  int scale =
      n_offsets % (2 * n_groups) == 0 ? genga_arch_square_root (n_offsets / (2 * n_groups)) : 0;

  if (scale == 0 && !genga_arch_has_failed (reader))
    genga_arch_fail_shape (reader, key);
  return MAX (1, scale);
}

static void
expect_end (GengaArchReader *reader, const char *prefix, int channels, int out)
{
  g_autofree char *end = g_strconcat (prefix, ".end_conv", NULL);
  g_autofree char *weight = g_strconcat (end, ".weight", NULL);
  int kernel = genga_arch_get_dim (reader, weight, 4, 2);

  if (kernel % 2 == 0)
    genga_arch_fail_shape (reader, weight);
  genga_arch_expect_conv (reader, end, out, channels, kernel);
}

void
genga_arch_expect_dysample (
    GengaArchReader *reader, const char *prefix, int channels, int n_groups, int scale, int out)
{
  int n_offsets = 2 * n_groups * scale * scale;
  /* The caller's may be the key that was put together last. */
  g_autofree char *name = g_strdup (prefix);

  if (genga_arch_has_failed (reader))
    return;
  if (channels % n_groups != 0)
    {
      genga_arch_fail_variant (reader, "DySample of %d channels", channels);
      return;
    }
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.offset", name), n_offsets, channels,
                          1);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.scope.weight", name),
                     GENGA_DIMS (n_offsets, channels, 1, 1));
  genga_arch_expect_buffer (reader, genga_arch_key (reader, "%s.init_pos", name),
                            GENGA_DIMS (1, n_offsets, 1, 1));
  if (out > 0)
    expect_end (reader, name, channels, out);
}

guint
genga_arch_build_dysample (
    const GengaArchBuild *build, guint input, int n_groups, int scale, const char *prefix)
{
  int n_offsets = 2 * n_groups * scale * scale;
  g_autofree float *halves = g_new (float, n_offsets);
  guint offsets = genga_arch_build_conv (build, input, "%s.offset", prefix);
  guint scope = genga_arch_build_conv (build, input, "%s.scope", prefix);
  guint value;

  for (int i = 0; i < n_offsets; i++)
    halves[i] = 0.5f;
  scope = genga_graph_activate (build->graph, scope, GENGA_ACTIVATION_SIGMOID);
  offsets = genga_graph_combine (build->graph, GENGA_OP_MUL, offsets, scope);
  offsets = genga_graph_affine (build->graph, offsets,
                                genga_graph_copy_vector (build->graph, halves, n_offsets),
                                genga_arch_build_vector (build, "%s.init_pos", prefix));
  value = genga_graph_dysample (build->graph, input, offsets, n_groups, scale);
  if (genga_arch_build_has (build, "%s.end_conv.weight", prefix))
    value = genga_arch_build_conv (build, value, "%s.end_conv", prefix);
  return value;
}
