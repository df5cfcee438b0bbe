/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options as text: reading what people type, writing it back, and what to say about it. */
#define G_LOG_DOMAIN "genga-core"

#include "core/options-text.h"
#include "core/name-template.h"
#include "core/tracks/track-list.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define SMALLEST_TILE 64
#define SMALLEST_HEIGHT 64 /* of a video's result, and of what is reduced first */
#define LARGEST_SIDE 1000000
#define MOST_FPS 60

static gboolean
set_usage_error (GError **error, const char *text, const char *expected)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE, _ ("“%s” is not valid; choose %s."), valid,
               expected);
  return FALSE;
}

/* One of those that say how large the result is; all others may be left to their 0. */
static gboolean
is_size (GengaOption option)
{
  return option == GENGA_OPTION_SCALE || (genga_option_has_fact (option, GENGA_OPTION_SETS_SIZE) &&
                                          option != GENGA_OPTION_PRE_DOWNSCALE);
}

/* What an option takes, in words, without what genga_options_validate() refuses. */
static char *
dup_int_range (GengaOption option, GParamSpecInt *range)
{
  const char *zero_nick = genga_option_get_info (option)->zero_nick;
  int minimum = option == GENGA_OPTION_TILE ? SMALLEST_TILE : range->minimum + 1;

  if (option == GENGA_OPTION_BIT_DEPTH)
    return g_strdup (_ ("8, 12, 16, 32 or “auto”"));
  if (zero_nick == NULL)
    return g_strdup_printf (_ ("%d to %d"), range->minimum, range->maximum);
  return g_strdup_printf (_ ("%d to %d or “%s”"), minimum, range->maximum, zero_nick);
}

static gboolean
parse_int (GengaOption option, GParamSpec *pspec, const char *text, GValue *value, GError **error)
{
  const GengaOptionInfo *info = genga_option_get_info (option);
  GParamSpecInt *range = G_PARAM_SPEC_INT (pspec);
  gint64 number;

  /* A scale or a side of 0 is a mistake, not a wish for what has a name. */
  int minimum = is_size (option) ? 1 : range->minimum;

  if (info->zero_nick != NULL && g_str_equal (text, info->zero_nick))
    number = 0;
  else if (!g_ascii_string_to_signed (text, 10, minimum, range->maximum, &number, NULL))
    {
      g_autofree char *expected = dup_int_range (option, range);
      return set_usage_error (error, text, expected);
    }
  g_value_set_int (value, number);
  return TRUE;
}

/* Whole numbers exactly, "1.5G" in double precision; TRUE where `text` is a number of bytes. */
static gboolean
read_bytes (const char *text, guint64 maximum, guint64 *bytes)
{
  static const char units[] = "KMGT";
  char *end;

  if (g_ascii_string_to_unsigned (text, 10, 0, maximum, bytes, NULL))
    return TRUE;

  double number = g_ascii_strtod (text, &end);
  const char *unit = *end != '\0' ? strchr (units, g_ascii_toupper (*end)) : NULL;
  if (unit != NULL)
    {
      number *= pow (1024, unit - units + 1);
      end += 1;
      end += g_str_equal (end, "B") || g_str_equal (end, "iB") ? strlen (end) : 0;
    }
  if (end == text || *end != '\0' || !(number >= 1) || number >= (double)maximum)
    return FALSE;
  *bytes = number;
  return TRUE;
}

static gboolean
parse_bytes (GengaOption option, GParamSpec *pspec, const char *text, GValue *value, GError **error)
{
  const char *zero_nick = genga_option_get_info (option)->zero_nick;
  guint64 bytes = 0;

  if (!g_str_equal (text, zero_nick) &&
      !read_bytes (text, G_PARAM_SPEC_UINT64 (pspec)->maximum, &bytes))
    {
      g_autofree char *expected =
          g_strdup_printf (_ ("a number of bytes, such as 800M or 4G, or “%s”"), zero_nick);
      return set_usage_error (error, text, expected);
    }
  g_value_set_uint64 (value, bytes);
  return TRUE;
}

