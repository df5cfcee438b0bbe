/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/result-record.h"
#include "job/database.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#define APPLICATION_ID 1196320626 /* "GNgr" */
#define MAX_RESULTS "200000"

/* What a file is told by. */
typedef struct
{
  char *name;
  gint64 size;
  gint64 changed; /* in ns */
  char *source;   /* of an entry that is to be written, else NULL */
} Stamp;

struct _GengaResultRecord
{
  GMutex mutex;
  GThreadPool *writer;
  char *path;
  /* protected by mutex */
  sqlite3 *db; /* NULL: it is not open */
  gboolean is_writable;
  gboolean is_given_up; /* it cannot be written */
  sqlite3_stmt *add;
  sqlite3_stmt *find;
};

static const char set_up[] =
    "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF; PRAGMA trusted_schema = OFF;"
    "CREATE TABLE IF NOT EXISTS results (id INTEGER PRIMARY KEY, name BLOB NOT NULL,"
    " size INTEGER NOT NULL, changed INTEGER NOT NULL, source BLOB NOT NULL,"
    " UNIQUE (name, size, changed));"
    "PRAGMA application_id = " G_STRINGIFY (
        APPLICATION_ID) ";"
                        "DELETE FROM results WHERE id <= (SELECT max (id) FROM results) "
                        "- " MAX_RESULTS ";";

char *
genga_result_record_dup_default_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "genga", "results", "results.sqlite", NULL);
}

static void
stamp_free (gpointer data)
{
  Stamp *stamp = data;

  g_free (stamp->name);
  g_free (stamp->source);
  g_free (stamp);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stamp, stamp_free)

