/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options as people type them, and back. */
#include "core/error.h"
#include "core/options.h"
#include "core/options-save.h"
#include "core/options-text.h"

#include <string.h>

static const struct
{
  GengaOption option;
  const char *ends[2];   /* of the range, as text */
  const char *beyond[2]; /* just outside */
} ranges[] = {
  { GENGA_OPTION_SCALE, { "native", "16" }, { "0", "17" } },
  { GENGA_OPTION_WIDTH, { "auto", "1000000" }, { "0", "1000001" } },
  { GENGA_OPTION_HEIGHT, { "1", "1000000" }, { "-1", "1000001" } },
  { GENGA_OPTION_LONGEST, { "1", "1000000" }, { "0", "x" } },
  { GENGA_OPTION_SHORTEST, { "1", "1000000" }, { "0", "12px" } },
  { GENGA_OPTION_MEGAPIXELS, { "auto", "100000" }, { "0", "100001" } },
  { GENGA_OPTION_TILE, { "auto", "8192" }, { "-1", "8193" } },
  { GENGA_OPTION_OVERLAP, { "-1", "4095" }, { "-2", "4096" } },
  { GENGA_OPTION_THREADS, { "auto", "1024" }, { "-1", "1025" } },
  { GENGA_OPTION_NICE, { "0", "19" }, { "-1", "20" } },
  { GENGA_OPTION_MAX_MEMORY, { "auto", "18446744073709551615" }, { "-1", "18446744073709551616" } },
  { GENGA_OPTION_STRENGTH, { "0", "100" }, { "-1", "100.5" } },
  { GENGA_OPTION_SHARPENING, { "0", "2" }, { "-0.001", "2.001" } },
  { GENGA_OPTION_CONTRAST, { "0", "2" }, { "-0.001", "2.001" } },
  { GENGA_OPTION_SATURATION, { "0", "2" }, { "-0.001", "2.001" } },
  { GENGA_OPTION_QUALITY, { "0", "100" }, { "-1", "101" } },
  { GENGA_OPTION_PNG_LEVEL, { "0", "9" }, { "-1", "10" } },
  { GENGA_OPTION_BIT_DEPTH, { "auto", "32" }, { "-1", "33" } },
  { GENGA_OPTION_CRF, { "-1", "63" }, { "-2", "64" } },
  { GENGA_OPTION_TARGET_HEIGHT, { "auto", "8640" }, { "-1", "8641" } },
  { GENGA_OPTION_PRE_DOWNSCALE, { "original", "8640" }, { "-1", "8641" } },
};

static void
parse (GengaOptions *options, GengaOption option, const char *text)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = genga_options_parse (options, option, text, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

/* The refusal names what was typed, and leaves the value as it was. */
static char *
dup_refusal (GengaOptions *options, GengaOption option, const char *text)
{
  g_autofree char *before = genga_options_format (options, option);
  g_autofree char *typed = g_strdup_printf ("“%s” ", text);
  g_autoptr (GError) error = NULL;

  g_assert_false (genga_options_parse (options, option, text, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_USAGE);
  g_assert_true (g_str_has_prefix (error->message, typed));

  g_autofree char *after = genga_options_format (options, option);
  g_assert_cmpstr (after, ==, before);
  return g_strdup (error->message);
}

static void
assert_refused (GengaOptions *options, GengaOption option, const char *text, const char *range)
{
  g_autofree char *message = dup_refusal (options, option, text);

  if (strstr (message, range) == NULL)
    g_error ("“%s” should say: %s", message, range);
}

static void
assert_format (GengaOptions *options, GengaOption option, const char *text)
{
  g_autofree char *value = genga_options_format (options, option);

  g_assert_cmpstr (value, ==, text);
}

static void
test_range_ends (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      for (guint j = 0; j < 2; j++)
        {
          parse (options, ranges[i].option, ranges[i].ends[j]);
          assert_format (options, ranges[i].option, ranges[i].ends[j]);
          g_autofree char *message = dup_refusal (options, ranges[i].option, ranges[i].beyond[j]);
        }
    }
}

/* Whatever value an option has: its text gives the same value again. */
static void
assert_round_trip (GengaOptions *options, GengaOption option)
{
  GParamSpec *pspec = genga_option_get_pspec (option);
  g_autofree char *text = genga_options_format (options, option);
  g_autoptr (GengaOptions) other = genga_options_new ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) other_value = G_VALUE_INIT;

  parse (other, option, text);
  g_value_init (&value, pspec->value_type);
  g_value_init (&other_value, pspec->value_type);
  g_object_get_property (G_OBJECT (options), pspec->name, &value);
  g_object_get_property (G_OBJECT (other), pspec->name, &other_value);
  g_assert_cmpint (g_param_values_cmp (pspec, &value, &other_value), ==, 0);
}

