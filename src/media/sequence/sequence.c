/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/sequence/sequence.h"
#include "core/error.h"
#include "media/file-print.h"
#include "media/media.h"
#include "media/numbered.h"
#include "media/sequence/frame-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A pattern's numbers may begin up to here. */
#define MAX_FIRST 1000

typedef struct
{
  GPtrArray *paths; /* of the frames */
  GengaSourceInfo first;
  GengaFrameInfo frame; /* what reading gives */
  const GengaMedia *media;
  GengaProgress *progress;
  gboolean has_list;
} Sequence;

static void
sequence_free (gpointer data)
{
  Sequence *self = data;

  g_ptr_array_unref (self->paths);
  g_clear_pointer (&self->progress, genga_progress_unref);
  g_free (self);
}

/* ---- what is one ---- */

/* Where the number is: “%d”, “%5d” or “%05d”, once and in the last part of the path. */
static gboolean
find_number (const char *path, gsize *start, gsize *end, guint *width)
{
  const char *slash = strrchr (path, '/');
  const char *percent = strchr (slash != NULL ? slash : path, '%');
  const char *after = percent;

  if (percent == NULL)
    return FALSE;
  *width = 0;
  for (after++; g_ascii_isdigit (*after) && *width < 20; after++)
    *width = *width * 10 + (*after - '0');
  if (*after != 'd' || *width > 12 || strchr (after, '%') != NULL)
    return FALSE;
  *start = percent - path;
  *end = after + 1 - path;
  return TRUE;
}

gboolean
genga_sequence_is_pattern (const char *path)
{
  gsize start, end;
  guint width;

  return find_number (path, &start, &end, &width) && !g_file_test (path, G_FILE_TEST_EXISTS);
}

char *
genga_sequence_dup_name (const char *path)
{
  gsize start = 0, end = 0;
  guint width;

  if (!genga_sequence_is_pattern (path))
    return g_strdup (path);
  find_number (path, &start, &end, &width);
  while (start > 0 && strchr ("_-. ", path[start - 1]) != NULL)
    start--;
  if (start == 0 || path[start - 1] == '/')
    return g_strdup_printf ("%.*sframes%s", (int)start, path, path + end);
  return g_strdup_printf ("%.*s%s", (int)start, path, path + end);
}

static gboolean
is_picture_name (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return *name != '.' &&
         (genga_format_from_path (name) != GENGA_FORMAT_AUTO || g_str_has_suffix (lower, ".tif") ||
          g_str_has_suffix (lower, ".tiff") || g_str_has_suffix (lower, ".bmp"));
}

/* With a rate, a folder in which nothing else is than pictures. */
static gboolean
holds_pictures_only (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (*name == '.')
        continue;
      if (!is_picture_name (name))
        return FALSE;
      n++;
    }
  return n > 1;
}

gboolean
genga_sequence_is_one (const char *path, gboolean has_rate)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *list = g_build_filename (path, GENGA_FRAME_LIST, NULL);
      return g_file_test (list, G_FILE_TEST_IS_REGULAR) || (has_rate && holds_pictures_only (path));
    }
  return genga_sequence_is_pattern (path);
}

/* ---- its files ---- */

static GPtrArray *
list_pattern (const char *pattern)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  gsize start = 0, end = 0;
  guint width = 0;

  find_number (pattern, &start, &end, &width);
  for (guint n = 0; n < MAX_FIRST || paths->len > 0; n++)
    {
      g_autofree char *path =
          g_strdup_printf ("%.*s%0*u%s", (int)start, pattern, (int)width, n, pattern + end);
      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (paths, g_steal_pointer (&path));
      else if (paths->len > 0)
        break;
    }
  return paths;
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* As files are sorted in a file manager: 2 comes before 10. */
static GPtrArray *
list_folder (const char *folder)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (!is_picture_name (name))
        continue;
      g_autofree char *utf8 = g_filename_display_name (name);
      g_autofree char *collated = g_utf8_collate_key_for_filename (utf8, -1);
      char *key = g_strdup_printf ("%s %s", collated, name);
      g_ptr_array_add (keys, key);
      g_hash_table_insert (names, key, g_strdup (name));
    }
  g_ptr_array_sort (keys, compare_keys);
  for (guint i = 0; i < keys->len; i++)
    g_ptr_array_add (paths,
                     g_build_filename (folder, g_hash_table_lookup (names, keys->pdata[i]), NULL));
  return paths;
}

