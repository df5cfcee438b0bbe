/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models of several files, and models in archives. */
#include "model-writer.h"

#include "core/error.h"
#include "weights/load.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define ENTRY(name, begin, end)                                                                    \
  "{\"" name "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" begin "," end "]}}"
#define FIRST "m-00001-of-00002.safetensors"
#define SECOND "m-00002-of-00002.safetensors"
#define INDEX "m.safetensors.index.json"
#define MAP(text) "{\"metadata\":{\"total_size\":8},\"weight_map\":{" text "}}"
#define GOOD_MAP MAP ("\"a\":\"" FIRST "\",\"b\":\"" SECOND "\"")

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("genga-files-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static void
put (Fixture *fixture, const char *name, GBytes *bytes)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize)g_bytes_get_size (bytes), NULL));
}

static void
put_text (Fixture *fixture, const char *name, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  put (fixture, name, bytes);
}

static void
put_parts (Fixture *fixture)
{
  g_autoptr (GBytes) first = write_safetensors (ENTRY ("a", "0", "4"), 4);
  g_autoptr (GBytes) second = write_safetensors (ENTRY ("b", "0", "4"), 4);

  put (fixture, FIRST, first);
  put (fixture, SECOND, second);
}

static GengaStateDict *
load (Fixture *fixture, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  return genga_state_dict_load (path, error);
}

static void
assert_fails (Fixture *fixture, const char *name, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (load (fixture, name, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” is not in “%s”", part, error->message);
}

/* Bytes that this process has read so far. */
static guint64
count_read (void)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/io", &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "rchar: "));
  return g_ascii_strtoull (text + strlen ("rchar: "), NULL, 10);
}

/* What is no model is told by its beginning, however long it is. */
static void
test_film (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "film.mkv", NULL);
  guint64 before;

  put_text (fixture, "film.mkv", "\x1a\x45\xdf\xa3 and so on");
  g_assert_cmpint (truncate (path, 64 << 20), ==, 0);
  before = count_read ();
  assert_fails (fixture, "film.mkv", "This is not a model file that Genga knows");
  g_assert_cmpuint (count_read () - before, <, 1 << 20);
}

/* Whichever of its files is named. */
static void
test_parts (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { INDEX, FIRST, SECOND };

  put_parts (fixture);
  put_text (fixture, INDEX, GOOD_MAP);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaStateDict) dict = load (fixture, names[i], &error);

      g_assert_no_error (error);
      g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, 2);
      g_assert_nonnull (genga_state_dict_lookup (dict, "a"));
      g_assert_nonnull (genga_state_dict_lookup (dict, "b"));
      g_assert_true (g_str_has_suffix (genga_state_dict_get_path (dict), "/" INDEX));
      g_assert_cmpuint (genga_state_dict_get_n_companions (dict), ==, 2);
    }
}

/* A part alone is what it says it is. */
static void
test_part_alone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = NULL;

  put_parts (fixture);
  dict = load (fixture, FIRST, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, 1);
}

static void
test_false_parts (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *list;
    const char *part;
  } rows[] = {
    { MAP ("\"a\":\"" FIRST "\",\"b\":\"" FIRST "\""), "in no part" },
    { MAP ("\"a\":\"" FIRST "\",\"b\":\"" SECOND "\",\"c\":\"" SECOND "\""), "in no part" },
    { MAP ("\"a\":\"" FIRST "\",\"a\":\"" SECOND "\""), "twice" },
    { MAP ("\"a\":\"" SECOND "\",\"b\":\"" FIRST "\""), "not listed" },
    { MAP ("\"a\":\"none.safetensors\",\"b\":\"" SECOND "\""), "“none.safetensors”" },
    { MAP ("\"a\":\"../" FIRST "\",\"b\":\"" SECOND "\""), "outside" },
    { MAP ("\"a\":\"/etc/passwd\",\"b\":\"" SECOND "\""), "outside" },
    { MAP ("\"a\":\"" INDEX "\",\"b\":\"" SECOND "\""), "safetensors" },
    { MAP ("\"a\":1"), "list of parts" },
    { MAP (""), "list of parts" },
    { "{\"weight_map\":[]}", "list of parts" },
    { "{\"weight_map\":{\"a\":\"" FIRST "\"}", "list of parts" },
    { "{\"weight_map\":{\"a\":\"" FIRST "\"},\"weight_map\":{\"b\":\"" FIRST "\"}}",
      "list of parts" },
  };

  put_parts (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      put_text (fixture, INDEX, rows[i].list);
      assert_fails (fixture, INDEX, rows[i].part);
    }
}

