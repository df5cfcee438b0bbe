/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/convolutional/arch-rrdb.h"

#define MAX_UPS 6

typedef struct
{
  const char *first; /* the first convolution */
  const char *body;  /* the residual blocks */
  GengaRrdbKeys block;
  const char *trunk; /* NULL: numbered, as all after it */
  const char *up;    /* an upsampling convolution, before its number */
  const char *high;  /* the two convolutions at full size */
  const char *last;
} LayoutKeys;

static const LayoutKeys old_keys = {
  .first = "model.0",
  .body = "model.1.sub",
  .block = { "RDB", ".0" },
};

static const LayoutKeys realesrgan_keys = {
  .first = "conv_first",
  .body = "body",
  .block = { "rdb", "" },
  .trunk = "conv_body",
  .up = "conv_up",
  .high = "conv_hr",
  .last = "conv_last",
};

static const LayoutKeys bsrgan_keys = {
  .first = "conv_first",
  .body = "RRDB_trunk",
  .block = { "RDB", "" },
  .trunk = "trunk_conv",
  .up = "upconv",
  .high = "HRconv",
  .last = "conv_last",
};

static const LayoutKeys *
read_layout (GengaArchReader *reader, GengaEsrganLayout *layout)
{
  if (genga_arch_has (reader, "model.0.weight"))
    {
      gboolean plus = genga_arch_has (reader, "model.1.sub.0.RDB1.conv1x1.weight");

      *layout = plus ? GENGA_ESRGAN_PLUS : GENGA_ESRGAN_OLD;
      return &old_keys;
    }
  *layout = genga_arch_has (reader, "body.0.rdb1.conv1.weight") ? GENGA_ESRGAN_REALESRGAN
                                                                : GENGA_ESRGAN_BSRGAN;
  return *layout == GENGA_ESRGAN_REALESRGAN ? &realesrgan_keys : &bsrgan_keys;
}

/* The tail's keys, after n ups: the layers without parameters count in the old numbering. */
static const char *
get_up_key (GengaArchReader *reader, const LayoutKeys *keys, int index)
{
  if (keys->up == NULL)
    return genga_arch_key (reader, "model.%d", 3 * index);
  return genga_arch_key (reader, "%s%d", keys->up, index);
}

static const char *
get_high_key (GengaArchReader *reader, const LayoutKeys *keys, int n_up)
{
  if (keys->high == NULL)
    return genga_arch_key (reader, "model.%d", 3 * n_up + 2);
  return genga_arch_key (reader, "%s", keys->high);
}

static const char *
get_last_key (GengaArchReader *reader, const LayoutKeys *keys, int n_up)
{
  if (keys->last == NULL)
    return genga_arch_key (reader, "model.%d", 3 * n_up + 4);
  return genga_arch_key (reader, "%s", keys->last);
}

static int
read_n_up (GengaArchReader *reader, const LayoutKeys *keys)
{
  int n = 0;

  if (keys->up == NULL)
    n = MAX (genga_arch_get_sequence_length (reader, "model") - 5, 0) / 3;
  else
    {
      while (n <= MAX_UPS &&
             genga_arch_has (reader, genga_arch_key (reader, "%s%d.weight", keys->up, n + 1)))
        n++;
    }
  if (n > MAX_UPS)
    genga_arch_fail_variant (reader, "%d upsampling layers", n);
  return MIN (n, MAX_UPS);
}

static int
read_out_channels (GengaArchReader *reader, const LayoutKeys *keys, int n_up)
{
  g_autofree char *prefix = g_strdup (get_last_key (reader, keys, n_up));

  return genga_arch_get_dim (reader, genga_arch_key (reader, "%s.weight", prefix), 4, 0);
}

static void
expect_all (GengaArchReader *reader,
            const GengaEsrganSpec *net,
            const LayoutKeys *keys,
            int in_channels,
            int out_channels)
{
  int num_feat = net->num_feat;

  genga_arch_expect_conv (reader, keys->first, num_feat, in_channels, 3);
  for (int i = 0; i < net->num_blocks && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *block = g_strdup_printf ("%s.%d", keys->body, i);

      genga_arch_expect_rrdb (reader, &keys->block, block, num_feat, net->growth,
                              net->layout == GENGA_ESRGAN_PLUS);
    }
  genga_arch_expect_conv (reader,
                          keys->trunk != NULL
                              ? keys->trunk
                              : genga_arch_key (reader, "%s.%d", keys->body, net->num_blocks),
                          num_feat, num_feat, 3);
  for (int i = 1; i <= net->n_up; i++)
    genga_arch_expect_conv (reader, get_up_key (reader, keys, i), num_feat, num_feat, 3);
  genga_arch_expect_conv (reader, get_high_key (reader, keys, net->n_up), num_feat, num_feat, 3);
  genga_arch_expect_conv (reader, get_last_key (reader, keys, net->n_up), out_channels, num_feat,
                          3);
}

