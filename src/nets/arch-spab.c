/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-spab.h"

#include "nets/arch-conv3xc.h"

#define N_CONVS 3

void
genga_arch_expect_spab (GengaArchReader *reader, const char *prefix, int dim, gboolean has_bias)
{
  /* The caller's may be the key that was put together last. */
  g_autofree char *name = g_strdup (prefix);

  for (int i = 1; i <= N_CONVS; i++)
    genga_arch_expect_conv3xc (reader, genga_arch_key (reader, "%s.c%d_r", name, i), dim, dim,
                               has_bias);
}

guint
genga_arch_build_spab (const GengaArchBuild *build,
                       guint input,
                       GengaActivation function,
                       guint *first,
                       const char *format,
                       ...)
{
  const float shift = -0.5f;
  g_autofree char *prefix = NULL;
  guint value = input;
  guint attention;
  va_list args;

  va_start (args, format);
  prefix = g_strdup_vprintf (format, args);
  va_end (args);
  for (int i = 1; i <= N_CONVS; i++)
    {
      value = genga_arch_build_conv3xc (build, value, "%s.c%d_r", prefix, i);
      if (i < N_CONVS)
        value = genga_graph_activate (build->graph, value, function);
      if (i == 1 && first != NULL)
        *first = value;
    }
  attention = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_SIGMOID);
  attention = genga_arch_build_shift (build, attention, shift);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, value, attention);
}