GPtrArray *
genga_sequence_list_files (const char *path)
{
  g_autofree char *list = g_build_filename (path, GENGA_FRAME_LIST, NULL);
  GPtrArray *paths = genga_sequence_is_pattern (path) ? list_pattern (path) : list_folder (path);

  if (g_file_test (list, G_FILE_TEST_IS_REGULAR))
    g_ptr_array_add (paths, g_steal_pointer (&list));
  return paths;
}

/* ---- frames ---- */

static guint
get_sample (const GengaFrame *frame, const guint8 *row, gsize n)
{
  return frame->info.sample == GENGA_SAMPLE_U8 ? row[n] : ((const guint16 *)(gconstpointer)row)[n];
}

/* Grey becomes RGB, integers become floating point. */
static GengaFrame *
to_float (const GengaFrame *source, GengaFrameInfo *info, GError **error)
{
  GengaFrame *frame = genga_frame_new (info, error);
  int n_in = genga_layout_get_n_channels (source->info.layout);
  int n_out = genga_layout_get_n_channels (info->layout);
  gboolean has_alpha = genga_layout_has_alpha (source->info.layout);
  float unit = source->info.sample == GENGA_SAMPLE_U8 ? 255.f : 65535.f;

  if (frame == NULL)
    return NULL;
  for (int y = 0; y < info->height; y++)
    {
      const guint8 *in = genga_frame_get_row (source, 0, y);
      float *out = genga_frame_get_row (frame, 0, y);

      for (gsize x = 0; x < (gsize)info->width; x++)
        for (int c = 0; c < n_out; c++)
          {
            int from = c == 3 ? n_in - 1 : n_in < 3 ? 0 : c;
            *out++ = c == 3 && !has_alpha ? 1.f : get_sample (source, in, x * n_in + from) / unit;
          }
    }
  return frame;
}

static GengaFrame *
read_frame (gpointer data, guint n, GError **error)
{
  Sequence *self = data;
  const char *path = g_ptr_array_index (self->paths, n);
  GengaSourceParams load = { .progress = self->progress };
  g_autoptr (GengaFrame) frame = self->media->picture_load (
      path, &load, genga_progress_get_cancellable (self->progress), error);
  g_autofree char *name = g_filename_display_basename (path);

  if (frame == NULL)
    return NULL;
  if (frame->info.width != self->frame.width || frame->info.height != self->frame.height)
    {
      g_set_error (
          error, GENGA_ERROR, GENGA_ERROR_INPUT,
          _ ("“%s” has %d × %d pixels, but the first picture has %d × %d; all frames of a video "
             "have the same size."),
          name, frame->info.width, frame->info.height, self->frame.width, self->frame.height);
      return NULL;
    }
  if (genga_layout_has_alpha (frame->info.layout) && !genga_layout_has_alpha (self->frame.layout))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("“%s” has transparency, but the first picture has none; the frames of a "
                      "video must be alike."),
                   name);
      return NULL;
    }
  return to_float (frame, &self->frame, error);
}

/* ---- opening ---- */

/*
 * The file that the sound comes from. A list may come from anywhere: a file is taken only where the
 * list knows what it holds, and which one it is is always said.
 */
static void
take_stream_source (Sequence *self, GengaNumbered *frames, const GengaFrameList *list)
{
  g_autofree char *name = NULL;
  g_autofree char *print = NULL;

  if (list->stream_source == NULL)
    return;
  name = g_filename_display_name (list->stream_source);
  print = list->print != NULL ? genga_file_print_dup (list->stream_source) : NULL;
  if (list->print == NULL)
    genga_progress_notice (
        self->progress,
        _ ("The list of frames comes from an earlier version of Genga, which did not record the "
           "contents of “%s”; its audio and subtitles are left out."),
        name);
  else if (print == NULL)
    genga_progress_notice (self->progress,
                           _ ("Can't read “%s”, the source of the frames; its audio and subtitles "
                              "are left out."),
                           name);
  else if (!g_str_equal (print, list->print))
    genga_progress_notice (self->progress,
                           _ ("“%s” has changed since the frames were written; its audio and "
                              "subtitles are left out."),
                           name);
  else
    {
      genga_progress_notice (self->progress,
                             _ ("Audio, subtitles and the other streams come from “%s”."), name);
      frames->stream_source = g_strdup (list->stream_source);
    }
}

