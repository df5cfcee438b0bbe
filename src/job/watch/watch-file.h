/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of a watched folder, opened once: what is done with it afterwards is done with this very
 * file, whatever gets its name meanwhile.
 *
 * Names are paths below the folder ("sub/a.png"), as bytes. No link on the way is followed.
 *
 * Thread rule: one thread at a time. Every function blocks.
 */
#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* What tells versions of a file. */
typedef struct
{
  gint64 size;
  gint64 changed; /* its content, in ns since 1970 */
  guint64 device;
  guint64 node;
} GengaWatchStamp;

GengaWatchStamp genga_watch_stamp_new (const struct stat *info);
/* The same version in the same place of the disk. */
gboolean genga_watch_stamp_is_same (const GengaWatchStamp *a, const GengaWatchStamp *b);

typedef struct
{
  char *name;
  int fd; /* -1: it was let go */
  GengaWatchStamp stamp;
} GengaWatchFile;

/* Closes `fd`, where the name has to do from now on. */
void genga_watch_file_let_go (GengaWatchFile *self);
/* Frees it and closes `fd`. */
void genga_watch_file_free (GengaWatchFile *self);

/* A folder below `root`, or `root` itself where `name` is "": a descriptor, or -1 with errno. */
int genga_watch_open_folder (const char *root, const char *name);

/* A regular file; NULL with errno, ELOOP for a link and EINVAL for what else is no regular file. */
GengaWatchFile *genga_watch_file_open (const char *root, const char *name);

/*
 * Whether a program has the file open to write it, wherever the file system and the file's owner
 * let that be asked; FALSE where they don't.
 */
gboolean genga_watch_file_is_being_written (const GengaWatchFile *self);

/*
 * Whether it is still the version that was opened; where it was let go, whether what has its name
 * is. TRUE where that can't be found out.
 */
gboolean genga_watch_file_is_same (const GengaWatchFile *self, const char *root);

/*
 * Moves the file to the same name below `folder`, a subfolder of `root`, which is made; with a
 * number where a file has that name. FALSE with errno; ENOENT where another file or another
 * version of it has its name by now: that one stays.
 */
gboolean genga_watch_file_move (const GengaWatchFile *self, const char *root, const char *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaWatchFile, genga_watch_file_free)

G_END_DECLS
