/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/error.h"

/* As in the manual and in reliability-tests section 3. */
static const struct
{
  GengaError code;
  int exit_code;
} codes[] = {
  { GENGA_ERROR_USAGE, 2 },       { GENGA_ERROR_INPUT, 3 },         { GENGA_ERROR_MODEL, 4 },
  { GENGA_ERROR_OUTPUT, 5 },      { GENGA_ERROR_OUT_OF_MEMORY, 6 }, { GENGA_ERROR_UNAVAILABLE, 7 },
  { GENGA_ERROR_DEVICE_LOST, 7 }, { GENGA_ERROR_INTERNAL, 7 },
};

static void
assert_exit_code (GQuark domain, int code, int exit_code)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "a sentence");

  g_assert_cmpint (genga_error_get_exit_code (error), ==, exit_code);
}

static void
test_own (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    assert_exit_code (GENGA_ERROR, codes[i].code, codes[i].exit_code);
  assert_exit_code (GENGA_ERROR, G_N_ELEMENTS (codes), 1);
}

static void
test_foreign (void)
{
  assert_exit_code (G_IO_ERROR, G_IO_ERROR_CANCELLED, 130);
  assert_exit_code (G_IO_ERROR, G_IO_ERROR_FAILED, 1);
  assert_exit_code (G_IO_ERROR, G_IO_ERROR_NO_SPACE, 1);
  assert_exit_code (G_FILE_ERROR, G_FILE_ERROR_NOENT, 1);
  /* A foreign code that looks like one of ours, and the other way round. */
  assert_exit_code (G_IO_ERROR, GENGA_ERROR_MODEL, 1);
  assert_exit_code (GENGA_ERROR, G_IO_ERROR_CANCELLED, 1);
}

static void
test_quark (void)
{
  g_assert_cmpstr (g_quark_to_string (GENGA_ERROR), ==, "genga-error-quark");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error/own", test_own);
  g_test_add_func ("/error/foreign", test_foreign);
  g_test_add_func ("/error/quark", test_quark);

  return g_test_run ();
}
