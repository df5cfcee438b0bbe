/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/sequence/frame-folder.h"
#include "core/error.h"
#include "core/fault.h"
#include "media/sequence/frame-files.h"
#include "media/sequence/sequence.h"
#include "media/disk-space.h"
#include "media/file-print.h"
#include "media/print-forms.h"
#include "media/media.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

/* PNG of drawn material; for what is said where the disk is full. */
#define PICTURE_BYTES_PER_PIXEL 1.1

struct _GengaFrameFolder
{
  char *path;
  char *name; /* for messages */
  const GengaMedia *media;
  GengaPictureSave save;
  GCancellable *cancellable; /* borrowed */
  gboolean has_rate;
  GengaFrameList *list;
  GHashTable *listed; /* names of files, borrowed from the list */
  FILE *file;         /* of the list; NULL: it is whole */
  /* The frame at which an earlier time ended may be there without being listed. */
  gboolean may_replace;
  GengaDiskSpace *disk_space;
  guint64 n_frames; /* of the whole; 0 = unknown */
  double size;      /* of a picture in bytes, as far as one knows */
};

static gboolean
set_error (GengaFrameFolder *self, const char *format, GError **error)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, format, self->name);
#pragma GCC diagnostic pop
  return FALSE;
}

/* A job that waits for disk space may be stopped, or told not to wait; that comes before the
 * result.
 */
static gboolean
explain (GengaFrameFolder *self, GError **error)
{
  return g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
         (self->disk_space != NULL && genga_disk_space_explain (self->disk_space, error));
}

static gboolean
set_writing_error (GengaFrameFolder *self, GError **error)
{
  if (explain (self, error))
    return FALSE;
  return set_error (self, _ ("Can't write to the folder “%s”."), error);
}

/* ---- the folder ---- */

/* Frames that are read must not be taken for those of an earlier time. */
static gboolean
is_source_folder (const char *folder, const char *source)
{
  g_autofree char *parent = genga_sequence_is_pattern (source) ? g_path_get_dirname (source) : NULL;
  GStatBuf of_source, of_folder;

  return g_stat (parent != NULL ? parent : source, &of_source) == 0 &&
         g_stat (folder, &of_folder) == 0 && of_source.st_dev == of_folder.st_dev &&
         of_source.st_ino == of_folder.st_ino;
}

static gboolean
is_empty (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

/* What is in a folder that is there: the list of an earlier time, which may go on. */
static GengaFrameList *
look_into_folder (GengaFrameFolder *self, const GengaFrameFolderSetup *setup, GError **error)
{
  GError *reason = NULL;
  GengaFrameList *list = genga_frame_list_read (self->path, &reason);

  if (reason != NULL)
    g_propagate_error (error, reason);
  else if (list == NULL)
    set_error (self,
               _ ("The folder “%s” contains other files; choose a new or an empty folder for the "
                  "frames."),
               error);
  return list;
}

static gboolean
goes_on (const GengaFrameList *list, const char *settings, gboolean may_be_whole)
{
  return (!list->is_whole || may_be_whole) && list->settings != NULL &&
         genga_print_forms_match (settings, list->settings);
}

static gboolean
set_other_frames_error (GengaFrameFolder *self, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_EXISTS,
               _ ("The folder “%s” already contains other frames; choose another folder or allow "
                  "overwriting."),
               self->name);
  return FALSE;
}

static gboolean
set_folder_error (GengaFrameFolder *self, gboolean is_there, GError **error)
{
  return set_error (self,
                    is_there ? _ ("“%s” is a file; frames need a folder.")
                             : _ ("Can't create the folder “%s”. Check that its parent folder "
                                  "exists and that you may write to it."),
                    error);
}

