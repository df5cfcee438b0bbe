/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/video-pictures.h"
#include "core/error.h"
#include "core/fault.h"
#include "job/frame-list.h"
#include "job/job-private.h"
#include "job/sequence.h"
#include "job/video-part.h"
#include "media/media.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PRIMARIES_BT2020 9
#define TRANSFER_PQ 16
#define TRANSFER_HLG 18

struct _GengaVideoPictures
{
  const GengaVideo *video;
  GCancellable *cancellable; /* borrowed */
  GengaProgress *progress;   /* borrowed */
  GengaAnimationSink *sink;

  /* A folder of frames. */
  char *folder;
  char *name; /* for messages */
  const GengaMedia *media;
  GengaPictureSave save;
  int rate_num, rate_den;
  GengaFrameList *list;
  FILE *list_file;
  gboolean goes_on; /* where an earlier time ended ... */
  guint n_done;     /* ... with so many frames */
};

/* ---- what is asked for ---- */

gboolean
genga_frames_are_wanted (GengaOptions *options, const char *wished)
{
  return genga_options_get_int (options, GENGA_OPTION_FRAMES) != GENGA_FRAMES_OFF ||
         (wished != NULL && g_str_has_suffix (wished, G_DIR_SEPARATOR_S));
}

char *
genga_frames_dup_target (const char *wished)
{
  gsize length = strlen (wished);

  while (length > 1 && wished[length - 1] == G_DIR_SEPARATOR)
    length--;
  return g_strndup (wished, length);
}

static GengaContainer
get_own_kind (const GengaVideoInfo *info)
{
  if (g_str_equal (info->container, "gif"))
    return GENGA_CONTAINER_GIF;
  return g_str_equal (info->container, "apng") ? GENGA_CONTAINER_APNG : GENGA_CONTAINER_WEBP;
}

GengaContainer
genga_animation_choose (GengaOptions *options, const char *wished, const GengaVideoInfo *info)
{
  GengaContainer container = genga_options_get_int (options, GENGA_OPTION_CONTAINER);
  GengaCodec codec = genga_options_get_int (options, GENGA_OPTION_CODEC);

  if (container == GENGA_CONTAINER_AUTO && wished != NULL)
    {
      container = genga_container_from_path (wished);
      if (container == GENGA_CONTAINER_AUTO && info->is_animation &&
          genga_format_from_path (wished) == GENGA_FORMAT_PNG)
        container = GENGA_CONTAINER_APNG;
    }
  else if (container == GENGA_CONTAINER_AUTO && info->is_animation && codec == GENGA_CODEC_AUTO)
    container = get_own_kind (info);
  return genga_container_is_animation (container) ? container : GENGA_CONTAINER_AUTO;
}

const char *
genga_animation_get_ending (GengaContainer container, const GengaVideoInfo *info)
{
  if (container == GENGA_CONTAINER_AUTO)
    return "";
  /* An animated PNG that is called .png stays so. */
  return container == GENGA_CONTAINER_APNG && g_str_equal (info->container, "apng")
             ? ".png"
             : genga_container_get_suffix (container);
}

/* ---- an animated picture ---- */

static gboolean
open_animation (GengaVideoPictures *self,
                GengaVideoSource *source,
                GengaOptions *options,
                const GengaPlan *plan,
                const char *target,
                GengaContainer container,
                GError **error)
{
  int bit_depth = genga_options_get_int (options, GENGA_OPTION_BIT_DEPTH);
  gboolean is_deep = self->video->source_get_info (source)->bits > 8;
  GengaAnimationWrite write = {
    .container = container,
    .quality = genga_options_get_int (options, GENGA_OPTION_QUALITY),
    .is_lossless = genga_options_get_boolean (options, GENGA_OPTION_LOSSLESS),
    .png_level = genga_options_get_int (options, GENGA_OPTION_PNG_LEVEL),
    .bit_depth = bit_depth != 0 ? bit_depth
                 : is_deep      ? 16
                                : 8,
    .rate_num = self->rate_num,
    .rate_den = self->rate_den,
    .width = plan->result.width,
    .height = plan->result.height,
    .has_alpha = genga_layout_has_alpha (plan->result.layout),
    .overwrite = genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE),
    .progress = self->progress,
  };

  if (genga_options_get_int (options, GENGA_OPTION_CODEC) != GENGA_CODEC_AUTO)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("A file of the kind %s is an animated picture and has no codec; leave "
                      "--codec out, or choose another kind of file."),
                   genga_container_get_suffix (container) + 1);
      return FALSE;
    }
  self->sink = self->video->animation_new (source, target, &write, error);
  return self->sink != NULL;
}

