/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kernel sets that compute something else than the reference are not used. Each look at them is a
 * process of its own, as they are checked once in one, with a cache folder that the test owns.
 */
#include "core/fault.h"
#include "engine/cpu/admission.h"
#include "engine/cpu/cpu-backend.h"
#include "engine/cpu/cpu-model.h"
#include "engine/cpu/kernels/kernel-sets.h"
#include "nets/graph.h"

#include <glib/gstdio.h>
#include <string.h>

#define CHILD "/admission/look/subprocess"

static char *cache, *file;

/* Prints which sets are refused, and which one runs a layer. */
static void
look (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (3, TRUE);
  const int shape[] = { 3, 3, 3, 3 };

  genga_graph_conv (builder, 0,
                    genga_graph_take_constant (builder, 4, shape, g_new0 (float, 3 * 3 * 9)),
                    GENGA_NONE, 1);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);
  GengaBackendModel *model =
      genga_cpu_backend_get ()->model_load (graph, "cpu", GENGA_PRECISION_FP32, 1, NULL);
  g_autofree char *steps = genga_cpu_model_describe ((GengaCpuModel *)model);
  g_autofree char *refused = g_strjoinv (",", (char **)(void *)genga_admission_list_refused ());

  g_assert_cmpstr (genga_cpu_backend_get ()->get_version (), ==, genga_admission_get_used ());
  g_assert_nonnull (strstr (steps, genga_admission_get_used ()));
  g_print ("refused=%s used=%s\n", refused, genga_admission_get_used ());
  genga_cpu_backend_get ()->model_free (model);
}

static void
check_look (const char *faults, const char *refused, const char *used)
{
  g_autofree char *expected = g_strdup_printf ("*refused=%s used=%s\n*", refused, used);

  g_setenv ("GENGA_FAULT", faults, TRUE);
  g_test_trap_subprocess (CHILD, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv ("GENGA_FAULT");
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout (expected);
}

/* The names of the best set and the one behind it; FALSE where plain is the only one. */
static gboolean
find_sets (const char **best, const char **second)
{
  const GengaKernelSet *const *sets = genga_kernels_list ();

  g_unlink (file);
  if (sets[1] == NULL)
    {
      g_test_skip ("this CPU runs plain C only");
      return FALSE;
    }
  *best = sets[0]->name;
  *second = sets[1]->name;
  return TRUE;
}

static void
test_pass (void)
{
  const char *best = genga_kernels_list ()[0]->name;

  g_unlink (file);
  check_look ("", "", best);
  g_assert_true (g_file_test (file, G_FILE_TEST_IS_REGULAR) == (genga_kernels_list ()[1] != NULL));
}

/* In either class of precision. */
static void
test_fail (void)
{
  const char *best, *second;

  if (!find_sets (&best, &second))
    return;
  for (int n = 1; n <= 2; n++)
    {
      g_autofree char *faults = g_strdup_printf ("kernel-check-%s:%d", best, n);

      g_unlink (file);
      check_look (faults, best, second);
    }
  /* Nor is it used where somebody asks for it. */
  g_setenv ("GENGA_KERNELS", best, TRUE);
  check_look ("", best, second);
  g_unsetenv ("GENGA_KERNELS");
}

static void
test_all_fail (void)
{
  const char *best, *second;
  g_autoptr (GString) faults = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new (NULL);

  if (!find_sets (&best, &second))
    return;
  for (const GengaKernelSet *const *set = genga_kernels_list (); set[1] != NULL; set++)
    {
      g_string_append_printf (faults, "kernel-check-%s:1,", (*set)->name);
      g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", (*set)->name);
    }
  check_look (faults->str, names->str, "plain");
}

static void
test_remembered (void)
{
  const char *best, *second;

  if (!find_sets (&best, &second))
    return;
  g_autofree char *faults = g_strdup_printf ("kernel-check-%s:1+", best);
  check_look ("", "", best);
  check_look (faults, "", best); /* nothing is checked, so nothing fails */
  g_unlink (file);
  check_look (faults, best, second);
  check_look ("", best, second);
}

/* What the file does not say plainly is found out again, and the file is mended. */
static void
test_garbage (void)
{
  const char *best, *second;
  g_autofree char *text = NULL, *twice = NULL, *long_text = g_strnfill (10000, '\n');

  if (!find_sets (&best, &second))
    return;
  g_autofree char *faults = g_strdup_printf ("kernel-check-%s:1", best);
  check_look (faults, best, second);
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_auto (GStrv) failed = g_strsplit (text, "failed", -1);
  g_assert_cmpuint (g_strv_length (failed), ==, 2);
  {
    g_autofree char *passed = g_strjoinv ("passed", failed);

    twice = g_strconcat (text, passed, NULL);
  }
  g_autofree char *too_long = g_strconcat (long_text, text, NULL);
  const char *const texts[] = { "", "failed\n", "\xff\xfe passed", twice, too_long };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (g_file_set_contents (file, texts[i], -1, NULL));
      check_look ("", "", best);
      check_look (faults, "", best);
    }
}

static void
test_no_cache (void)
{
  const char *best, *second;

  if (!find_sets (&best, &second))
    return;
  g_autofree char *faults = g_strdup_printf ("kernel-check-%s:1", best);
  g_setenv ("XDG_CACHE_HOME", "/dev/null/none", TRUE);
  check_look (faults, best, second);
  check_look ("", "", best);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  int code;

  g_test_init (&argc, &argv, NULL);
  if (!g_test_subprocess ())
    {
      cache = g_dir_make_tmp ("genga-admission-XXXXXX", NULL);
      g_setenv ("XDG_CACHE_HOME", cache, TRUE);
      folder = g_build_filename (cache, "genga", NULL);
      file = g_build_filename (folder, "checks", "kernels", NULL);
    }
  g_test_add_func (CHILD, look);
  g_test_add_func ("/admission/pass", test_pass);
  g_test_add_func ("/admission/fail", test_fail);
  g_test_add_func ("/admission/all-fail", test_all_fail);
  g_test_add_func ("/admission/remembered", test_remembered);
  g_test_add_func ("/admission/garbage", test_garbage);
  g_test_add_func ("/admission/no-cache", test_no_cache);
  code = g_test_run ();
  if (cache != NULL)
    {
      g_autofree char *checks = g_path_get_dirname (file);

      g_unlink (file);
      g_rmdir (checks);
      g_rmdir (folder);
      g_rmdir (cache);
    }
  g_free (file);
  g_free (cache);
  return code;
}
