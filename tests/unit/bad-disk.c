/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bad-disk.h"

#include <sqlite3.h>

/* A way to files, and the one whose place it has. */
typedef struct
{
  sqlite3_vfs vfs;
  sqlite3_vfs *real;
} Way;

/* Files have methods by their kind. */
typedef struct
{
  sqlite3_io_methods bad; /* first: what a file points to */
  const sqlite3_io_methods *real;
} Methods;

static Way ways[2]; /* the usual one, and the one without locks */
static Methods methods[4];
static guint fail_at, n_reads;
static gboolean fails_on, has_failed;

static int
read_badly (sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
  const Methods *of_file = (const Methods *)file->pMethods;

  n_reads++;
  if (fail_at == 0 || n_reads < fail_at || (n_reads > fail_at && !fails_on))
    return of_file->real->xRead (file, data, size, offset);
  has_failed = TRUE;
  return SQLITE_IOERR_READ;
}

static int
open_file (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given)
{
  const Way *way = vfs->pAppData;
  int code = way->real->xOpen (way->real, name, file, flags, given);
  guint i = 0;

  if (code != SQLITE_OK || file->pMethods == NULL)
    return code;
  while (methods[i].real != NULL && methods[i].real != file->pMethods)
    g_assert_cmpuint (++i, <, G_N_ELEMENTS (methods));
  methods[i].real = file->pMethods;
  methods[i].bad = *file->pMethods;
  methods[i].bad.xRead = read_badly;
  file->pMethods = &methods[i].bad;
  return code;
}

static void
install (Way *way, const char *name)
{
  way->real = sqlite3_vfs_find (name);
  g_assert_nonnull (way->real);
  way->vfs = *way->real;
  way->vfs.pAppData = way;
  way->vfs.xOpen = open_file;
  g_assert_cmpint (sqlite3_vfs_register (&way->vfs, name == NULL), ==, SQLITE_OK);
  g_assert_true (sqlite3_vfs_find (name) == &way->vfs);
}

void
bad_disk_install (void)
{
  g_assert_cmpint (sqlite3_initialize (), ==, SQLITE_OK);
  install (&ways[1], "unix-none");
  install (&ways[0], NULL);
}

void
bad_disk_fail (guint n, gboolean goes_on)
{
  fail_at = n;
  fails_on = goes_on;
  n_reads = 0;
  has_failed = FALSE;
}

gboolean
bad_disk_has_failed (void)
{
  return has_failed;
}
