/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/error.h"
#include "core/options.h"
#include "core/options-text.h"

/* What product-spec group 13 (UI-3 to UI-13, UI-21) and FMT-1 to FMT-3 say; UI-24 has it empty. */
/* Who changes the default of one that changes segments changes FORMAT in export/fingerprint.c. */
static const struct
{
  GengaOption option;
  const char *name;
  const char *value; /* the default as text; NULL: nothing */
} expected[] = {
  { GENGA_OPTION_MODEL, "model", "auto" },
  { GENGA_OPTION_SCALE, "scale", "2" },
  { GENGA_OPTION_WIDTH, "width", "auto" },
  { GENGA_OPTION_HEIGHT, "height", "auto" },
  { GENGA_OPTION_LONGEST, "longest", "auto" },
  { GENGA_OPTION_SHORTEST, "shortest", "auto" },
  { GENGA_OPTION_MEGAPIXELS, "megapixels", "auto" },
  { GENGA_OPTION_FIT, "fit", NULL },
  { GENGA_OPTION_PRE_DOWNSCALE, "pre-downscale", "original" },
  { GENGA_OPTION_PRECISION, "precision", "auto" },
  { GENGA_OPTION_DEVICE, "device", "auto" },
  { GENGA_OPTION_WORKERS, "workers", "1" },
  { GENGA_OPTION_MIXED_DEVICES, "mixed-devices", "no" },
  { GENGA_OPTION_TILE, "tile", "auto" },
  { GENGA_OPTION_OVERLAP, "overlap", "-1" },
  { GENGA_OPTION_BLEND, "blend", "gaussian" },
  { GENGA_OPTION_THREADS, "threads", "auto" },
  { GENGA_OPTION_MAX_MEMORY, "max-memory", "auto" },
  { GENGA_OPTION_NICE, "nice", "0" },
  { GENGA_OPTION_IONICE, "ionice", "normal" },
  { GENGA_OPTION_PAUSE_ON_BATTERY, "pause-on-battery", "no" },
  { GENGA_OPTION_PAUSE_IN_USE, "pause-in-use", "no" },
  { GENGA_OPTION_ALLOW_TRUNCATED, "allow-truncated", "no" },
  { GENGA_OPTION_STRENGTH, "strength", "100" },
  { GENGA_OPTION_SHARPENING, "sharpening", "0" },
  { GENGA_OPTION_CONTRAST, "contrast", "1" },
  { GENGA_OPTION_SATURATION, "saturation", "1" },
  { GENGA_OPTION_TRANSPARENCY, "transparency", "yes" },
  { GENGA_OPTION_ALPHA, "alpha", "network" },
  { GENGA_OPTION_BACKGROUND, "background", "#ffffff" },
  { GENGA_OPTION_COLOUR_PROFILE, "colour-profile", "keep" },
  { GENGA_OPTION_DPI, "dpi", "keep" },
  { GENGA_OPTION_FORMAT, "format", "auto" },
  { GENGA_OPTION_QUALITY, "quality", "95" },
  { GENGA_OPTION_ADAPTIVE_QUALITY, "adaptive-quality", "no" },
  { GENGA_OPTION_LOSSLESS, "lossless", "no" },
  { GENGA_OPTION_NEAR_LOSSLESS, "near-lossless", "no" },
  { GENGA_OPTION_WEBP_METHOD, "webp-method", "6" },
  { GENGA_OPTION_SUBSAMPLING, "subsampling", "auto" },
  { GENGA_OPTION_COMPRESSION, "compression", "deflate" },
  { GENGA_OPTION_PNG_LEVEL, "png-level", "6" },
  { GENGA_OPTION_PNG_OPTIMISE, "png-optimise", "no" },
  { GENGA_OPTION_BIT_DEPTH, "bit-depth", "auto" },
  { GENGA_OPTION_OUTPUT_DIR, "output-dir", NULL },
  { GENGA_OPTION_NAMING, "naming", "suffix" },
  { GENGA_OPTION_SUFFIX, "suffix", "_upscaled" },
  { GENGA_OPTION_NAMES, "names", NULL },
  { GENGA_OPTION_NAME_TEMPLATE, "name-template", "{stem}_{scale}x" },
  { GENGA_OPTION_FOLDERS, "folders", "plain" },
  { GENGA_OPTION_EXISTING, "existing", "ask" },
  { GENGA_OPTION_OVERWRITE, "overwrite", "no" },
  { GENGA_OPTION_CODEC, "codec", "auto" },
  { GENGA_OPTION_PROFILE, "profile", "auto" },
  { GENGA_OPTION_CONTAINER, "container", "auto" },
  { GENGA_OPTION_CRF, "crf", "-1" },
  { GENGA_OPTION_PRESET, "preset", "auto" },
  { GENGA_OPTION_PIXEL_FORMAT, "pixel-format", "auto" },
  { GENGA_OPTION_FPS, "fps", "0" },
  { GENGA_OPTION_AUDIO, "audio", "auto" },
  { GENGA_OPTION_LEAVE_OUT, "leave-out", NULL },
  { GENGA_OPTION_DEINTERLACE, "deinterlace", "auto" },
  { GENGA_OPTION_REUSE, "reuse", "exact" },
  { GENGA_OPTION_TOLERANCE, "tolerance", "2" },
  { GENGA_OPTION_DUPLICATE_GRID, "duplicate-grid", "16" },
  { GENGA_OPTION_FRAME_MAPPING, "frame-mapping", "no" },
  { GENGA_OPTION_TARGET_HEIGHT, "target-height", "auto" },
  { GENGA_OPTION_FROM, "from", NULL },
  { GENGA_OPTION_TO, "to", NULL },
  { GENGA_OPTION_CLIP_AT, "clip-at", NULL },
  { GENGA_OPTION_FRAMES, "frames", "off" },
  { GENGA_OPTION_KEEP_FRAMES, "keep-frames", "none" },
  { GENGA_OPTION_ENCODER, "encoder", "auto" },
};

