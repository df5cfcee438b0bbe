/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/preview/video-frames.h"
#include "job/preview/frame-grabber.h"
#include "job/preview/frame-shape.h"
#include "job/tile-key.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>

struct _GengaVideoFrames
{
  GObject parent_instance;

  GengaFrameGrabber *sources; /* NULL once shut down */
  GengaFrameGrabber *results;
  GengaOptions *options;
  GHashTable *places; /* path to double *: where in each video the user was */

  char *path; /* NULL: no video is open */
  GengaGrabbedFrame *grabbed;
  double seconds;
  GengaDeinterlace deinterlace;
  guint n_opened; /* answers from before the last opening, or the last result, are late */
  guint n_results;

  GengaTrialPlayer *clip; /* NULL: none */
  GengaOptions *clip_options;
};

G_DEFINE_FINAL_TYPE (GengaVideoFrames, genga_video_frames, G_TYPE_OBJECT)

enum
{
  FRAME,
  RESULT,
  CLIP_FRAME,
  CLIP_CHANGED,
  MESSAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What is being read. */
typedef struct
{
  GengaVideoFrames *frames;
  guint number; /* of the opening or of the result that it is for */
} Reading;

static Reading *
reading_new (GengaVideoFrames *self, guint number)
{
  Reading *reading = g_new (Reading, 1);

  reading->frames = g_object_ref (self);
  reading->number = number;
  return reading;
}

static void
reading_free (Reading *self)
{
  g_object_unref (self->frames);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static GObject *
make_picture (const GengaGrabbedFrame *grabbed)
{
  GengaFrameShape shape = genga_frame_shape_new (&grabbed->info);
  g_autoptr (GError) error = NULL;
  GengaPicture *picture = genga_picture_new_shown (grabbed->frame, &shape, &error);

  if (picture == NULL)
    g_debug ("%s", error->message);
  return picture != NULL ? G_OBJECT (picture) : NULL;
}

static void
remember_place (GengaVideoFrames *self)
{
  double *seconds = g_new (double, 1);

  *seconds = self->seconds;
  g_hash_table_insert (self->places, g_strdup (self->path), seconds);
}

static void
on_frame_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  GengaVideoFrames *self = reading->frames;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaGrabbedFrame) grabbed =
      genga_frame_grabber_read_finish (self->sources, result, &error);
  gboolean is_first = self->grabbed == NULL;
  const char *problem = NULL;

  if (reading->number != self->n_opened ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (grabbed == NULL && !is_first)
    {
      g_signal_emit (self, signals[MESSAGE], 0, error->message);
      return;
    }
  if (grabbed == NULL || grabbed->wrapped == NULL)
    problem = error != NULL ? error->message : _ ("Can't show this frame.");
  g_clear_pointer (&self->grabbed, genga_grabbed_frame_unref);
  self->grabbed = g_steal_pointer (&grabbed);
  if (self->grabbed != NULL)
    {
      self->seconds = self->grabbed->seconds;
      remember_place (self);
    }
  g_signal_emit (self, signals[FRAME], 0, self->grabbed != NULL ? self->grabbed->wrapped : NULL,
                 problem, is_first);
}

static void
read_frame (GengaVideoFrames *self)
{
  self->deinterlace = genga_options_get_int (self->options, GENGA_OPTION_DEINTERLACE);
  genga_frame_grabber_read_async (self->sources, self->path, self->seconds, self->deinterlace,
                                  on_frame_read, reading_new (self, self->n_opened));
}

gboolean
genga_video_frames_set_options (GengaVideoFrames *self, GengaOptions *options)
{
  GengaDeinterlace deinterlace = genga_options_get_int (options, GENGA_OPTION_DEINTERLACE);
  gboolean is_clip_old =
      self->clip != NULL && (!genga_tile_key_look_same (self->clip_options, options) ||
                             !genga_tile_key_look_same_in_video (self->clip_options, options));

  g_set_object (&self->options, options);
  if (self->grabbed == NULL)
    return FALSE;
  if (is_clip_old)
    genga_video_frames_drop_clip (self);
  if (!is_clip_old && self->deinterlace == deinterlace)
    return FALSE;
  read_frame (self);
  return TRUE;
}

void
genga_video_frames_open (GengaVideoFrames *self, const char *path)
{
  const double *place = g_hash_table_lookup (self->places, path);

  genga_video_frames_close (self);
  self->path = g_strdup (path);
  self->seconds = place != NULL ? *place : GENGA_FRAME_TELLING;
  read_frame (self);
}

void
genga_video_frames_close (GengaVideoFrames *self)
{
  genga_video_frames_drop_clip (self);
  genga_video_frames_cancel_result (self);
  self->n_opened++;
  g_clear_pointer (&self->grabbed, genga_grabbed_frame_unref);
  if (self->path == NULL)
    return;
  g_clear_pointer (&self->path, g_free);
  if (self->sources == NULL)
    return;
  genga_frame_grabber_forget (self->sources);
  genga_frame_grabber_forget (self->results);
}

gboolean
genga_video_frames_is_open (GengaVideoFrames *self)
{
  return self->path != NULL;
}

GengaGrabbedFrame *
genga_video_frames_get_grabbed (GengaVideoFrames *self)
{
  return self->grabbed;
}

const GengaSourceInfo *
genga_video_frames_get_info (GengaVideoFrames *self)
{
  return self->grabbed != NULL ? &self->grabbed->info : NULL;
}

double
genga_video_frames_get_seconds (GengaVideoFrames *self)
{
  return self->seconds;
}

void
genga_video_frames_seek (GengaVideoFrames *self, double seconds)
{
  if (self->grabbed == NULL)
    return;
  genga_video_frames_set_playing (self, FALSE);
  self->seconds = seconds;
  read_frame (self);
}

/* ---- the result ---- */

static void
on_result_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  GengaVideoFrames *self = reading->frames;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaGrabbedFrame) grabbed =
      genga_frame_grabber_read_finish (self->results, result, &error);

  if (reading->number == self->n_results &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[RESULT], 0, grabbed != NULL ? grabbed->wrapped : NULL,
                   error != NULL ? error->message : NULL);
}

