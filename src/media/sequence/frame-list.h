/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list in a folder of frames: what is there, when it is shown, and what it was made of.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "core/colour.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_FRAME_LIST "frames.ffconcat" /* its name in the folder */

typedef struct
{
  char *file; /* name in the folder */
  gint64 pts;
  gint64 duration;
} GengaListedFrame;

typedef struct
{
  int time_base_num, time_base_den;
  int rate_num, rate_den;
  int sar_num, sar_den; /* sample aspect ratio; 0 = unknown */
  char *settings;       /* what it was made with; a print in forms (media/print-forms.h) */
  char *stream_source;  /* the video that the frames are of, or NULL */
  char *print;          /* of what it held (media/file-print.h); NULL in earlier versions */
  guint loop_count;
  GengaColour colour; /* of the video that the frames are of; all 0: not told */
  gboolean has_mastering;
  gboolean has_light_level;
  GengaMastering mastering;
  GengaLightLevel light_level;
  GArray *frames; /* of GengaListedFrame, in order */
  gboolean is_whole;
} GengaFrameList;

GengaFrameList *genga_frame_list_new (void);
void genga_frame_list_free (GengaFrameList *self);
void genga_frame_list_add (GengaFrameList *self, const char *file, gint64 pts, gint64 duration);

/* The list in a folder; NULL without error where there is none. Errors: GENGA_ERROR_INPUT. */
GengaFrameList *genga_frame_list_read (const char *folder, GError **error);

/* All of it as text, as its file begins; and a frame's lines, which are appended. */
char *genga_frame_list_format (const GengaFrameList *self);
char *genga_frame_list_format_frame (const GengaFrameList *self, guint n);
#define GENGA_FRAME_LIST_END "# complete\n"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaFrameList, genga_frame_list_free)

G_END_DECLS
