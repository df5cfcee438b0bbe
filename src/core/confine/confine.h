/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a process may still do once it has read its arguments: a decoder that a hostile file took
 * over has no more rights than that.
 *
 * The file system is fenced by Landlock: what is allowed can be read or written, everything else
 * can't be opened at all. A filter of system calls (syscall-filter.h) denies programs, sockets,
 * other processes and what kernels offer for their administration. New privileges are given up.
 * What was opened before stays open. None of it can be undone, and children inherit it.
 *
 * Thread rule: the main thread, before there is another one, because Landlock fences the thread
 * that asks for it and those that it starts.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the running kernel can do. */
typedef struct
{
  int landlock; /* version of the interface; 0: none, or too old to be of use */
  gboolean has_network_fence;
  gboolean has_filter; /* of system calls */
} GengaConfinement;

void genga_confinement_probe (GengaConfinement *self);

typedef struct _GengaConfine GengaConfine;

/* Allows what every process needs: libraries, fonts, time zones, /proc, graphics cards. */
GengaConfine *genga_confine_new (void);
void genga_confine_free (GengaConfine *self);

/* A file, or all beneath a folder; through links. What is not there is passed over. */
void genga_confine_allow_read (GengaConfine *self, const char *path);
/* The same, to be made, changed, renamed and removed as well. */
void genga_confine_allow_write (GengaConfine *self, const char *path);
/* Empty folders in this one may be removed. */
void genga_confine_allow_remove_folders (GengaConfine *self, const char *folder);

/*
 * From here on. Does as much of it as the kernel can; answers FALSE where another thread is there
 * already, which would not be fenced, and then does nothing.
 */
gboolean genga_confine_enter (GengaConfine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaConfine, genga_confine_free)

G_END_DECLS
