/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Networks that attend in windows, of random weights: what is told of them, how far their pixels
 * see, and that every tensor is needed in its shape.
 */
#include "core/error.h"
#include "engine/reference/reference-graph.h"
#include "made-dict.h"
#include "nets/net-build.h"

#include <math.h>
#include <string.h>

#define DIM 8
#define HEADS 2
#define HIDDEN 16
#define SIDE 48

/* ---- networks ---- */

static void
add_linear (MadeDict *made, int out, int in, const char *prefix)
{
  made_dict_add (made, 1.7f / sqrtf (in), MADE_SHAPE (out, in), "%s.weight", prefix);
  made_dict_add (made, 0.2f, MADE_SHAPE (out), "%s.bias", prefix);
}

static void
add_mlp (MadeDict *made, int dim, const char *at)
{
  g_autofree char *first = g_strdup_printf ("%s.mlp.fc1", at);
  g_autofree char *second = g_strdup_printf ("%s.mlp.fc2", at);

  made_dict_add_norm (made, dim, "%s.norm1", at);
  made_dict_add_norm (made, dim, "%s.norm2", at);
  add_linear (made, HIDDEN, dim, first);
  add_linear (made, dim, HIDDEN, second);
}

static void
add_attention (MadeDict *made, int dim, const char *attn)
{
  g_autofree char *qkv = g_strdup_printf ("%s.qkv", attn);
  g_autofree char *proj = g_strdup_printf ("%s.proj", attn);

  add_linear (made, 3 * dim, dim, qkv);
  add_linear (made, dim, dim, proj);
}

static void
add_table (MadeDict *made, int n_rows, int n_heads, const char *attn)
{
  made_dict_add (made, 1, MADE_SHAPE (n_rows, n_heads), "%s.relative_position_bias_table", attn);
}

/* "<prefix>.logit_scale" and the network of the biases. */
static void
add_cosine (MadeDict *made, const char *prefix)
{
  g_autofree char *hidden = g_strdup_printf ("%s.cpb_mlp.0", prefix);

  made_dict_add (made, 3, MADE_SHAPE (HEADS, 1, 1), "%s.logit_scale", prefix);
  add_linear (made, 512, 2, hidden);
  made_dict_add (made, 0.05f, MADE_SHAPE (HEADS, 512), "%s.cpb_mlp.2.weight", prefix);
}

/* What is around the layers, with an upsampler of convolutions and shuffles. */
static void
add_trunk (MadeDict *made)
{
  made_dict_add_conv (made, DIM, 3, 3, "conv_first");
  made_dict_add_norm (made, DIM, "patch_embed.norm");
  made_dict_add_norm (made, DIM, "norm");
  made_dict_add_conv (made, DIM, DIM, 3, "conv_after_body");
  made_dict_add_conv (made, 4, DIM, 3, "conv_before_upsample.0");
  made_dict_add_conv (made, 16, 4, 3, "upsample.0");
  made_dict_add_conv (made, 3, 4, 3, "conv_last");
}

/* Windows of 4 x 4 pixels. */
static void
make_swinir (MadeDict *made)
{
  add_trunk (made);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *at = g_strdup_printf ("layers.0.residual_group.blocks.%d", i);
      g_autofree char *attn = g_strdup_printf ("%s.attn", at);

      add_attention (made, DIM, attn);
      add_table (made, 49, HEADS, attn);
      made_dict_add (made, 1, MADE_SHAPE (16, 16), "%s.relative_position_index", attn);
      add_mlp (made, DIM, at);
    }
  made_dict_add_conv (made, DIM, DIM, 3, "layers.0.conv");
}

static void
make_swin2sr (MadeDict *made)
{
  add_trunk (made);
  made_dict_add_conv (made, DIM, DIM, 1, "patch_embed.proj");
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *at = g_strdup_printf ("layers.0.residual_group.blocks.%d", i);
      g_autofree char *attn = g_strdup_printf ("%s.attn", at);
      g_autofree char *proj = g_strdup_printf ("%s.proj", attn);

      made_dict_add (made, 0.6f, MADE_SHAPE (3 * DIM, DIM), "%s.qkv.weight", attn);
      made_dict_add (made, 0.2f, MADE_SHAPE (DIM), "%s.q_bias", attn);
      made_dict_add (made, 0.2f, MADE_SHAPE (DIM), "%s.v_bias", attn);
      add_linear (made, DIM, DIM, proj);
      add_cosine (made, attn);
      made_dict_add (made, 1, MADE_SHAPE (16, 16), "%s.relative_position_index", attn);
      add_mlp (made, DIM, at);
    }
  made_dict_add (made, 1, MADE_SHAPE (4, 16, 16), "layers.0.residual_group.blocks.1.attn_mask");
  made_dict_add_conv (made, DIM, DIM, 3, "layers.0.conv");
  made_dict_add_conv (made, DIM, DIM, 1, "layers.0.patch_embed.proj");
}

