/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patterns for results' names: what is refused, what they become, and that it is always one name.
 */
#include "core/error.h"
#include "core/name-template.h"

#include <string.h>

static const GengaNameFacts facts = { .stem = "a b",
                                      .model = "genga-fast",
                                      .scale = 3,
                                      .width = 30,
                                      .height = 20,
                                      .index = 7,
                                      .date = 86400 };

static void
test_refusals (void)
{
  static const char *const refused[] = {
    NULL, "", "a/b", "{stem", "stem}", "{Stem}", "{}", "{{stem}}", "{stem}{", "{stem }", "{index}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (genga_name_template_check (refused[i], &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_USAGE);
      g_assert_true (g_str_has_prefix (error->message, "Name template: "));
    }
}

static void
assert_filled (const char *text, const GengaNameFacts *with, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = genga_name_template_fill (text, with);

  genga_name_template_check (text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (name, ==, expected);
}

static void
test_fields (void)
{
  GengaNameFacts other = facts;

  assert_filled ("{stem}", &facts, "a b");
  assert_filled ("{model}-{scale}x, {width}x{height}", &facts, "genga-fast-3x, 30x20");
  assert_filled ("no {index} {date}", &facts, "no 7 1970-01-02");
  other.date = G_MAXINT64; /* a file's time may be anything */
  assert_filled ("[{date}]", &other, "[]");
}

/* Never a path, nor what means a folder, nor longer than file systems take. */
static void
test_one_name (void)
{
  g_autofree char *umlauts = NULL;
  g_autofree char *bytes = g_strnfill (300, '\xbf');
  g_autofree char *name = NULL;
  g_autofree char *cut = NULL;
  GString *many = g_string_new ("x");
  GengaNameFacts other = facts;

  other.stem = "..";
  assert_filled ("{stem}", &other, "_");
  other.stem = ".";
  assert_filled ("{stem}", &other, "_");
  other.stem = "";
  assert_filled ("{stem}", &other, "_");
  other.stem = "../../a";
  assert_filled ("{stem}", &other, ".._.._a");
  for (guint i = 0; i < 150; i++)
    g_string_append (many, "ü");
  umlauts = g_string_free (many, FALSE);
  other.stem = umlauts;
  name = genga_name_template_fill ("{stem}", &other);
  g_assert_cmpuint (strlen (name), ==, 199);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  other.stem = bytes; /* no text at all */
  cut = genga_name_template_fill ("{stem}", &other);
  g_assert_cmpuint (strlen (cut), ==, 200);
}

static void
test_example (void)
{
  g_autofree char *name = genga_name_template_dup_example ("{stem} {width} {model}");

  g_assert_cmpstr (name, ==, "picture 1920 genga-standard");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/name-template/refusals", test_refusals);
  g_test_add_func ("/name-template/fields", test_fields);
  g_test_add_func ("/name-template/one-name", test_one_name);
  g_test_add_func ("/name-template/example", test_example);
  return g_test_run ();
}
