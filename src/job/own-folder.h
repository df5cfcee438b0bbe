/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that are believed because nobody else may have written in them. Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Of an open folder: 0; EPERM where it is another user's or others may write in it; another errno
 * where it can't be looked at. File systems that know no owners say nothing of it.
 */
int genga_own_folder_check (int fd);

/* The same, for folders that say what is run: EPERM also where the file system knows no owners. */
int genga_own_folder_check_owner (int fd);

G_END_DECLS
