/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/watch/watch-store.h"
#include "core/error.h"
#include "job/database.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define APPLICATION_ID 1196320631 /* "GNgw" */
#define MAX_FILES "500000"
#define NAME_LENGTH 32

enum
{
  FIND,
  PUT,
  SET_TARGET,
  FORGET,
  N_STATEMENTS
};

struct _GengaWatchStore
{
  GMutex mutex;
  /* protected by mutex */
  sqlite3 *db;
  sqlite3_stmt *statements[N_STATEMENTS];
  gboolean is_broken; /* it could not be asked */
};

/* An exclusive lock is kept from the first write on, which comes with the schema. */
static const char set_up[] =
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
    "PRAGMA trusted_schema = OFF;"
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS folder (path BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE,"
    " size INTEGER NOT NULL, changed INTEGER NOT NULL, state INTEGER NOT NULL, target BLOB);"
    "PRAGMA application_id = " G_STRINGIFY (
        APPLICATION_ID) ";"
                        "DELETE FROM files WHERE id <= (SELECT max (id) FROM files) - " MAX_FILES
                        ";"
                        "COMMIT;";

static const char *const texts[N_STATEMENTS] = {
  [FIND] = "SELECT state, target FROM files WHERE name = ?1 AND size = ?2 AND changed = ?3",
  [PUT] = "INSERT INTO files (name, size, changed, state) VALUES (?1, ?2, ?3, ?4)"
          " ON CONFLICT (name) DO UPDATE SET size = ?2, changed = ?3, state = ?4, target = NULL",
  [SET_TARGET] = "UPDATE files SET target = ?4 WHERE name = ?1 AND size = ?2 AND changed = ?3",
  [FORGET] = "DELETE FROM files WHERE name = ?1",
};

char *
genga_watch_store_dup_default_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "genga", "watched", NULL);
}

char *
genga_watch_store_dup_path (const char *stores, const char *folder)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, folder, -1);
  g_autofree char *name = g_strdup_printf ("%.*s.sqlite", NAME_LENGTH, sum);

  return g_build_filename (stores, name, NULL);
}

static void
close_file (GengaWatchStore *self)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    g_clear_pointer (&self->statements[i], sqlite3_finalize);
  sqlite3_close (self->db);
  self->db = NULL;
}

static void
bind (sqlite3_stmt *statement, int column, const char *bytes)
{
  sqlite3_bind_blob (statement, column, bytes, (int)strlen (bytes), SQLITE_TRANSIENT);
}

/* So that people find out which folder a file is about. */
static int
note_folder (GengaWatchStore *self, const char *folder)
{
  static const char text[] = "INSERT INTO folder (path) SELECT ?1 WHERE NOT EXISTS (SELECT * FROM "
                             "folder)";
  sqlite3_stmt *statement;
  int code = sqlite3_prepare_v2 (self->db, text, -1, &statement, NULL);

  if (code != SQLITE_OK)
    return code;
  bind (statement, 1, folder);
  sqlite3_step (statement);
  return sqlite3_finalize (statement);
}

/* SQLite's code. */
static int
check (GengaWatchStore *self)
{
  g_autofree char *reason = NULL;

  switch (genga_database_check (self->db, &reason))
    {
    case GENGA_DATABASE_WHOLE:
      return SQLITE_OK;
    case GENGA_DATABASE_DAMAGED:
      return SQLITE_CORRUPT;
    case GENGA_DATABASE_UNCHECKED:
    case GENGA_DATABASE_FOREIGN:
    default:
      return SQLITE_IOERR;
    }
}

/* SQLite's code. */
static int
try_open (GengaWatchStore *self, const char *path, const char *folder)
{
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  int code = sqlite3_open_v2 (path, &self->db, flags, NULL);

  if (code == SQLITE_OK)
    {
      sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
      code = sqlite3_exec (self->db, set_up, NULL, NULL, NULL);
    }
  if (code == SQLITE_OK)
    code = check (self);
  if (code == SQLITE_OK)
    code = note_folder (self, folder);
  for (guint i = 0; i < N_STATEMENTS && code == SQLITE_OK; i++)
    code = sqlite3_prepare_v2 (self->db, texts[i], -1, &self->statements[i], NULL);
  if (code != SQLITE_OK)
    close_file (self);
  return code;
}

