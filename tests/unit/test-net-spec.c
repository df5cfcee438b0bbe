/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Detection on state dicts made of names and shapes alone: what its errors say, which family wins
 * where keys overlap, and that no number in a file does harm.
 */
#include "core/error.h"
#include "nets/net-spec.h"

#include <math.h>
#include <string.h>

/* Tensors without a shape of interest point here; nobody reads them. */
static const float some_floats[8];

typedef struct
{
  const char *name;
  guint rank;
  gint64 shape[4];
  GengaDType dtype;
} Entry;

#define SHAPE(...)                                                                                 \
  G_N_ELEMENTS (((const gint64[]){ __VA_ARGS__ })), { __VA_ARGS__ }

static void
add_tensor (GengaStateDict *dict, const Entry *entry, const void *data)
{
  GengaTensor tensor = { .dtype = entry->dtype, .rank = entry->rank, .data = data };
  g_autoptr (GError) error = NULL;

  /* What an entry leaves out. */
  if (tensor.dtype == GENGA_DTYPE_F64)
    tensor.dtype = GENGA_DTYPE_F32;
  memcpy (tensor.shape, entry->shape, sizeof entry->shape);
  for (guint i = 0; i < tensor.rank; i++)
    tensor.strides[i] = i == 0 ? 2 : 1;
  genga_state_dict_add (dict, &tensor, entry->name, strlen (entry->name), &error);
  g_assert_no_error (error);
}

static GengaStateDict *
make_dict (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (some_floats, sizeof some_floats);

  return genga_state_dict_new (bytes);
}

static gboolean
detect (GengaStateDict *dict, GengaNetSpec *spec, GError **error)
{
  g_autoptr (GError) finish_error = NULL;

  genga_state_dict_finish (dict, &finish_error);
  g_assert_no_error (finish_error);
  return genga_net_spec_detect (spec, dict, "net.pth", error);
}