/* ---- a folder of frames ---- */

static void
choose_save (GengaVideoPictures *self, GengaOptions *options)
{
  static const GengaPictureSave kinds[] = {
    [GENGA_FRAMES_OFF] = { .format = GENGA_FORMAT_PNG, .png_level = 6, .bit_depth = 8 },
    [GENGA_FRAMES_PNG] = { .format = GENGA_FORMAT_PNG, .png_level = 6, .bit_depth = 8 },
    [GENGA_FRAMES_PNG16] = { .format = GENGA_FORMAT_PNG, .png_level = 0, .bit_depth = 16 },
    [GENGA_FRAMES_PNG9] = { .format = GENGA_FORMAT_PNG, .png_level = 9, .bit_depth = 8 },
    [GENGA_FRAMES_JPEG] = { .format = GENGA_FORMAT_JPEG, .quality = 95, .bit_depth = 8 },
    [GENGA_FRAMES_JPEG100] = { .format = GENGA_FORMAT_JPEG, .quality = 100, .bit_depth = 8 },
    [GENGA_FRAMES_WEBP] = { .format = GENGA_FORMAT_WEBP, .quality = 95, .bit_depth = 8 },
  };

  self->save = kinds[genga_options_get_int (options, GENGA_OPTION_FRAMES)];
  self->save.webp_lossless = genga_options_get_boolean (options, GENGA_OPTION_LOSSLESS);
  self->save.progress = self->progress;
  if (genga_options_is_set (options, GENGA_OPTION_QUALITY))
    self->save.quality = genga_options_get_int (options, GENGA_OPTION_QUALITY);
  if (genga_options_is_set (options, GENGA_OPTION_PNG_LEVEL))
    self->save.png_level = genga_options_get_int (options, GENGA_OPTION_PNG_LEVEL);
}

static void
notice_losses (GengaVideoPictures *self, const GengaVideoInfo *info)
{
  if (info->bits > 8 && self->save.bit_depth == 8)
    genga_progress_notice (self->progress,
                           _ ("The pictures have 8 bits per channel, the source has %d; --frames "
                              "png16 keeps them."),
                           info->bits);
  if (info->colour.primaries == PRIMARIES_BT2020 || info->colour.transfer == TRANSFER_PQ ||
      info->colour.transfer == TRANSFER_HLG)
    genga_progress_notice (self->progress,
                           _ ("The pictures hold the video's own colour values (HDR or BT.2020), "
                              "which viewers of pictures do not know."));
  if (info->sar_num > 0 && info->sar_num != info->sar_den)
    genga_progress_notice (self->progress,
                           _ ("The video's pixels are not square (%d:%d); those of the pictures "
                              "are."),
                           info->sar_num, info->sar_den);
}

/* What the frames are made of: equal text means equal frames. */
static char *
dup_settings (GengaJob *job)
{
  const char *source = genga_job_get_source (job);
  g_autofree char *options = genga_options_save (genga_job_get_options (job));
  g_autofree char *text = NULL;
  GStatBuf info = { 0 };

  g_stat (source, &info);
  text = g_strdup_printf ("%s\n%s\n%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, options, source,
                          (gint64)info.st_size, (gint64)info.st_mtime);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

static gboolean
set_folder_error (GengaVideoPictures *self, const char *format, GError **error)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, format, self->name);
#pragma GCC diagnostic pop
  return FALSE;
}

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

static void
remove_listed (GengaVideoPictures *self, const GengaFrameList *list)
{
  g_autofree char *list_path = g_build_filename (self->folder, GENGA_FRAME_LIST, NULL);

  for (guint i = 0; i < list->frames->len; i++)
    {
      const GengaListedFrame *frame = &g_array_index (list->frames, GengaListedFrame, i);
      g_autofree char *path = g_build_filename (self->folder, frame->file, NULL);
      g_remove (path);
    }
  g_remove (list_path);
}