static gboolean
parse_double (
    GengaOption option, GParamSpec *pspec, const char *text, GValue *value, GError **error)
{
  GParamSpecDouble *range = G_PARAM_SPEC_DOUBLE (pspec);
  const char *zero_nick = genga_option_get_info (option)->zero_nick;
  char *end;
  double number = g_ascii_strtod (text, &end);

  if (zero_nick != NULL && g_str_equal (text, zero_nick))
    {
      g_value_set_double (value, 0);
      return TRUE;
    }
  if (zero_nick != NULL &&
      (end == text || *end != '\0' || !(number > range->epsilon && number <= range->maximum)))
    {
      g_autofree char *above =
          g_strdup_printf (_ ("a number above 0, at most %g, or “%s”"), range->maximum, zero_nick);
      return set_usage_error (error, text, above);
    }
  if (end == text || *end != '\0' || !(number >= range->minimum && number <= range->maximum))
    {
      g_autofree char *expected = g_strdup_printf (_ ("%g to %g"), range->minimum, range->maximum);
      return set_usage_error (error, text, expected);
    }
  /* GLib takes as small a number for 0 where it compares, but keeps it where it doesn't. */
  g_value_set_double (value, number > range->epsilon || number < -range->epsilon ? number : 0);
  return TRUE;
}

static const char *const yes[] = { "yes", "true", "on", "1", NULL };
static const char *const no[] = { "no", "false", "off", "0", NULL };

static gboolean
parse_boolean (GengaOption option, const char *text, GValue *value, GError **error)
{
  if (!g_strv_contains (yes, text) && !g_strv_contains (no, text))
    return set_usage_error (error, text, _ ("yes or no"));
  g_value_set_boolean (value, g_strv_contains (yes, text));
  return TRUE;
}

static gboolean
parse_enum (GengaOption option, GParamSpec *pspec, const char *text, GValue *value, GError **error)
{
  GEnumClass *klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;
  const GEnumValue *found = g_enum_get_value_by_nick (klass, text);

  /* Once it was a switch; lists and settings of that time say so. */
  if (found == NULL && option == GENGA_OPTION_AUDIO)
    found = g_strv_contains (yes, text)  ? g_enum_get_value (klass, GENGA_AUDIO_AUTO)
            : g_strv_contains (no, text) ? g_enum_get_value (klass, GENGA_AUDIO_NO)
                                         : NULL;
  if (found == NULL)
    {
      g_autoptr (GString) nicks = g_string_new (NULL);
      for (guint i = 0; i < klass->n_values; i++)
        g_string_append_printf (nicks, "%s%s", i > 0 ? ", " : "", klass->values[i].value_nick);
      return set_usage_error (error, text, nicks->str);
    }
  g_value_set_enum (value, found->value);
  return TRUE;
}

gboolean
genga_options_parse (GengaOptions *self, GengaOption option, const char *text, GError **error)
{
  GParamSpec *pspec = genga_option_get_pspec (option);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean ok = TRUE;

  g_value_init (&value, pspec->value_type);
  if (G_IS_PARAM_SPEC_INT (pspec))
    ok = parse_int (option, pspec, text, &value, error);
  else if (G_IS_PARAM_SPEC_UINT64 (pspec))
    ok = parse_bytes (option, pspec, text, &value, error);
  else if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    ok = parse_double (option, pspec, text, &value, error);
  else if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    ok = parse_boolean (option, text, &value, error);
  else if (G_IS_PARAM_SPEC_ENUM (pspec))
    ok = parse_enum (option, pspec, text, &value, error);
  else
    g_value_set_string (&value, text);

  if (ok)
    g_object_set_property (G_OBJECT (self), pspec->name, &value);
  return ok;
}

/* As short as it reads back as the same number. */
static char *
dup_double (double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (number, sizeof number, "%.15g", value);
  if (g_ascii_strtod (number, NULL) != value)
    g_ascii_dtostr (number, sizeof number, value);
  return g_strdup (number);
}

char *
genga_options_format (GengaOptions *self, GengaOption option)
{
  GParamSpec *pspec = genga_option_get_pspec (option);
  const char *zero_nick = genga_option_get_info (option)->zero_nick;

  if (G_IS_PARAM_SPEC_INT (pspec))
    {
      int value = genga_options_get_int (self, option);
      return value == 0 && zero_nick != NULL ? g_strdup (zero_nick) : g_strdup_printf ("%d", value);
    }
  if (G_IS_PARAM_SPEC_UINT64 (pspec))
    {
      guint64 value = genga_options_get_uint64 (self, option);
      return value == 0 && zero_nick != NULL ? g_strdup (zero_nick)
                                             : g_strdup_printf ("%" G_GUINT64_FORMAT, value);
    }
  if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    {
      double value = genga_options_get_double (self, option);
      return value == 0 && zero_nick != NULL ? g_strdup (zero_nick) : dup_double (value);
    }
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return g_strdup (genga_options_get_boolean (self, option) ? "yes" : "no");
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    return g_strdup (
        genga_choice_get_nick (pspec->value_type, genga_options_get_int (self, option)));
  return g_strdup (genga_options_get_string (self, option));
}