static void
assert_refused (const Entry *entries, gsize n, const char *message)
{
  g_autoptr (GengaStateDict) dict = make_dict ();
  g_autoptr (GError) error = NULL;
  GengaNetSpec spec;

  for (gsize i = 0; i < n; i++)
    add_tensor (dict, &entries[i], some_floats);
  g_assert_false (detect (dict, &spec, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_cmpstr (error->message, ==, message);
}

/* Too little for any network, but enough to tell of which family it is. */
static void
assert_recognised (const Entry *entries, gsize n, const char *family)
{
  g_autofree char *part = g_strdup_printf ("%s model", family);
  g_autoptr (GengaStateDict) dict = make_dict ();
  g_autoptr (GError) error = NULL;
  GengaNetSpec spec;

  for (gsize i = 0; i < n; i++)
    add_tensor (dict, &entries[i], some_floats);
  g_assert_false (detect (dict, &spec, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
}

/* Compact, 8 features, one hidden convolution, RGB x2. */
static const Entry compact[] = {
  { "body.0.weight", SHAPE (8, 3, 3, 3) },
  { "body.0.bias", SHAPE (8) },
  { "body.1.weight", SHAPE (8) },
  { "body.2.weight", SHAPE (8, 8, 3, 3) },
  { "body.2.bias", SHAPE (8) },
  { "body.3.weight", SHAPE (8) },
  { "body.4.weight", SHAPE (12, 8, 3, 3) },
  { "body.4.bias", SHAPE (12) },
};

/* The network above with entry `index` replaced, or left out where `entry` is NULL. */
static void
assert_compact_refused (guint index, const Entry *entry, const char *message)
{
  Entry entries[G_N_ELEMENTS (compact) + 1];
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (compact); i++)
    {
      if (i != index)
        entries[n++] = compact[i];
    }
  if (entry != NULL)
    entries[n++] = *entry;
  assert_refused (entries, n, message);
}

static void
test_compact (void)
{
  static const Entry leftovers[] = {
    { "total_ops", SHAPE (1) },
    { "body.0.total_params", SHAPE (1) },
    { "body.0.num_batches_tracked", 0, { 0 }, GENGA_DTYPE_I64 },
  };
  g_autoptr (GengaStateDict) dict = make_dict ();
  g_autoptr (GError) error = NULL;
  GengaNetSpec spec;

  for (guint i = 0; i < G_N_ELEMENTS (compact); i++)
    add_tensor (dict, &compact[i], some_floats);
  for (guint i = 0; i < G_N_ELEMENTS (leftovers); i++)
    add_tensor (dict, &leftovers[i], some_floats);
  detect (dict, &spec, &error);
  g_assert_no_error (error);
  g_assert_cmpint (spec.family, ==, GENGA_FAMILY_COMPACT);
  g_assert_cmpint (spec.scale, ==, 2);
  g_assert_cmpint (spec.in_channels, ==, 3);
  g_assert_cmpint (spec.out_channels, ==, 3);
  g_assert_cmpint (spec.compact.num_feat, ==, 8);
  g_assert_cmpint (spec.compact.num_conv, ==, 1);
  g_assert_cmpint (spec.radius, ==, 3);
  g_assert_cmpint (spec.n_parameters, ==, 216 + 8 + 8 + 576 + 8 + 8 + 864 + 12);
}

static void
test_sentences (void)
{
  assert_compact_refused (
      3, &(const Entry){ "body.2.weight", SHAPE (8, 9, 3, 3) },
      "net.pth: Not a Compact model: key “body.2.weight” has shape [8, 9, 3, 3], expected [8, 8, "
      "3, 3].");
  assert_compact_refused (
      2, &(const Entry){ "body.1.weight", SHAPE (1) },
      "net.pth: Not a Compact model: key “body.1.weight” has shape [1], expected [8].");
  assert_compact_refused (4, NULL, "net.pth: Not a Compact model: missing key “body.2.bias”.");
  assert_compact_refused (G_MAXUINT, &(const Entry){ "body.2.scale", SHAPE (8) },
                          "net.pth: Not a Compact model: unexpected key “body.2.scale”.");
  assert_compact_refused (
      4, &(const Entry){ "body.2.bias", SHAPE (8), GENGA_DTYPE_I64 },
      "net.pth: Compact model of a variant that is not supported yet (key body.2.bias is of type "
      "i64).");
  assert_refused (&(const Entry){ "weird.weight", SHAPE (1) }, 1,
                  "net.pth: unknown architecture. Genga does not know the network that these "
                  "weights belong to.");
  assert_refused (
      (const Entry[]){ { "m_head.0.weight", SHAPE (1) }, { "m_tail.0.weight", SHAPE (1) } }, 2,
      "net.pth: SCUNet model: not supported yet. Genga knows this network, but can't run it.");
  /* A hostile name is cut and cleaned. */
  assert_compact_refused (G_MAXUINT, &(const Entry){ "x\033[31m\n", SHAPE (8) },
                          "net.pth: Not a Compact model: unexpected key “x?[31m?”.");
}

static void
test_hostile (void)
{
  static const struct
  {
    guint index;
    Entry entry;
  } cases[] = {
    /* Widths and ranks. */
    { 0, { "body.0.weight", SHAPE (G_MAXINT64 / 27, 3, 3, 3) } },
    { 0, { "body.0.weight", SHAPE (0, 3, 3, 3) } },
    { 0, { "body.0.weight", SHAPE (8, 0, 3, 3) } },
    { 0, { "body.0.weight", SHAPE (8, 4294967299, 3, 3) } },
    { 0, { "body.0.weight", SHAPE (8, 2, 3, 3) } },
    { 0, { "body.0.weight", SHAPE (8) } },
    { 0, { "body.0.weight", 0, { 0 } } },
    { 7, { "body.4.bias", SHAPE (13) } },
    { 7, { "body.4.bias", SHAPE (0) } },
    { 7, { "body.4.bias", SHAPE (G_MAXINT64) } },
    { 7, { "body.4.bias", SHAPE (3 * 17 * 17) } },
    /* Indices. */
    { G_MAXUINT, { "body.5.weight", SHAPE (8) } },
    { G_MAXUINT, { "body.4000.bias", SHAPE (8) } },
    { G_MAXUINT, { "body.4000000000.bias", SHAPE (8) } },
    { G_MAXUINT, { "body.99999999999999999999999.bias", SHAPE (8) } },
    { G_MAXUINT, { "body.-1.bias", SHAPE (8) } },
    { G_MAXUINT, { "body.", SHAPE (8) } },
    { G_MAXUINT, { "body.4x", SHAPE (8) } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GengaStateDict) dict = make_dict ();
      g_autoptr (GError) error = NULL;
      GengaNetSpec spec;

      for (guint j = 0; j < G_N_ELEMENTS (compact); j++)
        add_tensor (dict, j == cases[i].index ? &cases[i].entry : &compact[j], some_floats);
      if (cases[i].index == G_MAXUINT)
        add_tensor (dict, &cases[i].entry, some_floats);
      g_assert_false (detect (dict, &spec, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
      g_assert_nonnull (strstr (error->message, "Compact model"));
    }
}

static void
test_channels (void)
{
  static const struct
  {
    int in;
    int shuffled;
    int scale; /* 0: refused */
  } cases[] = {
    { 1, 4, 2 }, { 3, 27, 3 }, { 4, 64, 4 }, { 3, 3, 1 },   { 3, 768, 16 },
    { 1, 3, 0 }, { 3, 4, 0 },  { 2, 8, 0 },  { 12, 48, 0 }, { 3, 3 * 17 * 17, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Entry entries[] = {
        { "body.0.weight", SHAPE (8, cases[i].in, 3, 3) },
        { "body.0.bias", SHAPE (8) },
        { "body.1.weight", SHAPE (8) },
        { "body.2.weight", SHAPE (cases[i].shuffled, 8, 3, 3) },
        { "body.2.bias", SHAPE (cases[i].shuffled) },
      };
      g_autoptr (GengaStateDict) dict = make_dict ();
      g_autoptr (GError) error = NULL;
      GengaNetSpec spec;

      for (guint j = 0; j < G_N_ELEMENTS (entries); j++)
        add_tensor (dict, &entries[j], some_floats);
      if (cases[i].scale == 0)
        {
          g_assert_false (detect (dict, &spec, &error));
          g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
          continue;
        }
      detect (dict, &spec, &error);
      g_assert_no_error (error);
      g_assert_cmpint (spec.scale, ==, cases[i].scale);
      g_assert_cmpint (spec.in_channels, ==, cases[i].in);
    }
}

static void
test_order (void)
{
  /* Keys that fit more than one family, with the one they belong to. */
  static const struct
  {
    const char *family;
    const char *keys[7];
  } cases[] = {
    { "MMRealSR",
      { "conv_first.weight", "conv_body.weight", "conv_last.weight", "body.0.rdb1.conv1.weight",
        "am_list.0.fc.0.weight", "de_net.conv_first.0.weight", "dd_embed.0.weight" } },
    { "TSCUNet",
      { "m_head.0.weight", "m_tail.0.weight", "m_layers.0.m_body.0.trans_block.mlp.0.weight" } },
    { "Swin2SR",
      { "conv_first.weight", "patch_embed.proj.weight",
        "layers.0.residual_group.blocks.0.norm1.weight",
        "layers.0.residual_group.blocks.0.mlp.fc1.bias",
        "layers.0.residual_group.blocks.0.attn.relative_position_index" } },
    { "SRFormer",
      { "conv_first.weight", "layers.0.residual_group.blocks.0.norm1.weight",
        "layers.0.residual_group.blocks.0.mlp.fc1.bias",
        "layers.0.residual_group.blocks.0.attn.relative_position_index",
        "layers.0.residual_group.blocks.0.attn.aligned_relative_position_index" } },
    { "SwinIR",
      { "conv_first.1.weight", "layers.0.residual_group.blocks.0.norm1.weight",
        "layers.0.residual_group.blocks.0.mlp.fc1.bias",
        "layers.0.residual_group.blocks.0.attn.relative_position_index" } },
    { "RGT",
      { "conv_first.weight", "before_RG.1.weight", "layers.0.blocks.0.gamma",
        "layers.0.blocks.0.attn.attns.0.rpe_biases", "layers.0.blocks.0.mlp.fc1.weight" } },
    { "RealCUGAN",
      { "unet1.conv1.conv.0.weight", "unet1.conv2.seblock.conv1.weight",
        "unet2.conv1.conv.0.weight", "unet2.conv4.conv.0.weight", "unet2.conv_bottom.weight",
        "unet1.conv_bottom.weight" } },
    { "SPANPlus", { "feats.0.sk.weight", "feats.1.block_1.c1_r.sk.weight" } },
    { "waifu2x",
      { "net.0.weight", "net.2.weight", "net.4.weight", "net.6.weight", "net.8.weight",
        "net.10.weight", "net.12.weight" } },
    { "PLKSR (sparse kernels)",
      { "feats.0.weight", "feats.1.lk.convs.0.weight", "feats.1.refine.weight",
        "feats.1.channe_mixer.0.weight" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Entry entries[G_N_ELEMENTS (cases[i].keys)];
      guint n = 0;

      for (; n < G_N_ELEMENTS (entries) && cases[i].keys[n] != NULL; n++)
        entries[n] = (Entry){ cases[i].keys[n], SHAPE (1, 1, 4, 4) };
      assert_recognised (entries, n, cases[i].family);
    }
}

/* waifu2x's CUNet has RealCUGAN's keys. */
static void
test_cunet (void)
{
  static const Entry entries[] = {
    { "unet1.conv1.conv.0.weight", SHAPE (1) },
    { "unet1.conv2.seblock.conv1.weight", SHAPE (1) },
    { "unet1.conv_bottom.weight", SHAPE (3, 64, 3, 3) },
    { "unet2.conv1.conv.0.weight", SHAPE (1) },
    { "unet2.conv4.conv.0.weight", SHAPE (1) },
    { "unet2.conv_bottom.weight", SHAPE (1) },
  };

  assert_recognised (entries, G_N_ELEMENTS (entries), "waifu2x");
}

static void
add_conv (GengaStateDict *dict, int out, int in, const char *prefix)
{
  g_autofree char *weight = g_strconcat (prefix, ".weight", NULL);
  g_autofree char *bias = g_strconcat (prefix, ".bias", NULL);

  add_tensor (dict, &(const Entry){ weight, SHAPE (out, in, 3, 3) }, some_floats);
  add_tensor (dict, &(const Entry){ bias, SHAPE (out) }, some_floats);
}

/* An old-layout ESRGAN with one block of 4 features, growing by 2. */
static GengaStateDict *
make_esrgan (int in, int out, int n_up)
{
  GengaStateDict *dict = make_dict ();

  add_conv (dict, 4, in, "model.0");
  for (int dense = 1; dense <= 3; dense++)
    {
      for (int conv = 1; conv <= 5; conv++)
        {
          g_autofree char *key = g_strdup_printf ("model.1.sub.0.RDB%d.conv%d.0", dense, conv);

          add_conv (dict, conv == 5 ? 4 : 2, 4 + 2 * (conv - 1), key);
        }
    }
  add_conv (dict, 4, 4, "model.1.sub.1");
  for (int i = 1; i <= n_up; i++)
    {
      g_autofree char *key = g_strdup_printf ("model.%d", 3 * i);

      add_conv (dict, 4, 4, key);
    }
  {
    g_autofree char *high = g_strdup_printf ("model.%d", 3 * n_up + 2);
    g_autofree char *last = g_strdup_printf ("model.%d", 3 * n_up + 4);

    add_conv (dict, 4, 4, high);
    add_conv (dict, out, 4, last);
  }
  return dict;
}

static void
test_esrgan (void)
{
  static const struct
  {
    int in;
    int out;
    int n_up;
    int channels;
    int scale; /* 0: refused */
    int unshuffle;
  } cases[] = {
    { 3, 3, 0, 3, 1, 1 },  { 3, 3, 3, 3, 8, 1 },  { 1, 1, 2, 1, 4, 1 },   { 4, 4, 2, 4, 4, 1 },
    { 12, 3, 2, 3, 2, 2 }, { 48, 3, 2, 3, 1, 4 }, { 4, 1, 2, 1, 2, 2 },   { 48, 3, 3, 3, 2, 4 },
    { 12, 3, 0, 3, 0, 2 }, { 3, 1, 2, 3, 0, 1 },  { 192, 3, 2, 3, 0, 1 }, { 3, 3, 5, 3, 0, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GengaStateDict) dict = make_esrgan (cases[i].in, cases[i].out, cases[i].n_up);
      g_autoptr (GError) error = NULL;
      GengaNetSpec spec;

      if (cases[i].scale == 0)
        {
          g_assert_false (detect (dict, &spec, &error));
          g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
          continue;
        }
      detect (dict, &spec, &error);
      g_assert_no_error (error);
      g_assert_cmpint (spec.in_channels, ==, cases[i].channels);
      g_assert_cmpint (spec.scale, ==, cases[i].scale);
      g_assert_cmpint (spec.esrgan.growth, ==, 2);
      g_assert_cmpint (spec.esrgan.unshuffle, ==, cases[i].unshuffle);
      g_assert_cmpint (spec.multiple_of, ==, cases[i].unshuffle > 1 ? 4 : 1);
      g_assert_cmpint (spec.radius, ==, 19 * cases[i].unshuffle);
    }
}

/* As much of a DAT network as is looked at before its window. */
static void
assert_dat_refused (float height, float width, int heads, const char *detail)
{
  static const Entry entries[] = {
    { "conv_first.weight", SHAPE (64, 3, 3, 3) },
    { "before_RG.1.weight", SHAPE (64) },
    { "layers.0.blocks.0.ffn.sg.conv.weight", SHAPE (64, 1, 3, 3) },
    { "layers.0.blocks.0.ffn.fc1.weight", SHAPE (128, 64) },
    { "layers.0.blocks.0.attn.dwconv.1.running_mean", SHAPE (64) },
  };
  const float biases[] = { -1, -1, height, width };
  g_autoptr (GengaStateDict) dict = make_dict ();
  g_autoptr (GError) error = NULL;
  GengaNetSpec spec;

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    add_tensor (dict, &entries[i], some_floats);
  add_tensor (dict, &(const Entry){ "layers.0.blocks.0.attn.attns.0.rpe_biases", SHAPE (2, 2) },
              biases);
  add_tensor (
      dict,
      &(const Entry){ "layers.0.blocks.0.attn.attns.0.pos.pos3.2.weight", SHAPE (heads / 2, 2) },
      some_floats);
  g_assert_false (detect (dict, &spec, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, detail));
}

static void
test_dat_window (void)
{
  assert_dat_refused (1e9f, 1, 4, "window larger than 64");
  assert_dat_refused (1, -1, 4, "window larger than 64");
  assert_dat_refused (NAN, 1, 4, "window larger than 64");
  assert_dat_refused (1, INFINITY, 4, "window larger than 64");
  assert_dat_refused (7, 11, 4, "windows of 8x12");
  assert_dat_refused (63, 63, 4, "windows of 64x64");
  assert_dat_refused (1, 1, 6, "6 heads for 64 channels");
  assert_dat_refused (1, 1, 4, "missing key");
}

static void
test_builtin (void)
{
  GengaNetSpec spec;
  g_auto (GStrv) tags = NULL;

  genga_net_spec_init_builtin (&spec, GENGA_FAMILY_BICUBIC, 3);
  tags = genga_net_spec_dup_tags (&spec);
  g_assert_cmpint (spec.scale, ==, 3);
  g_assert_cmpint (spec.radius, ==, 2);
  g_assert_cmpint (spec.multiple_of, ==, 1);
  g_assert_cmpstr (genga_net_spec_get_family_name (&spec), ==, "bicubic");
  g_assert_cmpuint (g_strv_length (tags), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net-spec/compact", test_compact);
  g_test_add_func ("/net-spec/sentences", test_sentences);
  g_test_add_func ("/net-spec/hostile", test_hostile);
  g_test_add_func ("/net-spec/channels", test_channels);
  g_test_add_func ("/net-spec/order", test_order);
  g_test_add_func ("/net-spec/cunet", test_cunet);
  g_test_add_func ("/net-spec/esrgan", test_esrgan);
  g_test_add_func ("/net-spec/dat-window", test_dat_window);
  g_test_add_func ("/net-spec/builtin", test_builtin);
  return g_test_run ();
}
