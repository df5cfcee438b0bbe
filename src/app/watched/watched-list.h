/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folders that the window watches, as the settings keep them. Thread rule: main context only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *path;
  char *preset; /* its name; "": the options are those of the window */
} GengaWatchedFolder;

/* Array of GengaWatchedFolder; free with g_ptr_array_unref(). */
GPtrArray *genga_watched_list_load (GSettings *settings);
void genga_watched_list_save (GSettings *settings, GPtrArray *folders);

/* The key that it is in ("changed::watched-folders"). */
#define GENGA_WATCHED_LIST_KEY "watched-folders"

GengaWatchedFolder *genga_watched_folder_new (const char *path, const char *preset);

G_END_DECLS
