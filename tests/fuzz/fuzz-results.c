/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of results: rows of its table, or the file's bytes. */
#include "fuzz-rows.h"
#include "fuzz.h"
#include "job/queue/result-record.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define RECORD "results.sqlite"

static const char table[] =
    "CREATE TABLE results (id INTEGER PRIMARY KEY, name BLOB, size INTEGER, changed INTEGER,"
    " source BLOB); PRAGMA application_id = 1196320626;";
static const char row[] = "INSERT INTO results (name, size, changed, source) VALUES (?, ?, ?, ?)";

/* Rows of any kind, and their sources for a file that is there. */
static void
make_rows (const char *path, const char *result, FuzzInput *input)
{
  g_autofree char *known = NULL;
  GStatBuf info;
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (g_stat (result, &info), ==, 0);
  known = g_strdup_printf ("UPDATE results SET name = CAST ('result.png' AS BLOB), size = %d,"
                           " changed = %" G_GINT64_FORMAT " WHERE id %% 2 = 1",
                           (int)info.st_size,
                           (gint64)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec);
  sqlite3_exec (db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL, NULL, NULL);
  sqlite3_exec (db, table, NULL, NULL, NULL);
  while (input->size > 0)
    fuzz_insert_row (db, row, input);
  sqlite3_exec (db, known, NULL, NULL, NULL);
  sqlite3_close (db);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *result = fuzz_write_file ("result.png", "1", 1);
  g_autofree char *beside = fuzz_write_file ("source.png", "22", 2);
  g_autofree char *path = g_build_filename (fuzz_get_folder (), RECORD, NULL);
  FuzzInput input = { data, size };
  g_autoptr (GengaResultRecord) record = genga_result_record_new (path);
  g_autofree char *source = NULL;

  g_unlink (path);
  if (fuzz_take_byte (&input) % 8 == 0)
    g_free (fuzz_write_file (RECORD, input.data, input.size));
  else
    make_rows (path, result, &input);
  source = genga_result_record_dup_source (record, result);
  g_assert_true (source == NULL || g_file_test (source, G_FILE_TEST_EXISTS));
  genga_result_record_add (record, result, beside);
  return 0;
}
