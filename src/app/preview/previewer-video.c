/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the previewer shows of videos: frames, their results, clips of tests. */
#define G_LOG_DOMAIN "genga-app"

#include "app/preview/previewer-private.h"
#include "job/tile-key.h"

#include <glib/gi18n-lib.h>

static void
emit (GengaPreviewer *self, guint signal)
{
  g_signal_emit (self, genga_previewer_signals[signal], 0);
}

static void
on_after_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Loading) loading = user_data;
  GengaPreviewer *self = loading->previewer;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStill) still = genga_frame_grabber_read_finish (self->results, result, &error);

  if (!genga_previewer_is_wanted (loading) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (still == NULL)
    g_signal_emit (self, genga_previewer_signals[GENGA_PREVIEWER_TOLD], 0, error->message);
  else if (still->wrapped != NULL)
    genga_previewer_set_after (self, GENGA_PICTURE (still->wrapped),
                               genga_job_get_options (loading->job), FALSE);
  genga_previewer_show (self);
}

/* The result of a part begins with it; of a folder of frames none is read. */
void
genga_previewer_read_result (GengaPreviewer *self)
{
  const char *target = genga_job_get_target (self->job);
  const char *from =
      genga_options_get_string (genga_job_get_options (self->job), GENGA_OPTION_FROM);
  double offset = 0;

  if (g_file_test (target, G_FILE_TEST_IS_DIR))
    {
      genga_previewer_show (self);
      return;
    }
  if (from != NULL)
    genga_options_parse_time (from, &offset);
  genga_frame_grabber_read_async (self->results, target, MAX (0, self->seconds - offset),
                                  GENGA_DEINTERLACE_NO, on_after_read,
                                  genga_previewer_loading_new (self));
}

/* ---- videos ---- */

static void
remember_place (GengaPreviewer *self)
{
  double *seconds = g_new (double, 1);

  *seconds = self->seconds;
  g_hash_table_insert (self->places, g_strdup (self->source), seconds);
}

static void
on_still_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Loading) loading = user_data;
  GengaPreviewer *self = loading->previewer;
  g_autoptr (GError) error = NULL;
  GengaStill *still = genga_frame_grabber_read_finish (self->stills, result, &error);
  gboolean is_first = self->still == NULL;

  if (!genga_previewer_is_wanted (loading) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_pointer (&still, genga_still_unref);
      return;
    }
  if (still == NULL && !is_first)
    {
      g_signal_emit (self, genga_previewer_signals[GENGA_PREVIEWER_TOLD], 0, error->message);
      return;
    }
  g_clear_pointer (&self->problem, g_free);
  if (still == NULL || still->wrapped == NULL)
    self->problem = g_strdup (error != NULL ? error->message : _ ("This frame cannot be shown."));
  g_clear_pointer (&self->still, genga_still_unref);
  self->still = still;
  g_clear_object (&self->before);
  if (still != NULL)
    {
      g_set_object (&self->before, (GengaPicture *)still->wrapped);
      self->seconds = still->seconds;
      remember_place (self);
    }
  genga_previewer_set_after (self, NULL, NULL, FALSE);
  self->has_patches = FALSE;
  if (is_first)
    emit (self, GENGA_PREVIEWER_VIDEO_CHANGED);
  emit (self, GENGA_PREVIEWER_PLACE_CHANGED);
  genga_previewer_load_after (self);
}

/* A new wish ends those before it. */
static void
load_still (GengaPreviewer *self)
{
  self->deinterlace =
      genga_options_get_int (genga_previewer_get_options (self), GENGA_OPTION_DEINTERLACE);
  genga_frame_grabber_read_async (self->stills, self->source, self->seconds, self->deinterlace,
                                  on_still_read, genga_previewer_loading_new (self));
}

void
genga_previewer_start_video (GengaPreviewer *self)
{
  const double *place = g_hash_table_lookup (self->places, self->source);

  self->is_video = TRUE;
  self->seconds = place != NULL ? *place : GENGA_STILL_TELLING;
  load_still (self);
}

