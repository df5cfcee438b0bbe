/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether an SQLite file is whole. That it is damaged has to be seen: where the disk, a lock, the
 * memory or SQLite itself prevents that, it is not known, and the file has to stay as
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
  GENGA_DATABASE_FOREIGN,   /* another program's */
} GengaDatabaseState;

/*
 * Reads whose file it is from its header, before SQLite sees it: opening a file may already play
 * back a journal, and many PRAGMAs write. `folder` is a descriptor, or AT_FDCWD; links are not
 * followed. WHOLE: it is missing, empty or has this application's id, or its header is left to
 * SQLite. `*reason` says why it is UNCHECKED or FOREIGN (g_free()).
 */
GengaDatabaseState
genga_database_peek (int folder, const char *name, guint32 application_id, char **reason);

/* What SQLite's result code says of the file. */
GengaDatabaseState genga_database_judge (int code);

/* Looks at all of it. `*reason` says why it is UNCHECKED (g_free()), and is left alone otherwise.
 */
GengaDatabaseState genga_database_check (sqlite3 *db, char **reason);

G_END_DECLS
