/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/database.h"
#include "core/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* https://www.sqlite.org/fileformat.html, "The Database Header". */
#define HEADER_SIZE 100
#define HEADER_MAGIC "SQLite format 3"
#define OFFSET_SCHEMA_COOKIE 40
#define OFFSET_APPLICATION_ID 68

#define ERROR_CODE "error code="

GengaDatabaseState
genga_database_judge (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return GENGA_DATABASE_WHOLE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return GENGA_DATABASE_DAMAGED;
    default:
      return GENGA_DATABASE_UNCHECKED;
    }
}

static guint32
read_number (const guint8 *header, gsize offset)
{
  guint32 number;

  memcpy (&number, header + offset, sizeof number);
  return GUINT32_FROM_BE (number);
}

static GengaDatabaseState
judge_header (const guint8 *header, guint32 application_id, char **reason)
{
  guint32 id = read_number (header, OFFSET_APPLICATION_ID);

  /* No table was ever made in a file whose cookie is 0: ours before its first transaction. */
  if (memcmp (header, HEADER_MAGIC, sizeof HEADER_MAGIC) != 0 || id == application_id ||
      (id == 0 && read_number (header, OFFSET_SCHEMA_COOKIE) == 0))
    return GENGA_DATABASE_WHOLE;
  *reason = g_strdup (_ ("it belongs to another program"));
  return GENGA_DATABASE_FOREIGN;
}

GengaDatabaseState
genga_database_peek (int folder, const char *name, guint32 application_id, char **reason)
{
  guint8 header[HEADER_SIZE];
  struct stat info;
  GengaDatabaseState state = GENGA_DATABASE_UNCHECKED;
  int fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  gssize n;

  if (fd < 0 && errno == ENOENT)
    return GENGA_DATABASE_WHOLE;
  if (fd < 0 || fstat (fd, &info) != 0)
    *reason = g_strdup (g_strerror (errno));
  else if (!S_ISREG (info.st_mode))
    *reason = g_strdup (_ ("it is not a regular file"));
  else if ((n = pread (fd, header, sizeof header, 0)) < 0)
    *reason = g_strdup (g_strerror (errno));
  else
    state = n < HEADER_SIZE ? GENGA_DATABASE_WHOLE : judge_header (header, application_id, reason);
  if (fd >= 0)
    close (fd);
  return state;
}

/* SQLite counts pages that it did not get among the faults of the file, whyever that was. */
static GengaDatabaseState
judge_fault (const char *fault, char **reason)
{
  const char *code = strstr (fault, ERROR_CODE);

  if (code != NULL)
    {
      int number = g_ascii_strtoll (code + strlen (ERROR_CODE), NULL, 10);

      if (genga_database_judge (number) == GENGA_DATABASE_DAMAGED)
        return GENGA_DATABASE_DAMAGED;
      *reason = g_strdup (sqlite3_errstr (number));
      return GENGA_DATABASE_UNCHECKED;
    }
  if (strstr (fault, "failed to get page") == NULL)
    return GENGA_DATABASE_DAMAGED;
  *reason = g_strdup (sqlite3_errstr (SQLITE_IOERR));
  return GENGA_DATABASE_UNCHECKED;
}

GengaDatabaseState
genga_database_check (sqlite3 *db, char **reason)
{
  /* A limit in brackets would be the name of a table from SQLite 3.46 on. */
  const char *sql = genga_fault ("check-database")
                        ? "SELECT quick_check FROM no_such_check"
                        : "SELECT quick_check FROM pragma_quick_check LIMIT 1";
  GengaDatabaseState state;
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);
  const char *fault;

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  fault = code == SQLITE_ROW ? (const char *)sqlite3_column_text (statement, 0) : NULL;
  if (code == SQLITE_ROW && fault != NULL)
    state = g_str_equal (fault, "ok") ? GENGA_DATABASE_WHOLE : judge_fault (fault, reason);
  else
    {
      state = genga_database_judge (code) == GENGA_DATABASE_DAMAGED ? GENGA_DATABASE_DAMAGED
                                                                    : GENGA_DATABASE_UNCHECKED;
      if (state == GENGA_DATABASE_UNCHECKED)
        *reason = g_strdup (sqlite3_errmsg (db));
    }
  if (state != GENGA_DATABASE_WHOLE)
    g_debug ("%s: %s", sql, fault != NULL ? fault : sqlite3_errmsg (db));
  sqlite3_finalize (statement);
  return state;
}
