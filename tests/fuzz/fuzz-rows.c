/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-rows.h"

#include <string.h>

enum
{
  SMALL,
  NUMBER,
  FRACTION,
  TEXT,
  BYTES,
  TIMES,
  NOTHING,
  N_KINDS,
};

/* Numbers that go up by steps, as a journal has them. */
static void
bind_times (sqlite3_stmt *statement, int column, FuzzInput *input)
{
  const guint n = fuzz_take_byte (input) % 16, step = fuzz_take_byte (input);
  gint64 times[16];

  for (guint i = 0; i < n; i++)
    times[i] = (gint64)i * step;
  sqlite3_bind_blob (statement, column, times, n * sizeof *times, SQLITE_TRANSIENT);
}

static void
bind_value (sqlite3_stmt *statement, int column, FuzzInput *input)
{
  const guint8 *bytes;
  double fraction;
  gint64 number;
  gsize size;

  switch (fuzz_take_byte (input) % N_KINDS)
    {
    case SMALL:
      sqlite3_bind_int (statement, column, (gint8)fuzz_take_byte (input));
      break;
    case NUMBER:
      sqlite3_bind_int64 (statement, column, fuzz_take_number (input));
      break;
    case FRACTION:
      number = fuzz_take_number (input);
      memcpy (&fraction, &number, sizeof fraction);
      sqlite3_bind_double (statement, column, fraction);
      break;
    case TEXT:
      bytes = fuzz_take_bytes (input, &size);
      sqlite3_bind_text (statement, column, (const char *)bytes, size, SQLITE_TRANSIENT);
      break;
    case BYTES:
      bytes = fuzz_take_bytes (input, &size);
      sqlite3_bind_blob (statement, column, bytes, size, SQLITE_TRANSIENT);
      break;
    case TIMES:
      bind_times (statement, column, input);
      break;
    default:
      sqlite3_bind_null (statement, column);
    }
}

void
fuzz_insert_row (sqlite3 *db, const char *sql, FuzzInput *input)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
  for (int i = 1; i <= sqlite3_bind_parameter_count (statement); i++)
    bind_value (statement, i, input);
  sqlite3_step (statement);
  sqlite3_finalize (statement);
}