/* The list of an earlier time that goes on, or NULL for a folder that is empty now. */
static gboolean
take_folder (GengaFrameFolder *self,
             const GengaFrameFolderSetup *setup,
             GengaFrameList **earlier,
             GError **error)
{
  g_autoptr (GengaFrameList) list = NULL;

  if (g_mkdir (self->path, 0777) == 0 || is_empty (self->path))
    return TRUE;
  if (!g_file_test (self->path, G_FILE_TEST_IS_DIR))
    return set_folder_error (self, errno == EEXIST, error);
  list = look_into_folder (self, setup, error);
  if (list == NULL)
    return FALSE;
  if (goes_on (list, setup->settings, setup->may_be_whole))
    {
      *earlier = g_steal_pointer (&list);
      return TRUE;
    }
  if (!setup->overwrite)
    return set_other_frames_error (self, error);
  return genga_frame_files_remove (self->path, list, TRUE, error);
}

/* The same, and nothing is touched. */
static gboolean
check_folder (GengaFrameFolder *self, const GengaFrameFolderSetup *setup, GError **error)
{
  g_autofree char *above = g_path_get_dirname (self->path);
  g_autoptr (GengaFrameList) list = NULL;

  if (!g_file_test (self->path, G_FILE_TEST_EXISTS))
    return (g_file_test (above, G_FILE_TEST_IS_DIR) && g_access (above, W_OK | X_OK) == 0) ||
           set_folder_error (self, FALSE, error);
  if (!g_file_test (self->path, G_FILE_TEST_IS_DIR))
    return set_folder_error (self, TRUE, error);
  if (is_empty (self->path))
    return TRUE;
  list = look_into_folder (self, setup, error);
  return list != NULL && (goes_on (list, setup->settings, setup->may_be_whole) ||
                          setup->overwrite || set_other_frames_error (self, error));
}

static GengaFrameList *
make_list (const GengaFrameFolderSetup *setup)
{
  GengaFrameList *list = genga_frame_list_new ();
  const GengaSourceInfo *info = setup->info;
  gboolean has_rate = setup->rate_num > 0;

  list->settings = g_strdup (setup->settings);
  list->time_base_num = has_rate ? setup->rate_den : info->time_base_num;
  list->time_base_den = has_rate ? setup->rate_num : info->time_base_den;
  list->rate_num = has_rate ? setup->rate_num : info->rate_num;
  list->rate_den = has_rate ? setup->rate_den : info->rate_den;
  list->sar_num = info->sar_num;
  list->sar_den = info->sar_den;
  list->loop_count = info->loop_count;
  list->colour = info->colour;
  list->has_mastering = info->has_mastering;
  list->has_light_level = info->has_light_level;
  list->mastering = info->mastering;
  list->light_level = info->light_level;
  if (setup->stream_source != NULL)
    {
      list->stream_source = g_canonicalize_filename (setup->stream_source, NULL);
      list->print = genga_file_print_dup (setup->stream_source);
    }
  return list;
}

/* A list that an earlier version began; equal settings mean the same source. */
static void
complete_list (GengaFrameList *list, const GengaFrameFolderSetup *setup)
{
  g_autoptr (GengaFrameList) own = NULL;

  if (list->stream_source == NULL || list->print != NULL)
    return;
  own = make_list (setup);
  if (g_strcmp0 (own->stream_source, list->stream_source) == 0)
    list->print = g_steal_pointer (&own->print);
}

/* There is a list at any time, or the folder would be a stranger's. */
static gboolean
open_list (GengaFrameFolder *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, GENGA_FRAME_LIST, NULL);
  g_autofree char *text = NULL;

  g_clear_pointer (&self->file, fclose);
  self->list->is_whole = FALSE;
  text = genga_frame_list_format (self->list);
  self->file = g_file_set_contents (path, text, -1, NULL) ? fopen (path, "ae") : NULL;
  return self->file != NULL || set_writing_error (self, error);
}

/* Pictures of frames wait for room on the disk as the video does. */
static void
open_disk_space (GengaFrameFolder *self, const GengaFrameFolderSetup *setup)
{
  self->disk_space =
      genga_disk_space_new (setup->path, setup->waits_for_disk_space, self->save.progress);
  self->n_frames = MAX (0, setup->info->n_frames);
  self->size = PICTURE_BYTES_PER_PIXEL * setup->width * setup->height;
  self->save.wait_for_disk_space = genga_disk_space_wait;
  self->save.disk_space_data = self->disk_space;
}

static void
note_listed (GengaFrameFolder *self, guint position)
{
  g_hash_table_add (self->listed,
                    g_array_index (self->list->frames, GengaListedFrame, position).file);
}

