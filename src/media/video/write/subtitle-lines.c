/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/subtitle-lines.h"

/* What is shown at most of a line without an end, in microseconds. */
#define OPEN_LASTS ((gint64)5000000)
/* Hostile files have any number of lines. */
#define MAX_LINES 32

typedef struct
{
  char *text;
  gint64 start;
  gint64 end;
} Line;

struct _GengaSubtitleLines
{
  GPtrArray *lines; /* that are not over, in the order of their beginnings */
  gint64 done;      /* up to where samples were made */
};

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->text);
  g_free (line);
}

GengaSubtitleLines *
genga_subtitle_lines_new (void)
{
  GengaSubtitleLines *self = g_new0 (GengaSubtitleLines, 1);

  self->lines = g_ptr_array_new_with_free_func (line_free);
  self->done = G_MININT64;
  return self;
}

void
genga_subtitle_lines_free (GengaSubtitleLines *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->lines);
  g_free (self);
}

void
genga_subtitle_sample_clear (GengaSubtitleSample *self)
{
  g_clear_pointer (&self->texts, g_ptr_array_unref);
}

/* Where a line ends that says nothing of it. */
static gint64
get_end (const Line *line)
{
  return line->end != GENGA_SUBTITLE_OPEN ? line->end : line->start + OPEN_LASTS;
}

void
genga_subtitle_lines_add (GengaSubtitleLines *self, const char *text, gint64 start, gint64 end)
{
  Line *line;

  start = MAX (start, self->done);
  if (end <= start)
    return;
  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *other = self->lines->pdata[i];

      if (other->end == GENGA_SUBTITLE_OPEN && other->start < start)
        other->end = MIN (start, get_end (other));
    }
  if (self->lines->len == MAX_LINES)
    g_ptr_array_remove_index (self->lines, 0);
  line = g_new (Line, 1);
  *line = (Line){ .text = g_strdup (text), .start = start, .end = end };
  g_ptr_array_add (self->lines, line);
}

/* Whether a line is shown next, and the time of that. */
static gboolean
find_start (const GengaSubtitleLines *self, gint64 *start)
{
  *start = G_MAXINT64;
  for (guint i = 0; i < self->lines->len; i++)
    *start = MIN (*start, MAX (self->done, ((const Line *)self->lines->pdata[i])->start));
  return self->lines->len > 0;
}

static void
drop_until (GengaSubtitleLines *self, gint64 end)
{
  for (guint i = self->lines->len; i-- > 0;)
    if (get_end (self->lines->pdata[i]) <= end)
      g_ptr_array_remove_index (self->lines, i);
}

gboolean
genga_subtitle_lines_next (GengaSubtitleLines *self, gint64 until, GengaSubtitleSample *sample)
{
  gint64 start, end = G_MAXINT64;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  if (!find_start (self, &start))
    return FALSE;
  for (guint i = self->lines->len; i-- > 0;)
    {
      const Line *line = self->lines->pdata[i];

      end = MIN (end, line->start > start ? line->start : get_end (line));
      if (line->start <= start)
        g_ptr_array_add (texts, g_strdup (line->text));
    }
  if (end > until)
    return FALSE;
  self->done = end;
  drop_until (self, end);
  *sample = (GengaSubtitleSample){ start, end, g_steal_pointer (&texts) };
  return TRUE;
}
