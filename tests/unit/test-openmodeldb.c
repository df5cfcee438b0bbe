/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every architecture that models of OpenModelDB are of: how many of those run, and that what does
 * not is told by its name, by the keys that its files have.
 */
#include "made-dict.h"

#include "core/error.h"
#include "nets/spec-data.h"

#include <string.h>

#define MAX_KEYS 5

typedef struct
{
  const char *slug;
  GengaFamily family; /* that runs; GENGA_FAMILY_NONE: none does */
  gboolean is_video;  /* takes several frames, or makes them: nothing that enlarges a picture */
  const char *name;   /* of what does not run; NULL where its files are not known */
  const char *keys[MAX_KEYS + 1];
} Architecture;

static const Architecture architectures[] = {
  { "atd", GENGA_FAMILY_ATD },
  { "cain", GENGA_FAMILY_NONE, TRUE, "CAIN", { "encoder.interpolate.headConv.weight" } },
  { "cain-yuv", GENGA_FAMILY_NONE, TRUE },
  { "compact", GENGA_FAMILY_COMPACT },
  { "craft", GENGA_FAMILY_CRAFT },
  { "cugan", GENGA_FAMILY_CUGAN },
  { "dat", GENGA_FAMILY_DAT },
  { "dctlsa",
    GENGA_FAMILY_NONE,
    FALSE,
    "DCTLSA",
    { "fea_conv.weight", "B1.body.0.transformer_body.0.blocks.0.attn.qkv.weight",
      "B6.body.1.transformer_body.0.blocks.0.attn.qkv.weight", "LR_conv.weight",
      "upsampler.0.weight" } },
  { "ditn", GENGA_FAMILY_DITN },
  { "drct", GENGA_FAMILY_DRCT },
  { "edsr",
    GENGA_FAMILY_NONE,
    FALSE,
    "EDSR",
    { "sub_mean.weight", "head.0.weight", "body.0.body.0.weight", "tail.0.0.weight",
      "tail.1.weight" } },
  { "esrgan", GENGA_FAMILY_ESRGAN },
  { "esrgan+", GENGA_FAMILY_ESRGAN },
  { "grl", GENGA_FAMILY_GRL },
  { "hat", GENGA_FAMILY_HAT },
  { "hma",
    GENGA_FAMILY_NONE,
    FALSE,
    "HMA",
    { "conv_first.weight", "layers.0.residual_group.gab.grid_proj.weight" } },
  /* Makes degraded pictures of good ones. */
  { "ludvae", GENGA_FAMILY_NONE },
  { "mosr", GENGA_FAMILY_MOSR },
  { "omnisr", GENGA_FAMILY_OMNISR },
  { "rcan", GENGA_FAMILY_RCAN },
  { "real-cugan", GENGA_FAMILY_CUGAN },
  { "realplksr", GENGA_FAMILY_PLKSR },
  { "realplksr-dysample", GENGA_FAMILY_PLKSR },
  { "rgt", GENGA_FAMILY_RGT },
  { "rife",
    GENGA_FAMILY_NONE,
    TRUE,
    "RIFE",
    { "block0.conv0.0.0.weight", "block1.conv0.0.0.weight", "block2.conv0.0.0.weight" } },
  { "sofvsr", GENGA_FAMILY_NONE, TRUE, "SOFVSR", { "OFR.RNN1.0.weight", "OFR.RNN2.0.weight" } },
  { "span", GENGA_FAMILY_SPAN },
  { "spsr", GENGA_FAMILY_SPSR },
  { "sr-res-net",
    GENGA_FAMILY_NONE,
    FALSE,
    "SRResNet",
    { "model.0.weight", "model.1.sub.0.res.0.weight" } },
  { "srformer", GENGA_FAMILY_SRFORMER },
  { "swift-srgan", GENGA_FAMILY_SWIFT },
  { "swinir", GENGA_FAMILY_SWINIR },
  { "tscunet",
    GENGA_FAMILY_NONE,
    TRUE,
    "TSCUNet",
    { "m_head.0.weight", "m_tail.0.weight", "m_layers.0.m_body.0.trans_block.mlp.0.weight" } },
};

/* ---- by name ---- */

static void
test_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (architectures); i++)
    {
      const Architecture *architecture = &architectures[i];
      g_autoptr (GError) error = NULL;
      g_autofree char *expected = NULL;
      GengaNetSpec spec;
      MadeDict made;

      if (architecture->name == NULL)
        continue;
      made_dict_init (&made, i);
      for (guint k = 0; architecture->keys[k] != NULL; k++)
        made_dict_add (&made, 1, MADE_SHAPE (2, 2, 3, 3), "%s", architecture->keys[k]);
      genga_state_dict_finish (made.dict, &error);
      g_assert_no_error (error);
      g_assert_false (genga_net_spec_detect (&spec, made.dict, "a.pth", &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
      expected = g_strdup_printf ("a.pth: %s model: not supported yet.", architecture->name);
      if (!g_str_has_prefix (error->message, expected))
        g_error ("%s, not: %s", error->message, expected);
      genga_state_dict_unref (made.dict);
    }
}

/* ---- how many run ---- */

typedef struct
{
  guint n, n_run;
} Count;

static const Architecture *
find_architecture (const char *slug)
{
  for (guint i = 0; i < G_N_ELEMENTS (architectures); i++)
    if (g_str_equal (architectures[i].slug, slug))
      return &architectures[i];
  g_error ("“%s” is no architecture that this test knows", slug);
}

static gboolean
is_drawn (const char *tags)
{
  return strstr (tags, "anime") != NULL || strstr (tags, "cartoon") != NULL ||
         strstr (tags, "manga") != NULL;
}

static void
count_model (Count *count, const Architecture *architecture)
{
  count->n++;
  count->n_run += architecture->family != GENGA_FAMILY_NONE;
}

static void
test_share (void)
{
  const char *shared = g_getenv ("GENGA_SHARED");
  g_autofree char *path =
      shared != NULL ? g_build_filename (shared, "reference", "openmodeldb.tsv", NULL) : NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  Count all = { 0 }, drawn = { 0 };

  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    {
      g_test_skip ("the shared data is not here");
      return;
    }
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char **cells = g_strsplit (*line, "\t", 5); /* id, architecture, scale, tags, ... */
      const Architecture *architecture;

      /* A model is in the list once for each of its files. */
      if (g_strv_length (cells) == 5 && !g_str_equal (cells[0], "id") &&
          g_hash_table_add (seen, g_strdup (cells[0])))
        {
          architecture = find_architecture (cells[1]);
          if (!architecture->is_video)
            count_model (&all, architecture);
          if (!architecture->is_video && is_drawn (cells[3]))
            count_model (&drawn, architecture);
        }
      g_strfreev (cells);
    }
  g_test_message ("%u of %u models of single pictures run, %u of %u for drawn ones", all.n_run,
                  all.n, drawn.n_run, drawn.n);
  g_assert_cmpuint (all.n, >, 600);
  g_assert_cmpuint (100 * all.n_run, >=, 97 * all.n);
  g_assert_cmpuint (100 * drawn.n_run, >=, 96 * drawn.n);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/openmodeldb/names", test_names);
  g_test_add_func ("/openmodeldb/share", test_share);
  return g_test_run ();
}
