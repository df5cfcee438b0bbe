/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/store-file.h"
#include "core/error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>

#define APPLICATION_ID "1196314209" /* "GNga" */
#define VERSION 1

struct _GengaStoreFile
{
  sqlite3 *db;
  sqlite3_stmt *put;
  sqlite3_stmt *remove;
};

static const char schema[] =
    "BEGIN;"
    "CREATE TABLE queue (id INTEGER PRIMARY KEY, source BLOB NOT NULL, target BLOB,"
    " options TEXT NOT NULL, state TEXT NOT NULL, told BLOB);"
    "PRAGMA application_id = " APPLICATION_ID ";"
    "PRAGMA user_version = " G_STRINGIFY (VERSION) ";"
                                                   "COMMIT;";

static gboolean
set_error (GengaStoreFile *self, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("The list of unfinished pictures cannot be kept: %s."),
               sqlite3_errmsg (self->db));
  return FALSE;
}

static gboolean
run (GengaStoreFile *self, const char *sql)
{
  int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  if (code != SQLITE_OK)
    g_debug ("%s: %s", sql, sqlite3_errmsg (self->db));
  return code == SQLITE_OK;
}

/* The first column of the first row of a query; -1 where it fails. */
static gint64
ask (GengaStoreFile *self, const char *sql)
{
  sqlite3_stmt *statement;
  gint64 answer = -1;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) != SQLITE_OK)
    return -1;
  if (sqlite3_step (statement) == SQLITE_ROW)
    answer = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return answer;
}

static gboolean
is_whole (GengaStoreFile *self)
{
  return ask (self, "SELECT quick_check = 'ok' FROM pragma_quick_check(1)") == 1;
}

typedef enum
{
  USABLE,
  LOCKED,   /* by another process */
  UNUSABLE, /* there is no way to read or write it */
  DAMAGED,  /* or not ours */
  TOO_NEW,
} Verdict;

static Verdict
get_failure (GengaStoreFile *self)
{
  switch (sqlite3_errcode (self->db))
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return LOCKED;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_IOERR:
    case SQLITE_FULL:
      return UNUSABLE;
    default:
      return DAMAGED;
    }
}

/* The lock is taken by the first write and kept; a write-ahead log needs no shared memory then. */
static Verdict
set_up (GengaStoreFile *self)
{
  if (!run (self, "PRAGMA locking_mode = EXCLUSIVE") || !run (self, "PRAGMA journal_mode = WAL") ||
      !run (self, "PRAGMA synchronous = FULL") || !run (self, "PRAGMA trusted_schema = OFF") ||
      !run (self, "BEGIN IMMEDIATE; COMMIT"))
    return get_failure (self);

  gint64 version = ask (self, "PRAGMA user_version");
  gint64 id = ask (self, "PRAGMA application_id");
  if (version == 0 && ask (self, "SELECT count(*) FROM sqlite_schema") == 0)
    return run (self, schema) ? USABLE : get_failure (self);
  if (id != g_ascii_strtoll (APPLICATION_ID, NULL, 10))
    return DAMAGED;
  if (version > VERSION)
    return TOO_NEW;
  return version == VERSION && is_whole (self) ? USABLE : DAMAGED;
}

static gboolean
prepare (GengaStoreFile *self)
{
  return sqlite3_prepare_v2 (self->db, "INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?, ?, ?)", -1,
                             &self->put, NULL) == SQLITE_OK &&
         sqlite3_prepare_v2 (self->db, "DELETE FROM queue WHERE id = ?", -1, &self->remove, NULL) ==
             SQLITE_OK;
}

void
genga_store_file_close (GengaStoreFile *self)
{
  sqlite3_finalize (self->put);
  sqlite3_finalize (self->remove);
  sqlite3_close (self->db);
  g_free (self);
}

static GengaStoreFile *
try_open (const char *path, Verdict *verdict)
{
  g_autoptr (GengaStoreFile) self = g_new0 (GengaStoreFile, 1);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

  *verdict = UNUSABLE;
  if (sqlite3_open_v2 (path, &self->db, flags, NULL) != SQLITE_OK)
    return NULL;
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_busy_timeout (self->db, 500);
  *verdict = set_up (self);
  if (*verdict == USABLE && !prepare (self))
    *verdict = DAMAGED;
  return *verdict == USABLE ? g_steal_pointer (&self) : NULL;
}