static void
put_aside (const char *path, const char *folder, char **sentence)
{
  static const char *const endings[] = { "", "-wal" };
  g_autofree char *name = g_filename_display_name (folder);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *from = g_strconcat (path, endings[i], NULL);
      g_autofree char *to = g_strconcat (path, ".damaged", endings[i], NULL);

      g_rename (from, to);
    }
  *sentence = g_strdup_printf (_ ("What was known of “%s” is damaged and was put aside: all files "
                                  "in it are taken for new ones."),
                               name);
}

static void
set_error (int code, const char *path, const char *folder, const char *reason, GError **error)
{
  g_autofree char *name = g_filename_display_name (folder);
  g_autofree char *file = g_filename_display_name (path);

  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                 _ ("Another Genga is watching “%s” already."), name);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                 _ ("Can't keep in mind what was done in “%s”: can't use “%s” (%s)."), name, file,
                 reason != NULL ? reason : sqlite3_errstr (code));
}

GengaWatchStore *
genga_watch_store_open (const char *path,
                        const char *folder,
                        char **put_aside_sentence,
                        GError **error)
{
  GengaWatchStore *self = g_atomic_rc_box_new0 (GengaWatchStore);
  g_autofree char *above = g_path_get_dirname (path);
  g_autofree char *reason = NULL;
  int code = SQLITE_CANTOPEN;

  g_mutex_init (&self->mutex);
  g_mkdir_with_parents (above, 0700);
  if (genga_database_peek (AT_FDCWD, path, APPLICATION_ID, &reason) == GENGA_DATABASE_WHOLE)
    code = try_open (self, path, folder);
  if (genga_database_judge (code) == GENGA_DATABASE_DAMAGED)
    {
      put_aside (path, folder, put_aside_sentence);
      code = try_open (self, path, folder);
    }
  if (code == SQLITE_OK)
    return self;
  set_error (code & 0xff, path, folder, reason, error);
  genga_watch_store_unref (self);
  return NULL;
}

GengaWatchStore *
genga_watch_store_ref (GengaWatchStore *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  GengaWatchStore *self = data;

  close_file (self);
  g_mutex_clear (&self->mutex);
}

void
genga_watch_store_unref (GengaWatchStore *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
bind_file (sqlite3_stmt *statement, const char *name, const GengaWatchStamp *stamp)
{
  bind (statement, 1, name);
  sqlite3_bind_int64 (statement, 2, stamp->size);
  sqlite3_bind_int64 (statement, 3, stamp->changed);
}

static void
run (GengaWatchStore *self, sqlite3_stmt *statement)
{
  if (sqlite3_step (statement) != SQLITE_DONE)
    g_message ("%s", sqlite3_errmsg (self->db));
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

GengaWatchState
genga_watch_store_find (GengaWatchStore *self,
                        const char *name,
                        const GengaWatchStamp *stamp,
                        char **target)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  sqlite3_stmt *statement = self->statements[FIND];
  GengaWatchState state = GENGA_WATCH_NEW;
  int code;

  bind_file (statement, name, stamp);
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    {
      const char *bytes = sqlite3_column_blob (statement, 1);

      state = CLAMP (sqlite3_column_int (statement, 0), GENGA_WATCH_BEGUN, GENGA_WATCH_FAILED);
      if (target != NULL)
        *target = bytes != NULL ? g_strndup (bytes, sqlite3_column_bytes (statement, 1)) : NULL;
    }
  else if (code != SQLITE_DONE)
    {
      g_message ("%s", sqlite3_errmsg (self->db));
      self->is_broken = TRUE;
      state = GENGA_WATCH_UNKNOWN;
    }
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return state;
}

gboolean
genga_watch_store_is_broken (GengaWatchStore *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->is_broken;
}

void
genga_watch_store_put (GengaWatchStore *self,
                       const char *name,
                       const GengaWatchStamp *stamp,
                       GengaWatchState state)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  bind_file (self->statements[PUT], name, stamp);
  sqlite3_bind_int (self->statements[PUT], 4, state);
  run (self, self->statements[PUT]);
}

void
genga_watch_store_set_target (GengaWatchStore *self,
                              const char *name,
                              const GengaWatchStamp *stamp,
                              const char *target)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  bind_file (self->statements[SET_TARGET], name, stamp);
  bind (self->statements[SET_TARGET], 4, target);
  run (self, self->statements[SET_TARGET]);
}

void
genga_watch_store_forget (GengaWatchStore *self, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  bind (self->statements[FORGET], 1, name);
  run (self, self->statements[FORGET]);
}
