/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"

static void
read_compact (GengaArchReader *reader, GengaNetSpec *spec)
{
  int last = genga_arch_get_sequence_length (reader, "body") - 1;
  int num_feat = genga_arch_get_dim (reader, "body.0.weight", 4, 0);
  int num_conv = MAX (last - 2, 0) / 2;
  const char *key;
  int shuffled;

  spec->in_channels = genga_arch_get_dim (reader, "body.0.weight", 4, 1);
  key = genga_arch_key (reader, "body.%d.bias", last);
  shuffled = genga_arch_get_dim (reader, key, 1, 0);
  genga_arch_split_shuffle (reader, key, shuffled, spec->in_channels, &spec->scale,
                            &spec->out_channels);

  genga_arch_expect_conv (reader, "body.0", num_feat, spec->in_channels, 3);
  for (int i = 0; i <= num_conv && !genga_arch_has_failed (reader); i++)
    {
      int out = i == num_conv ? shuffled : num_feat;

      genga_arch_expect (reader, genga_arch_key (reader, "body.%d.weight", 2 * i + 1),
                         GENGA_DIMS (num_feat));
      genga_arch_expect_conv (reader, genga_arch_key (reader, "body.%d", 2 * i + 2), out, num_feat,
                              3);
    }

  spec->compact = (GengaCompactSpec){
    .num_feat = num_feat,
    .num_conv = num_conv,
  };
}

static void
build_compact (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  int n_convs = spec->compact.num_conv + 2;
  guint value = 0;
  guint base;

  for (int i = 0; i < n_convs; i++)
    {
      value = genga_arch_build_conv (build, value, "body.%d", 2 * i);
      if (i < n_convs - 1)
        value = genga_graph_prelu (build->graph, value,
                                   genga_arch_build_vector (build, "body.%d.weight", 2 * i + 1));
    }
  value = genga_graph_pixel_shuffle (build->graph, value, spec->scale);
  base = genga_graph_resize (build->graph, 0, GENGA_RESIZE_NEAREST, spec->scale, 1);
  genga_graph_combine (build->graph, GENGA_OP_ADD, value, base);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "Compact";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  genga_hyper_int (func, user_data, "num_in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "num_out_ch", spec->out_channels);
  genga_hyper_int (func, user_data, "num_feat", spec->compact.num_feat);
  genga_hyper_int (func, user_data, "num_conv", spec->compact.num_conv);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  func ("act_type", "prelu", user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", spec->compact.num_feat));
  g_ptr_array_add (tags, g_strdup_printf ("%dnc", spec->compact.num_conv));
}

const GengaArch genga_arch_compact = {
  .family = GENGA_FAMILY_COMPACT,
  .get_name = get_name,
  .read = read_compact,
  .build = build_compact,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
