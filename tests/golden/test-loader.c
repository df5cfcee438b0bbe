/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The readers against the shared loader vectors, row by row of their expect.json, and against the
 * shared real weights. One test per row.
 */
#include "core/error.h"
#include "weights/state-dict.h"
#include "weights/load.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

static char *
get_path (const char *folder, const char *name)
{
  const char *shared = g_getenv ("GENGA_SHARED");

  return shared != NULL ? g_build_filename (shared, folder, name, NULL) : NULL;
}

static GengaStateDict *
load_good (const char *folder, const char *name)
{
  g_autofree char *path = get_path (folder, name);
  g_autoptr (GError) error = NULL;
  GengaStateDict *dict = genga_state_dict_load (path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (dict);
  return dict;
}

static float *
read_values (const GengaTensor *tensor)
{
  float *values = g_new (float, genga_tensor_get_n_elements (tensor));

  genga_tensor_copy_f32 (tensor, values);
  return values;
}

/* Half precision rounds to 11 bits, bfloat16 to 8. */
static double
get_tolerance (const char *expected)
{
  if (g_str_equal (expected, "a_half"))
    return 0x1p-11;
  return g_str_equal (expected, "a_bf16") ? 0x1p-8 : 0;
}

static void
check_tensor (const GengaTensor *tensor, const GengaTensor *reference, double tolerance)
{
  g_autofree float *values = read_values (tensor);
  g_autofree float *expected = read_values (reference);
  gint64 n = genga_tensor_get_n_elements (reference);

  g_assert_cmpuint (tensor->rank, ==, reference->rank);
  g_assert_cmpmem (tensor->shape, tensor->rank * sizeof (gint64), reference->shape,
                   reference->rank * sizeof (gint64));
  for (gint64 i = 0; i < n; i++)
    g_assert_cmpfloat (fabs (values[i] - expected[i]), <=,
                       tolerance * fabs (expected[i]) + (tolerance > 0 ? 0x1p-24 : 0));
}

/* "a", "a_half", "a_bf16": the same network in that precision. */
static void
check_good (const char *name, const char *expected)
{
  g_autoptr (GengaStateDict) dict = load_good ("golden/loader", name);
  g_autoptr (GengaStateDict) reference = load_good ("golden/loader", "reference_a.safetensors");
  double tolerance = get_tolerance (expected);

  g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==,
                    genga_state_dict_get_n_tensors (reference));
  for (guint i = 0; i < genga_state_dict_get_n_tensors (reference); i++)
    {
      const GengaTensor *wanted = genga_state_dict_get_tensor (reference, i);
      const GengaTensor *tensor = genga_state_dict_lookup (dict, wanted->name);

      g_assert_nonnull (tensor);
      check_tensor (tensor, wanted, tolerance);
      if (g_str_equal (expected, "a_half"))
        g_assert_cmpint (tensor->dtype, ==, GENGA_DTYPE_F16);
      if (g_str_equal (expected, "a_bf16"))
        g_assert_cmpint (tensor->dtype, ==, GENGA_DTYPE_BF16);
    }
}

static void
check_bad (const char *name, const char *expected)
{
  g_autofree char *path = get_path ("golden/loader", name);
  g_autofree char *marker = g_build_filename (g_get_tmp_dir (), "PWNED_BY_PICKLE", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_state_dict_load (path, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, name));
  if (g_str_equal (expected, "REFUSE"))
    g_assert_nonnull (strstr (error->message, "not safe"));
  g_assert_false (g_file_test (marker, G_FILE_TEST_EXISTS));
}

/* Where the vectors leave a choice, Genga's is to load. */
static void
test_row (gconstpointer data)
{
  const char *const *row = data;
  const char *expected = row[1];

  if (g_str_equal (expected, "REFUSE") || g_str_equal (expected, "ERROR"))
    check_bad (row[0], expected);
  else if (g_str_has_prefix (expected, "a_"))
    check_good (row[0], expected);
  else
    check_good (row[0], "a");
}

static void
add_rows (void)
{
  g_autofree char *path = get_path ("golden/loader", "expect.json");
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  guint n = 0;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  json_object_iter_init_ordered (&iter, json_node_get_object (json_parser_get_root (parser)));
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      g_autofree char *test_name = g_strdup_printf ("/loader/%s", name);
      const char *expected = json_object_get_string_member (json_node_get_object (node), "expect");
      char **row = g_new0 (char *, 3);

      row[0] = g_strdup (name);
      row[1] = g_strdup (expected);
      g_test_add_data_func_full (test_name, row, test_row, (GDestroyNotify)g_strfreev);
      n++;
    }
  g_assert_cmpuint (n, >, 30);
}

/* Real files: how many tensors and elements the reference finds in them. */
static void
test_weights (void)
{
  static const struct
  {
    const char *name;
    guint n_tensors;
    guint64 size_bytes;
    gboolean is_deflated;
  } rows[] = {
    { "realesr-animevideov3.pth", 53, 2485696, TRUE },
    { "realesr-general-x4v3_fp16.pth", 101, 2426592, FALSE },
    { "realcugan_se_up2x-no-denoise_spandrel_fp16.pth", 60, 2569196, FALSE },
    { "span_ch28_x4_slim_ntire2024_team38.pth", 44, 602752, FALSE },
    { "span_ch28_x4_expanded_spandrel_fp16.safetensors", 204, 1538856, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GengaStateDict) dict = load_good ("weights", rows[i].name);

      g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, rows[i].n_tensors);
      g_assert_cmpuint (genga_state_dict_get_size_bytes (dict), ==, rows[i].size_bytes);
      /* A model is never in memory twice. */
      g_assert_cmpuint (genga_state_dict_get_copied_bytes (dict), ==,
                        rows[i].is_deflated ? rows[i].size_bytes : 0);
    }
}

/* Of an ncnn pair either half loads both. */
static void
test_ncnn (void)
{
  static const struct
  {
    const char *stem;
    guint n_tensors;
  } rows[] = {
    { "realcugan_se_up4x-no-denoise", 62 },
    { "waifu2x_upconv7_anime_scale2x", 14 },
    { "realesr-general-x4v3", 101 },
  };
  static const char *const suffixes[] = { ".param", ".bin" };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint k = 0; k < G_N_ELEMENTS (suffixes); k++)
      {
        g_autofree char *name = g_strconcat (rows[i].stem, suffixes[k], NULL);
        g_autoptr (GengaStateDict) dict = load_good ("weights", name);

        g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, rows[i].n_tensors);
        g_assert_cmpint (genga_state_dict_get_nodes (dict, NULL), ==, GENGA_NODES_NCNN);
        g_assert_true (g_str_has_suffix (genga_state_dict_get_path (dict), ".param"));
        g_assert_cmpuint (genga_state_dict_get_n_companions (dict), ==, 1);
        g_assert_cmpuint (genga_state_dict_get_copied_bytes (dict), ==, 0);
      }
}

static void
skip (void)
{
  g_test_skip ("the shared data is not here");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* Where the shared data is, all of it has to be. */
  if (g_getenv ("GENGA_SHARED") == NULL)
    {
      g_test_add_func ("/loader", skip);
      return g_test_run ();
    }
  add_rows ();
  g_test_add_func ("/loader/weights", test_weights);
  g_test_add_func ("/loader/ncnn", test_ncnn);
  return g_test_run ();
}