/* The result of a part begins with it. */
void
genga_video_frames_read_result (GengaVideoFrames *self, const char *result, GengaOptions *options)
{
  const char *from = genga_options_get_string (options, GENGA_OPTION_FROM);
  double offset = 0;

  if (from != NULL)
    genga_options_parse_time (from, &offset);
  self->n_results++;
  genga_frame_grabber_read_async (self->results, result, MAX (0, self->seconds - offset),
                                  GENGA_DEINTERLACE_NO, on_result_read,
                                  reading_new (self, self->n_results));
}

void
genga_video_frames_cancel_result (GengaVideoFrames *self)
{
  self->n_results++;
}

/* ---- the clip of a trial run ---- */

static void
on_clip_frame (GengaTrialPlayer *clip,
               GengaPicture *before,
               GengaPicture *after,
               double seconds,
               GengaVideoFrames *self)
{
  self->seconds = seconds;
  remember_place (self);
  g_signal_emit (self, signals[CLIP_FRAME], 0, before, after, self->clip_options);
}

static void
on_clip_failed (GengaTrialPlayer *clip, const char *sentence, GengaVideoFrames *self)
{
  g_signal_emit (self, signals[MESSAGE], 0, sentence);
  genga_video_frames_drop_clip (self);
  read_frame (self);
}

void
genga_video_frames_drop_clip (GengaVideoFrames *self)
{
  if (self->clip == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->clip, self);
  g_clear_object (&self->clip);
  g_clear_object (&self->clip_options);
  g_signal_emit (self, signals[CLIP_CHANGED], 0);
}

void
genga_video_frames_play (GengaVideoFrames *self, GengaTrialPlayer *clip, GengaOptions *options)
{
  if (self->grabbed == NULL)
    return;
  genga_video_frames_drop_clip (self);
  self->clip = g_object_ref (clip);
  self->clip_options = g_object_ref (options);
  g_signal_connect_object (clip, "frame", G_CALLBACK (on_clip_frame), self, 0);
  g_signal_connect_object (clip, "failed", G_CALLBACK (on_clip_failed), self, 0);
  genga_video_frames_set_playing (self, TRUE);
}

gboolean
genga_video_frames_has_clip (GengaVideoFrames *self)
{
  return self->clip != NULL;
}

gboolean
genga_video_frames_is_playing (GengaVideoFrames *self)
{
  return self->clip != NULL && genga_trial_player_is_playing (self->clip);
}

void
genga_video_frames_set_playing (GengaVideoFrames *self, gboolean is_playing)
{
  if (self->clip == NULL)
    return;
  genga_trial_player_set_playing (self->clip, is_playing);
  g_signal_emit (self, signals[CLIP_CHANGED], 0);
}

/* ---- the type ---- */

void
genga_video_frames_shut_down (GengaVideoFrames *self)
{
  if (self->clip != NULL)
    genga_trial_player_shut_down (self->clip);
  genga_video_frames_close (self);
  g_clear_object (&self->sources);
  g_clear_object (&self->results);
}

static void
genga_video_frames_dispose (GObject *object)
{
  GengaVideoFrames *self = GENGA_VIDEO_FRAMES (object);

  genga_video_frames_shut_down (self);
  g_clear_object (&self->options);
  g_clear_pointer (&self->places, g_hash_table_unref);

  G_OBJECT_CLASS (genga_video_frames_parent_class)->dispose (object);
}

static void
genga_video_frames_class_init (GengaVideoFramesClass *klass)
{
  GType type = GENGA_TYPE_VIDEO_FRAMES, picture = GENGA_TYPE_PICTURE;

  G_OBJECT_CLASS (klass)->dispose = genga_video_frames_dispose;

  signals[FRAME] = g_signal_new ("frame", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 3, picture, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[RESULT] = g_signal_new ("result", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, picture, G_TYPE_STRING);
  signals[CLIP_FRAME] = g_signal_new ("clip-frame", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 3, picture, picture, GENGA_TYPE_OPTIONS);
  signals[CLIP_CHANGED] =
      g_signal_new ("clip-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
genga_video_frames_init (GengaVideoFrames *self)
{
  self->sources = genga_frame_grabber_new (make_picture);
  self->results = genga_frame_grabber_new (make_picture);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

GengaVideoFrames *
genga_video_frames_new (void)
{
  return g_object_new (GENGA_TYPE_VIDEO_FRAMES, NULL);
}