/* A number that GLib can't tell from 0 is 0, whatever was there before. */
static void
test_tiny (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();

  g_assert_true (genga_options_restore (options, "sharpening=0.5\nsharpening=1e-200\n"));
  g_assert_cmpfloat (genga_options_get_double (options, GENGA_OPTION_SHARPENING), ==, 0);
}

static void
test_round_trip_numbers (void)
{
  static const double doubles[] = { 0, 0.1, 0.1 + 0.2, 1.0 / 3, 0.05, 1.15, 1e-9, 2 };
  static const guint64 bytes[] = {
    0, 1, 1023, G_GUINT64_CONSTANT (1) << 53, (G_GUINT64_CONSTANT (1) << 53) + 1, G_MAXUINT64
  };
  g_autoptr (GengaOptions) options = genga_options_new ();

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      GParamSpec *pspec = genga_option_get_pspec (option);

      if (G_IS_PARAM_SPEC_INT (pspec))
        for (int i = G_PARAM_SPEC_INT (pspec)->minimum; i <= G_PARAM_SPEC_INT (pspec)->maximum;
             i += 1 + MAX (i, 0) / 10000)
          {
            genga_options_set_int (options, option, i);
            g_assert_cmpint (genga_options_get_int (options, option), ==, i);
            assert_round_trip (options, option);
          }
      if (G_IS_PARAM_SPEC_DOUBLE (pspec))
        for (guint i = 0; i < G_N_ELEMENTS (doubles); i++)
          {
            g_object_set (options, pspec->name, doubles[i], NULL);
            g_assert_cmpfloat (genga_options_get_double (options, option), ==, doubles[i]);
            assert_round_trip (options, option);
          }
      if (G_IS_PARAM_SPEC_UINT64 (pspec))
        for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
          {
            g_object_set (options, pspec->name, bytes[i], NULL);
            g_assert_cmpuint (genga_options_get_uint64 (options, option), ==, bytes[i]);
            assert_round_trip (options, option);
          }
    }
}

static void
test_round_trip_words (void)
{
  static const char *const texts[] = { "", " ", "a b", "--x", "été 日本", "\xff\xfe", "%s\n" };
  g_autoptr (GengaOptions) options = genga_options_new ();

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      GParamSpec *pspec = genga_option_get_pspec (option);

      if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
        for (int i = 0; i < 2; i++)
          {
            g_object_set (options, pspec->name, i, NULL);
            g_assert_cmpint (genga_options_get_boolean (options, option), ==, i);
            assert_round_trip (options, option);
          }
      if (G_IS_PARAM_SPEC_ENUM (pspec))
        {
          GEnumClass *klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;
          for (guint i = 0; i < klass->n_values; i++)
            {
              parse (options, option, klass->values[i].value_nick);
              g_assert_cmpint (genga_options_get_int (options, option), ==, klass->values[i].value);
              assert_round_trip (options, option);
            }
        }
      if (G_IS_PARAM_SPEC_STRING (pspec))
        for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
          {
            genga_options_set_string (options, option, texts[i]);
            g_assert_cmpstr (genga_options_get_string (options, option), ==, texts[i]);
            assert_round_trip (options, option);
          }
    }
}