/* The file and its write-ahead log belong together. */
static gboolean
put_aside (const char *path, Verdict verdict, char **sentence)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *aside = g_strdup_printf ("%s.%s", path, stamp);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *log_aside = g_strconcat (aside, "-wal", NULL);
  g_autofree char *name = g_filename_display_name (aside);

  if (g_rename (path, aside) != 0)
    return FALSE;
  g_rename (log, log_aside);
  *sentence = g_strdup_printf (
      verdict == TOO_NEW
          ? _ ("The list of unfinished pictures is from a newer Genga; it was put aside as “%s”.")
          : _ ("The list of unfinished pictures could not be read; it was put aside as “%s”."),
      name);
  return TRUE;
}

static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_filename_display_name (folder);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("The list of unfinished pictures cannot be kept: the folder “%s” cannot be made "
                  "(%s)."),
               name, g_strerror (errno));
  return FALSE;
}

GengaStoreFile *
genga_store_file_open (const char *path, char **sentence, GError **error)
{
  Verdict verdict;
  g_autofree char *name = g_filename_display_name (path);

  if (!make_folder (path, error))
    return NULL;
  GengaStoreFile *self = try_open (path, &verdict);
  if (self == NULL && verdict >= DAMAGED && put_aside (path, verdict, sentence))
    self = try_open (path, &verdict);
  if (self != NULL)
    return self;

  if (verdict == LOCKED)
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                         _ ("Another Genga is open; the list of unfinished pictures is only kept "
                            "there."));
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                 _ ("The list of unfinished pictures cannot be kept: “%s” cannot be opened."),
                 name);
  return NULL;
}

static char *
dup_column (sqlite3_stmt *statement, int column)
{
  const char *bytes = sqlite3_column_blob (statement, column);

  return bytes != NULL ? g_strndup (bytes, sqlite3_column_bytes (statement, column)) : NULL;
}

static GVariant *
get_told (sqlite3_stmt *statement, int column)
{
  gsize size = sqlite3_column_bytes (statement, column);
  gconstpointer data = sqlite3_column_blob (statement, column);

  if (data == NULL)
    return NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) told = g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE);
  return g_variant_get_normal_form (g_variant_ref_sink (g_steal_pointer (&told)));
}

GPtrArray *
genga_store_file_read (GengaStoreFile *self, GError **error)
{
  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify)genga_store_row_free);
  sqlite3_stmt *statement;
  int code;

  if (sqlite3_prepare_v2 (self->db,
                          "SELECT id, source, target, options, state, told FROM queue ORDER BY id",
                          -1, &statement, NULL) != SQLITE_OK)
    {
      set_error (self, error);
      return NULL;
    }
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      GengaStoreRow *row = g_new0 (GengaStoreRow, 1);

      row->id = sqlite3_column_int64 (statement, 0);
      row->source = dup_column (statement, 1);
      row->target = dup_column (statement, 2);
      row->options = dup_column (statement, 3);
      row->state = dup_column (statement, 4);
      row->told = get_told (statement, 5);
      g_ptr_array_add (rows, row);
    }
  sqlite3_finalize (statement);
  if (code == SQLITE_DONE)
    return g_steal_pointer (&rows);
  set_error (self, error);
  return NULL;
}

gboolean
genga_store_file_begin (GengaStoreFile *self, GError **error)
{
  return run (self, "BEGIN") || set_error (self, error);
}

gboolean
genga_store_file_end (GengaStoreFile *self, GError **error)
{
  if (run (self, "COMMIT"))
    return TRUE;
  set_error (self, error);
  run (self, "ROLLBACK");
  return FALSE;
}

static gboolean
finish (GengaStoreFile *self, sqlite3_stmt *statement, GError **error)
{
  gboolean ok = sqlite3_step (statement) == SQLITE_DONE || set_error (self, error);

  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return ok;
}

static void
bind (sqlite3_stmt *statement, int index, const char *bytes)
{
  if (bytes != NULL)
    sqlite3_bind_blob (statement, index, bytes, strlen (bytes), SQLITE_STATIC);
}

gboolean
genga_store_file_put (GengaStoreFile *self, const GengaStoreRow *row, GError **error)
{
  if (row->id > 0)
    sqlite3_bind_int64 (self->put, 1, row->id);
  else
    sqlite3_bind_null (self->put, 1); /* SQLite takes one more than the last */
  bind (self->put, 2, row->source);
  bind (self->put, 3, row->target);
  sqlite3_bind_text (self->put, 4, row->options, -1, SQLITE_STATIC);
  sqlite3_bind_text (self->put, 5, row->state, -1, SQLITE_STATIC);
  if (row->told != NULL)
    sqlite3_bind_blob (self->put, 6, g_variant_get_data (row->told), g_variant_get_size (row->told),
                       SQLITE_STATIC);
  return finish (self, self->put, error);
}

gboolean
genga_store_file_remove (GengaStoreFile *self, gint64 id, GError **error)
{
  sqlite3_bind_int64 (self->remove, 1, id);
  return finish (self, self->remove, error);
}
