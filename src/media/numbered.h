/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sources whose frames are known by number, with their times: what any of them has to be read. */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

typedef struct
{
  GengaSourceInfo info; /* size, layout, bits, rate, time base, n_frames; times are filled in */
  gint64 *times;        /* n_frames + 1 in the time base: when each begins, and the end */
  char *stream_source;  /* as in GengaOrigin */
  char *path;           /* of the one file that holds them, or NULL */
  gboolean is_cut_off;  /* frames are missing at the end */
  char *name;           /* for messages */
  gpointer data;
  /* Frame n, RGB(A) F32 of the info's size and layout; mostly asked for in order. */
  GengaFrame *(*read) (gpointer data, guint n, GError **error);
  GDestroyNotify free_data;
} GengaNumbered;

/* Takes what `frames` points to. */
GengaSource *genga_numbered_new (const GengaNumbered *frames);

G_END_DECLS
