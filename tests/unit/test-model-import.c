/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models are checked, copied, refused, kept apart and removed; and what lists say of them. */
#include "core/error.h"
#include "models/model-facts.h"
#include "models/model-folders.h"
#include "models/model-import.h"
#include "models/catalogue-resolve.h"
#include "model-writer.h"
#include "onnx-writer.h"
#include "weights/load.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* A file of the test's own folder, apart from the folder of models; free with g_free(). */
static char *
dup_path (const char *name)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "files", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  return g_build_filename (folder, name, NULL);
}

static char *
write_file (const char *name, const char *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  char *path = dup_path (name);

  g_file_set_contents (path, data, (gssize)size, &error);
  g_assert_no_error (error);
  return path;
}

static GBytes *
read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

/* A model that comes with Genga, under another name. */
static char *
write_model (const char *which, const char *name)
{
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "..", "models", which, NULL);
  g_autoptr (GBytes) bytes = read_file (source);

  return write_file (name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static char *
dup_own_path (const char *name)
{
  g_autofree char *own = genga_model_folder_dup_own ();

  return g_build_filename (own, name, NULL);
}

static guint
count_own (void)
{
  g_autofree char *own = genga_model_folder_dup_own ();
  g_autoptr (GDir) dir = g_dir_open (own, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_all (child);
    }
  g_remove (path);
}

/* Nothing is left of one test for the next. */
static void
run_test (gconstpointer data)
{
  void (*test) (void) = data;

  test ();
  remove_all (g_get_user_data_dir ());
  remove_all (g_get_user_cache_dir ());
}

static void
test_add (void)
{
  g_autofree char *path = write_model ("genga-fast.safetensors", "my model.SafeTensors");
  g_autofree char *expected = dup_own_path ("my model.SafeTensors");
  g_autofree char *target = NULL;
  g_autofree char *again = NULL;
  g_autofree char *itself = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (genga_model_import (path, FALSE, &target, &error), ==, GENGA_IMPORT_ADDED);
  g_assert_no_error (error);
  g_assert_cmpstr (target, ==, expected);
  g_autoptr (GBytes) source = read_file (path);
  g_autoptr (GBytes) copy = read_file (target);
  g_assert_true (g_bytes_equal (source, copy));

  g_assert_cmpint (genga_model_import (path, FALSE, &again, &error), ==, GENGA_IMPORT_THERE);
  g_assert_cmpstr (again, ==, expected);
  g_assert_cmpint (genga_model_import (target, TRUE, &itself, &error), ==, GENGA_IMPORT_THERE);
  g_assert_cmpint (count_own (), ==, 1);
}

/* A model whose weights, all of that number, lie in "parts/net.data". */
static char *
write_model_of_two (const char *name, float number)
{
  char *path = dup_path (name);

  onnx_write_model_of_two (path, number);
  return path;
}

/* A model's further files come along; nothing is replaced by those of another one. */
static void
test_companions (void)
{
  g_autofree char *path = write_model_of_two ("net.onnx", 0.5f);
  g_autofree char *data = dup_own_path ("parts/net.data");
  g_autofree char *target = NULL;
  g_autofree char *again = NULL;
  g_autofree char *none = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (genga_model_import (path, FALSE, &target, &error), ==, GENGA_IMPORT_ADDED);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (target, "/net.onnx"));
  g_autoptr (GBytes) before = read_file (data);
  g_assert_cmpuint (g_bytes_get_size (before), ==, 36);
  /* What was copied is a model by itself. */
  g_autoptr (GengaModelFacts) facts = genga_model_facts_new (genga_catalogue_entry_new (target));
  g_assert_no_error (facts->error);
  g_assert_cmpint (facts->spec.scale, ==, 1);
  g_assert_cmpint (genga_model_import (path, TRUE, &again, &error), ==, GENGA_IMPORT_THERE);

  g_autofree char *other = write_model_of_two ("other.onnx", 0.25f);
  g_assert_cmpint (genga_model_import (other, TRUE, &none, &error), ==, GENGA_IMPORT_FAILED);
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_nonnull (strstr (error->message, "parts/net.data"));
  g_autoptr (GBytes) after = read_file (data);
  g_assert_true (g_bytes_equal (before, after));
}