/* The list of an earlier time that goes on, or NULL for a folder that is empty now. */
static gboolean
take_folder (GengaVideoPictures *self,
             const char *settings,
             gboolean overwrite,
             GengaFrameList **earlier,
             GError **error)
{
  g_autoptr (GengaFrameList) list = NULL;
  GError *reason = NULL;

  if (g_mkdir (self->folder, 0777) == 0 || is_empty (self->folder))
    return TRUE;
  if (!g_file_test (self->folder, G_FILE_TEST_IS_DIR))
    return set_folder_error (
        self,
        errno == EEXIST ? _ ("“%s” is a file; frames need a folder.")
                        : _ ("The folder “%s” cannot be made. Does the one above it exist, "
                             "and may it be written to?"),
        error);
  list = genga_frame_list_read (self->folder, &reason);
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (list == NULL)
    return set_folder_error (self,
                             _ ("There is something else in the folder “%s”, which is left alone; "
                                "choose a new or an empty one for the frames."),
                             error);
  if (!list->is_whole && g_strcmp0 (list->settings, settings) == 0)
    {
      *earlier = g_steal_pointer (&list);
      return TRUE;
    }
  if (!overwrite)
    return set_folder_error (self,
                             _ ("There are other frames in the folder “%s” already; choose another "
                                "folder or allow overwriting."),
                             error);
  remove_listed (self, list);
  return TRUE;
}

static void
fill_list (GengaVideoPictures *self, const GengaVideoInfo *info, GengaJob *job)
{
  GengaFrameList *list = self->list;
  const char *source = genga_job_get_source (job);
  gboolean is_whole = info->is_animation || self->rate_num > 0;
  GengaOptions *options = genga_job_get_options (job);

  list->time_base_num = self->rate_num > 0 ? self->rate_den : info->time_base_num;
  list->time_base_den = self->rate_num > 0 ? self->rate_num : info->time_base_den;
  list->rate_num = self->rate_num > 0 ? self->rate_num : info->rate_num;
  list->rate_den = self->rate_num > 0 ? self->rate_den : info->rate_den;
  list->plays = info->plays;
  if (!is_whole && g_file_test (source, G_FILE_TEST_IS_REGULAR) &&
      genga_options_get_string (options, GENGA_OPTION_FROM) == NULL &&
      genga_options_get_string (options, GENGA_OPTION_TO) == NULL &&
      !genga_video_part_is_clip (options))
    list->companion = g_canonicalize_filename (source, NULL);
}