/* ---- the border ---- */

/* What is known of a folder before its list is read. */
static GengaFrameFolder *
describe_folder (const GengaFrameFolderSetup *setup, GError **error)
{
  g_autoptr (GengaFrameFolder) self = g_new0 (GengaFrameFolder, 1);

  self->path = g_strdup (setup->path);
  self->name = g_filename_display_name (setup->path);
  self->cancellable = genga_progress_get_cancellable (setup->save.progress);
  self->has_rate = setup->rate_num > 0;
  self->listed = g_hash_table_new (g_str_hash, g_str_equal);
  if (is_source_folder (setup->path, setup->source))
    {
      set_error (self, _ ("The frames would replace their own source, “%s”."), error);
      return NULL;
    }
  self->media = genga_media_get (error);
  self->save = setup->save;
  return self->media != NULL &&
                 genga_format_check_size (self->save.format, setup->width, setup->height, error)
             ? g_steal_pointer (&self)
             : NULL;
}

gboolean
genga_frame_folder_check (const GengaFrameFolderSetup *setup, GError **error)
{
  g_autoptr (GengaFrameFolder) self = describe_folder (setup, error);

  return self != NULL && check_folder (self, setup, error);
}

gboolean
genga_frame_folder_may_begin (const char *path, const char *settings)
{
  g_autoptr (GengaFrameList) list = NULL;

  if (is_empty (path))
    return TRUE;
  list = genga_frame_list_read (path, NULL);
  return list != NULL && goes_on (list, settings, FALSE);
}

GengaFrameFolder *
genga_frame_folder_open (const GengaFrameFolderSetup *setup, GError **error)
{
  g_autoptr (GengaFrameFolder) self = describe_folder (setup, error);

  if (self == NULL || !take_folder (self, setup, &self->list, error))
    return NULL;
  self->may_replace = self->list != NULL;
  if (self->list == NULL)
    self->list = make_list (setup);
  else
    complete_list (self->list, setup);
  open_disk_space (self, setup);
  for (guint i = 0; i < self->list->frames->len; i++)
    note_listed (self, i);
  return self->list->is_whole || open_list (self, error) ? g_steal_pointer (&self) : NULL;
}

void
genga_frame_folder_free (GengaFrameFolder *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->file, fclose);
  genga_disk_space_free (self->disk_space);
  g_hash_table_unref (self->listed);
  genga_frame_list_free (self->list);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

const GengaFrameList *
genga_frame_folder_get_list (GengaFrameFolder *self)
{
  return self->list;
}

static gboolean
write_lines (GengaFrameFolder *self, const char *lines)
{
  errno = ENOSPC;
  return !genga_fault ("no-room") && fputs (lines, self->file) >= 0 && fflush (self->file) == 0 &&
         fdatasync (fileno (self->file)) == 0;
}

static gboolean
append (
    GengaFrameFolder *self, const char *file, guint64 n, const GengaFrame *frame, GError **error)
{
  guint position = self->list->frames->len;
  g_autofree char *lines = NULL;

  if (self->file == NULL && !open_list (self, error))
    return FALSE;
  if (self->has_rate)
    genga_frame_list_add (self->list, file, n, 1);
  else
    genga_frame_list_add (self->list, file, frame->pts, MAX (1, frame->duration));
  note_listed (self, position);
  lines = genga_frame_list_format_frame (self->list, position);
  if (write_lines (self, lines))
    return TRUE;
  /* A part of them may be there; the list is written anew then. */
  while ((errno == ENOSPC || errno == EDQUOT) && genga_disk_space_wait (self->disk_space))
    {
      if (open_list (self, NULL))
        return TRUE;
      errno = ENOSPC;
    }
  return set_writing_error (self, error);
}

