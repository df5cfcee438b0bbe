/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether other computers may change files here, of which this one's kernel tells nothing.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* By the file system that a folder lies on: NFS, SMB, 9P, FUSE and the like. */
gboolean genga_share_has_folder (const char *folder);

G_END_DECLS
