/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of results: files are told by what they are, and a file of the record's name that is
 * damaged, foreign or none at all costs the record, never more. */
#include "job/queue/result-record.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *folder, *other;
  char *record, *source, *result;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("genga-record-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->other = g_build_filename (self->folder, "other", NULL);
  self->record = g_build_filename (self->folder, "state", "results.sqlite", NULL);
  self->source = g_build_filename (self->folder, "a.png", NULL);
  self->result = g_build_filename (self->folder, "a_upscaled.png", NULL);
  g_assert_cmpint (g_mkdir (self->other, 0700), ==, 0);
  g_assert_true (g_file_set_contents (self->source, "source", -1, NULL));
  g_assert_true (g_file_set_contents (self->result, "result", -1, NULL));
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  remove_tree (self->folder);
  g_free (self->folder);
  g_free (self->other);
  g_free (self->record);
  g_free (self->source);
  g_free (self->result);
}

static void
add (Fixture *self, const char *result)
{
  g_autoptr (GengaResultRecord) record = genga_result_record_new (self->record);
  g_autoptr (GengaResultRecord) again = genga_result_record_ref (record);

  genga_result_record_add (again, result, self->source);
}

/* What a new program finds. */
static char *
dup_source (Fixture *self, const char *path)
{
  g_autoptr (GengaResultRecord) record = genga_result_record_new (self->record);

  return genga_result_record_dup_source (record, path);
}

static void
assert_source (Fixture *self, const char *path, const char *expected)
{
  g_autofree char *source = dup_source (self, path);

  g_assert_cmpstr (source, ==, expected);
}

static void
test_found (Fixture *self, gconstpointer data)
{
  g_autofree char *moved = g_build_filename (self->other, "a_upscaled.png", NULL);
  g_autofree char *beside = g_build_filename (self->other, "a.png", NULL);

  assert_source (self, self->result, NULL); /* before there is a record */
  g_assert_false (g_file_test (self->record, G_FILE_TEST_EXISTS));
  add (self, self->result);
  assert_source (self, self->result, self->source);
  assert_source (self, self->source, NULL);
  assert_source (self, self->other, NULL);
  g_assert_cmpint (g_rename (self->result, moved), ==, 0);
  assert_source (self, moved, self->source);
  g_assert_cmpint (g_rename (self->source, beside), ==, 0);
  assert_source (self, moved, beside); /* both have moved */
  g_assert_cmpint (g_unlink (beside), ==, 0);
  assert_source (self, moved, NULL);
}

/* Another file of the same name is no result. */
static void
test_changed (Fixture *self, gconstpointer data)
{
  add (self, self->result);
  g_assert_true (g_file_set_contents (self->result, "results", -1, NULL));
  assert_source (self, self->result, NULL);
}

/* Neither a folder nor what is not there is entered. */
static void
test_no_files (Fixture *self, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (self->folder, "missing.png", NULL);

  add (self, self->other);
  add (self, missing);
  g_assert_false (g_file_test (self->record, G_FILE_TEST_EXISTS));
}

/* A damaged record is replaced by the next entry, and says nothing before. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autofree char *noise = g_strnfill (4096, 'x');

  add (self, self->result);
  g_assert_true (g_file_set_contents (self->record, noise, -1, NULL));
  assert_source (self, self->result, NULL);
  add (self, self->result);
  assert_source (self, self->result, self->source);
}

/* Another program's database of that name stays as it is. */
static void
test_foreign (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (self->record);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize size, size_after;
  sqlite3 *db;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (sqlite3_open (self->record, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (db, "PRAGMA application_id = 7; CREATE TABLE mine (x);", NULL, NULL, NULL), ==,
      SQLITE_OK);
  sqlite3_close (db);
  g_assert_true (g_file_get_contents (self->record, &before, &size, NULL));
  add (self, self->result);
  assert_source (self, self->result, NULL);
  g_assert_true (g_file_get_contents (self->record, &after, &size_after, NULL));
  g_assert_cmpmem (before, size, after, size_after);
}

/* A folder or a link of that name, and a folder that can't be made. */
static void
test_no_place (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (self->record);
  g_autofree char *aim = g_build_filename (self->folder, "aim", NULL);

  g_assert_true (g_file_set_contents (folder, "no folder", -1, NULL));
  add (self, self->result);
  assert_source (self, self->result, NULL);
  g_assert_cmpint (g_unlink (folder), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (self->record, 0700), ==, 0);
  add (self, self->result);
  assert_source (self, self->result, NULL);
  g_assert_cmpint (g_rmdir (self->record), ==, 0);
  g_assert_true (g_file_set_contents (aim, "mine", -1, NULL));
  g_assert_cmpint (symlink (aim, self->record), ==, 0);
  add (self, self->result);
  assert_source (self, self->result, NULL);
  g_free (g_steal_pointer (&folder));
  g_assert_true (g_file_get_contents (aim, &folder, NULL, NULL));
  g_assert_cmpstr (folder, ==, "mine");
}

static void
test_place (void)
{
  g_autofree char *path = genga_result_record_dup_default_path ();

  g_assert_true (g_str_has_prefix (path, g_get_user_state_dir ()));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/result-record/found", Fixture, NULL, set_up, test_found, tear_down);
  g_test_add ("/result-record/changed", Fixture, NULL, set_up, test_changed, tear_down);
  g_test_add ("/result-record/no-files", Fixture, NULL, set_up, test_no_files, tear_down);
  g_test_add ("/result-record/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/result-record/foreign", Fixture, NULL, set_up, test_foreign, tear_down);
  g_test_add ("/result-record/no-place", Fixture, NULL, set_up, test_no_place, tear_down);
  g_test_add_func ("/result-record/place", test_place);
  return g_test_run ();
}