gboolean
genga_options_parse_rate (const char *text, int *numerator, int *denominator)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  gint64 above, below = 1;

  if (!g_ascii_string_to_signed (parts[0] != NULL ? parts[0] : "", 10, 0, 1000000, &above, NULL) ||
      (parts[1] != NULL && !g_ascii_string_to_signed (parts[1], 10, 1, 1000000, &below, NULL)) ||
      above > MOST_FPS * below)
    return FALSE;
  *numerator = above;
  *denominator = below;
  return TRUE;
}

gboolean
genga_options_parse_time (const char *text, double *seconds)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 4);
  guint n_parts = g_strv_length (parts);
  double sum = 0;

  if (n_parts < 1 || n_parts > 3)
    return FALSE;
  for (guint i = 0; i < n_parts; i++)
    {
      gboolean is_last = i == n_parts - 1;
      char *end;
      double part = g_ascii_strtod (parts[i], &end);

      if (strspn (parts[i], is_last ? "0123456789." : "0123456789") != strlen (parts[i]) ||
          end == parts[i] || *end != '\0' || (i > 0 && part >= 60) || part > 1e7)
        return FALSE;
      sum = sum * 60 + part;
    }
  *seconds = sum;
  return TRUE;
}

gboolean
genga_options_parse_size (const char *text, int *width, int *height)
{
  g_auto (GStrv) parts = g_strsplit (text, strstr (text, "×") != NULL ? "×" : "x", 3);
  gint64 sides[2];

  if (g_strv_length (parts) != 2)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    if (!g_ascii_string_to_signed (parts[i], 10, 1, LARGEST_SIDE, &sides[i], NULL))
      return FALSE;
  *width = sides[0];
  *height = sides[1];
  return TRUE;
}

gboolean
genga_options_parse_colour (const char *text, float colour[3])
{
  if (text[0] != '#' || strlen (text) != 7)
    return FALSE;
  for (int i = 0; i < 6; i++)
    if (!g_ascii_isxdigit (text[1 + i]))
      return FALSE;
  for (int c = 0; c < 3; c++)
    colour[c] =
        (16 * g_ascii_xdigit_value (text[1 + 2 * c]) + g_ascii_xdigit_value (text[2 + 2 * c])) /
        255.f;
  return TRUE;
}

static gboolean
check_time (const char *text, GError **error)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  double seconds;

  if (genga_options_parse_time (text, &seconds))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("“%s” is not a time; write seconds, such as 90.5, or 1:30.5 or 0:01:30.5."),
               valid);
  return FALSE;
}

static gboolean
check_rate (const char *text, GError **error)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  int numerator, denominator;

  if (genga_options_parse_rate (text, &numerator, &denominator))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("“%s” is not a frame rate; choose 0 to %d, or a fraction such as "
                  "24000/1001."),
               valid, MOST_FPS);
  return FALSE;
}

static gboolean
check_colour (const char *text, GError **error)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  float colour[3];

  if (genga_options_parse_colour (text, colour))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("“%s” is not a colour; write it as #rrggbb, such as #ffffff for white."), valid);
  return FALSE;
}

static gboolean
check_size (const char *text, GError **error)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  int width, height;

  if (genga_options_parse_size (text, &width, &height))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("“%s” is not a size; write width and height in pixels, such as 1920x1080."),
               valid);
  return FALSE;
}

static const struct
{
  GengaOption option;
  gboolean (*check) (const char *text, GError **error);
} checks[] = {
  { GENGA_OPTION_FROM, check_time },
  { GENGA_OPTION_TO, check_time },
  { GENGA_OPTION_CLIP_AT, check_time },
  { GENGA_OPTION_FPS, check_rate },
  { GENGA_OPTION_BACKGROUND, check_colour },
  { GENGA_OPTION_FIT, check_size },
  { GENGA_OPTION_NAME_TEMPLATE, genga_name_template_check },
  { GENGA_OPTION_LEAVE_OUT, genga_track_list_check },
};

gboolean
genga_options_check (GengaOptions *self, GengaOption option, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      const char *text =
          checks[i].option == option ? genga_options_get_string (self, option) : NULL;

      if (text != NULL)
        return checks[i].check (text, error);
    }
  return TRUE;
}

/* A pattern counts only where names follow it. */
static gboolean
check_each (GengaOptions *self, GError **error)
{
  gboolean has_template =
      genga_options_get_int (self, GENGA_OPTION_NAMING) == GENGA_NAMING_TEMPLATE;

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if ((option != GENGA_OPTION_NAME_TEMPLATE || has_template) &&
        !genga_options_check (self, option, error))
      return FALSE;
  return TRUE;
}

static double
get_seconds (GengaOptions *self, GengaOption option)
{
  const char *text = genga_options_get_string (self, option);
  double seconds = 0;

  if (text != NULL)
    genga_options_parse_time (text, &seconds);
  return seconds;
}

