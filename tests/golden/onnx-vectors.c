/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx-vectors.h"

#include "core/error.h"
#include "nets/net-build.h"
#include "vectors.h"
#include "weights/load.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/resource.h>

/* What refusing any of them may take, in KiB. */
#define MAX_GROWTH_KIB (64 << 10)

typedef void (*FileFunc) (const char *folder, const char *name, JsonObject *entry, gpointer data);

/* FALSE where the shared data is not there. */
static gboolean
foreach_file (gboolean is_good, FileFunc func, gpointer data)
{
  g_autofree char *folder = golden_find_folder ("golden/onnx");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (folder == NULL)
    return FALSE;
  path = g_build_filename (folder, "expect.json", NULL);
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  json_object_iter_init (&iter, json_node_get_object (json_parser_get_root (parser)));
  while (json_object_iter_next (&iter, &name, &node))
    {
      JsonObject *entry = json_node_get_object (node);

      if (g_str_equal (json_object_get_string_member (entry, "expect"), "OK") == is_good)
        func (folder, name, entry, data);
    }
  return TRUE;
}

static GengaGraph *
load_graph (const char *path, GengaNetSpec *spec, GError **error)
{
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, error);

  if (dict == NULL || !genga_net_spec_detect (spec, dict, path, error))
    return NULL;
  return genga_net_build (spec, dict, FALSE, error);
}

typedef struct
{
  const GengaBackend *backend;
  guint n;
} Count;

static void
check_facts (const GengaNetSpec *spec, JsonObject *entry)
{
  g_assert_cmpint (spec->family, ==, GENGA_FAMILY_ONNX);
  g_assert_cmpint (spec->scale, ==, json_object_get_int_member (entry, "scale"));
  g_assert_cmpint (spec->in_channels, ==, json_object_get_int_member (entry, "in_ch"));
  g_assert_cmpint (spec->out_channels, ==, json_object_get_int_member (entry, "out_ch"));
  g_assert_cmpint (spec->onnx.opset, ==, json_object_get_int_member (entry, "opset"));
  g_assert_cmpint (spec->onnx.height > 0, ==, !json_object_get_boolean_member (entry, "dynamic"));
}

static void
check_good (const char *folder, const char *name, JsonObject *entry, gpointer data)
{
  Count *count = data;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (".onnx"));
  g_autofree char *io_path = golden_get_path (folder, stem, ".io.safetensors");
  g_autofree char *reason = NULL;
  g_autoptr (GError) error = NULL;
  GengaNetSpec spec;
  g_autoptr (GengaGraph) graph = load_graph (path, &spec, &error);

  g_assert_no_error (error);
  check_facts (&spec, entry);
  if (!count->backend->supports (graph, test_net_get_device (count->backend), GENGA_PRECISION_FP32,
                                 &reason))
    {
      g_test_message ("%s: %s", name, reason);
      return;
    }
  g_test_message ("%s", name);

  g_autoptr (TestNet) net = test_net_new (count->backend, path, GENGA_PRECISION_FP32, 0);
  g_autoptr (TestMap) input = test_map_load (io_path, "input");
  g_autoptr (TestMap) expected = test_map_load (io_path, "output");
  g_autoptr (TestMap) output = test_net_run (net, input);
  test_map_assert_close (output, expected, json_object_get_double_member (entry, "rtol"),
                         json_object_get_double_member (entry, "atol"));
  count->n++;
}

guint
golden_check_onnx (const GengaBackend *backend)
{
  Count count = { .backend = backend };

  return foreach_file (TRUE, check_good, &count) ? count.n : G_MAXUINT;
}

static glong
get_peak_kib (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return usage.ru_maxrss;
}

static void
check_bad (const char *folder, const char *name, JsonObject *entry, gpointer data)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  glong before = get_peak_kib ();
  GengaNetSpec spec;
  g_autoptr (GengaGraph) graph = load_graph (path, &spec, &error);

  (void)data;
  g_test_message ("%s: %s", name, error != NULL ? error->message : "loaded");
  g_assert_cmpint (get_peak_kib () - before, <, MAX_GROWTH_KIB);
  if (graph != NULL)
    {
      g_assert_true (json_object_has_member (entry, "also"));
      return;
    }
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_true (g_str_has_suffix (error->message, "."));
  if (g_str_has_prefix (name, "bad_op_nonmaxsuppression"))
    g_assert_nonnull (strstr (error->message, "NonMaxSuppression"));
}

gboolean
golden_refuse_onnx (void)
{
  return foreach_file (FALSE, check_bad, NULL);
}