/* Goes on after the last frame that is there. */
static gboolean
skip_done (GengaVideoPictures *self, GengaVideoSource *source, GError **error)
{
  const GArray *frames = self->list->frames;
  gint64 last;

  if (frames->len == 0)
    return TRUE;
  self->n_done = frames->len;
  genga_progress_notice (self->progress, _ ("%u frames are there already; the rest follows."),
                         self->n_done);
  last = g_array_index (frames, GengaListedFrame, frames->len - 1).pts;
  if (self->rate_num == 0)
    return self->video->source_seek (source, last + 1, TRUE, error);
  /* Times were given anew: frames are counted. */
  for (guint i = 0; i < self->n_done; i++)
    {
      g_autoptr (GengaFrame) frame = self->video->source_read (source, error);
      if (frame == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
open_list (GengaVideoPictures *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, GENGA_FRAME_LIST, NULL);
  g_autofree char *text = genga_frame_list_format (self->list);

  /* There is a list at any time, or the folder would be a stranger's. */
  self->list_file = g_file_set_contents (path, text, -1, NULL) ? fopen (path, "ae") : NULL;
  if (self->list_file == NULL)
    return set_folder_error (self, _ ("Nothing can be written into the folder “%s”."), error);
  return TRUE;
}

static gboolean
open_folder (GengaVideoPictures *self,
             GengaVideoSource *source,
             GengaJob *job,
             const GengaPlan *plan,
             const char *target,
             GError **error)
{
  GengaOptions *options = genga_job_get_options (job);
  const GengaVideoInfo *info = self->video->source_get_info (source);
  g_autofree char *settings = dup_settings (job);

  self->folder = g_strdup (target);
  self->name = g_filename_display_name (target);
  if (is_source_folder (target, genga_job_get_source (job)))
    return set_folder_error (self, _ ("The frames would replace their own source, “%s”."), error);
  self->media = genga_media_get (error);
  choose_save (self, options);
  if (self->media == NULL ||
      !genga_format_check_size (self->save.format, plan->result.width, plan->result.height,
                                error) ||
      !take_folder (self, settings, genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE),
                    &self->list, error))
    return FALSE;
  self->goes_on = self->list != NULL;
  if (self->list == NULL)
    {
      self->list = genga_frame_list_new ();
      self->list->settings = g_steal_pointer (&settings);
      fill_list (self, info, job);
    }
  notice_losses (self, info);
  return skip_done (self, source, error) && open_list (self, error);
}

static gboolean
write_to_folder (GengaVideoPictures *self, GengaFrame *frame, GError **error)
{
  guint n = self->list->frames->len;
  g_autofree char *file =
      g_strdup_printf ("frame_%05u%s", n, genga_format_get_suffix (self->save.format));
  g_autofree char *path = g_build_filename (self->folder, file, NULL);
  g_autofree char *written = NULL;
  g_autofree char *lines = NULL;

  /* Only the frame at which an earlier time ended can be there without being listed. */
  self->save.overwrite = self->goes_on && n == self->n_done;
  if (!self->media->picture_save (frame, path, &self->save, self->cancellable, &written, error))
    return FALSE;
  if (self->rate_num > 0)
    genga_frame_list_add (self->list, file, n, 1);
  else
    genga_frame_list_add (self->list, file, frame->pts, MAX (1, frame->duration));
  lines = genga_frame_list_format_frame (self->list, n);
  if (genga_fault ("no-room") || fputs (lines, self->list_file) < 0 ||
      fflush (self->list_file) != 0 || fdatasync (fileno (self->list_file)) != 0)
    return set_folder_error (self, _ ("Nothing can be written into the folder “%s”."), error);
  return TRUE;
}

static gboolean
finish_folder (GengaVideoPictures *self, GError **error)
{
  gboolean ok = fputs (GENGA_FRAME_LIST_END, self->list_file) >= 0;

  ok = fclose (g_steal_pointer (&self->list_file)) == 0 && ok;
  return ok || set_folder_error (self, _ ("Nothing can be written into the folder “%s”."), error);
}

/* ---- the border ---- */

GengaVideoPictures *
genga_video_pictures_new (const GengaVideo *video,
                          GengaVideoSource *source,
                          GengaJob *job,
                          const GengaPlan *plan,
                          const char *target,
                          GengaContainer container,
                          GError **error)
{
  g_autoptr (GengaVideoPictures) self = g_new0 (GengaVideoPictures, 1);
  GengaOptions *options = genga_job_get_options (job);
  gboolean ok;

  self->video = video;
  self->progress = genga_job_get_progress (job);
  self->cancellable = genga_job_get_cancellable (job);
  genga_options_parse_rate (genga_options_get_string (options, GENGA_OPTION_FPS), &self->rate_num,
                            &self->rate_den);
  ok = container != GENGA_CONTAINER_AUTO
           ? open_animation (self, source, options, plan, target, container, error)
           : open_folder (self, source, job, plan, target, error);
  return ok ? g_steal_pointer (&self) : NULL;
}

void
genga_video_pictures_free (GengaVideoPictures *self)
{
  if (self == NULL)
    return;
  if (self->sink != NULL)
    self->video->animation_free (self->sink);
  g_clear_pointer (&self->list_file, fclose);
  genga_frame_list_free (self->list);
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
}

guint64
genga_video_pictures_get_n_done (GengaVideoPictures *self)
{
  return self->n_done;
}

gboolean
genga_video_pictures_write (GengaVideoPictures *self, GengaFrame *frame, GError **error)
{
  return self->sink != NULL ? self->video->animation_write (self->sink, frame, error)
                            : write_to_folder (self, frame, error);
}

gboolean
genga_video_pictures_finish (GengaVideoPictures *self, GError **error)
{
  return self->sink != NULL ? self->video->animation_finish (self->sink, error)
                            : finish_folder (self, error);
}