/* By way of a small picture. */
static void
make_swin2sr_aux (MadeDict *made)
{
  make_swin2sr (made);
  made_dict_add_conv (made, 4, 3, 3, "conv_bicubic");
  made_dict_add_conv (made, 3, 4, 3, "conv_aux");
  made_dict_add_conv (made, 4, 3, 3, "conv_after_aux.0");
}

/* Windows of 6 x 6 pixels: 3 x 3 keys, and an odd shift. */
static void
make_srformer (MadeDict *made)
{
  add_trunk (made);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *at = g_strdup_printf ("layers.0.residual_group.blocks.%d", i);
      g_autofree char *attn = g_strdup_printf ("%s.attn", at);
      g_autofree char *q = g_strdup_printf ("%s.q", attn);
      g_autofree char *kv = g_strdup_printf ("%s.kv", attn);
      g_autofree char *proj = g_strdup_printf ("%s.proj", attn);

      add_linear (made, DIM, DIM, q);
      add_linear (made, DIM / 2, DIM, kv);
      add_linear (made, DIM, DIM, proj);
      add_table (made, 25, HEADS, attn);
      made_dict_add (made, 1, MADE_SHAPE (36, 9), "%s.aligned_relative_position_index", attn);
      add_mlp (made, DIM, at);
      made_dict_add_conv (made, HIDDEN, 1, 5, "%s.mlp.dwconv.depthwise_conv.0", at);
    }
  made_dict_add (made, 1, MADE_SHAPE (4, 36, 9), "layers.0.residual_group.blocks.1.attn_mask");
  made_dict_add_conv (made, DIM, DIM, 3, "layers.0.conv");
}

/* Windows of 4 x 4 pixels, whose keys come from 6 x 6. */
static void
make_hat (MadeDict *made)
{
  static const char at[] = "layers.0.residual_group.blocks.0";
  static const char overlap[] = "layers.0.residual_group.overlap_attn";

  add_trunk (made);
  made_dict_add (made, 1, MADE_SHAPE (16, 16), "relative_position_index_SA");
  made_dict_add (made, 1, MADE_SHAPE (16, 36), "relative_position_index_OCA");
  add_attention (made, DIM, "layers.0.residual_group.blocks.0.attn");
  add_table (made, 49, HEADS, "layers.0.residual_group.blocks.0.attn");
  made_dict_add_conv (made, 2, DIM, 3, "%s.conv_block.cab.0", at);
  made_dict_add_conv (made, DIM, 2, 3, "%s.conv_block.cab.2", at);
  made_dict_add_conv (made, 8, DIM, 1, "%s.conv_block.cab.3.attention.1", at);
  made_dict_add_conv (made, DIM, 8, 1, "%s.conv_block.cab.3.attention.3", at);
  add_mlp (made, DIM, at);
  add_attention (made, DIM, overlap);
  add_table (made, 81, HEADS, overlap);
  add_mlp (made, DIM, overlap);
  made_dict_add_conv (made, DIM, DIM, 3, "layers.0.conv");
}

/* Blocks of 8, 12, 16, 20 and 24 channels. */
static void
make_drct (MadeDict *made)
{
  add_trunk (made);
  for (int k = 1; k <= 5; k++)
    {
      int dim = DIM + 4 * (k - 1), hidden = k <= 3 ? dim * HIDDEN / DIM : dim;
      g_autofree char *at = g_strdup_printf ("layers.0.swin%d", k);
      g_autofree char *attn = g_strdup_printf ("%s.attn", at);
      g_autofree char *first = g_strdup_printf ("%s.mlp.fc1", at);
      g_autofree char *second = g_strdup_printf ("%s.mlp.fc2", at);

      add_attention (made, dim, attn);
      add_table (made, 49, HEADS, attn);
      made_dict_add_norm (made, dim, "%s.norm1", at);
      made_dict_add_norm (made, dim, "%s.norm2", at);
      add_linear (made, hidden, dim, first);
      add_linear (made, dim, hidden, second);
      made_dict_add_conv (made, k < 5 ? 4 : DIM, dim, 1, "layers.0.adjust%d", k);
    }
  made_dict_add (made, 1, MADE_SHAPE (4, 16, 16), "layers.0.swin2.attn_mask");
}

