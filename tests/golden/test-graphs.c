/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The graphs of all families, run by the reference engine, against the raw outputs of other
 * people's implementations.
 */
#include "engine/reference/reference-graph.h"
#include "net.h"
#include "nets/net-build.h"
#include "weights/load.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define RTOL 1e-4
#define ATOL 1e-5
/* SPAN multiplies its input by 255. */
#define SPAN_TOLERANCE 1e-3

/* A folder of the shared data, or NULL after saying that the test is skipped. */
static char *
get_shared_folder (const char *name)
{
  const char *shared = g_getenv ("GENGA_SHARED");
  g_autofree char *folder = shared != NULL ? g_build_filename (shared, name, NULL) : NULL;

  if (folder != NULL && g_file_test (folder, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&folder);
  g_test_skip ("the shared data is not there");
  return NULL;
}

static char *
get_path (const char *folder, const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (folder, file, NULL);
}

static GengaGraph *
load_graph (const char *path, GengaNetSpec *spec)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, &error);
  GengaGraph *graph;

  g_assert_no_error (error);
  genga_net_spec_detect (spec, dict, path, &error);
  g_assert_no_error (error);
  graph = genga_net_build (spec, dict, TRUE, &error);
  g_assert_no_error (error);
  return graph;
}

static TestMap *
run (const GengaGraph *graph, const TestMap *input)
{
  const GengaOp *result = genga_graph_get_result (graph);
  TestMap *output =
      test_map_new (input->height * result->size.num / result->size.den,
                    input->width * result->size.num / result->size.den, result->channels);
  g_autoptr (GError) error = NULL;

  genga_reference_run_graph (graph, input->data, input->height, input->width, output->data, NULL,
                             &error);
  g_assert_no_error (error);
  return output;
}

static void
check_raw (const char *folder, const char *name)
{
  g_autofree char *path = get_path (folder, name, ".safetensors");
  g_autofree char *io_path = get_path (folder, name, ".io.safetensors");
  g_autoptr (TestMap) input = test_map_load (io_path, "raw_padded_input");
  g_autoptr (TestMap) expected = test_map_load (io_path, "raw_output");
  g_autoptr (TestMap) output = NULL;
  GengaNetSpec spec;
  g_autoptr (GengaGraph) graph = load_graph (path, &spec);
  gboolean is_span = spec.family == GENGA_FAMILY_SPAN;

  if (input == NULL)
    input = test_map_load (io_path, "input");
  output = run (graph, input);
  g_test_message ("%s: %g", name, test_map_get_max_difference (output, expected));
  test_map_assert_close (output, expected, is_span ? SPAN_TOLERANCE : RTOL,
                         is_span ? SPAN_TOLERANCE : ATOL);
}

static void
test_synthetic (void)
{
  static const char *const supported[] = { "Compact", "PLKSR", "ESRGAN", "SPAN", "DAT", NULL };
  g_autofree char *folder = get_shared_folder ("golden/synthetic");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  JsonArray *index;

  if (folder == NULL)
    return;
  path = g_build_filename (folder, "index.json", NULL);
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  index = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (index); i++)
    {
      JsonObject *entry = json_array_get_object_element (index, i);

      if (g_strv_contains (supported, json_object_get_string_member (entry, "arch")))
        check_raw (folder, json_object_get_string_member (entry, "name"));
    }
}

/* The picture's upper left corner only: the reference engine is slow. */
static TestMap *
crop (const TestMap *map, int height, int width)
{
  TestMap *part = test_map_new (height, width, map->channels);

  for (int y = 0; y < height; y++)
    memcpy (part->data + (gsize)y * width * map->channels,
            map->data + (gsize)y * map->width * map->channels,
            sizeof (float) * width * map->channels);
  return part;
}

/* What the slim file stores is what the full one comes to; both are stored as f16. */
static void
test_slim_span (void)
{
  static const char *const files[] = { "span_ch28_x4_expanded_spandrel_fp16.safetensors",
                                       "span_ch28_x4_slim_ntire2024_team38.pth" };
  static const double tolerances[] = { SPAN_TOLERANCE, 5e-3 };
  const int side = 60; /* of the input, with more than the receptive field around what is kept */
  const int kept = 36;
  g_autofree char *golden = get_shared_folder ("golden/real");
  g_autofree char *weights = get_shared_folder ("weights");

  if (golden == NULL || weights == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (weights, files[i], NULL);
      g_autofree char *io_path = get_path (golden, "span_ch28", ".io.safetensors");
      g_autoptr (TestMap) whole_input = test_map_load (io_path, "input");
      g_autoptr (TestMap) whole_output = test_map_load (io_path, "output");
      g_autoptr (TestMap) input = crop (whole_input, side, side);
      GengaNetSpec spec;
      g_autoptr (GengaGraph) graph = load_graph (path, &spec);
      g_autoptr (TestMap) output = run (graph, input);
      g_autoptr (TestMap) expected = crop (whole_output, kept * spec.scale, kept * spec.scale);
      g_autoptr (TestMap) part = crop (output, kept * spec.scale, kept * spec.scale);

      test_map_clamp (part);
      test_map_assert_close (part, expected, tolerances[i], tolerances[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graphs/synthetic", test_synthetic);
  g_test_add_func ("/graphs/slim-span", test_slim_span);
  return g_test_run ();
}
