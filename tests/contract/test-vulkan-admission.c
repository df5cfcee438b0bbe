/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drivers of Vulkan's that compute something else than the reference are not used. Each look at one
 * is a process of its own, as it is checked once in one, with a cache folder that the test owns.
 */
#include "core/error.h"
#include "engine/backend-registry.h"
#include "engine/vulkan/vulkan-denylist.h"
#include "nets/graph.h"

#include <glib/gstdio.h>
#include <string.h>

#define LOOK "/vulkan-admission/look/subprocess"
#define HALVES "/vulkan-admission/look-at-halves/subprocess"
#define DEVICE "vulkan:0"

static const GengaBackend *backend;
static char *cache, *file, *pipelines;

/* ---- looks ---- */

/* Prints what becomes of a model. */
static void
look_in (GengaPrecision precision)
{
  g_autoptr (GError) error = NULL;
  GengaGraphBuilder *builder = genga_graph_builder_new (3, TRUE);
  const int shape[] = { 3, 3, 1, 1 };
  GengaBackendModel *model;

  genga_graph_conv (builder, 0, genga_graph_take_constant (builder, 4, shape, g_new0 (float, 9)),
                    GENGA_NONE, 1);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);
  model = backend->model_load (graph, DEVICE, precision, 1, &error);
  if (model != NULL)
    {
      g_print ("admitted ");
      backend->model_free (model);
      return;
    }
  if (g_error_matches (error, GENGA_ERROR, GENGA_ERROR_DEVICE_LOST))
    {
      g_print ("lost ");
      return;
    }
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "computes wrong results"));
  g_print ("refused ");
}

static void
look (void)
{
  look_in (GENGA_PRECISION_FP32);
  look_in (GENGA_PRECISION_FP32);
  g_print ("%s\n", backend->check_device (DEVICE, NULL) ? "good" : "bad");
}

static void
look_at_halves (void)
{
  look_in (GENGA_PRECISION_FP16);
  g_print ("\n");
}

static void
check_look (const char *child, const char *faults, const char *expected)
{
  g_autofree char *pattern = g_strdup_printf ("*%s\n*", expected);

  g_setenv ("GENGA_FAULT", faults, TRUE);
  g_test_trap_subprocess (child, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv ("GENGA_FAULT");
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout (pattern);
}

/* What could not be found out is found out the next time, and then it is known. */
static void
test_pass (void)
{
  g_unlink (file);
  check_look (LOOK, "vulkan-lost:1", "lost admitted good");
  g_assert_true (g_file_test (file, G_FILE_TEST_IS_REGULAR));
  g_assert_true (g_file_test (pipelines, G_FILE_TEST_IS_DIR)); /* kept once the check has run */
  check_look (LOOK, "vulkan-wrong-numbers:1", "admitted admitted good");
}

/* In one precision, and known from then on; others are for themselves. */
static void
test_fail (void)
{
  g_unlink (file);
  check_look (LOOK, "vulkan-wrong-numbers:1", "refused refused bad");
  check_look (LOOK, "", "refused refused bad");
  check_look (HALVES, "", "admitted ");
}

/* ---- drivers that are known to fail ---- */

static const char *
find_reason (guint driver, guint vendor, guint version)
{
  static const GengaVulkanDenied list[] = {
    { 7, 0, 100, 200, "some versions" },
    { 7, 42, 0, 0, "all for one vendor" },
    { 8, 0, 0, 50, "old ones" },
    { 0 },
  };
  const GengaVulkanFacts facts = { .driver = driver, .vendor = vendor, .driver_version = version };
  const GengaVulkanDenied *found = genga_vulkan_denylist_find (list, &facts);

  return found != NULL ? found->reason : NULL;
}

static void
test_denylist (void)
{
  const GengaVulkanFacts nvk = { .driver = 24,
                                 .driver_version = VK_MAKE_API_VERSION (0, 23, 3, 9) };
  const GengaVulkanFacts later = { .driver = 24,
                                   .driver_version = VK_MAKE_API_VERSION (0, 24, 0, 0) };

  g_assert_null (find_reason (7, 1, 99));
  g_assert_cmpstr (find_reason (7, 1, 100), ==, "some versions");
  g_assert_cmpstr (find_reason (7, 1, 199), ==, "some versions");
  g_assert_null (find_reason (7, 1, 200));
  g_assert_cmpstr (find_reason (7, 42, 4000000000), ==, "all for one vendor");
  g_assert_cmpstr (find_reason (8, 1, 0), ==, "old ones");
  g_assert_null (find_reason (8, 1, 50));
  g_assert_null (find_reason (9, 42, 0));
  g_assert_nonnull (genga_vulkan_denylist_find (genga_vulkan_denylist, &nvk));
  g_assert_null (genga_vulkan_denylist_find (genga_vulkan_denylist, &later));
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL, *checks = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  g_test_init (&argc, &argv, NULL);
  backend = genga_registry_get_backend (GENGA_BACKEND_VULKAN, &error);
  g_test_add_func ("/vulkan-admission/denylist", test_denylist);
  if (backend == NULL)
    {
      g_test_message ("only the list: %s", error->message);
      return g_test_run ();
    }
  if (!g_test_subprocess ())
    {
      /* Mesa's own cache would come into ours. */
      g_setenv ("MESA_SHADER_CACHE_DIR", g_get_user_cache_dir (), FALSE);
      cache = g_dir_make_tmp ("genga-admission-XXXXXX", NULL);
      g_setenv ("XDG_CACHE_HOME", cache, TRUE);
      folder = g_build_filename (cache, "genga", NULL);
      checks = g_build_filename (folder, "checks", NULL);
      pipelines = g_build_filename (folder, "vulkan", NULL);
      file = g_build_filename (checks, "vulkan", NULL);
    }
  g_test_add_func (LOOK, look);
  g_test_add_func (HALVES, look_at_halves);
  g_test_add_func ("/vulkan-admission/pass", test_pass);
  g_test_add_func ("/vulkan-admission/fail", test_fail);
  code = g_test_run ();
  if (cache != NULL)
    {
      remove_folder (checks);
      remove_folder (pipelines);
      g_rmdir (folder);
      g_rmdir (cache);
    }
  g_free (pipelines);
  g_free (file);
  g_free (cache);
  return code;
}
