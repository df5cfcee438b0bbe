/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether an SQLite file is whole. That it is damaged has to be seen: where the disk, a lock, the
 * memory or SQLite itself does not let it be looked at, nobody knows, and the file has to stay as
 * and where it is.
 *
 * Thread rule: as the connection.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_DATABASE_WHOLE,
  GENGA_DATABASE_DAMAGED,   /* it was looked at; or it is no database */
  GENGA_DATABASE_UNCHECKED, /* it could not be looked at */
} GengaDatabaseState;

/* What SQLite's result code says of the file. */
GengaDatabaseState genga_database_judge (int code);

/* Looks at all of it. `*reason` says why it is UNCHECKED (g_free()), and is left alone otherwise.
 */
GengaDatabaseState genga_database_check (sqlite3 *db, char **reason);

G_END_DECLS
