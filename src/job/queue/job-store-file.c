/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/job-store-file.h"
#include "core/error.h"
#include "job/database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>

#define APPLICATION_ID "1196314209" /* "GNga" */
#define VERSION 1

struct _GengaJobStoreFile
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
set_error (GengaJobStoreFile *self, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("Can't save the list of unfinished files: %s."), sqlite3_errmsg (self->db));
  return FALSE;
}

static gboolean
run (GengaJobStoreFile *self, const char *sql)
{
  int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  if (code != SQLITE_OK)
    g_debug ("%s: %s", sql, sqlite3_errmsg (self->db));
  return code == SQLITE_OK;
}

/* The first column of the first row of a query. */
static gboolean
ask (GengaJobStoreFile *self, const char *sql, gint64 *answer)
{
  sqlite3_stmt *statement;
  gboolean ok;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) != SQLITE_OK)
    return FALSE;
  ok = sqlite3_step (statement) == SQLITE_ROW;
  if (ok)
    *answer = sqlite3_column_int64 (statement, 0);
  return sqlite3_finalize (statement) == SQLITE_OK && ok;
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
get_failure (GengaJobStoreFile *self, char **reason)
{
  int code = sqlite3_errcode (self->db);

  *reason = g_strdup (sqlite3_errmsg (self->db));
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return LOCKED;
  return genga_database_judge (code) == GENGA_DATABASE_DAMAGED ? DAMAGED : UNUSABLE;
}

/* The lock is taken by the first write and kept; a write-ahead log needs no shared memory then. */
static Verdict
set_up (GengaJobStoreFile *self, char **reason)
{
  gint64 version, id, n_entries, n_tables;

  if (!run (self, "PRAGMA locking_mode = EXCLUSIVE") || !run (self, "PRAGMA journal_mode = WAL") ||
      !run (self, "PRAGMA synchronous = FULL") || !run (self, "PRAGMA trusted_schema = OFF") ||
      !run (self, "BEGIN IMMEDIATE; COMMIT") || !ask (self, "PRAGMA user_version", &version) ||
      !ask (self, "PRAGMA application_id", &id) ||
      !ask (self, "SELECT count(*) FROM sqlite_schema", &n_entries) ||
      !ask (self, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'queue'",
            &n_tables))
    return get_failure (self, reason);

  if (version == 0 && n_entries == 0)
    return run (self, schema) ? USABLE : get_failure (self, reason);
  if (id != g_ascii_strtoll (APPLICATION_ID, NULL, 10))
    return DAMAGED;
  if (version > VERSION)
    return TOO_NEW;
  if (version != VERSION || n_tables != 1)
    return DAMAGED;
  switch (genga_database_check (self->db, reason))
    {
    case GENGA_DATABASE_WHOLE:
      return USABLE;
    case GENGA_DATABASE_DAMAGED:
      return DAMAGED;
    case GENGA_DATABASE_UNCHECKED:
    case GENGA_DATABASE_FOREIGN:
    default:
      return UNUSABLE;
    }
}

static gboolean
prepare (GengaJobStoreFile *self)
{
  return sqlite3_prepare_v2 (self->db, "INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?, ?, ?)", -1,
                             &self->put, NULL) == SQLITE_OK &&
         sqlite3_prepare_v2 (self->db, "DELETE FROM queue WHERE id = ?", -1, &self->remove, NULL) ==
             SQLITE_OK;
}

void
genga_job_store_file_close (GengaJobStoreFile *self)
{
  sqlite3_finalize (self->put);
  sqlite3_finalize (self->remove);
  sqlite3_close (self->db);
  g_free (self);
}