/* TILE-2: 0 is automatic as well; but a scale or a size of 0 is a mistake. */
static void
test_zero_nicks (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      const char *nick = genga_option_get_info (option)->zero_nick;

      if (nick == NULL)
        continue;
      parse (options, option, nick);
      assert_format (options, option, nick);
      if (option == GENGA_OPTION_SCALE ||
          (option >= GENGA_OPTION_WIDTH && option <= GENGA_OPTION_MEGAPIXELS))
        {
          g_autofree char *refusal = dup_refusal (options, option, "0");
          continue;
        }
      parse (options, option, "0");
      assert_format (options, option, nick);
    }
  parse (options, GENGA_OPTION_SCALE, "native");
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_SCALE), ==, 0);
  assert_refused (options, GENGA_OPTION_SCALE, "auto", "native");
  assert_refused (options, GENGA_OPTION_QUALITY, "auto", "0 to 100");
}

static void
test_bytes (void)
{
  static const struct
  {
    const char *text;
    guint64 bytes;
  } good[] = {
    { "1", 1 },
    { "800M", G_GUINT64_CONSTANT (800) << 20 },
    { "4G", G_GUINT64_CONSTANT (4) << 30 },
    { "4g", G_GUINT64_CONSTANT (4) << 30 },
    { "4GB", G_GUINT64_CONSTANT (4) << 30 },
    { "4GiB", G_GUINT64_CONSTANT (4) << 30 },
    { "1.5k", 1536 },
    { "0.5T", G_GUINT64_CONSTANT (1) << 39 },
  };
  static const char *const bad[] = { "",   "G",    "4X",  "4GX",  "4 G",  "-4G",         "0.5",
                                     "1P", "nanG", "inf", "1e99", "4,5G", "17179869184G" };
  g_autoptr (GengaOptions) options = genga_options_new ();

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      parse (options, GENGA_OPTION_MAX_MEMORY, good[i].text);
      g_assert_cmpuint (genga_options_get_uint64 (options, GENGA_OPTION_MAX_MEMORY), ==,
                        good[i].bytes);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (options, GENGA_OPTION_MAX_MEMORY, bad[i], "800M or 4G, or “auto”");
}

static void
test_booleans (void)
{
  static const char *const yes[] = { "yes", "true", "on", "1" };
  static const char *const no[] = { "no", "false", "off", "0" };
  static const char *const bad[] = { "", "YES ", "2", "oui" };
  g_autoptr (GengaOptions) options = genga_options_new ();

  for (guint i = 0; i < 4; i++)
    {
      parse (options, GENGA_OPTION_OVERWRITE, yes[i]);
      g_assert_true (genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE));
      parse (options, GENGA_OPTION_OVERWRITE, no[i]);
      g_assert_false (genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE));
      assert_refused (options, GENGA_OPTION_OVERWRITE, bad[i], "yes or no");
    }
}

static void
test_refusals (void)
{
  static const char *const no_numbers[] = { "",     "x",  "1x",
                                            "0x10", " 1", "1 ",
                                            "1.5",  "--", "99999999999999999999" };
  static const char *const no_doubles[] = { "", "x", "1x", "1,5", "nan", "inf", "-inf", "1e9" };
  g_autoptr (GengaOptions) options = genga_options_new ();

  for (guint i = 0; i < G_N_ELEMENTS (no_numbers); i++)
    {
      assert_refused (options, GENGA_OPTION_SCALE, no_numbers[i], "1 to 16 or “native”");
      assert_refused (options, GENGA_OPTION_TILE, no_numbers[i], "64 to 8192 or “auto”");
      assert_refused (options, GENGA_OPTION_OVERLAP, no_numbers[i], "-1 to 4095");
      assert_refused (options, GENGA_OPTION_PNG_LEVEL, no_numbers[i], "0 to 9");
      assert_refused (options, GENGA_OPTION_BIT_DEPTH, no_numbers[i], "8, 12, 16, 32 or “auto”");
    }
  for (guint i = 0; i < G_N_ELEMENTS (no_doubles); i++)
    assert_refused (options, GENGA_OPTION_CONTRAST, no_doubles[i], "0 to 2");

  assert_refused (options, GENGA_OPTION_PRECISION, "fp8", "auto, none, fp32, fp16, bf16");
  assert_refused (options, GENGA_OPTION_PRECISION, "", "auto, none, fp32, fp16, bf16");
  assert_refused (options, GENGA_OPTION_BLEND, "Linear", "gaussian, linear");
  assert_refused (options, GENGA_OPTION_FORMAT, "gif", "auto, png, jpeg, webp");
}

