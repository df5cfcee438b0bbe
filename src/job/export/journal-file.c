/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/journal-file.h"
#include "core/fault.h"
#include "job/database.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

#define APPLICATION_ID "1196314228" /* "GNgt" */
#define NAME "journal"
#define VERSION 1

struct _GengaJournalFile
{
  sqlite3 *db;
  gboolean is_full;
  gboolean has_failed; /* something since this was unset */
};

static const char schema[] =
    "BEGIN;"
    "CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE segment (number INTEGER PRIMARY KEY, first_frame INTEGER NOT NULL,"
    " delay INTEGER NOT NULL, size INTEGER NOT NULL, pts BLOB NOT NULL, durations BLOB NOT NULL,"
    " coding BLOB NOT NULL, n_damaged INTEGER NOT NULL, is_last INTEGER NOT NULL,"
    " next_pts INTEGER NOT NULL, next_print TEXT);"
    "PRAGMA application_id = " APPLICATION_ID ";"
    "PRAGMA user_version = " G_STRINGIFY (VERSION) ";"
                                                   "COMMIT;";

/* ---- SQL ---- */

static gboolean
note (GengaJournalFile *self, int code, const char *sql)
{
  gboolean ok = code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW;

  self->is_full = code == SQLITE_FULL;
  self->has_failed |= !ok;
  if (!ok)
    g_debug ("%s: %s", sql, sqlite3_errmsg (self->db));
  return ok;
}

static gboolean
run (GengaJournalFile *self, const char *sql)
{
  return note (self, sqlite3_exec (self->db, sql, NULL, NULL, NULL), sql);
}

static sqlite3_stmt *
prepare (GengaJournalFile *self, const char *sql)
{
  sqlite3_stmt *statement = NULL;

  note (self, sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL), sql);
  return statement;
}

/* As run(), where something reaches the disk. */
static gboolean
run_writing (GengaJournalFile *self, const char *sql)
{
  return genga_fault ("no-room") ? note (self, SQLITE_FULL, "a fault") : run (self, sql);
}

/* Runs a statement that answers nothing. */
static gboolean
finish (GengaJournalFile *self, sqlite3_stmt *statement)
{
  gboolean ok = genga_fault ("no-room") ? note (self, SQLITE_FULL, "a fault")
                                        : note (self, sqlite3_step (statement), "step");

  sqlite3_finalize (statement);
  return ok;
}

/* The first column of the first row of a query. */
static gboolean
ask (GengaJournalFile *self, const char *sql, gint64 *answer)
{
  sqlite3_stmt *statement = prepare (self, sql);
  gboolean ok = statement != NULL && note (self, sqlite3_step (statement), sql);

  if (ok)
    *answer = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return ok;
}

static void
bind_bytes (sqlite3_stmt *statement, int index, gconstpointer data, gsize size)
{
  sqlite3_bind_blob (statement, index, data != NULL ? data : "", size, SQLITE_STATIC);
}

/* ---- the file ---- */

static GengaDatabaseState
get_failure (GengaJournalFile *self, char **reason)
{
  int code = self->is_full ? SQLITE_FULL : sqlite3_errcode (self->db);

  *reason = g_strdup (sqlite3_errmsg (self->db));
  return genga_database_judge (code) == GENGA_DATABASE_DAMAGED ? GENGA_DATABASE_DAMAGED
                                                               : GENGA_DATABASE_UNCHECKED;
}

static GengaDatabaseState
set_up (GengaJournalFile *self, char **reason)
{
  gint64 version, id, n_entries, n_tables;

  if (!run (self, "PRAGMA locking_mode = EXCLUSIVE") ||
      !run (self, "PRAGMA journal_mode = DELETE") || !run (self, "PRAGMA synchronous = EXTRA") ||
      !run (self, "PRAGMA trusted_schema = OFF") || !ask (self, "PRAGMA user_version", &version) ||
      !ask (self, "PRAGMA application_id", &id) ||
      !ask (self, "SELECT count(*) FROM sqlite_schema", &n_entries) ||
      !ask (self,
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND"
            " name IN ('about', 'segment')",
            &n_tables))
    return get_failure (self, reason);
  if (version == 0 && n_entries == 0)
    return run_writing (self, schema) ? GENGA_DATABASE_WHOLE : get_failure (self, reason);
  if (id != g_ascii_strtoll (APPLICATION_ID, NULL, 10) || version != VERSION || n_tables != 2)
    return GENGA_DATABASE_DAMAGED;
  return genga_database_check (self->db, reason);
}