gboolean
genga_frame_folder_put (GengaFrameFolder *self, guint64 n, GengaFrame *frame, GError **error)
{
  g_autofree char *file = genga_frame_files_dup_name (n, self->save.format);
  g_autofree char *path = g_build_filename (self->path, file, NULL);
  g_autofree char *written = NULL;
  gboolean is_listed = g_hash_table_contains (self->listed, file);
  GError *reason = NULL;

  if (is_listed && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  self->save.overwrite = is_listed || self->may_replace;
  genga_disk_space_set_need (self->disk_space, self->size * (MAX (n + 1, self->n_frames) - n));
  if (!self->media->picture_save (frame, path, &self->save, self->cancellable, &written, &reason))
    {
      if (explain (self, error))
        g_error_free (reason);
      else
        g_propagate_error (error, reason);
      return FALSE;
    }
  genga_disk_space_go_on (self->disk_space);
  if (is_listed)
    return TRUE;
  self->may_replace = FALSE;
  return append (self, file, n, frame, error);
}

gboolean
genga_frame_folder_restart (GengaFrameFolder *self, GError **error)
{
  if (!genga_frame_files_remove (self->path, self->list, FALSE, error))
    return FALSE;
  g_hash_table_remove_all (self->listed);
  g_array_set_size (self->list->frames, 0);
  self->may_replace = TRUE;
  return open_list (self, error);
}

/* How many of the frames are on the disk, up to the first one that is not. */
static guint
count_files (const GengaFrameFolder *self)
{
  const GArray *frames = self->list->frames;

  for (guint i = 0; i < frames->len; i++)
    {
      const char *file = g_array_index (frames, GengaListedFrame, i).file;
      g_autofree char *path = g_build_filename (self->path, file, NULL);
      GStatBuf info;

      if (g_lstat (path, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size == 0)
        return i;
    }
  return frames->len;
}

/* Whether the list on the disk is the one that was written. */
static gboolean
is_listed_as_put (const GengaFrameFolder *self)
{
  g_autoptr (GengaFrameList) found = genga_frame_list_read (self->path, NULL);
  const GArray *frames = self->list->frames;

  if (found == NULL || !found->is_whole || found->frames->len != frames->len ||
      found->loop_count != self->list->loop_count)
    return FALSE;
  for (guint i = 0; i < frames->len; i++)
    {
      const GengaListedFrame *put = &g_array_index (frames, GengaListedFrame, i);
      const GengaListedFrame *read = &g_array_index (found->frames, GengaListedFrame, i);

      if (!g_str_equal (put->file, read->file) || put->pts != read->pts ||
          put->duration != read->duration)
        return FALSE;
    }
  return TRUE;
}

/* The next run goes on with frame number `n`. */
static void
take_back (GengaFrameFolder *self, guint n)
{
  const GArray *frames = self->list->frames;

  for (guint i = n; i < frames->len; i++)
    {
      const char *file = g_array_index (frames, GengaListedFrame, i).file;
      g_autofree char *path = g_build_filename (self->path, file, NULL);

      g_unlink (path);
    }
  g_hash_table_remove_all (self->listed);
  g_array_set_size (self->list->frames, n);
  for (guint i = 0; i < n; i++)
    note_listed (self, i);
  open_list (self, NULL);
}

/* What was written is read again, before anybody deletes what it was made of. */
static gboolean
check_result (GengaFrameFolder *self, GError **error)
{
  guint n = count_files (self);

  if (n == self->list->frames->len && is_listed_as_put (self) && !genga_fault ("refused-result"))
    return TRUE;
  take_back (self, n);
  return set_error (self,
                    _ ("Frames in the folder “%s” are not what was written; run the same command "
                       "again to make them again."),
                    error);
}

gboolean
genga_frame_folder_finish (GengaFrameFolder *self, GError **error)
{
  gboolean ok;

  if (self->file == NULL)
    return TRUE;
  ok = fputs (GENGA_FRAME_LIST_END, self->file) >= 0;
  ok = fclose (g_steal_pointer (&self->file)) == 0 && ok;
  return ok ? check_result (self, error) : set_writing_error (self, error);
}

void
genga_frame_folder_remove (const char *path)
{
  g_autoptr (GengaFrameList) list = genga_frame_list_read (path, NULL);

  if (list == NULL || !genga_frame_files_remove (path, list, TRUE, NULL))
    return;
  if (g_rmdir (path) != 0)
    g_debug ("%s: %s", path, g_strerror (errno));
}
