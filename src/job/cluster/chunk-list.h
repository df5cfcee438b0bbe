/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files that a task makes one after the other, each with the name of its result: JSON.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GENGA_CHUNK_LIST_MAX ((gsize)16 << 20)

typedef struct
{
  char *source; /* absolute paths */
  char *target;
} GengaChunkFile;

/* An array of GengaChunkFile that owns them; g_ptr_array_unref(). */
GPtrArray *genga_chunk_list_new (void);
void genga_chunk_list_add (GPtrArray *self, const char *source, const char *target);

/* JSON of those from `first` on, before `end`; g_free(). */
char *genga_chunk_list_format (GPtrArray *self, guint first, guint end, gsize *size);
/* NULL where it is none. */
GPtrArray *genga_chunk_list_parse (const char *data, gsize size);

G_END_DECLS