static void
read_esrgan (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaEsrganSpec *net = &spec->esrgan;
  const LayoutKeys *keys = read_layout (reader, &net->layout);
  const char *first = genga_arch_key (reader, "%s.weight", keys->first);
  int in_channels = genga_arch_get_dim (reader, first, 4, 1);
  int n_entries;

  net->num_feat = genga_arch_get_dim (reader, first, 4, 0);
  net->growth = genga_arch_get_dim (reader,
                                    genga_arch_key (reader, "%s.0.%s1.conv1%s.weight", keys->body,
                                                    keys->block.dense, keys->block.conv_suffix),
                                    4, 0);
  n_entries = genga_arch_get_sequence_length (reader, keys->body);
  net->num_blocks = keys->trunk != NULL ? n_entries : MAX (n_entries - 1, 0);
  net->n_up = read_n_up (reader, keys);
  spec->out_channels = read_out_channels (reader, keys, net->n_up);

  net->unshuffle = 1;
  if (in_channels == 4 * spec->out_channels)
    net->unshuffle = 2;
  else if (in_channels == 16 * spec->out_channels)
    net->unshuffle = 4;
  spec->in_channels = in_channels / (net->unshuffle * net->unshuffle);
  spec->scale = (1 << net->n_up) / net->unshuffle;
  if (spec->scale < 1)
    {
      genga_arch_fail_variant (reader, "it reduces");
      return;
    }
  expect_all (reader, net, keys, in_channels, spec->out_channels);
}

/* ---- the graph ---- */

static const LayoutKeys *
get_layout (const GengaEsrganSpec *net)
{
  switch (net->layout)
    {
    case GENGA_ESRGAN_REALESRGAN:
      return &realesrgan_keys;
    case GENGA_ESRGAN_BSRGAN:
      return &bsrgan_keys;
    case GENGA_ESRGAN_OLD:
    case GENGA_ESRGAN_PLUS:
    default:
      return &old_keys;
    }
}

static guint
build_body (const GengaArchBuild *build,
            const GengaEsrganSpec *net,
            const LayoutKeys *keys,
            guint input)
{
  guint value = input;

  for (int i = 0; i < net->num_blocks; i++)
    {
      g_autofree char *block = g_strdup_printf ("%s.%d", keys->body, i);

      value = genga_arch_build_rrdb (build, &keys->block, block, value);
    }
  if (keys->trunk != NULL)
    value = genga_arch_build_conv (build, value, "%s", keys->trunk);
  else
    value = genga_arch_build_conv (build, value, "%s.%d", keys->body, net->num_blocks);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

/* A convolution of the tail, which the old layout numbers. */
static guint
build_tail (const GengaArchBuild *build, const char *name, int index, guint input)
{
  if (name == NULL)
    return genga_arch_build_conv (build, input, "model.%d", index);
  return genga_arch_build_conv (build, input, "%s", name);
}

static void
build_esrgan (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaEsrganSpec *net = &spec->esrgan;
  const LayoutKeys *keys = get_layout (net);
  guint value = 0;

  genga_graph_require_sides (build->graph, net->unshuffle > 1 ? 4 : 2, net->unshuffle > 1 ? 4 : 1);
  if (net->unshuffle > 1)
    value = genga_graph_pixel_unshuffle (build->graph, value, net->unshuffle);
  value = genga_arch_build_conv (build, value, "%s", keys->first);
  value = build_body (build, net, keys, value);
  for (int i = 1; i <= net->n_up; i++)
    {
      g_autofree char *name = keys->up != NULL ? g_strdup_printf ("%s%d", keys->up, i) : NULL;

      value = genga_graph_resize (build->graph, value, GENGA_RESIZE_NEAREST, 2, 1);
      value = build_tail (build, name, 3 * i, value);
      value = genga_graph_leaky_relu (build->graph, value, GENGA_RRDB_SLOPE);
    }
  value = build_tail (build, keys->high, 3 * net->n_up + 2, value);
  value = genga_graph_leaky_relu (build->graph, value, GENGA_RRDB_SLOPE);
  build_tail (build, keys->last, 3 * net->n_up + 4, value);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "ESRGAN";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaEsrganSpec *net = &spec->esrgan;
  int unshuffle = net->unshuffle;

  genga_hyper_int (func, user_data, "in_nc", spec->in_channels * unshuffle * unshuffle);
  genga_hyper_int (func, user_data, "out_nc", spec->out_channels);
  genga_hyper_int (func, user_data, "num_filters", net->num_feat);
  genga_hyper_int (func, user_data, "num_blocks", net->num_blocks);
  genga_hyper_int (func, user_data, "num_grow_ch", net->growth);
  genga_hyper_int (func, user_data, "scale", 1 << net->n_up);
  genga_hyper_bool (func, user_data, "plus", net->layout == GENGA_ESRGAN_PLUS);
  if (unshuffle > 1)
    genga_hyper_int (func, user_data, "shuffle_factor", unshuffle);
  else
    func ("shuffle_factor", "None", user_data);
  func ("norm", "None", user_data);
  func ("act", "leakyrelu", user_data);
  func ("upsampler", "upconv", user_data);
  func ("mode", "CNA", user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaEsrganSpec *net = &spec->esrgan;

  if (net->layout == GENGA_ESRGAN_PLUS)
    g_ptr_array_add (tags, g_strdup ("ESRGAN+"));
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", net->num_feat));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", net->num_blocks));
  if (net->unshuffle > 1)
    g_ptr_array_add (tags, g_strdup ("unshuffle"));
}

const GengaArch genga_arch_esrgan = {
  .family = GENGA_FAMILY_ESRGAN,
  .get_name = get_name,
  .read = read_esrgan,
  .build = build_esrgan,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
