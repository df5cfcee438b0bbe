/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ncnn models against what ncnn makes of them: a picture in, a picture out, with what the programs
 * around these networks add at the borders. Broken ones are refused with a sentence.
 */
#include "vectors.h"

#include "core/error.h"
#ifdef HAVE_CPU
#  include "engine/cpu/cpu-backend.h"
#endif
#include "engine/reference/reference.h"
#include "nets/net-build.h"
#include "nets/net-spec.h"
#include "weights/load.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* An eighth bit. */
#define PICTURE_TOLERANCE (1.0 / 255)

typedef struct
{
  const GengaBackend *backend;
  const char *name;
  const char *param; /* paths */
  const char *bin;
  double rtol;
  double atol;
} Vector;

static void
copy_file (const char *from, const char *folder, const char *name)
{
  g_autofree char *to = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  gsize size;

  g_file_get_contents (from, &data, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents (to, data, (gssize)size, &error);
  g_assert_no_error (error);
}

static void
remove_pair (const char *folder)
{
  static const char *const names[] = { "net.param", "net.bin" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

static gboolean
is_supported (const GengaBackend *backend, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, &error);
  g_autoptr (GengaGraph) graph = NULL;
  g_autofree char *reason = NULL;
  GengaNetSpec spec;

  g_assert_no_error (error);
  genga_net_spec_detect (&spec, dict, path, &error);
  g_assert_no_error (error);
  graph = genga_net_build (&spec, dict, FALSE, &error);
  g_assert_no_error (error);
  if (backend->supports (graph, "torch:cpu", GENGA_PRECISION_FP32, &reason))
    return TRUE;
  g_test_skip (reason);
  return FALSE;
}

/*
 * Descriptions that share weights have none of their own name: a pair is put together. NULL where
 * the back end does not run it.
 */
static TestNet *
load_pair (const GengaBackend *backend, const char *param, const char *bin)
{
  g_autofree char *folder = g_dir_make_tmp ("genga-ncnn-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "net.param", NULL);
  TestNet *net = NULL;

  copy_file (param, folder, "net.param");
  copy_file (bin, folder, "net.bin");
  if (is_supported (backend, path))
    net = test_net_new (backend, path, GENGA_PRECISION_FP32, 0);
  remove_pair (folder);
  return net;
}

static void
test_vector (gconstpointer data)
{
  const Vector *vector = data;
  g_autofree char *folder = golden_find_folder ("golden/ncnn");
  g_autofree char *io = golden_get_path (folder, vector->name, ".ncnn.io.safetensors");
  g_autoptr (TestNet) net = load_pair (vector->backend, vector->param, vector->bin);
  g_autoptr (TestMap) input = test_map_load (io, "picture");
  g_autoptr (TestMap) expected = test_map_load (io, input != NULL ? "picture_output" : "output");
  g_autoptr (TestMap) output = NULL;

  if (net == NULL)
    return;
  if (input == NULL)
    input = test_map_load (io, "input");
  output = test_net_run (net, input);
  test_map_assert_close (output, expected, vector->rtol, vector->atol);
}

static void
vector_free (gpointer data)
{
  Vector *vector = data;

  g_free ((char *)vector->name);
  g_free ((char *)vector->param);
  g_free ((char *)vector->bin);
  g_free (vector);
}

static JsonNode *
load_json (const char *folder, const char *name)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_copy (json_parser_get_root (parser));
}

static void
add_vectors (const GengaBackend *backend, const char *backend_name)
{
  const char *shared = g_getenv ("GENGA_SHARED");
  g_autofree char *folder = g_build_filename (shared, "golden/ncnn", NULL);
  g_autoptr (JsonNode) root = load_json (folder, "index.json");
  JsonArray *index = json_node_get_array (root);

  g_assert_cmpuint (json_array_get_length (index), >=, 14);
  for (guint i = 0; i < json_array_get_length (index); i++)
    {
      JsonObject *entry = json_array_get_object_element (index, i);
      const char *place = json_object_get_string_member (entry, "folder");
      Vector *vector = g_new0 (Vector, 1);
      g_autofree char *path = NULL;

      vector->backend = backend;
      vector->name = g_strdup (json_object_get_string_member (entry, "name"));
      vector->param =
          g_build_filename (shared, place, json_object_get_string_member (entry, "param"), NULL);
      vector->bin =
          g_build_filename (shared, place, json_object_get_string_member (entry, "bin"), NULL);
      vector->rtol = json_object_get_double_member (entry, "rtol");
      vector->atol = json_object_get_double_member (entry, "atol");
      path = g_strdup_printf ("/ncnn/%s/%s", backend_name, vector->name);
      g_test_add_data_func_full (path, vector, test_vector, vector_free);
    }
}

/* The same weights as PyTorch's files have, rounded to 16 bits, on a whole picture. */
static void
test_pictures (gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *file;
  } rows[] = {
    { "animevideov3", "realesr-animevideov3-x4" },
    { "general_x4v3", "realesr-general-x4v3" },
    { "realcugan_se_up2x", "realcugan_se_up2x-no-denoise" },
  };
  g_autofree char *golden = golden_find_folder ("golden/real");
  g_autofree char *weights = golden_find_folder ("weights");

  for (guint i = 0; golden != NULL && weights != NULL && i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = golden_get_path (weights, rows[i].file, ".bin");
      g_autofree char *io = golden_get_path (golden, rows[i].name, ".io.safetensors");
      g_autoptr (TestNet) net = test_net_new (data, path, GENGA_PRECISION_FP32, 0);
      g_autoptr (TestMap) input = test_map_load (io, "input");
      g_autoptr (TestMap) expected = test_map_load (io, "output");
      g_autoptr (TestMap) output = test_net_run (net, input);

      g_test_message ("%s", rows[i].file);
      test_map_clamp (output);
      test_map_assert_close (output, expected, 0, PICTURE_TOLERANCE);
    }
}

static void
test_bad (void)
{
  static const struct
  {
    const char *name;
    const char *part;
  } known[] = {
    { "unknown_layer", "“DetectionOutput”" },
    { "binary_param", "binary form" },
    { "no_bin", "“no_bin.bin”" },
  };
  g_autofree char *folder = golden_find_folder ("golden/ncnn/bad");
  g_autoptr (JsonNode) root = folder != NULL ? load_json (folder, "expect.json") : NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  guint n = 0;

  if (folder == NULL)
    return;
  json_object_iter_init (&iter, json_node_get_object (root));
  for (; json_object_iter_next (&iter, &name, &node); n++)
    {
      g_autofree char *path = golden_get_path (folder, name, ".param");
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, &error);

      g_assert_null (dict);
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
      g_test_message ("%s", error->message);
      for (guint i = 0; i < G_N_ELEMENTS (known); i++)
        {
          if (g_str_equal (known[i].name, name))
            g_assert_nonnull (strstr (error->message, known[i].part));
        }
    }
  g_assert_cmpuint (n, >=, 10);
}

static void
add_backend (const GengaBackend *backend, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/ncnn/%s/pictures", name);

  add_vectors (backend, name);
  g_test_add_data_func (path, backend, test_pictures);
}

static void
skip (void)
{
  g_test_skip ("the shared data is not here");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("GENGA_SHARED") == NULL)
    {
      g_test_add_func ("/ncnn", skip);
      return g_test_run ();
    }
  add_backend (genga_reference_backend_get (), "reference");
#ifdef HAVE_CPU
  add_vectors (genga_cpu_backend_get (), "cpu");
#endif
#ifdef TORCH_CPU_MODULE
  g_autoptr (GError) error = NULL;
  const GengaBackend *torch = test_backend_open (TORCH_CPU_MODULE, &error);

  g_assert_no_error (error);
  add_backend (torch, "torch");
#endif
  g_test_add_func ("/ncnn/bad", test_bad);
  return g_test_run ();
}
