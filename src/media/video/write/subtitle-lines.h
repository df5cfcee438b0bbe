/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of subtitles that may be shown at the same time, for containers in which one sample ends
 * where the next one begins (MP4, MOV): the samples that show each line as long as it lasts, a new
 * one wherever a line comes or goes.
 *
 * Times are in microseconds. Lines come in the order of their beginnings; one that comes too late
 * begins where the last sample ended.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The end of a line that lasts until the next one, and no longer than a few seconds. */
#define GENGA_SUBTITLE_OPEN G_MAXINT64

typedef struct
{
  gint64 start;
  gint64 end;
  GPtrArray *texts; /* of char *, the line that began first at the end, as players show it below */
} GengaSubtitleSample;

typedef struct _GengaSubtitleLines GengaSubtitleLines;

GengaSubtitleLines *genga_subtitle_lines_new (void);
void genga_subtitle_lines_free (GengaSubtitleLines *self);

/* A line of no length is none. Of more lines than anybody can read at a time the first one ends. */
void
genga_subtitle_lines_add (GengaSubtitleLines *self, const char *text, gint64 start, gint64 end);

/* The next sample that is over at `until`, before which no more lines will begin. FALSE: there is
 * none yet. Cleared with genga_subtitle_sample_clear(). */
gboolean
genga_subtitle_lines_next (GengaSubtitleLines *self, gint64 until, GengaSubtitleSample *sample);
void genga_subtitle_sample_clear (GengaSubtitleSample *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSubtitleLines, genga_subtitle_lines_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaSubtitleSample, genga_subtitle_sample_clear)

G_END_DECLS