/* `*reason`: why it is not usable, as far as that is known. */
static GengaJobStoreFile *
try_open (const char *path, Verdict *verdict, char **reason)
{
  g_autoptr (GengaJobStoreFile) self = g_new0 (GengaJobStoreFile, 1);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

  switch (genga_database_peek (AT_FDCWD, path, g_ascii_strtoull (APPLICATION_ID, NULL, 10), reason))
    {
    case GENGA_DATABASE_WHOLE:
      break;
    case GENGA_DATABASE_DAMAGED:
    case GENGA_DATABASE_FOREIGN:
      *verdict = DAMAGED;
      return NULL;
    case GENGA_DATABASE_UNCHECKED:
    default:
      *verdict = UNUSABLE;
      return NULL;
    }
  if (sqlite3_open_v2 (path, &self->db, flags, NULL) != SQLITE_OK)
    {
      *verdict = UNUSABLE;
      *reason = g_strdup (sqlite3_errmsg (self->db));
      return NULL;
    }
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  /* What is not understood is not moved from the log into the file either. */
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  sqlite3_busy_timeout (self->db, 500);
  *verdict = set_up (self, reason);
  if (*verdict == USABLE && !prepare (self))
    *verdict = get_failure (self, reason);
  if (*verdict != USABLE)
    return NULL;
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return g_steal_pointer (&self);
}

/* A name for a file that is put aside, which no other has. */
static char *
dup_aside (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  char *aside = g_strdup_printf ("%s.%s", path, stamp);

  for (int i = 2; g_file_test (aside, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK); i++)
    {
      g_free (aside);
      aside = g_strdup_printf ("%s.%s-%d", path, stamp, i);
    }
  return aside;
}

/*
 * The file and its write-ahead log belong together. The log goes first: beside a new file SQLite
 * would throw it away.
 */
static gboolean
put_aside (const char *path, Verdict verdict, char **sentence)
{
  g_autofree char *aside = dup_aside (path);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *log_aside = g_strconcat (aside, "-wal", NULL);
  g_autofree char *name = g_filename_display_name (aside);
  gboolean has_log = g_rename (log, log_aside) == 0;

  if (!has_log && errno != ENOENT)
    return FALSE;
  if (g_rename (path, aside) != 0)
    {
      if (has_log)
        g_rename (log_aside, log);
      return FALSE;
    }
  *sentence = g_strdup_printf (
      verdict == TOO_NEW
          ? _ ("The list of unfinished files is from a newer Genga; it was put aside as “%s”.")
          : _ ("Can't read the list of unfinished files; it was put aside as “%s”."),
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
               _ ("Can't save the list of unfinished files: can't create the folder “%s” (%s)."),
               name, g_strerror (errno));
  return FALSE;
}

GengaJobStoreFile *
genga_job_store_file_open (const char *path, char **sentence, GError **error)
{
  Verdict verdict;
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *reason = NULL;

  if (!make_folder (path, error))
    return NULL;
  GengaJobStoreFile *self = try_open (path, &verdict, &reason);
  if (self == NULL && verdict >= DAMAGED && put_aside (path, verdict, sentence))
    {
      g_clear_pointer (&reason, g_free);
      self = try_open (path, &verdict, &reason);
    }
  if (self != NULL)
    return self;

  if (verdict == LOCKED)
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                         _ ("Another Genga is running; only that one saves its list of unfinished "
                            "files."));
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                 _ ("Can't save the list of unfinished files: can't use “%s” (%s). The file was "
                    "not changed; fix this and start Genga again."),
                 name, reason != NULL ? reason : sqlite3_errstr (SQLITE_CORRUPT));
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
genga_job_store_file_read (GengaJobStoreFile *self, GError **error)
{
  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify)genga_job_store_row_free);
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
      GengaJobStoreRow *row = g_new0 (GengaJobStoreRow, 1);

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
genga_job_store_file_begin (GengaJobStoreFile *self, GError **error)
{
  return run (self, "BEGIN") || set_error (self, error);
}

gboolean
genga_job_store_file_end (GengaJobStoreFile *self, GError **error)
{
  if (run (self, "COMMIT"))
    return TRUE;
  set_error (self, error);
  run (self, "ROLLBACK");
  return FALSE;
}

static gboolean
finish (GengaJobStoreFile *self, sqlite3_stmt *statement, GError **error)
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
genga_job_store_file_put (GengaJobStoreFile *self, const GengaJobStoreRow *row, GError **error)
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
genga_job_store_file_remove (GengaJobStoreFile *self, gint64 id, GError **error)
{
  sqlite3_bind_int64 (self->remove, 1, id);
  return finish (self, self->remove, error);
}