/* Times and what else a list says. */
static gboolean
take_list (Sequence *self, GengaNumbered *frames, const char *folder, GengaFrameList *list)
{
  GengaSourceInfo *info = &frames->info;
  guint n = list->frames->len;

  info->time_base_num = list->time_base_num;
  info->time_base_den = list->time_base_den;
  info->rate_num = list->rate_num;
  info->rate_den = list->rate_den;
  info->sar_num = list->sar_num;
  info->sar_den = list->sar_den;
  info->loop_count = list->loop_count;
  info->colour = list->colour;
  info->has_mastering = list->has_mastering;
  info->has_light_level = list->has_light_level;
  info->mastering = list->mastering;
  info->light_level = list->light_level;
  frames->is_cut_off = !list->is_whole;
  frames->times = g_new0 (gint64, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const GengaListedFrame *frame = &g_array_index (list->frames, GengaListedFrame, i);

      g_ptr_array_add (self->paths, g_build_filename (folder, frame->file, NULL));
      frames->times[i] = frame->pts;
      frames->times[i + 1] = frame->pts + frame->duration;
    }
  take_stream_source (self, frames, list);
  return n > 0;
}

static gboolean
take_rate (GengaNumbered *frames,
           guint n,
           const char *name,
           const GengaSourceParams *params,
           GError **error)
{
  if (params->rate_num <= 0)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("Set the frame rate of the pictures “%s” with --fps, for example --fps 24."),
                   name);
      return FALSE;
    }
  frames->info.rate_num = frames->info.time_base_den = params->rate_num;
  frames->info.rate_den = frames->info.time_base_num = params->rate_den;
  frames->times = g_new (gint64, n + 1);
  for (guint i = 0; i <= n; i++)
    frames->times[i] = i;
  return TRUE;
}

static gboolean
find_frames (Sequence *self,
             GengaNumbered *frames,
             const char *path,
             const char *name,
             const GengaSourceParams *params,
             GError **error)
{
  GError *reason = NULL;
  g_autoptr (GengaFrameList) list = genga_frame_list_read (path, &reason);

  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  self->has_list = list != NULL;
  if (list != NULL)
    take_list (self, frames, path, list);
  else
    {
      g_ptr_array_unref (self->paths);
      self->paths = genga_sequence_is_pattern (path) ? list_pattern (path) : list_folder (path);
    }
  if (self->paths->len == 0)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("No picture matches “%s”: numbers start at 0 or a little above, without a "
                      "gap."),
                   name);
      return FALSE;
    }
  return list != NULL || take_rate (frames, self->paths->len, name, params, error);
}

static gboolean
look_at_first (Sequence *self, GengaNumbered *frames, GError **error)
{
  gboolean has_alpha;

  self->media = genga_media_get (error);
  if (self->media == NULL ||
      !self->media->picture_probe (self->paths->pdata[0], NULL, &self->first, error))
    return FALSE;
  has_alpha = genga_layout_has_alpha (self->first.layout);
  self->frame = (GengaFrameInfo){ .width = self->first.width,
                                  .height = self->first.height,
                                  .sample = GENGA_SAMPLE_F32,
                                  .layout = has_alpha ? GENGA_LAYOUT_RGBA : GENGA_LAYOUT_RGB };
  frames->info.width = self->frame.width;
  frames->info.height = self->frame.height;
  frames->info.layout = self->frame.layout;
  frames->info.bits = self->first.sample == GENGA_SAMPLE_U8 ? 8 : 16;
  frames->info.n_frames = self->paths->len;
  g_strlcpy (frames->info.container, self->has_list ? GENGA_SEQUENCE_LISTED : "pictures",
             sizeof frames->info.container);
  g_strlcpy (frames->info.codec, self->first.container, sizeof frames->info.codec);
  g_strlcpy (frames->info.pixel_format, has_alpha ? "rgba" : "rgb",
             sizeof frames->info.pixel_format);
  if (self->first.has_icc)
    genga_progress_notice (self->progress, _ ("The pictures have a colour profile, which a video "
                                              "can't store; it is left out."));
  return TRUE;
}

GengaSource *
genga_sequence_open (const char *path, const GengaSourceParams *params, GError **error)
{
  Sequence *self = g_new0 (Sequence, 1);
  g_autofree char *name = g_filename_display_basename (path);
  GengaNumbered frames = { .data = self, .read = read_frame, .free_data = sequence_free };

  self->paths = g_ptr_array_new_with_free_func (g_free);
  if (params->progress != NULL)
    self->progress = genga_progress_ref (params->progress);
  frames.info.kind = GENGA_SOURCE_SEQUENCE;
  if (find_frames (self, &frames, path, name, params, error) &&
      look_at_first (self, &frames, error))
    {
      frames.name = g_steal_pointer (&name);
      return genga_numbered_new (&frames);
    }
  g_free (frames.times);
  g_free (frames.stream_source);
  sequence_free (self);
  return NULL;
}
