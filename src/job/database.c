/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/database.h"
#include "core/fault.h"

#include <string.h>

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
