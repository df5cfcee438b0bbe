/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors.h"

#include "nets/net-build.h"
#include "weights/load.h"

#include <json-glib/json-glib.h>
#include <string.h>

char *
golden_find_folder (const char *name)
{
  const char *shared = g_getenv ("GENGA_SHARED");
  g_autofree char *folder = shared != NULL ? g_build_filename (shared, name, NULL) : NULL;

  if (folder != NULL && g_file_test (folder, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&folder);
  g_test_skip ("the shared data is not there");
  return NULL;
}

char *
golden_get_path (const char *folder, const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (folder, file, NULL);
}

/* Why the back end can't run the network of `path`, or NULL; free with g_free(). */
static char *
find_obstacle (const GengaBackend *backend, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, &error);
  g_autoptr (GengaGraph) graph = NULL;
  g_autofree char *reason = NULL;
  GengaNetSpec spec;

  g_assert_no_error (error);
  if (!genga_net_spec_detect (&spec, dict, path, &error))
    {
      /* A family that is to come; whatever else is wrong must not go by. */
      g_assert_nonnull (strstr (error->message, "not supported yet"));
      return g_strdup (error->message);
    }
  graph = genga_net_build (&spec, dict, FALSE, &error);
  g_assert_no_error (error);
  if (backend->supports (graph, test_net_get_device (backend), GENGA_PRECISION_FP32, &reason))
    return NULL;
  g_assert_nonnull (reason);
  return g_steal_pointer (&reason);
}

/* Of a family whose numbers can't be the reference's to the last digits; 0 for all others. */
static double
get_tolerance (GengaFamily family)
{
  if (family == GENGA_FAMILY_ATD)
    return GOLDEN_ATD_TOLERANCE;
  return family == GENGA_FAMILY_SPAN ? GOLDEN_SPAN_TOLERANCE : 0;
}

static void
check_raw (const GengaBackend *backend, const char *folder, const char *name, const char *path)
{
  g_autofree char *io_path = golden_get_path (folder, name, ".io.safetensors");
  g_autoptr (TestNet) net = test_net_new (backend, path, GENGA_PRECISION_FP32, 0);
  g_autoptr (TestMap) input = test_map_load (io_path, "raw_padded_input");
  g_autoptr (TestMap) expected = test_map_load (io_path, "raw_output");
  g_autoptr (TestMap) output = NULL;
  double tolerance = get_tolerance (net->spec.family);

  if (input == NULL)
    input = test_map_load (io_path, "input");
  g_test_message ("%s", name);
  output = test_net_run_padded (net, input);
  test_map_assert_close (output, expected, tolerance > 0 ? tolerance : GOLDEN_RTOL,
                         tolerance > 0 ? tolerance : GOLDEN_ATOL);
}

guint
golden_check_index (const GengaBackend *backend, const char *folder)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = g_build_filename (folder, "index.json", NULL);
  g_autoptr (GError) error = NULL;
  JsonArray *index;
  guint n_checked = 0;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  index = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (index); i++)
    {
      JsonObject *entry = json_array_get_object_element (index, i);
      const char *name = json_object_get_string_member (entry, "name");
      const char *file = json_object_get_string_member_with_default (entry, "file", NULL);
      g_autofree char *network = file != NULL ? g_build_filename (folder, file, NULL)
                                              : golden_get_path (folder, name, ".safetensors");
      g_autofree char *obstacle = find_obstacle (backend, network);

      if (obstacle != NULL)
        {
          g_test_message ("%s: left out: %s", name, obstacle);
          continue;
        }
      check_raw (backend, folder, name, network);
      n_checked++;
    }
  return n_checked;
}

void
golden_check_real (const GengaBackend *backend,
                   const char *name,
                   const char *file,
                   double tolerance)
{
  g_autofree char *golden = golden_find_folder ("golden/real");
  g_autofree char *weights = golden_find_folder ("weights");

  if (golden == NULL || weights == NULL)
    return;

  g_autofree char *path = g_build_filename (weights, file, NULL);
  g_autofree char *io_path = golden_get_path (golden, name, ".io.safetensors");
  g_autoptr (TestNet) net = test_net_new (backend, path, GENGA_PRECISION_FP32, 0);
  g_autoptr (TestMap) input = test_map_load (io_path, "input");
  g_autoptr (TestMap) expected = test_map_load (io_path, "output");
  g_autoptr (TestMap) output = test_net_run (net, input);

  g_test_message ("%s", file);
  test_map_clamp (output);
  test_map_assert_close (output, expected, tolerance, tolerance);
}