/* SQLite takes a path and refuses any with a link in it: this one has none. */
static char *
dup_path (int folder)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", folder);
  g_autofree char *path = g_file_read_link (link, NULL);

  return path != NULL ? g_build_filename (path, NAME, NULL) : NULL;
}

static GengaDatabaseState
open_database (GengaJournalFile *self, int folder, char **reason)
{
  int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
  guint32 id = g_ascii_strtoull (APPLICATION_ID, NULL, 10);
  GengaDatabaseState state = genga_database_peek (folder, NAME, id, reason);
  g_autofree char *path = NULL;

  if (state != GENGA_DATABASE_WHOLE)
    return state;
  path = dup_path (folder);
  if (path == NULL)
    {
      *reason = g_strdup (g_strerror (ENOENT));
      return GENGA_DATABASE_UNCHECKED;
    }
  if (sqlite3_open_v2 (path, &self->db, flags, "unix-none") != SQLITE_OK)
    return get_failure (self, reason);
  return set_up (self, reason);
}

GengaJournalFile *
genga_journal_file_open (int folder, GengaJournalFault *fault, char **reason)
{
  g_autoptr (GengaJournalFile) self = g_new0 (GengaJournalFile, 1);
  GengaDatabaseState state = open_database (self, folder, reason);

  if (state == GENGA_DATABASE_WHOLE)
    return g_steal_pointer (&self);
  if (self->is_full)
    *fault = GENGA_JOURNAL_FILE_FULL;
  else if (state == GENGA_DATABASE_DAMAGED)
    *fault = GENGA_JOURNAL_FILE_DAMAGED;
  else
    *fault = GENGA_JOURNAL_FILE_UNREADABLE;
  return NULL;
}

void
genga_journal_file_close (GengaJournalFile *self)
{
  sqlite3_close (self->db);
  g_free (self);
}

const char *
genga_journal_file_get_message (GengaJournalFile *self)
{
  return sqlite3_errmsg (self->db);
}

gboolean
genga_journal_file_is_full (GengaJournalFile *self)
{
  return self->is_full;
}

/* ---- what it is about ---- */

gboolean
genga_journal_file_set (GengaJournalFile *self, const char *name, const char *text)
{
  sqlite3_stmt *statement = prepare (self, "INSERT OR REPLACE INTO about VALUES (?, ?)");

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  bind_bytes (statement, 2, text, strlen (text));
  return finish (self, statement);
}

char *
genga_journal_file_dup (GengaJournalFile *self, const char *name)
{
  sqlite3_stmt *statement = prepare (self, "SELECT value FROM about WHERE name = ?");
  char *text = NULL;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  int code = sqlite3_step (statement);
  note (self, code, "value");
  if (code == SQLITE_ROW)
    {
      const char *bytes = sqlite3_column_blob (statement, 0);
      text = g_strndup (bytes != NULL ? bytes : "", sqlite3_column_bytes (statement, 0));
    }
  sqlite3_finalize (statement);
  return text;
}