void
genga_previewer_forget_video (GengaPreviewer *self)
{
  gboolean was_video = self->is_video;

  genga_previewer_drop_clip (self);
  self->is_video = FALSE;
  g_clear_pointer (&self->still, genga_still_unref);
  if (self->stills == NULL || !was_video)
    return;
  genga_frame_grabber_forget (self->stills);
  genga_frame_grabber_forget (self->results);
}

gboolean
genga_previewer_follow_options (GengaPreviewer *self)
{
  GengaOptions *options = genga_previewer_get_options (self);
  GengaDeinterlace deinterlace = genga_options_get_int (options, GENGA_OPTION_DEINTERLACE);
  gboolean is_clip_old =
      self->clip != NULL && (!genga_tile_key_look_same (self->clip_options, options) ||
                             !genga_tile_key_look_same_in_video (self->clip_options, options));

  if (self->still == NULL)
    return FALSE;
  if (is_clip_old)
    genga_previewer_drop_clip (self);
  if (!is_clip_old && self->deinterlace == deinterlace)
    return FALSE;
  load_still (self);
  return TRUE;
}

const GengaVideoInfo *
genga_previewer_get_video (GengaPreviewer *self)
{
  return self->still != NULL ? &self->still->info : NULL;
}

double
genga_previewer_get_seconds (GengaPreviewer *self)
{
  return self->seconds;
}

void
genga_previewer_set_seconds (GengaPreviewer *self, double seconds)
{
  if (self->still == NULL)
    return;
  genga_previewer_set_playing (self, FALSE);
  self->seconds = seconds;
  load_still (self);
}

/* ---- clips of tests ---- */

static void
on_clip_frame (GengaClip *clip,
               GengaPicture *before,
               GengaPicture *after,
               double seconds,
               GengaPreviewer *self)
{
  self->seconds = seconds;
  remember_place (self);
  self->has_patches = FALSE;
  g_set_object (&self->before, before);
  genga_previewer_set_after (self, after, self->clip_options, TRUE);
  emit (self, GENGA_PREVIEWER_PLACE_CHANGED);
  genga_previewer_show (self);
}

static void
on_clip_failed (GengaClip *clip, const char *sentence, GengaPreviewer *self)
{
  g_signal_emit (self, genga_previewer_signals[GENGA_PREVIEWER_TOLD], 0, sentence);
  genga_previewer_drop_clip (self);
  load_still (self);
}

void
genga_previewer_drop_clip (GengaPreviewer *self)
{
  if (self->clip == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->clip, self);
  g_clear_object (&self->clip);
  g_clear_object (&self->clip_options);
  emit (self, GENGA_PREVIEWER_CLIP_CHANGED);
}

void
genga_previewer_show_clip (GengaPreviewer *self, GengaClip *clip, GengaOptions *options)
{
  if (self->still == NULL)
    return;
  genga_previewer_drop_clip (self);
  self->clip = g_object_ref (clip);
  self->clip_options = g_object_ref (options);
  g_signal_connect_object (clip, "frame", G_CALLBACK (on_clip_frame), self, 0);
  g_signal_connect_object (clip, "failed", G_CALLBACK (on_clip_failed), self, 0);
  genga_previewer_set_playing (self, TRUE);
}

gboolean
genga_previewer_has_clip (GengaPreviewer *self)
{
  return self->clip != NULL;
}

gboolean
genga_previewer_is_playing (GengaPreviewer *self)
{
  return self->clip != NULL && genga_clip_is_playing (self->clip);
}

void
genga_previewer_set_playing (GengaPreviewer *self, gboolean is_playing)
{
  if (self->clip == NULL)
    return;
  genga_clip_set_playing (self->clip, is_playing);
  emit (self, GENGA_PREVIEWER_CLIP_CHANGED);
}