/* NULL where it is no file. */
static Stamp *
stamp_new (const char *path)
{
  GStatBuf info;
  Stamp *stamp;

  if (g_stat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return NULL;
  stamp = g_new0 (Stamp, 1);
  stamp->name = g_path_get_basename (path);
  stamp->size = info.st_size;
  stamp->changed =
      (gint64)info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + (gint64)info.st_mtim.tv_nsec;
  return stamp;
}

static void
close_file (GengaResultRecord *self)
{
  g_clear_pointer (&self->add, sqlite3_finalize);
  g_clear_pointer (&self->find, sqlite3_finalize);
  sqlite3_close (self->db);
  self->db = NULL;
}

static int
prepare (GengaResultRecord *self, gboolean writes)
{
  int code = SQLITE_OK;

  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_busy_timeout (self->db, 2000);
  if (writes)
    code = sqlite3_exec (self->db, set_up, NULL, NULL, NULL);
  if (writes && code == SQLITE_OK)
    code = sqlite3_prepare_v2 (self->db,
                               "INSERT OR REPLACE INTO results (name, size, changed, source)"
                               " VALUES (?, ?, ?, ?)",
                               -1, &self->add, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2 (self->db,
                               "SELECT source FROM results"
                               " WHERE name = ? AND size = ? AND changed = ?",
                               -1, &self->find, NULL);
  return code;
}

static GengaDatabaseState
try_open (GengaResultRecord *self, gboolean writes)
{
  int flags = writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  g_autofree char *reason = NULL;
  GengaDatabaseState state = genga_database_peek (AT_FDCWD, self->path, APPLICATION_ID, &reason);
  int code;

  if (state != GENGA_DATABASE_WHOLE)
    return state;
  code = sqlite3_open_v2 (self->path, &self->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (code == SQLITE_OK)
    code = prepare (self, writes);
  self->is_writable = writes;
  if (code == SQLITE_OK)
    return GENGA_DATABASE_WHOLE;
  g_debug ("%s: %s", self->path, sqlite3_errstr (code));
  close_file (self);
  return genga_database_judge (code);
}

static void
remove_files (const char *path)
{
  static const char *const endings[] = { "", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *file = g_strconcat (path, endings[i], NULL);
      g_unlink (file);
    }
}

/* Nothing is made for reading. A damaged file only says what need not be done again, and goes. */
static gboolean
open_file (GengaResultRecord *self, gboolean writes)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  if (self->db != NULL && (self->is_writable || !writes))
    return TRUE;
  if (self->is_given_up || (!writes && !g_file_test (self->path, G_FILE_TEST_EXISTS)))
    return FALSE;
  close_file (self);
  if (writes)
    g_mkdir_with_parents (folder, 0700);
  if (try_open (self, writes) == GENGA_DATABASE_DAMAGED && writes)
    {
      remove_files (self->path);
      try_open (self, writes);
    }
  self->is_given_up = writes && self->db == NULL;
  return self->db != NULL;
}

static void
bind_stamp (sqlite3_stmt *statement, const Stamp *stamp)
{
  sqlite3_bind_blob (statement, 1, stamp->name, (int)strlen (stamp->name), SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, stamp->size);
  sqlite3_bind_int64 (statement, 3, stamp->changed);
}

static void
write_stamp (gpointer data, gpointer user_data)
{
  GengaResultRecord *self = user_data;
  g_autoptr (Stamp) stamp = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (!open_file (self, TRUE))
    return;
  bind_stamp (self->add, stamp);
  sqlite3_bind_blob (self->add, 4, stamp->source, (int)strlen (stamp->source), SQLITE_STATIC);
  if (sqlite3_step (self->add) != SQLITE_DONE)
    g_debug ("%s: %s", stamp->name, sqlite3_errmsg (self->db));
  sqlite3_reset (self->add);
  sqlite3_clear_bindings (self->add);
}

GengaResultRecord *
genga_result_record_new (const char *path)
{
  GengaResultRecord *self = g_atomic_rc_box_new0 (GengaResultRecord);

  g_mutex_init (&self->mutex);
  self->path = g_strdup (path);
  self->writer = g_thread_pool_new (write_stamp, self, 1, FALSE, NULL);
  return self;
}

GengaResultRecord *
genga_result_record_ref (GengaResultRecord *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  GengaResultRecord *self = data;

  g_thread_pool_free (self->writer, FALSE, TRUE);
  close_file (self);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
}

void
genga_result_record_unref (GengaResultRecord *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
genga_result_record_add (GengaResultRecord *self, const char *result, const char *source)
{
  Stamp *stamp = stamp_new (result);

  if (stamp == NULL)
    return;
  stamp->source = g_canonicalize_filename (source, NULL);
  g_thread_pool_push (self->writer, stamp, NULL);
}

/* The recorded path, or NULL. */
static char *
look_up (GengaResultRecord *self, const Stamp *stamp)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  char *source = NULL;

  if (!open_file (self, FALSE))
    return NULL;
  bind_stamp (self->find, stamp);
  if (sqlite3_step (self->find) == SQLITE_ROW)
    source = g_strndup (sqlite3_column_blob (self->find, 0), sqlite3_column_bytes (self->find, 0));
  sqlite3_reset (self->find);
  sqlite3_clear_bindings (self->find);
  return source;
}

gboolean
genga_result_record_has (GengaResultRecord *self, const char *path)
{
  g_autoptr (Stamp) stamp = stamp_new (path);
  g_autofree char *source = stamp != NULL ? look_up (self, stamp) : NULL;

  return source != NULL;
}

char *
genga_result_record_dup_source (GengaResultRecord *self, const char *path)
{
  g_autoptr (Stamp) stamp = stamp_new (path);
  g_autofree char *source = stamp != NULL ? look_up (self, stamp) : NULL;

  if (source == NULL)
    return NULL;
  if (g_file_test (source, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&source);
  /* Both may have moved together. */
  g_autofree char *name = g_path_get_basename (source);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *beside = g_build_filename (folder, name, NULL);
  return g_file_test (beside, G_FILE_TEST_EXISTS) ? g_steal_pointer (&beside) : NULL;
}