/* The ranges of the window's controls (UI-3 to UI-12), where they are ranges. */
static const struct
{
  GengaOption option;
  double minimum, maximum, step;
} controls[] = {
  { GENGA_OPTION_TILE, 256, 1024, 64 },        { GENGA_OPTION_OVERLAP, 16, 64, 8 },
  { GENGA_OPTION_SHARPENING, 0, 2, 0.1 },      { GENGA_OPTION_CONTRAST, 0.8, 1.2, 0.05 },
  { GENGA_OPTION_SATURATION, 0.8, 1.2, 0.05 }, { GENGA_OPTION_QUALITY, 80, 100, 5 },
};

static void
parse (GengaOptions *options, GengaOption option, const char *text)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = genga_options_parse (options, option, text, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
assert_format (GengaOptions *options, GengaOption option, const char *text)
{
  g_autofree char *value = genga_options_format (options, option);

  g_assert_cmpstr (value, ==, text);
}

static void
test_table_complete (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_cmpint (G_N_ELEMENTS (expected), ==, GENGA_N_OPTIONS);
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      const GengaOptionInfo *info = genga_option_get_info (option);
      GParamSpec *pspec = genga_option_get_pspec (option);

      g_assert_cmpint (expected[option].option, ==, option);
      g_assert_cmpstr (info->name, ==, expected[option].name);
      g_assert_cmpstr (pspec->name, ==, info->name);
      g_assert_true (g_hash_table_add (names, (gpointer)info->name));
      g_assert_cmpstr (g_param_spec_get_nick (pspec), !=, info->name);
      g_assert_true (g_str_has_suffix (g_param_spec_get_blurb (pspec), "."));
      g_assert_cmpint (pspec->flags & G_PARAM_READWRITE, ==, G_PARAM_READWRITE);
      if (!G_IS_PARAM_SPEC_BOOLEAN (pspec))
        g_assert_nonnull (info->metavar);
      if (info->zero_nick != NULL)
        g_assert_true (G_IS_PARAM_SPEC_INT (pspec) || G_IS_PARAM_SPEC_UINT64 (pspec) ||
                       G_IS_PARAM_SPEC_DOUBLE (pspec));
    }
}

static void
test_groups_together (void)
{
  for (GengaOption option = 1; option < GENGA_N_OPTIONS; option++)
    g_assert_cmpint (genga_option_get_info (option - 1)->group, <=,
                     genga_option_get_info (option)->group);
}

