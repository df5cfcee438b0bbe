/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/convolutional/arch-rrdb.h"

#define RESIDUAL 0.2f

void
genga_arch_expect_rrdb (GengaArchReader *reader,
                        const GengaRrdbKeys *keys,
                        const char *block,
                        int num_feat,
                        int growth,
                        gboolean plus)
{
  for (int dense = 1; dense <= 3; dense++)
    {
      for (int conv = 1; conv <= 5; conv++)
        {
          int in = num_feat + (conv - 1) * growth;
          int out = conv == 5 ? num_feat : growth;

          genga_arch_expect_conv (reader,
                                  genga_arch_key (reader, "%s.%s%d.conv%d%s", block, keys->dense,
                                                  dense, conv, keys->conv_suffix),
                                  out, in, 3);
        }
      if (plus)
        genga_arch_expect (
            reader, genga_arch_key (reader, "%s.%s%d.conv1x1.weight", block, keys->dense, dense),
            GENGA_DIMS (growth, num_feat, 1, 1));
    }
}

/* 0.2 * change + input */
static guint
add_residual (const GengaArchBuild *build, guint change, guint input)
{
  return genga_graph_combine (build->graph, GENGA_OP_ADD,
                              genga_graph_scale (build->graph, change, RESIDUAL), input);
}

/* A dense block: each convolution sees the input and what all before it have made. */
static guint
build_dense (const GengaArchBuild *build,
             const GengaRrdbKeys *keys,
             const char *prefix,
             guint input)
{
  guint made[5] = { input };
  guint value = input;

  for (int i = 1; i <= 5; i++)
    {
      value = i == 1 ? input : genga_graph_concat (build->graph, made, i);
      value = genga_arch_build_conv (build, value, "%s.conv%d%s", prefix, i, keys->conv_suffix);
      if (i == 5)
        break;
      value = genga_graph_leaky_relu (build->graph, value, GENGA_RRDB_SLOPE);
      if (i % 2 == 0 && genga_arch_build_has (build, "%s.conv1x1.weight", prefix))
        {
          guint beside =
              i == 2 ? genga_arch_build_conv (build, input, "%s.conv1x1", prefix) : made[2];

          value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, beside);
        }
      made[i] = value;
    }
  return add_residual (build, value, input);
}

guint
genga_arch_build_rrdb (const GengaArchBuild *build,
                       const GengaRrdbKeys *keys,
                       const char *block,
                       guint input)
{
  guint value = input;

  for (int dense = 1; dense <= 3; dense++)
    {
      g_autofree char *prefix = g_strdup_printf ("%s.%s%d", block, keys->dense, dense);

      value = build_dense (build, keys, prefix, value);
    }
  return add_residual (build, value, input);
}
