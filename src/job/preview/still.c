/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/still.h"
#include "core/error.h"
#include "media/probe.h"
#include "steps/enhance.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* Frames that are this near are reached by reading on. */
#define NEAR_SECONDS 1.5

/* How far before the end the search for the last frame begins. */
#define TAIL_SECONDS 3.0

#define PLACE_UNKNOWN G_MAXDOUBLE

/* Luma below which a frame tells nothing of its video. */
#define DARK 0.06

struct _GengaStillReader
{
  char *path;
  GengaDeinterlace deinterlace;
  GStatBuf stat;
  GengaSource *source; /* NULL: none is open */
  double at;           /* of the frame read last; < 0 before the first, else PLACE_UNKNOWN */
};

GengaStill *
genga_still_ref (GengaStill *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_still (gpointer data)
{
  GengaStill *self = data;

  g_clear_pointer (&self->frame, genga_frame_unref);
  g_clear_object (&self->wrapped);
}

void
genga_still_unref (GengaStill *self)
{
  g_atomic_rc_box_release_full (self, clear_still);
}

GengaStillReader *
genga_still_reader_new (void)
{
  return g_new0 (GengaStillReader, 1);
}

static void
close_source (GengaStillReader *self)
{
  if (self->source != NULL)
    genga_source_free (self->source);
  self->source = NULL;
  g_clear_pointer (&self->path, g_free);
}

void
genga_still_reader_free (GengaStillReader *self)
{
  close_source (self);
  g_free (self);
}

static gboolean
is_open (GengaStillReader *self, const char *path, GengaDeinterlace deinterlace)
{
  GStatBuf now;

  return self->source != NULL && g_str_equal (self->path, path) &&
         self->deinterlace == deinterlace && g_stat (path, &now) == 0 &&
         now.st_ino == self->stat.st_ino && now.st_size == self->stat.st_size &&
         now.st_mtime == self->stat.st_mtime;
}

static gboolean
open_source (GengaStillReader *self, const char *path, GengaDeinterlace deinterlace, GError **error)
{
  GengaSourceParams params = { .deinterlace = deinterlace };

  if (is_open (self, path, deinterlace))
    return TRUE;
  close_source (self);
  if (g_stat (path, &self->stat) != 0)
    self->stat = (GStatBuf){ 0 };
  self->source = genga_source_open (path, &params, error);
  self->path = g_strdup (path);
  self->deinterlace = deinterlace;
  self->at = -1;
  return self->source != NULL;
}

static const GengaSourceInfo *
get_info (GengaStillReader *self)
{
  return &self->source->info;
}

static double
get_half_frame (const GengaSourceInfo *info)
{
  return info->rate_num > 0 ? 0.5 * info->rate_den / info->rate_num : 0.001;
}

static double
get_seconds (GengaStillReader *self, const GengaFrame *frame)
{
  return (double)(frame->pts - get_info (self)->start_pts) * frame->time_base_num /
         frame->time_base_den;
}

/* Reads on to `seconds`, or to the end; NULL without error where no frame is left. */
static GengaFrame *
read_on (GengaStillReader *self, double seconds, GCancellable *cancellable, GError **error)
{
  g_autoptr (GengaFrame) last = NULL;
  GError *reason = NULL;

  while (!g_cancellable_set_error_if_cancelled (cancellable, &reason))
    {
      GengaFrame *frame = genga_source_read (self->source, &reason);

      if (frame == NULL)
        break;
      g_clear_pointer (&last, genga_frame_unref);
      last = frame;
      self->at = get_seconds (self, frame);
      if (self->at >= seconds)
        break;
    }
  if (reason == NULL)
    return g_steal_pointer (&last);
  g_propagate_error (error, reason);
  return NULL;
}

static gboolean
seek (GengaStillReader *self, double seconds, GError **error)
{
  gint64 pts = genga_source_info_get_pts (get_info (self), MAX (0, seconds));

  self->at = PLACE_UNKNOWN;
  return genga_source_seek (self->source, pts, FALSE, error);
}

static GengaFrame *
read_frame (GengaStillReader *self, double seconds, GCancellable *cancellable, GError **error)
{
  double wanted = seconds - get_half_frame (get_info (self));
  gboolean is_near = wanted > self->at && wanted - self->at <= NEAR_SECONDS;
  GError *reason = NULL;
  GengaFrame *frame = NULL;

  if (is_near || seek (self, wanted, &reason))
    frame = read_on (self, wanted, cancellable, &reason);
  /* Files say more of their length than they keep, and some cannot be sought in. */
  for (double back = TAIL_SECONDS; frame == NULL && reason == NULL; back *= 4)
    {
      if (seek (self, wanted - back, &reason))
        frame = read_on (self, wanted, cancellable, &reason);
      if (back > seconds)
        break;
    }
  if (reason != NULL)
    g_propagate_error (error, reason);
  else if (frame == NULL)
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                         _ ("The video has no frame at this time."));
  return frame;
}

/* Not the first frames, which are black or a logo, nor where a long video is over. */
static GengaFrame *
read_telling (GengaStillReader *self, GCancellable *cancellable, GError **error)
{
  static const struct
  {
    double seconds;
    double fraction;
  } places[] = { { 5, 0.1 }, { 20, 0.25 }, { 90, 0.5 } };
  double length = get_info (self)->seconds;
  GengaFrame *frame = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      double seconds =
          length > 0 ? MIN (places[i].seconds, places[i].fraction * length) : places[i].seconds;

      g_clear_pointer (&frame, genga_frame_unref);
      frame = read_frame (self, seconds, cancellable, error);
      if (frame == NULL || genga_enhance_measure_mean (frame) >= DARK)
        break;
    }
  return frame;
}

GengaStill *
genga_still_reader_read (GengaStillReader *self,
                         const char *path,
                         double seconds,
                         GengaDeinterlace deinterlace,
                         GCancellable *cancellable,
                         GError **error)
{
  GengaFrame *frame = NULL;
  GengaStill *still;

  if (!open_source (self, path, deinterlace, error))
    return NULL;
  if (seconds < 0)
    frame = read_telling (self, cancellable, error);
  else
    frame = read_frame (self, seconds, cancellable, error);
  if (frame == NULL)
    {
      self->at = PLACE_UNKNOWN;
      /* One that was given up, or has changed, is opened anew the next time. */
      if (!g_cancellable_is_cancelled (cancellable))
        close_source (self);
      return NULL;
    }
  still = g_atomic_rc_box_new0 (GengaStill);
  still->frame = frame;
  still->info = *get_info (self);
  still->seconds = self->at;
  return still;
}