static void
get_range (GParamSpec *pspec, double *minimum, double *maximum, double *value)
{
  if (G_IS_PARAM_SPEC_INT (pspec))
    {
      GParamSpecInt *spec = G_PARAM_SPEC_INT (pspec);
      *minimum = spec->minimum;
      *maximum = spec->maximum;
      *value = spec->default_value;
    }
  else
    {
      GParamSpecDouble *spec = G_PARAM_SPEC_DOUBLE (pspec);
      *minimum = spec->minimum;
      *maximum = spec->maximum;
      *value = spec->default_value;
    }
}

static void
test_soft_ranges (void)
{
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      const GengaOptionInfo *info = genga_option_get_info (option);
      GParamSpec *pspec = genga_option_get_pspec (option);
      double minimum, maximum, value;

      if (info->step == 0)
        {
          g_assert_cmpfloat (info->soft_minimum, ==, 0);
          g_assert_cmpfloat (info->soft_maximum, ==, 0);
          continue;
        }
      get_range (pspec, &minimum, &maximum, &value);
      g_assert_cmpfloat (info->soft_minimum, >=, minimum);
      g_assert_cmpfloat (info->soft_maximum, <=, maximum);
      g_assert_cmpfloat (info->soft_minimum, <, info->soft_maximum);
      g_assert_cmpfloat (info->step, <=, info->soft_maximum - info->soft_minimum);
    }

  for (guint i = 0; i < G_N_ELEMENTS (controls); i++)
    {
      const GengaOptionInfo *info = genga_option_get_info (controls[i].option);
      g_assert_cmpfloat (info->soft_minimum, ==, controls[i].minimum);
      g_assert_cmpfloat (info->soft_maximum, ==, controls[i].maximum);
      g_assert_cmpfloat (info->step, ==, controls[i].step);
    }
}

static void
test_defaults (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      GParamSpec *pspec = genga_option_get_pspec (expected[i].option);
      g_auto (GValue) value = G_VALUE_INIT;

      assert_format (options, expected[i].option, expected[i].value);
      g_value_init (&value, pspec->value_type);
      g_object_get_property (G_OBJECT (options), pspec->name, &value);
      g_assert_true (g_param_value_defaults (pspec, &value));
      g_assert_false (g_param_value_validate (pspec, &value));
    }

  genga_options_validate (options, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) warnings = genga_options_dup_warnings (options);
  g_assert_cmpuint (warnings->len, ==, 0);
}

static void
assert_valid (const char *tile, const char *overlap, const char *bit_depth, const char *complaint)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;

  parse (options, GENGA_OPTION_TILE, tile);
  parse (options, GENGA_OPTION_OVERLAP, overlap);
  parse (options, GENGA_OPTION_BIT_DEPTH, bit_depth);
  g_assert_cmpint (genga_options_validate (options, &error), ==, complaint == NULL);
  if (complaint == NULL)
    {
      g_assert_no_error (error);
      return;
    }
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_USAGE);
  g_assert_true (g_str_has_prefix (error->message, complaint));
}

static void
test_validate (void)
{
  assert_valid ("64", "-1", "auto", NULL);
  assert_valid ("63", "-1", "auto", "Tile size: 63 ");
  assert_valid ("1", "-1", "auto", "Tile size: 1 ");
  assert_valid ("64", "31", "auto", NULL);
  assert_valid ("64", "32", "auto", "Tile overlap: 32 ");
  assert_valid ("65", "32", "auto", NULL);
  assert_valid ("65", "33", "auto", "Tile overlap: 33 ");
  assert_valid ("8192", "4095", "auto", NULL);
  assert_valid ("8191", "4095", "auto", NULL);
  assert_valid ("64", "0", "auto", NULL);
  assert_valid ("auto", "4095", "auto", NULL); /* made smaller where the tile is known */
  assert_valid ("auto", "-1", "8", NULL);
  assert_valid ("auto", "-1", "16", NULL);
  assert_valid ("auto", "-1", "7", "Bit depth: 7 ");
  assert_valid ("auto", "-1", "15", "Bit depth: 15 ");
}

static void
assert_n_warnings (GengaOption option, const char *text, guint n)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  const char *nick = g_param_spec_get_nick (genga_option_get_pspec (option));

  parse (options, option, text);
  g_autoptr (GPtrArray) warnings = genga_options_dup_warnings (options);
  g_assert_cmpuint (warnings->len, ==, n);
  for (guint i = 0; i < warnings->len; i++)
    g_assert_true (g_str_has_prefix (warnings->pdata[i], nick));
}