static void
test_clash (void)
{
  g_autofree char *path = write_model ("genga-fast.safetensors", "m.safetensors");
  g_autofree char *target = NULL;
  g_autofree char *clash = NULL;
  g_autofree char *both = NULL;
  g_autofree char *second = dup_own_path ("m (2).safetensors");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (genga_model_import (path, FALSE, &target, &error), ==, GENGA_IMPORT_ADDED);
  g_autoptr (GBytes) before = read_file (target);

  g_autofree char *other = write_model ("genga-restore.safetensors", "m.safetensors");
  g_assert_cmpint (genga_model_import (other, FALSE, &clash, &error), ==, GENGA_IMPORT_CLASH);
  g_assert_no_error (error);
  g_assert_cmpstr (clash, ==, target);
  g_assert_cmpint (count_own (), ==, 1);

  g_assert_cmpint (genga_model_import (other, TRUE, &both, &error), ==, GENGA_IMPORT_ADDED);
  g_assert_cmpstr (both, ==, second);
  g_autoptr (GBytes) after = read_file (target);
  g_assert_true (g_bytes_equal (before, after));
}

static void
assert_import_refused (const char *path, int code, const char *part)
{
  g_autofree char *target = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (genga_model_import (path, FALSE, &target, &error), ==, GENGA_IMPORT_FAILED);
  g_assert_error (error, GENGA_ERROR, code);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_null (target);
  g_assert_cmpint (count_own (), ==, 0);
}

static void
test_refused (void)
{
  static const char evil[] = "\x80\x02"
                             "cos\nsystem\nX\x04\x00\x00\x00true\x85R.";
  g_autofree char *malicious = write_file ("evil.pth", evil, sizeof evil - 1);
  g_autofree char *page = write_file ("page.pth", "<!DOCTYPE html>", 15);
  g_autofree char *empty = write_file ("empty.pt", "", 0);
  g_autofree char *folder = dup_path ("folder.pth");
  g_autofree char *missing = dup_path ("missing.pth");
  g_autofree char *whole = write_model ("genga-fast.safetensors", "cut.safetensors");
  g_autoptr (GBytes) bytes = read_file (whole);
  g_autofree char *cut =
      write_file ("cut.safetensors", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) - 1);

  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  assert_import_refused (malicious, GENGA_ERROR_MODEL, "not safe");
  assert_import_refused (page, GENGA_ERROR_MODEL, "web page");
  assert_import_refused (empty, GENGA_ERROR_MODEL, "empty");
  assert_import_refused (folder, GENGA_ERROR_INPUT, "folder");
  assert_import_refused (missing, GENGA_ERROR_INPUT, "missing.pth");
  assert_import_refused (cut, GENGA_ERROR_MODEL, "damaged");
}

static void
test_no_room (void)
{
  g_autofree char *path = write_model ("genga-fast.safetensors", "m.safetensors");
  g_autofree char *data = g_build_filename (g_get_user_data_dir (), "genga", NULL);
  g_autofree char *target = NULL;
  g_autoptr (GError) error = NULL;

  /* A file stands where the folder should be. */
  g_assert_cmpint (g_mkdir_with_parents (g_get_user_data_dir (), 0777), ==, 0);
  g_file_set_contents (data, "", 0, &error);
  g_assert_cmpint (genga_model_import (path, FALSE, &target, &error), ==, GENGA_IMPORT_FAILED);
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
}

/* What is a model by its content gets the suffix of its kind, so that it is listed. */
static void
test_content (void)
{
  g_autofree char *path = write_model ("genga-fast.safetensors", "model.bin");
  g_autofree char *named = write_file ("page.pth", "<!DOCTYPE html>", 15);
  g_autofree char *text = write_file ("notes.txt", "80 lines", 8);
  g_autofree char *picture = write_model ("genga-fast.safetensors", "picture.png");
  g_autofree char *expected = dup_own_path ("model.bin.safetensors");
  g_autofree char *target = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (genga_model_import_is_model (path));
  g_assert_true (genga_model_import_is_model (named));
  g_assert_false (genga_model_import_is_model (text));
  g_assert_false (genga_model_import_is_model (picture));
  g_assert_false (genga_model_import_is_model (g_get_user_cache_dir ()));
  g_assert_false (genga_model_import_is_model ("/nowhere/model.pth"));

  g_assert_cmpint (genga_model_import (path, FALSE, &target, &error), ==, GENGA_IMPORT_ADDED);
  g_assert_cmpstr (target, ==, expected);
}

