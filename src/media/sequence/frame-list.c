/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/sequence/frame-list.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define HEAD "ffconcat version 1.0\n# genga frames 1\n"

static void
frame_clear (gpointer data)
{
  g_free (((GengaListedFrame *)data)->file);
}

GengaFrameList *
genga_frame_list_new (void)
{
  GengaFrameList *self = g_new0 (GengaFrameList, 1);

  self->time_base_num = self->time_base_den = 1;
  self->frames = g_array_new (FALSE, TRUE, sizeof (GengaListedFrame));
  g_array_set_clear_func (self->frames, frame_clear);
  return self;
}

void
genga_frame_list_free (GengaFrameList *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->frames);
  g_free (self->settings);
  g_free (self->stream_source);
  g_free (self->print);
  g_free (self);
}

void
genga_frame_list_add (GengaFrameList *self, const char *file, gint64 pts, gint64 duration)
{
  GengaListedFrame frame = { g_strdup (file), pts, duration };

  g_array_append_val (self->frames, frame);
}

/* ---- writing ---- */

char *
genga_frame_list_format_frame (const GengaFrameList *self, guint n)
{
  const GengaListedFrame *frame = &g_array_index (self->frames, GengaListedFrame, n);
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (seconds, sizeof seconds, "%.6f",
                   (double)frame->duration * self->time_base_num / self->time_base_den);
  return g_strdup_printf ("file %s\nduration %s\n# frame %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                          "\n",
                          frame->file, seconds, frame->pts, frame->duration);
}

/* What pictures do not hold. */
static void
format_colour (const GengaFrameList *self, GString *text)
{
  const GengaColour *colour = &self->colour;
  const GengaMastering *m = &self->mastering;

  if (colour->primaries > 0)
    g_string_append_printf (text, "# colour %d %d %d %d\n", colour->primaries, colour->transfer,
                            colour->matrix, colour->range);
  if (self->has_mastering)
    g_string_append_printf (text, "# mastering %d %d %d %d %d %d %d %d %u %u\n", m->primaries[0][0],
                            m->primaries[0][1], m->primaries[1][0], m->primaries[1][1],
                            m->primaries[2][0], m->primaries[2][1], m->white[0], m->white[1],
                            m->max_luminance, m->min_luminance);
  if (self->has_light_level)
    g_string_append_printf (text, "# light %d %d\n", self->light_level.max_cll,
                            self->light_level.max_fall);
}

char *
genga_frame_list_format (const GengaFrameList *self)
{
  GString *text = g_string_new (HEAD);
  g_autofree char *stream_source =
      self->stream_source != NULL ? g_uri_escape_string (self->stream_source, "/", FALSE) : NULL;

  g_string_append_printf (text, "# time-base %d %d\n# rate %d %d\n# plays %u\n",
                          self->time_base_num, self->time_base_den, self->rate_num, self->rate_den,
                          self->loop_count);
  if (self->sar_num > 0 && self->sar_den > 0)
    g_string_append_printf (text, "# aspect %d %d\n", self->sar_num, self->sar_den);
  format_colour (self, text);
  if (self->settings != NULL)
    g_string_append_printf (text, "# settings %s\n", self->settings);
  if (stream_source != NULL)
    g_string_append_printf (text, "# of %s\n", stream_source);
  if (self->print != NULL)
    g_string_append_printf (text, "# print %s\n", self->print);
  for (guint i = 0; i < self->frames->len; i++)
    {
      g_autofree char *lines = genga_frame_list_format_frame (self, i);
      g_string_append (text, lines);
    }
  if (self->is_whole)
    g_string_append (text, GENGA_FRAME_LIST_END);
  return g_string_free (text, FALSE);
}

/* ---- reading ---- */

/* Up to `n` whole numbers; FALSE where there are others or fewer. */
static gboolean
read_numbers (const char *text, gint64 *numbers, guint n)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  if (g_strv_length (words) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!g_ascii_string_to_signed (words[i], 10, G_MININT64 / 4, G_MAXINT64 / 4, &numbers[i], NULL))
      return FALSE;
  return TRUE;
}

static gboolean
is_int (gint64 value, gint64 least)
{
  return value >= least && value <= G_MAXINT;
}

/* A name in the folder, and nothing else. */
static gboolean
is_plain_name (const char *name)
{
  return *name != '\0' && *name != '.' && strchr (name, '/') == NULL &&
         g_utf8_validate (name, -1, NULL);
}

static gboolean
are_below (const gint64 *numbers, guint n, gint64 limit)
{
  for (guint i = 0; i < n; i++)
    if (numbers[i] < 0 || numbers[i] >= limit)
      return FALSE;
  return TRUE;
}