static void
test_refusal_is_utf8 (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (genga_options_parse (options, GENGA_OPTION_SCALE, "\xff", &error));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autoptr (GError) reason = NULL;

      if (genga_option_get_pspec (option)->value_type != G_TYPE_STRING)
        continue;
      genga_options_set_string (options, option, "1\xff");
      if (!genga_options_check (options, option, &reason))
        g_assert_true (g_utf8_validate (reason->message, -1, NULL));
    }
}

static void
test_times (void)
{
  static const struct
  {
    const char *text;
    double seconds; /* < 0: refused */
  } cases[] = {
    { "0", 0 },          { "90.5", 90.5 }, { "1:30", 90 },    { "0:01:30.25", 90.25 },
    { "2:00:00", 7200 }, { ".5", 0.5 },    { "", -1 },        { "-1", -1 },
    { "1e3", -1 },       { "1:60", -1 },   { "1:2:3:4", -1 }, { "1.5:30", -1 },
    { "1:", -1 },        { "nan", -1 },    { "1.2.3", -1 },   { "0x10", -1 },
    { " 1", -1 },        { ":30", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double seconds = -1;
      gboolean ok = genga_options_parse_time (cases[i].text, &seconds);

      g_assert_cmpint (ok, ==, cases[i].seconds >= 0);
      if (ok)
        g_assert_cmpfloat (seconds, ==, cases[i].seconds);
    }
}

/* What a list of jobs keeps; one that was cut off within an escape is not understood, quietly. */
static void
test_saved (void)
{
  static const char *const broken[] = { "suffix=a\\", "suffix=\\", "suffix=a\\\\\\", "suffix",
                                        "nothing=1" };
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GengaOptions) again = genga_options_new ();
  g_autofree char *saved = NULL;

  genga_options_set_string (options, GENGA_OPTION_SUFFIX, "a\\\n\xff");
  saved = genga_options_save (options);
  g_assert_true (genga_options_restore (again, saved));
  g_assert_cmpstr (genga_options_get_string (again, GENGA_OPTION_SUFFIX), ==, "a\\\n\xff");
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    g_assert_false (genga_options_restore (again, broken[i]));
  g_assert_cmpstr (genga_options_get_string (again, GENGA_OPTION_SUFFIX), ==, "a\\\n\xff");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/options-text/range-ends", test_range_ends);
  g_test_add_func ("/options-text/round-trip-numbers", test_round_trip_numbers);
  g_test_add_func ("/options-text/tiny", test_tiny);
  g_test_add_func ("/options-text/round-trip-words", test_round_trip_words);
  g_test_add_func ("/options-text/zero-nicks", test_zero_nicks);
  g_test_add_func ("/options-text/bytes", test_bytes);
  g_test_add_func ("/options-text/booleans", test_booleans);
  g_test_add_func ("/options-text/refusals", test_refusals);
  g_test_add_func ("/options-text/times", test_times);
  g_test_add_func ("/options-text/saved", test_saved);
  g_test_add_func ("/options-text/refusal-is-utf8", test_refusal_is_utf8);

  return g_test_run ();
}
