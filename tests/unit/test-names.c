/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of names for results (UI-24). */
#include "core/error.h"
#include "job/queue/name-list.h"

#include <string.h>

static void
assert_names (const char *text, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = genga_name_list_parse (text, &error);

  g_assert_no_error (error);
  g_autofree char *joined = g_strjoinv ("|", names);
  g_assert_cmpstr (joined, ==, expected);
}

/* `words` are part of the sentence. */
static void
assert_refused (const char *text, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_name_list_parse (text, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_USAGE);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_parse (void)
{
  g_autofree char *most = g_strnfill (240, 'n');

  assert_names ("one", "one");
  assert_names ("one\ntwo three\n", "one|two three");
  assert_names (" one \r\n\ttwo\r\n\r\n \n", "one|two");
  assert_names ("one.png\ntwo.v2.WEBP\nthree.txt\nfour.", "one|two.v2|three.txt|four.");
  assert_names ("原画\n\xff\xfe", "原画|\xff\xfe");
  assert_names (most, most);
}

static void
test_refusals (void)
{
  g_autofree char *more = g_strnfill (241, 'n');

  assert_refused (NULL, "is empty");
  assert_refused ("", "is empty");
  assert_refused (" \n\n", "is empty");
  assert_refused ("one\n\nthree", "line 2 is empty");
  assert_refused ("one\n.png", "line 2");
  assert_refused ("a/b", "“a/b” (line 1)");
  assert_refused ("one\n..", "“..” (line 2)");
  assert_refused (".", "is not a valid file name");
  assert_refused ("one\ntwo\none", "“one” (line 3) appears twice");
  assert_refused ("one.png\none.jpg", "“one” (line 2) appears twice");
  assert_refused ("\xff/", "is not a valid");
  assert_refused (more, "too long");
}

static void
test_options (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;
  char **names;

  genga_options_set_string (options, GENGA_OPTION_NAMES, "one\ntwo");
  g_assert_true (genga_name_list_from_options (options, 3, &names, &error));
  g_assert_null (names);
  genga_options_set_int (options, GENGA_OPTION_NAMING, GENGA_NAMING_LIST);
  g_assert_true (genga_name_list_from_options (options, 2, &names, &error));
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_strfreev (names);
  g_assert_false (genga_name_list_from_options (options, 3, &names, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "2 for 3"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/names/parse", test_parse);
  g_test_add_func ("/names/refusals", test_refusals);
  g_test_add_func ("/names/options", test_options);
  return g_test_run ();
}