/* A line about colours; FALSE where it is another one, or not understood. */
static gboolean
read_colour (GengaFrameList *self, const char *line)
{
  gint64 n[10];

  if (g_str_has_prefix (line, "# colour ") && read_numbers (line + strlen ("# colour "), n, 4) &&
      are_below (n, 3, 256) && are_below (n + 3, 1, GENGA_RANGE_FULL + 1) && n[0] > 0)
    {
      self->colour = (GengaColour){
        .primaries = n[0], .transfer = n[1], .matrix = n[2], .range = n[3], .chroma_location = 255
      };
      return TRUE;
    }
  if (g_str_has_prefix (line, "# mastering ") &&
      read_numbers (line + strlen ("# mastering "), n, 10) && are_below (n, 8, 65536) &&
      are_below (n + 8, 2, G_MAXINT))
    {
      self->has_mastering = TRUE;
      self->mastering = (GengaMastering){
        .primaries = { { n[0], n[1] }, { n[2], n[3] }, { n[4], n[5] } },
        .white = { n[6], n[7] },
        .max_luminance = n[8],
        .min_luminance = n[9],
      };
      return TRUE;
    }
  if (g_str_has_prefix (line, "# light ") && read_numbers (line + strlen ("# light "), n, 2) &&
      are_below (n, 2, 65536))
    {
      self->has_light_level = TRUE;
      self->light_level = (GengaLightLevel){ .max_cll = n[0], .max_fall = n[1] };
      return TRUE;
    }
  return FALSE;
}

/* One line; FALSE where it is not understood. `file` is the name that waits for its times. */
static gboolean
read_line (GengaFrameList *self, const char *line, char **file)
{
  gint64 n[2];

  if (g_str_has_prefix (line, "file "))
    {
      g_free (*file);
      *file = g_strdup (line + strlen ("file "));
      return is_plain_name (*file);
    }
  if (g_str_has_prefix (line, "# frame ") && *file != NULL &&
      read_numbers (line + strlen ("# frame "), n, 2) && n[1] > 0)
    {
      genga_frame_list_add (self, *file, n[0], n[1]);
      g_clear_pointer (file, g_free);
      return TRUE;
    }
  if (g_str_has_prefix (line, "# time-base ") &&
      read_numbers (line + strlen ("# time-base "), n, 2) && is_int (n[0], 1) && is_int (n[1], 1))
    {
      self->time_base_num = n[0];
      self->time_base_den = n[1];
      return TRUE;
    }
  if (g_str_has_prefix (line, "# rate ") && read_numbers (line + strlen ("# rate "), n, 2) &&
      is_int (n[0], 0) && is_int (n[1], 0))
    {
      self->rate_num = n[0];
      self->rate_den = MAX (1, n[1]);
      return TRUE;
    }
  if (g_str_has_prefix (line, "# aspect ") && read_numbers (line + strlen ("# aspect "), n, 2) &&
      is_int (n[0], 1) && is_int (n[1], 1))
    {
      self->sar_num = n[0];
      self->sar_den = n[1];
      return TRUE;
    }
  if (g_str_has_prefix (line, "# plays ") && read_numbers (line + strlen ("# plays "), n, 1) &&
      is_int (n[0], 0))
    self->loop_count = n[0];
  else if (g_str_has_prefix (line, "# settings ") && self->settings == NULL)
    self->settings = g_strdup (line + strlen ("# settings "));
  else if (g_str_has_prefix (line, "# of ") && self->stream_source == NULL)
    self->stream_source = g_uri_unescape_string (line + strlen ("# of "), NULL);
  else if (g_str_has_prefix (line, "# print ") && self->print == NULL)
    self->print = g_strdup (line + strlen ("# print "));
  else if (g_str_equal (line, "# complete"))
    self->is_whole = TRUE;
  else
    return *line == '\0' || g_str_has_prefix (line, "duration ") || read_colour (self, line);
  return TRUE;
}

/* Times that do not go forward cannot be shown. */
static gboolean
is_in_order (const GengaFrameList *self)
{
  for (guint i = 1; i < self->frames->len; i++)
    if (g_array_index (self->frames, GengaListedFrame, i).pts <=
        g_array_index (self->frames, GengaListedFrame, i - 1).pts)
      return FALSE;
  return TRUE;
}

GengaFrameList *
genga_frame_list_read (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, GENGA_FRAME_LIST, NULL);
  g_autofree char *text = NULL;
  g_autofree char *file = NULL;
  g_autoptr (GengaFrameList) self = genga_frame_list_new ();

  if (!g_file_get_contents (path, &text, NULL, NULL) || !g_str_has_prefix (text, HEAD))
    return NULL;
  /* The writer may have been interrupted in a line. */
  strrchr (text, '\n')[1] = '\0';
  g_auto (GStrv) lines = g_strsplit (text + strlen (HEAD), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (read_line (self, lines[i], &file))
        continue;
      g_autofree char *name = g_filename_display_name (path);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("The list of frames “%s” is damaged at line %u."), name, i + 3);
      return NULL;
    }
  if (is_in_order (self))
    return g_steal_pointer (&self);
  g_autofree char *name = g_filename_display_name (path);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("The timestamps in the list of frames “%s” do not increase."), name);
  return NULL;
}