static guint64
get_number (GengaJournalFile *self, const char *name)
{
  g_autofree char *text = genga_journal_file_dup (self, name);

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

static gboolean
set_number (GengaJournalFile *self, const char *name, guint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  return genga_journal_file_set (self, name, text);
}

gboolean
genga_journal_file_read_head (GengaJournalFile *self, GengaJournalHead **result)
{
  g_autoptr (GengaJournalHead) head = g_new0 (GengaJournalHead, 1);

  self->has_failed = FALSE;
  head->settings = genga_journal_file_dup (self, "settings");
  head->source = genga_journal_file_dup (self, "source");
  head->options = genga_journal_file_dup (self, "options");
  head->n_threads = get_number (self, "threads");
  head->untiled = get_number (self, "wholes");
  head->n_frames = get_number (self, "frames");
  if (head->settings != NULL && head->source != NULL && head->options != NULL)
    *result = g_steal_pointer (&head);
  return !self->has_failed;
}

gboolean
genga_journal_file_begin (GengaJournalFile *self, const GengaJournalHead *head)
{
  if (!run (self, "BEGIN"))
    return FALSE;
  if (run (self, "DELETE FROM segment; DELETE FROM about") &&
      genga_journal_file_set (self, "source", head->source) &&
      genga_journal_file_set (self, "options", head->options) &&
      set_number (self, "threads", head->n_threads) && set_number (self, "wholes", head->untiled) &&
      set_number (self, "frames", head->n_frames) &&
      genga_journal_file_set (self, "settings", head->settings) && run_writing (self, "COMMIT"))
    return TRUE;
  sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

/* ---- segments ---- */

static gint64 *
dup_times (sqlite3_stmt *statement, int column, guint64 *n)
{
  gsize size = sqlite3_column_bytes (statement, column);

  *n = size / sizeof (gint64);
  return g_memdup2 (sqlite3_column_blob (statement, column), size);
}

/* NULL where the row is none that was written here. */
static GengaJournalEntry *
read_entry (sqlite3_stmt *statement)
{
  g_autoptr (GengaJournalEntry) entry = g_new0 (GengaJournalEntry, 1);
  GengaVideoSegment *segment = entry->segment = g_new0 (GengaVideoSegment, 1);
  guint64 n_durations;

  entry->first_frame = sqlite3_column_int64 (statement, 1);
  segment->delay = sqlite3_column_int64 (statement, 2);
  segment->size = sqlite3_column_int64 (statement, 3);
  segment->pts = dup_times (statement, 4, &segment->n_frames);
  segment->durations = dup_times (statement, 5, &n_durations);
  segment->coding =
      g_bytes_new (sqlite3_column_blob (statement, 6), sqlite3_column_bytes (statement, 6));
  entry->n_damaged = sqlite3_column_int64 (statement, 7);
  entry->is_last = sqlite3_column_int (statement, 8);
  entry->next_pts = sqlite3_column_int64 (statement, 9);
  entry->next_print = g_strdup ((const char *)sqlite3_column_text (statement, 10));
  return segment->n_frames > 0 && n_durations == segment->n_frames &&
                 segment->delay < segment->n_frames
             ? g_steal_pointer (&entry)
             : NULL;
}

/* NULL at the end, where a row does not follow the one before, or where reading failed. */
static GengaJournalEntry *
read_next (GengaJournalFile *self, sqlite3_stmt *statement, const GPtrArray *entries)
{
  const GengaJournalEntry *last = entries->len > 0 ? entries->pdata[entries->len - 1] : NULL;
  guint64 n_frames = last != NULL ? last->first_frame + last->segment->n_frames : 0;
  g_autoptr (GengaJournalEntry) entry = NULL;
  int code = sqlite3_step (statement);

  if (note (self, code, "segment") && code == SQLITE_ROW &&
      sqlite3_column_int64 (statement, 0) == entries->len)
    entry = read_entry (statement);
  /* Columns, too, may have met the end of the memory. */
  note (self, sqlite3_errcode (self->db), "segment");
  return entry != NULL && entry->first_frame == n_frames ? g_steal_pointer (&entry) : NULL;
}

GPtrArray *
genga_journal_file_read_entries (GengaJournalFile *self)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)genga_journal_entry_free);
  sqlite3_stmt *statement;
  GengaJournalEntry *entry;

  self->has_failed = FALSE;
  statement = prepare (self, "SELECT number, first_frame, delay, size, pts, durations, coding,"
                             " n_damaged, is_last, next_pts, next_print FROM segment"
                             " ORDER BY number");
  while (statement != NULL && (entry = read_next (self, statement, entries)) != NULL)
    g_ptr_array_add (entries, entry);
  sqlite3_finalize (statement);
  return self->has_failed ? NULL : g_steal_pointer (&entries);
}

gboolean
genga_journal_file_add (GengaJournalFile *self, guint number, const GengaJournalEntry *entry)
{
  const GengaVideoSegment *segment = entry->segment;
  sqlite3_stmt *statement =
      prepare (self, "INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  gsize size;
  gconstpointer coding = g_bytes_get_data (segment->coding, &size);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, number);
  sqlite3_bind_int64 (statement, 2, entry->first_frame);
  sqlite3_bind_int64 (statement, 3, segment->delay);
  sqlite3_bind_int64 (statement, 4, segment->size);
  bind_bytes (statement, 5, segment->pts, segment->n_frames * sizeof (gint64));
  bind_bytes (statement, 6, segment->durations, segment->n_frames * sizeof (gint64));
  bind_bytes (statement, 7, coding, size);
  sqlite3_bind_int64 (statement, 8, entry->n_damaged);
  sqlite3_bind_int (statement, 9, entry->is_last);
  sqlite3_bind_int64 (statement, 10, entry->next_pts);
  sqlite3_bind_text (statement, 11, entry->next_print, -1, SQLITE_STATIC);
  return finish (self, statement);
}

gboolean
genga_journal_file_cut (GengaJournalFile *self, guint number)
{
  sqlite3_stmt *statement = prepare (self, "DELETE FROM segment WHERE number >= ?");

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, number);
  return finish (self, statement);
}