/* Restores: windows and stripes of 8 x 8 pixels; anchors out of 2 x 2 pixels, twice. */
static void
make_grl (MadeDict *made)
{
  made_dict_add_conv (made, DIM, 3, 3, "conv_first");
  made_dict_add_norm (made, DIM, "norm_start");
  made_dict_add_norm (made, DIM, "norm_end");
  made_dict_add_conv (made, DIM, DIM, 1, "conv_after_body");
  made_dict_add_conv (made, 3, DIM, 3, "conv_last");
  made_dict_add_conv (made, DIM, DIM, 1, "layers.0.conv");
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *at = g_strdup_printf ("layers.0.blocks.%d", i);
      g_autofree char *attn = g_strdup_printf ("%s.attn", at);
      g_autofree char *qkv = g_strdup_printf ("%s.qkv.body", attn);
      g_autofree char *proj = g_strdup_printf ("%s.proj", attn);
      g_autofree char *window = g_strdup_printf ("%s.window_attn.attn_transform", attn);
      g_autofree char *gather = g_strdup_printf ("%s.stripe_attn.attn_transform1", attn);
      g_autofree char *spread = g_strdup_printf ("%s.stripe_attn.attn_transform2", attn);

      add_linear (made, 3 * DIM, DIM, qkv);
      add_linear (made, DIM, DIM, proj);
      made_dict_add (made, 0.3f, MADE_SHAPE (DIM / 2, 4 * DIM), "%s.anchor.body.0.reduction.weight",
                     attn);
      made_dict_add (made, 0.4f, MADE_SHAPE (DIM / 2, 2 * DIM), "%s.anchor.body.1.reduction.weight",
                     attn);
      add_cosine (made, window);
      add_cosine (made, gather);
      add_cosine (made, spread);
      add_mlp (made, DIM, at);
    }
}

typedef struct
{
  const char *family;
  void (*make) (MadeDict *made);
  int scale;
  int minimum, multiple_of;
  const char *hyper, *value; /* one that takes some thought */
  const char *tag;
  /* A mean over the picture, or keys that an odd shift makes of both its ends. */
  gboolean sees_all;
} Case;

static const Case cases[] = {
  { "SwinIR", make_swinir, 2, 16, 4, "img_size", "64", "s64w4", FALSE },
  { "Swin2SR", make_swin2sr, 2, 16, 4, "img_size", "8", "s8w4", FALSE },
  { "Swin2SR", make_swin2sr_aux, 2, 16, 1, "upsampler", "pixelshuffle_aux", "small", FALSE },
  { "SRFormer", make_srformer, 2, 16, 6, "img_size", "12", "s12w6", TRUE },
  { "HAT", make_hat, 2, 16, 4, "overlap_ratio", "0.5", "medium", TRUE },
  { "DRCT", make_drct, 2, 1, 16, "depths", "(6,)", "s8w4", FALSE },
  { "GRL", make_grl, 1, 1, 1, "anchor_window_down_factor", "4", "w8df4", FALSE },
};

static GengaStateDict *
make (const Case *c, GengaNetSpec *spec)
{
  MadeDict made;

  made_dict_init (&made, 7);
  made.gain = 1;
  c->make (&made);
  made_dict_detect (&made, spec);
  return made.dict;
}

/* ---- tests ---- */

static void
keep_hyper (const char *name, const char *value, gpointer user_data)
{
  g_assert_true (g_hash_table_insert (user_data, g_strdup (name), g_strdup (value)));
}

static void
test_facts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autoptr (GHashTable) hyper =
          g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      GengaNetSpec spec;
      g_autoptr (GengaStateDict) dict = make (c, &spec);
      g_auto (GStrv) tags = genga_net_spec_dup_tags (&spec);

      g_test_message ("case %u, %s", i, c->family);
      genga_net_spec_foreach_hyper (&spec, keep_hyper, hyper);
      g_assert_cmpstr (genga_net_spec_get_family_name (&spec), ==, c->family);
      g_assert_cmpint (spec.scale, ==, c->scale);
      g_assert_cmpint (spec.minimum, ==, c->minimum);
      g_assert_cmpint (spec.multiple_of, ==, c->multiple_of);
      g_assert_cmpint (spec.radius, ==, GENGA_RADIUS_GLOBAL);
      g_assert_false (spec.fp16_safe);
      g_assert_true (spec.bf16_safe);
      g_assert_cmpstr (g_hash_table_lookup (hyper, c->hyper), ==, c->value);
      g_assert_true (g_strv_contains ((const char *const *)tags, c->tag));
    }
}

static float *
run (const GengaGraph *graph, int scale, const float *picture)
{
  g_autoptr (GError) error = NULL;
  gsize n = (gsize)SIDE * SIDE * scale * scale * 3;
  float *result = g_new (float, n);

  genga_reference_run_graph (graph, picture, SIDE, SIDE, result, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < n; i++)
    g_assert_true (isfinite (result[i]));
  return result;
}