/* POST-6 */
static void
test_warnings (void)
{
  static const GengaOption factors[] = { GENGA_OPTION_CONTRAST, GENGA_OPTION_SATURATION };

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    {
      assert_n_warnings (factors[i], "0.79", 1);
      assert_n_warnings (factors[i], "0.8", 0);
      assert_n_warnings (factors[i], "1.2", 0);
      assert_n_warnings (factors[i], "1.21", 1);
    }
  assert_n_warnings (GENGA_OPTION_SHARPENING, "1.5", 0);
  assert_n_warnings (GENGA_OPTION_SHARPENING, "1.6", 1);

  g_autoptr (GengaOptions) options = genga_options_new ();
  g_object_set (options, "contrast", 0.0, "saturation", 2.0, "sharpening", 2.0, NULL);
  g_autoptr (GPtrArray) warnings = genga_options_dup_warnings (options);
  g_assert_cmpuint (warnings->len, ==, 3);
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  *(int *)user_data += 1;
}

static void
test_notify (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  int n = 0;

  g_signal_connect (options, "notify::tile", G_CALLBACK (count_notify), &n);
  parse (options, GENGA_OPTION_TILE, "auto");
  g_assert_cmpint (n, ==, 0);
  parse (options, GENGA_OPTION_TILE, "512");
  g_assert_cmpint (n, ==, 1);
  genga_options_set_int (options, GENGA_OPTION_TILE, 512);
  parse (options, GENGA_OPTION_SCALE, "4");
  g_assert_cmpint (n, ==, 1);
}

static void
test_copy (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();

  g_object_set (options, "tile", 512, "max-memory", G_MAXUINT64, "contrast", 1.1, NULL);
  g_object_set (options, "overwrite", TRUE, "blend", GENGA_BLEND_LINEAR, NULL);
  parse (options, GENGA_OPTION_MODEL, "a model");
  parse (options, GENGA_OPTION_FORMAT, "webp");
  parse (options, GENGA_OPTION_OUTPUT_DIR, "folder");

  genga_options_freeze (options);
  g_autoptr (GengaOptions) copy = genga_options_copy (options);
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autofree char *text = genga_options_format (options, option);
      assert_format (copy, option, text);
    }

  /* A copy of a frozen object can be changed, and is another object's business. */
  parse (copy, GENGA_OPTION_MODEL, "another");
  assert_format (copy, GENGA_OPTION_MODEL, "another");
  assert_format (options, GENGA_OPTION_MODEL, "a model");
}

static void
test_frozen (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();

  parse (options, GENGA_OPTION_SCALE, "3");
  genga_options_freeze (options);

  g_test_expect_message ("genga-core", G_LOG_LEVEL_CRITICAL, "*frozen*");
  genga_options_set_int (options, GENGA_OPTION_SCALE, 4);
  g_test_assert_expected_messages ();
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_SCALE), ==, 3);
}

static void
test_overwrite_follows (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();

  g_object_set (options, "overwrite", TRUE, NULL);
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_EXISTING), ==,
                   GENGA_EXISTING_REPLACE);
  g_object_set (options, "existing", GENGA_EXISTING_NUMBER, NULL);
  g_assert_false (genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE));
  g_object_set (options, "overwrite", FALSE, NULL);
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_EXISTING), ==,
                   GENGA_EXISTING_NUMBER);
  g_object_set (options, "existing", GENGA_EXISTING_REPLACE, NULL);
  g_assert_true (genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE));
  g_object_set (options, "overwrite", FALSE, NULL);
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_EXISTING), ==, GENGA_EXISTING_ASK);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/options/overwrite-follows", test_overwrite_follows);
  g_test_add_func ("/options/table-complete", test_table_complete);
  g_test_add_func ("/options/groups-together", test_groups_together);
  g_test_add_func ("/options/soft-ranges", test_soft_ranges);
  g_test_add_func ("/options/defaults", test_defaults);
  g_test_add_func ("/options/validate", test_validate);
  g_test_add_func ("/options/warnings", test_warnings);
  g_test_add_func ("/options/notify", test_notify);
  g_test_add_func ("/options/copy", test_copy);
  g_test_add_func ("/options/frozen", test_frozen);

  return g_test_run ();
}
