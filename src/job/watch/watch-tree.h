/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaWatchTree: a folder that is watched, and the files in it that are whole.
 *
 * The kernel's news (inotify, through GLib) only say where to look; what is so is found by looking.
 * A file is whole when two looks, a second apart, find the same version of it and no program has it
 * open for writing, as far as the kernel tells; on network shares, where it may not tell, the two
 * are ten seconds apart. News may get lost, so all is looked at now and then
 * as well; on network shares, and where it is asked for, that is the only way.
 *
 * Hidden files and folders are passed over, links are never followed. Each version of a file comes
 * once; one that is replaced or changed comes again.
 *
 * Thread rule: main context only. Looking blocks for as long as listing folders takes.
 */
#pragma once

#include "job/watch/watch-file.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GengaWatchTree GengaWatchTree;

typedef struct
{
  const char *root;          /* absolute, without links */
  gboolean is_recursive;     /* subfolders, too, also those that come later */
  guint poll_seconds;        /* between looks at everything; 0: as the file system wants it */
  const char *const *others; /* folders that are not looked into, absolute; NULL: none */

  /* Whether a version is known, so that it never comes. */
  gboolean (*is_known) (const char *name, const GengaWatchStamp *stamp, gpointer data);
  /* A look begins. The tree stays. */
  void (*looks) (gpointer data);
  /* There may be something to take. */
  void (*ready) (gpointer data);
  /* A sentence about the folder. */
  void (*told) (const char *sentence, gpointer data);
  gpointer data;
} GengaWatchTreeSetup;

/* The first look comes as soon as the main context runs. */
GengaWatchTree *genga_watch_tree_new (const GengaWatchTreeSetup *setup);
void genga_watch_tree_free (GengaWatchTree *self);

/* The next file that is whole; NULL: there is none yet. Those of a look come in people's order. */
GengaWatchFile *genga_watch_tree_take (GengaWatchTree *self);

/* The file has gone elsewhere: what has its name from now on is another one, even if it is the same
 * version. */
void genga_watch_tree_forget (GengaWatchTree *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaWatchTree, genga_watch_tree_free)

G_END_DECLS