/* What changes in the last row changes that row, and nothing that is far away. */
static void
test_reach (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autofree float *picture = g_new (float, SIDE *SIDE * 3);
      gsize last = (gsize)SIDE * SIDE * c->scale * c->scale * 3 - 1;
      g_autoptr (GError) error = NULL;
      GengaNetSpec spec;
      g_autoptr (GengaStateDict) dict = make (c, &spec);
      g_autoptr (GengaGraph) graph = genga_net_build (&spec, dict, TRUE, &error);

      g_assert_no_error (error);
      g_test_message ("case %u, %s", i, c->family);
      for (int j = 0; j < SIDE * SIDE * 3; j++)
        picture[j] = 0.5f + 0.4f * sinf (0.37f * j);
      g_autofree float *before = run (graph, c->scale, picture);
      for (int j = SIDE * (SIDE - 1) * 3; j < SIDE * SIDE * 3; j++)
        picture[j] += 0.5f;
      g_autofree float *after = run (graph, c->scale, picture);
      g_assert_cmpfloat (before[last], !=, after[last]);
      /* The upper third. */
      g_assert_true ((memcmp (before, after, last / 3 * sizeof (float)) != 0) == c->sees_all);
    }
}

/* What `dict` says without a tensor, or with an axis more in its shape. */
static gboolean
detect_changed (GengaStateDict *dict, guint index, gboolean remove, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (NULL, 0);
  g_autoptr (GengaStateDict) changed = genga_state_dict_new (bytes);
  g_autoptr (GError) failure = NULL;
  GengaNetSpec spec;

  for (guint i = 0; i < genga_state_dict_get_n_tensors (dict); i++)
    {
      GengaTensor tensor = *genga_state_dict_get_tensor (dict, i);

      if (i == index && remove)
        continue;
      if (i == index)
        {
          tensor.shape[tensor.rank] = 1;
          tensor.strides[tensor.rank++] = 1;
        }
      genga_state_dict_add (changed, &tensor, tensor.name, strlen (tensor.name), &failure);
      g_assert_no_error (failure);
    }
  genga_state_dict_finish (changed, &failure);
  g_assert_no_error (failure);
  return genga_net_spec_detect (&spec, changed, "changed", error);
}

static gboolean
is_derivable (const char *name)
{
  return strstr (name, "attn_mask") != NULL ||
         (strstr (name, "relative_position_index") != NULL && strstr (name, "blocks.1") != NULL);
}

static void
test_strict (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GengaNetSpec spec;
      g_autoptr (GengaStateDict) dict = make (&cases[i], &spec);

      for (guint j = 0; j < genga_state_dict_get_n_tensors (dict); j++)
        for (int remove = 0; remove < 2; remove++)
          {
            const char *name = genga_state_dict_get_tensor (dict, j)->name;
            g_autoptr (GError) error = NULL;
            gboolean ok = detect_changed (dict, j, remove, &error);

            g_test_message ("%s: %s", name, error != NULL ? error->message : "");
            if (!is_derivable (name))
              g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
            else if (remove)
              g_assert_true (ok);
          }
    }
}

static void
assert_refused (MadeDict *made, const char *part)
{
  g_autoptr (GengaStateDict) dict = made->dict;
  g_autoptr (GError) error = NULL;
  GengaNetSpec spec;

  genga_state_dict_finish (dict, &error);
  g_assert_no_error (error);
  g_assert_false (genga_net_spec_detect (&spec, dict, "made", &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
}

/* A network of one block, whose sizes do not go together. */
static void
start_wrong (MadeDict *made, int n_pixels, int n_heads)
{
  static const char attn[] = "layers.0.residual_group.blocks.0.attn";

  made_dict_init (made, 3);
  made_dict_add_conv (made, DIM, 3, 3, "conv_first");
  made_dict_add_conv (made, 3, 4, 3, "conv_last");
  made_dict_add_conv (made, 4, DIM, 3, "conv_before_upsample.0");
  add_mlp (made, DIM, "layers.0.residual_group.blocks.0");
  add_table (made, 49, n_heads, attn);
  made_dict_add (made, 1, MADE_SHAPE (n_pixels, 1), "%s.relative_position_index", attn);
}

static void
test_wrong (void)
{
  MadeDict made;

  start_wrong (&made, 17, HEADS);
  assert_refused (&made, "relative_position_index");
  start_wrong (&made, 16, 3);
  assert_refused (&made, "3 heads for 8 channels");
  start_wrong (&made, 64 * 64, DIM);
  assert_refused (&made, "8 heads in windows of 4096 pixels");
  /* 17 channels out of 4 are no shuffle. */
  start_wrong (&made, 16, HEADS);
  made_dict_add_conv (&made, 17, 4, 3, "upsample.0");
  assert_refused (&made, "upsample.0.weight");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/window-nets/facts", test_facts);
  g_test_add_func ("/window-nets/reach", test_reach);
  g_test_add_func ("/window-nets/strict", test_strict);
  g_test_add_func ("/window-nets/wrong", test_wrong);
  return g_test_run ();
}