static void
test_remove (void)
{
  g_autofree char *path = write_model ("genga-fast.safetensors", "m.safetensors");
  g_autofree char *own = NULL;
  g_autoptr (GError) error = NULL;

  genga_model_import (path, FALSE, &own, &error);
  g_assert_no_error (error);
  g_assert_true (genga_model_import_is_own (own));
  g_assert_false (genga_model_import_is_own (path));
  g_assert_true (genga_model_import_remove (own, TRUE, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (own, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (genga_model_import_remove (own, TRUE, &error));
  g_assert_nonnull (error);
}

static const GengaModelFacts *
find_model (GPtrArray *models, const char *path)
{
  for (guint i = 0; i < models->len; i++)
    {
      const GengaModelFacts *model = g_ptr_array_index (models, i);
      if (g_strcmp0 (model->entry->path, path) == 0)
        return model;
    }
  return NULL;
}

static void
test_list (void)
{
  g_autofree char *good = write_model ("genga-fast.safetensors", "2x_AniToon_Mine.safetensors");
  g_autofree char *broken = write_file ("broken.pth", "<!DOCTYPE html>", 15);
  g_autofree char *folder = g_path_get_dirname (good);
  const char *folders[] = { folder, NULL };
  g_autoptr (GPtrArray) models = genga_model_facts_list (folders, FALSE);

  g_assert_cmpint (models->len, ==, 2);
  const GengaModelFacts *model = find_model (models, good);
  g_assert_no_error (model->error);
  g_assert_cmpstr (model->stored, ==, "f16");
  g_assert_cmpint (model->spec.scale, ==, 2);
  g_autofree char *summary = genga_model_facts_dup_summary (model);
  g_assert_cmpstr (summary, ==, "Compact · 2× · CC BY-NC 4.0, not for commercial use");

  model = find_model (models, broken);
  g_assert_error (model->error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_autofree char *reason = genga_model_facts_dup_summary (model);
  g_assert_nonnull (strstr (reason, "web page"));
}

/* Every value of a list means the file that it stands for, whatever the others are called. */
static void
test_values (void)
{
  static const char *const names[] = { "a.pth", "a.safetensors", "none.pt", "a.pth.pt" };
  g_autoptr (GPtrArray) models = NULL;
  g_autofree char *own = genga_model_folder_dup_own ();
  g_autofree char *other = NULL;
  g_autofree char *shadowed = NULL;

  g_assert_cmpint (g_mkdir_with_parents (own, 0777), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = write_model ("genga-fast.safetensors", names[i]);
      other = other != NULL ? other : g_path_get_dirname (path);
    }
  shadowed = g_build_filename (own, "a.pth", NULL);
  g_file_set_contents (shadowed, "", 0, NULL);

  const char *folders[] = { other, own, NULL };
  models = genga_model_facts_list (folders, FALSE);
  g_assert_cmpint (models->len, ==, G_N_ELEMENTS (names) + 1);
  for (guint i = 0; i < models->len; i++)
    {
      const GengaModelFacts *model = g_ptr_array_index (models, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaCatalogueEntry) entry =
          genga_catalogue_resolve (folders, model->value, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (entry->path, ==, model->entry->path);
    }
}

/* Both files of an ncnn model, which makes the mean of a pixel's colours times `factor`. */
static char *
write_pair (const char *stem, float factor)
{
  static const char param[] = "7767517\n2 2\nInput in0 0 1 in0\n"
                              "Convolution c 1 1 in0 out0 0=3 1=1 5=0 6=9\n";
  g_autofree char *param_name = g_strconcat (stem, ".param", NULL);
  g_autofree char *bin_name = g_strconcat (stem, ".bin", NULL);
  g_autofree char *bin = NULL;
  float weights[10] = { 0 };

  for (guint i = 1; i < G_N_ELEMENTS (weights); i++)
    weights[i] = factor / 3;
  bin = write_file (bin_name, (const char *)weights, sizeof weights);
  return write_file (param_name, param, sizeof param - 1);
}

static void
assert_pair_factor (const char *path, float factor)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, &error);
  float weights[9];

  g_assert_no_error (error);
  genga_tensor_copy_f32 (genga_state_dict_get_tensor (dict, 0), weights);
  g_assert_cmpfloat (weights[0], ==, factor / 3);
}

/* Whichever of its files is chosen: both come along, and both get the number of a second one. */
static void
test_ncnn (void)
{
  g_autofree char *param = write_pair ("net", 1);
  g_autofree char *bin = dup_path ("net.bin");
  g_autofree char *first = NULL;
  g_autofree char *there = NULL;
  g_autofree char *second = NULL;
  g_autofree char *clash = NULL;
  g_autofree char *own = genga_model_folder_dup_own ();
  g_autofree char *expected = dup_own_path ("net (2).param");
  const char *folders[] = { own, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (genga_model_import_is_model (param));
  g_assert_true (genga_model_import_is_model (bin));
  g_assert_cmpint (genga_model_import (bin, FALSE, &first, &error), ==, GENGA_IMPORT_ADDED);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (first, "/net.param"));
  g_assert_cmpint (genga_model_import (param, FALSE, &there, &error), ==, GENGA_IMPORT_THERE);
  g_assert_cmpint (count_own (), ==, 2);

  /* The descriptions are the same, the weights are not. */
  g_free (write_pair ("net", 2));
  g_assert_cmpint (genga_model_import (param, FALSE, &clash, &error), ==, GENGA_IMPORT_CLASH);
  g_assert_cmpint (genga_model_import (param, TRUE, &second, &error), ==, GENGA_IMPORT_ADDED);
  g_assert_cmpstr (second, ==, expected);
  g_assert_cmpint (count_own (), ==, 4);
  assert_pair_factor (first, 1);
  assert_pair_factor (second, 2);

  g_autoptr (GPtrArray) models = genga_model_facts_list (folders, FALSE);
  g_assert_cmpint (models->len, ==, 2);
  for (guint i = 0; i < models->len; i++)
    g_assert_no_error (((const GengaModelFacts *)g_ptr_array_index (models, i))->error);

  g_assert_true (genga_model_import_remove (first, TRUE, &error));
  g_assert_cmpint (count_own (), ==, 2);
  assert_pair_factor (second, 2);
}

/* What lies in an archive has the name of a model beside it, which stays. */
static void
test_archive (void)
{
  g_autofree char *param = write_pair ("same", 1);
  g_autofree char *bin = dup_path ("same.bin");
  g_autofree char *first = NULL;
  g_autofree char *archive = dup_own_path ("pack.zip");
  g_autofree char *text = NULL;
  g_autofree char *weights = NULL;
  gsize text_size, weights_size;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (genga_model_import (param, FALSE, &first, &error), ==, GENGA_IMPORT_ADDED);
  g_assert_true (g_file_get_contents (param, &text, &text_size, NULL));
  g_assert_true (g_file_get_contents (bin, &weights, &weights_size, NULL));

  g_autoptr (GBytes) text_bytes = g_bytes_new_static (text, text_size);
  g_autoptr (GBytes) weights_bytes = g_bytes_new_static (weights, weights_size);
  const Record records[] = { { .name = "same.param", .data = text_bytes },
                             { .name = "same.bin", .data = weights_bytes } };
  g_autoptr (GBytes) zip = write_zip (records, G_N_ELEMENTS (records), NULL);

  g_assert_true (g_file_set_contents (archive, g_bytes_get_data (zip, NULL),
                                      (gssize)g_bytes_get_size (zip), NULL));
  g_assert_true (genga_model_import_remove (archive, TRUE, &error));
  assert_pair_factor (first, 1);
  g_assert_true (genga_model_import_remove (first, TRUE, &error));
}

static void
note_fact (const char *title, const char *value, gpointer user_data)
{
  g_hash_table_insert (user_data, g_strdup (title), g_strdup (value));
}

static void
test_facts (void)
{
  g_autofree char *path = write_model ("genga-fast.safetensors", "line\nbreak.safetensors");
  g_autofree char *folder = g_path_get_dirname (path);
  const char *folders[] = { folder, NULL };
  g_autoptr (GPtrArray) models = genga_model_facts_list (folders, FALSE);
  g_autoptr (GHashTable) facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  genga_model_facts_foreach (g_ptr_array_index (models, 0), note_fact, facts);
  g_assert_cmpstr (g_hash_table_lookup (facts, "Scale"), ==, "2x");
  g_assert_nonnull (strstr (g_hash_table_lookup (facts, "Family"), "Compact"));
  g_assert_cmpstr (g_hash_table_lookup (facts, "Licence of the weights"), ==, "CC0-1.0");
  g_assert_nonnull (g_hash_table_lookup (facts, "Receptive field"));
  g_assert_nonnull (strstr (g_hash_table_lookup (facts, "File"), "line\\nbreak"));
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("genga-import-XXXXXX", NULL);
  g_autofree char *data = g_build_filename (home, "data", NULL);
  g_autofree char *cache = g_build_filename (home, "cache", NULL);
  int code;

  /* Before anything asks for them; emptied after every test. */
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/model-import/add", test_add, run_test);
  g_test_add_data_func ("/model-import/companions", test_companions, run_test);
  g_test_add_data_func ("/model-import/clash", test_clash, run_test);
  g_test_add_data_func ("/model-import/refused", test_refused, run_test);
  g_test_add_data_func ("/model-import/no-room", test_no_room, run_test);
  g_test_add_data_func ("/model-import/content", test_content, run_test);
  g_test_add_data_func ("/model-import/ncnn", test_ncnn, run_test);
  g_test_add_data_func ("/model-import/archive", test_archive, run_test);
  g_test_add_data_func ("/model-import/remove", test_remove, run_test);
  g_test_add_data_func ("/model-facts/list", test_list, run_test);
  g_test_add_data_func ("/model-facts/values", test_values, run_test);
  g_test_add_data_func ("/model-facts/facts", test_facts, run_test);
  code = g_test_run ();
  g_assert_cmpint (g_rmdir (home), ==, 0);
  return code;
}