/* The archive has the model's file, and maybe what else people put there. */
static void
test_archive (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) model = write_safetensors (ENTRY ("a", "0", "4"), 4);
  g_autoptr (GBytes) text = g_bytes_new_static ("read me", 7);

  for (guint i = 0; i < 2; i++)
    {
      const Record records[] = {
        { .name = "2x_Net/", .data = g_bytes_new (NULL, 0) },
        { .name = "2x_Net/2x_Net.safetensors", .data = model, .deflate = i == 1 },
        { .name = "2x_Net/README.md", .data = text },
        { .name = "__MACOSX/2x_Net/._2x_Net.safetensors", .data = text }
      };
      g_autoptr (GBytes) archive = write_zip (records, G_N_ELEMENTS (records), NULL);
      g_autoptr (GengaStateDict) dict = assert_loads (archive);

      g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, 1);
      g_assert_cmpuint (*(const guint8 *)genga_state_dict_lookup (dict, "a")->data, ==, 0);
      g_assert_cmpstr (genga_state_dict_get_path (dict), ==, "2x_Net.safetensors");
      g_assert_true (g_bytes_equal (genga_state_dict_get_bytes (dict), model));
      g_bytes_unref (records[0].data);
    }
}

static void
test_archived_parts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) first = write_safetensors (ENTRY ("a", "0", "4"), 4);
  g_autoptr (GBytes) second = write_safetensors (ENTRY ("b", "0", "4"), 4);
  g_autoptr (GBytes) list = g_bytes_new_static (GOOD_MAP, strlen (GOOD_MAP));
  const Record records[] = { { .name = "x/" FIRST, .data = first },
                             { .name = "x/" SECOND, .data = second, .deflate = TRUE },
                             { .name = "x/" INDEX, .data = list } };
  g_autoptr (GBytes) archive = write_zip (records, G_N_ELEMENTS (records), NULL);
  g_autoptr (GengaStateDict) dict = assert_loads (archive);

  g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, 2);
}

/* An archive in an archive is not looked into; PyTorch's own is a model. */
static void
test_nested (Fixture *fixture, gconstpointer data)
{
  static const guint8 weights[] =
      "\x80\2}X\1\0\0\0actorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\n"
      "FloatStorage\nX\1\0\0\0"
      "0X\3\0\0\0cpuK\1tQK\0K\1\x85K\1\x85\x89}tRs.";
  g_autoptr (GBytes) torch = write_torch (weights, sizeof weights - 1, 4);
  const Record inner[] = { { .name = "a.pth", .data = torch } };
  g_autoptr (GBytes) once = write_zip (inner, 1, NULL);
  const Record outer[] = { { .name = "a.pth", .data = once } };
  g_autoptr (GBytes) twice = write_zip (outer, 1, NULL);
  g_autoptr (GengaStateDict) dict = assert_loads (once);

  g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, 1);
  assert_refused (twice, "unpack it first");
}

static void
add (const char *path, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("/model-files/film", test_film);
  add ("/model-files/parts", test_parts);
  add ("/model-files/part-alone", test_part_alone);
  add ("/model-files/false-parts", test_false_parts);
  add ("/model-files/archive", test_archive);
  add ("/model-files/archived-parts", test_archived_parts);
  add ("/model-files/nested", test_nested);
  return g_test_run ();
}
