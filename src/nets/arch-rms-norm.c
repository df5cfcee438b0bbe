/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-rms-norm.h"

#define EPSILON 1e-6

void
genga_arch_expect_per_channel (GengaArchReader *reader, const char *key, int dim)
{
  const GengaTensor *tensor = genga_state_dict_lookup (reader->dict, key);

  if (tensor != NULL && tensor->rank == 3)
    genga_arch_expect (reader, key, GENGA_DIMS (dim, 1, 1));
  else if (tensor != NULL && tensor->rank == 4)
    genga_arch_expect (reader, key, GENGA_DIMS (1, dim, 1, 1));
  else
    genga_arch_expect (reader, key, GENGA_DIMS (dim));
}

gboolean
genga_arch_has_rms_norm (GengaArchReader *reader, const char *prefix)
{
  return genga_arch_has (reader, genga_arch_key (reader, "%s.scale", prefix));
}

void
genga_arch_expect_rms_norm (GengaArchReader *reader, const char *prefix, int dim)
{
  g_autofree char *scale = g_strconcat (prefix, ".scale", NULL);
  g_autofree char *offset = g_strconcat (prefix, ".offset", NULL);

  genga_arch_expect_per_channel (reader, scale, dim);
  genga_arch_expect_per_channel (reader, offset, dim);
}

guint
genga_arch_build_rms_norm (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint weight = genga_arch_build_vector (build, "%s.scale", prefix);
  guint bias = genga_arch_build_vector (build, "%s.offset", prefix);

  return genga_graph_rms_norm (build->graph, input, weight, bias, EPSILON);
}
