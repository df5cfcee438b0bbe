/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pictures in a folder of frames: how they are called, and how they are removed.
 *
 * A list may come from anywhere, as its folder may; it is not trusted with what is removed.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "media/sequence/frame-list.h"
#include "media/media.h"

G_BEGIN_DECLS

/* The name of frame number `n`, which counts from 0. Free with g_free(). */
char *genga_frame_files_dup_name (guint64 n, GengaFormat format);

/*
 * Removes the frames that a list names from its folder, and the list where `with_list` says so.
 * Nothing is removed at all where the folder is a link, or where the list names anything but plain
 * files that are called as above. Errors: GENGA_ERROR_OUTPUT.
 */
gboolean genga_frame_files_remove (const char *folder,
                                   const GengaFrameList *list,
                                   gboolean with_list,
                                   GError **error);

G_END_DECLS
