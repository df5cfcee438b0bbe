/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folders for what tests write: on the disk that programs may fill, and gone with the test.
 *
 * Thread rule: any thread. Blocks for a moment.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A new one; what a test that was killed has left goes. Free the path with g_free(). */
char *genga_test_folder_new (GError **error);

/* With the files in it. */
void genga_test_folder_remove (const char *folder);

G_END_DECLS