static gboolean
validate_part (GengaOptions *self, GError **error)
{
  double from = get_seconds (self, GENGA_OPTION_FROM), to = get_seconds (self, GENGA_OPTION_TO);

  if (genga_options_get_string (self, GENGA_OPTION_TO) != NULL && to <= from)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("There is nothing between %g and %g seconds; the end must come after the "
                      "start."),
                   from, to);
      return FALSE;
    }
  if (genga_options_get_string (self, GENGA_OPTION_CLIP_AT) != NULL &&
      (genga_options_get_string (self, GENGA_OPTION_FROM) != NULL ||
       genga_options_get_string (self, GENGA_OPTION_TO) != NULL))
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                           _ ("A clip around a time has its own start and end; leave out “from” "
                              "and “to”."));
      return FALSE;
    }
  return TRUE;
}

/* Pixels are given in one way, and a box is one. */
static gboolean
validate_size (GengaOptions *self, GError **error)
{
  static const GengaOption ways[] = { GENGA_OPTION_WIDTH,      GENGA_OPTION_HEIGHT,
                                      GENGA_OPTION_LONGEST,    GENGA_OPTION_SHORTEST,
                                      GENGA_OPTION_MEGAPIXELS, GENGA_OPTION_FIT };
  int reduced = genga_options_get_int (self, GENGA_OPTION_PRE_DOWNSCALE);
  const char *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      const char *name = genga_option_get_info (ways[i])->name;

      if (genga_options_is_default (self, ways[i]))
        continue;
      if (first != NULL)
        {
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                       _ ("--%s and --%s can't be combined; for a size within both sides use "
                          "--fit, such as --fit 1920x1080."),
                       first, name);
          return FALSE;
        }
      first = name;
    }
  if (reduced == 0 || reduced >= SMALLEST_HEIGHT)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("Reduce first: %d pixels are too few; choose at least %d."), reduced,
               SMALLEST_HEIGHT);
  return FALSE;
}

static gboolean
validate_video (GengaOptions *self, GError **error)
{
  int height = genga_options_get_int (self, GENGA_OPTION_TARGET_HEIGHT);

  if (!validate_part (self, error))
    return FALSE;
  if (height == 0 || (height >= SMALLEST_HEIGHT && height % 2 == 0))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("A video can't be %d pixels high; choose an even number, at least 64."), height);
  return FALSE;
}

gboolean
genga_options_validate (GengaOptions *self, GError **error)
{
  int tile = genga_options_get_int (self, GENGA_OPTION_TILE);
  int overlap = genga_options_get_int (self, GENGA_OPTION_OVERLAP);
  int bit_depth = genga_options_get_int (self, GENGA_OPTION_BIT_DEPTH);

  if (!check_each (self, error))
    return FALSE;
  if (tile != 0 && tile < SMALLEST_TILE)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("Tile size: %d is too small; choose at least %d."), tile, SMALLEST_TILE);
      return FALSE;
    }
  if (tile != 0 && overlap >= 0 && 2 * overlap >= tile)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("Tile overlap: %d is too large for tiles of %d pixels; choose less than half "
                      "a tile, at most %d."),
                   overlap, tile, (tile - 1) / 2);
      return FALSE;
    }
  if (bit_depth != 0 && bit_depth != 8 && bit_depth != 12 && bit_depth != 16 && bit_depth != 32)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("Bit depth: %d is not valid; choose 8, 12, 16, 32 or “auto”."), bit_depth);
      return FALSE;
    }
  return validate_size (self, error) && validate_video (self, error);
}

GPtrArray *
genga_options_dup_warnings (GengaOptions *self)
{
  static const GengaOption softened[] = { GENGA_OPTION_CONTRAST, GENGA_OPTION_SATURATION };
  GPtrArray *warnings = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (softened); i++)
    {
      const GengaOptionInfo *info = genga_option_get_info (softened[i]);
      double value = genga_options_get_double (self, softened[i]);
      if (value < info->soft_minimum || value > info->soft_maximum)
        g_ptr_array_add (
            warnings,
            g_strdup_printf (_ ("%s: %g is far from 1; values from %g to %g look natural."),
                             _ (g_param_spec_get_nick (genga_option_get_pspec (softened[i]))),
                             value, info->soft_minimum, info->soft_maximum));
    }
  if (genga_options_get_double (self, GENGA_OPTION_SHARPENING) > 1.5)
    g_ptr_array_add (warnings, g_strdup (_ ("Sharpening: values above 1.5 draw halos around "
                                            "edges.")));
  return warnings;
}
