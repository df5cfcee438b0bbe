/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-feed-forward.h"

#define KERNEL 3

int
genga_feed_forward_read_hidden (GengaArchReader *reader, const char *prefix)
{
  g_autofree char *key = g_strdup_printf ("%s.project_in.weight", prefix);
  int wide = genga_arch_get_dim (reader, key, 4, 0);

  if (!genga_arch_has_failed (reader) && wide % 2 != 0)
    genga_arch_fail_shape (reader, key);
  return MAX (1, wide / 2);
}

void
genga_feed_forward_expect (
    GengaArchReader *reader, const char *prefix, int dim, int hidden, gboolean bias)
{
  g_autofree char *name = g_strdup (prefix);

  genga_arch_expect (reader, genga_arch_key (reader, "%s.project_in.weight", name),
                     GENGA_DIMS (2 * hidden, dim, 1, 1));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.dwconv.weight", name),
                     GENGA_DIMS (2 * hidden, 1, KERNEL, KERNEL));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.project_out.weight", name),
                     GENGA_DIMS (dim, hidden, 1, 1));
  if (!bias)
    return;
  genga_arch_expect (reader, genga_arch_key (reader, "%s.project_in.bias", name),
                     GENGA_DIMS (2 * hidden));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.dwconv.bias", name),
                     GENGA_DIMS (2 * hidden));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.project_out.bias", name),
                     GENGA_DIMS (dim));
}

static guint
build_gate (const GengaArchBuild *build, guint wide, const char *prefix)
{
  int hidden = genga_graph_peek (build->graph, wide)->channels / 2;
  guint value = genga_graph_slice (build->graph, wide, 0, hidden);
  guint gate = genga_graph_slice (build->graph, wide, hidden, hidden);

  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_GELU);
  value = genga_graph_combine (build->graph, GENGA_OP_MUL, value, gate);
  return genga_arch_build_conv (build, value, "%s.project_out", prefix);
}

guint
genga_feed_forward_build (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint wide = genga_arch_build_conv (build, input, "%s.project_in", prefix);

  return build_gate (build, genga_arch_build_depthwise (build, wide, "%s.dwconv", prefix), prefix);
}

/* A channel's kernel as a matrix between the pixels of a window, row: the result's. */
static void
spread_kernel (const double *kernel, int window, double *matrix)
{
  for (int i = 0; i < window * window; i++)
    for (int j = 0; j < window * window; j++)
      {
        int dy = j / window - i / window + KERNEL / 2;
        int dx = j % window - i % window + KERNEL / 2;
        gboolean is_near = dy >= 0 && dy < KERNEL && dx >= 0 && dx < KERNEL;

        *matrix++ = is_near ? kernel[dy * KERNEL + dx] : 0;
      }
}

static guint
build_matrices (const GengaArchBuild *build, int channels, int window, const char *prefix)
{
  int n = window * window;
  const int shape[] = { channels * n, n, 1, 1 };
  g_autofree double *kernels = genga_arch_build_dup_f64 (build, "%s.dwconv.weight", prefix);
  g_autofree double *matrices = NULL;

  if (kernels != NULL)
    {
      matrices = g_new (double, (gsize)channels *n *n);
      for (int c = 0; c < channels; c++)
        spread_kernel (kernels + (gsize)c * KERNEL * KERNEL, window, matrices + (gsize)c * n * n);
    }
  return genga_arch_build_f64_constant (build, 4, shape, matrices);
}

static guint
build_biases (const GengaArchBuild *build, int channels, int window, const char *prefix)
{
  int n = channels * window * window;
  g_autofree double *biases = NULL;
  g_autofree double *spread = NULL;

  if (!genga_arch_build_has (build, "%s.dwconv.bias", prefix))
    return GENGA_NONE;
  biases = genga_arch_build_dup_f64 (build, "%s.dwconv.bias", prefix);
  if (biases != NULL)
    {
      spread = g_new (double, n);
      for (int i = 0; i < n; i++)
        spread[i] = biases[i / (window * window)];
    }
  return genga_arch_build_f64_constant (build, 1, &n, spread);
}

/* A window's pixels as channels: the kernel is a matrix then, which has nothing beyond them. */
guint
genga_feed_forward_build_windowed (const GengaArchBuild *build,
                                   guint input,
                                   int window,
                                   const char *prefix)
{
  guint wide = genga_arch_build_conv (build, input, "%s.project_in", prefix);
  int channels = genga_graph_peek (build->graph, wide)->channels;
  guint matrices = build_matrices (build, channels, window, prefix);
  guint biases = build_biases (build, channels, window, prefix);

  wide = genga_graph_pixel_unshuffle (build->graph, wide, window);
  wide = genga_graph_conv (build->graph, wide, matrices, biases, channels);
  wide = genga_graph_pixel_shuffle (build->graph, wide, window);
  return build_gate (build, wide, prefix);
}

guint
genga_feed_forward_build_conv (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint value = genga_arch_build_conv (build, input, "%s.fc1", prefix);
  guint beside;

  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_GELU);
  beside = genga_arch_build_depthwise (build, value, "%s.dwconv.depthwise_conv.0", prefix);
  beside = genga_graph_activate (build->graph, beside, GENGA_ACTIVATION_GELU);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, beside);
  return genga_arch_build_conv (build, value, "%s.fc2", prefix);
}
