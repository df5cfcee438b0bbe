/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaWatchStore: what became of the files of one watched folder, in an SQLite file, so that each
 * version of a file is taken once, however often the program starts. One process has it at a time,
 * and with it the folder.
 *
 * A file is told by its name below the folder, its size and its time of change.
 *
 * Thread rule: any thread. Calls block for as long as a write takes.
 */
#pragma once

#include "job/watch/watch-file.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_WATCH_NEW,
  GENGA_WATCH_BEGUN, /* taken; what came of it is not known */
  GENGA_WATCH_DONE,
  GENGA_WATCH_FAILED,  /* for as long as the file is what it is */
  GENGA_WATCH_UNKNOWN, /* the store could not be asked; as if it were done */
} GengaWatchState;

typedef struct _GengaWatchStore GengaWatchStore;

/* The folder of all stores, in the user's state folder, and that of one folder in it; g_free(). */
char *genga_watch_store_dup_default_folder (void);
char *genga_watch_store_dup_path (const char *stores, const char *folder);

/*
 * A damaged file is put aside; `*put_aside` gets a sentence about it (g_free()). Errors:
 * GENGA_ERROR_OUTPUT, for another process as well.
 */
GengaWatchStore *
genga_watch_store_open (const char *path, const char *folder, char **put_aside, GError **error);
GengaWatchStore *genga_watch_store_ref (GengaWatchStore *self);
void genga_watch_store_unref (GengaWatchStore *self);

/*
 * `*target`: where the result of a file that was BEGUN was to be, NULL where that was not known yet
 * (g_free()); may be NULL.
 */
GengaWatchState genga_watch_store_find (GengaWatchStore *self,
                                        const char *name,
                                        const GengaWatchStamp *stamp,
                                        char **target);
/* Whether it once could not be asked. */
gboolean genga_watch_store_is_broken (GengaWatchStore *self);

/* In the place of what is known of an earlier version. What can't be written is known no longer
 * than the process. */
void genga_watch_store_put (GengaWatchStore *self,
                            const char *name,
                            const GengaWatchStamp *stamp,
                            GengaWatchState state);
/* Of that version, if it is the one that is known. */
void genga_watch_store_set_target (GengaWatchStore *self,
                                   const char *name,
                                   const GengaWatchStamp *stamp,
                                   const char *target);
void genga_watch_store_forget (GengaWatchStore *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaWatchStore, genga_watch_store_unref)

G_END_DECLS
