/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/reader/read-apart.h"
#include "core/options-save.h"
#include "job/apart/frame-parcel.h"
#include "job/plan/plan-match.h"
#include "job/reader/reader-deaths.h"
#include "job/reader/reader-process.h"

#include <math.h>

/* Of a frame that is looked at. */
#define MAX_BYTES ((guint64)2 << 30)

struct _GengaFramesApart
{
  char *path;
  GengaReaderProcess *process; /* NULL: none is open */
};

struct _GengaTrialApart
{
  GengaReaderProcess *process;
};

/* ---- what comes back ---- */

/* The next one, or NULL where it is none or too large. */
static GengaFrame *
unpack (GVariant *parcel, const GengaReaderAnswer *answer, guint *n, guint64 max_bytes)
{
  GengaFrame *frame =
      *n < answer->n_fds ? genga_frame_parcel_dup (parcel, answer->fds[(*n)++], NULL) : NULL;

  if (frame != NULL && genga_frame_info_get_size (&frame->info) > max_bytes)
    g_clear_pointer (&frame, genga_frame_unref);
  return frame;
}

/* The same of one that may be missing; FALSE where it is there and is none. */
static gboolean
unpack_maybe (GVariant *maybe, const GengaReaderAnswer *answer, guint *n, GengaFrame **frame)
{
  g_autoptr (GVariant) parcel = g_variant_get_maybe (maybe);

  *frame = parcel != NULL ? unpack (parcel, answer, n, MAX_BYTES) : NULL;
  return parcel == NULL || *frame != NULL;
}

/* ---- pictures ---- */

static GengaReaderProcess *
open_one (const char *path, GError **error)
{
  return genga_reader_deaths_allow (path, error)
             ? genga_reader_process_new ((const char *const[]){ path, NULL }, error)
             : NULL;
}

GengaFrame *
genga_read_apart_picture (const char *path,
                          guint64 max_memory_bytes,
                          double output_factor,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GengaReaderProcess) process = open_one (path, error);
  g_auto (GengaReaderAnswer) answer = { 0 };
  GengaFrame *frame;
  guint n = 0;

  if (process == NULL ||
      !genga_reader_process_call (process, GENGA_READER_PICTURE,
                                  g_variant_new ("(^aytd)", path, max_memory_bytes, output_factor),
                                  &answer, cancellable, error))
    return NULL;
  frame = unpack (answer.value, &answer, &n, max_memory_bytes);
  if (frame == NULL)
    genga_reader_process_refuse (process, error);
  return frame;
}

static gboolean
unpack_thumbnail (const GengaReaderAnswer *answer,
                  int size,
                  GengaThumbnailFacts *facts,
                  GengaFrame **frame)
{
  g_autoptr (GVariant) info = NULL;
  g_autoptr (GVariant) maybe = NULL;
  guint n = 0;

  g_variant_get (answer->value, "(iib@ay@ma{sv})", &facts->width, &facts->height, &facts->is_video,
                 &info, &maybe);
  if (facts->width < 0 || facts->height < 0 || !unpack_maybe (maybe, answer, &n, frame))
    return FALSE;
  if (facts->is_video && facts->width > 0 && !genga_source_info_from_message (info, &facts->video))
    return FALSE;
  return *frame == NULL || ((*frame)->info.width <= size && (*frame)->info.height <= size);
}

GengaFrame *
genga_read_apart_thumbnail (const char *path,
                            int size,
                            GengaThumbnailFacts *facts,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GengaReaderProcess) process = open_one (path, error);
  g_auto (GengaReaderAnswer) answer = { 0 };
  GengaFrame *frame = NULL;
  GError *reason = NULL;

  *facts = (GengaThumbnailFacts){ 0 };
  if (process == NULL)
    return NULL;
  genga_reader_process_limit (process, GENGA_READER_LIST_SECONDS);
  genga_reader_process_call (process, GENGA_READER_THUMBNAIL, g_variant_new ("(^ayi)", path, size),
                             &answer, cancellable, &reason);
  if (answer.value != NULL && !unpack_thumbnail (&answer, size, facts, &frame))
    {
      g_clear_pointer (&frame, genga_frame_unref);
      *facts = (GengaThumbnailFacts){ 0 };
      g_clear_error (&reason);
      genga_reader_process_refuse (process, &reason);
    }
  if (reason == NULL)
    return frame;
  g_clear_pointer (&frame, genga_frame_unref);
  g_propagate_error (error, reason);
  return NULL;
}

static gboolean
unpack_preview_source (const GengaReaderAnswer *answer,
                       GengaOptions *options,
                       GengaPreviewSource *source)
{
  g_autoptr (GVariant) info = NULL;
  g_autoptr (GVariant) colour = NULL;
  g_autoptr (GVariant) alpha = NULL;
  g_autoptr (GVariant) ground = NULL;
  guint n = 0;

  g_variant_get (answer->value, "(@ay@a{sv}@ma{sv}@ma{sv})", &info, &colour, &alpha, &ground);
  if (!genga_source_info_from_message (info, &source->info))
    return FALSE;
  source->colour = unpack (colour, answer, &n, MAX_BYTES);
  return source->colour != NULL && unpack_maybe (alpha, answer, &n, &source->alpha) &&
         unpack_maybe (ground, answer, &n, &source->ground) &&
         genga_preview_source_is_sound (source, options);
}

gboolean
genga_read_apart_preview_source (const char *path,
                                 GengaOptions *options,
                                 GCancellable *cancellable,
                                 GengaPreviewSource *source,
                                 GError **error)
{
  g_autoptr (GengaReaderProcess) process = open_one (path, error);
  g_auto (GengaReaderAnswer) answer = { 0 };
  g_autofree char *text = genga_options_save_set (options);

  if (process == NULL || !genga_reader_process_call (process, GENGA_READER_PREVIEW,
                                                     g_variant_new ("(^ays)", path, text), &answer,
                                                     cancellable, error))
    return FALSE;
  if (unpack_preview_source (&answer, options, source))
    return TRUE;
  genga_preview_source_clear (source);
  genga_reader_process_refuse (process, error);
  return FALSE;
}

static gboolean
unpack_look (GVariant *value, GengaSourceLook *look)
{
  double numbers[7];

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_variant_get_child (value, i, "d", &numbers[i]);
      if (!isfinite (numbers[i]))
        return FALSE;
    }
  *look = (GengaSourceLook){ numbers[0], numbers[1], numbers[2], numbers[3],
                             numbers[4], numbers[5], numbers[6] };
  return TRUE;
}

gboolean
genga_read_apart_look (const char *path,
                       GengaOptions *options,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GengaReaderProcess) process = NULL;
  g_auto (GengaReaderAnswer) answer = { 0 };
  g_autofree char *text = genga_options_save_set (options);
  GengaSourceLook look;

  if (genga_plan_match_knows (path, options))
    return TRUE;
  process = open_one (path, error);
  if (process == NULL ||
      !genga_reader_process_call (process, GENGA_READER_LOOK, g_variant_new ("(^ays)", path, text),
                                  &answer, cancellable, error))
    return FALSE;
  if (!unpack_look (answer.value, &look))
    {
      genga_reader_process_refuse (process, error);
      return FALSE;
    }
  genga_plan_match_remember (path, options, &look);
  return TRUE;
}

/* ---- frames of videos ---- */

GengaFramesApart *
genga_frames_apart_new (void)
{
  return g_new0 (GengaFramesApart, 1);
}

static void
close_process (GengaFramesApart *self)
{
  g_clear_pointer (&self->process, genga_reader_process_free);
  g_clear_pointer (&self->path, g_free);
}

void
genga_frames_apart_free (GengaFramesApart *self)
{
  close_process (self);
  g_free (self);
}

static gboolean
open_process (GengaFramesApart *self, const char *path, GError **error)
{
  if (self->process != NULL && g_str_equal (self->path, path) &&
      genga_reader_process_is_alive (self->process))
    return TRUE;
  close_process (self);
  self->process = open_one (path, error);
  self->path = g_strdup (path);
  return self->process != NULL;
}

static GengaGrabbedFrame *
unpack_frame (const GengaReaderAnswer *answer)
{
  g_autoptr (GVariant) info_value = NULL;
  g_autoptr (GVariant) parcel = NULL;
  g_autoptr (GengaFrame) frame = NULL;
  GengaSourceInfo info;
  double seconds;
  guint n = 0;

  g_variant_get (answer->value, "(@ayd@a{sv})", &info_value, &seconds, &parcel);
  if (!genga_source_info_from_message (info_value, &info) || !isfinite (seconds))
    return NULL;
  frame = unpack (parcel, answer, &n, MAX_BYTES);
  if (frame == NULL || frame->info.width != info.width || frame->info.height != info.height ||
      frame->info.sample != GENGA_SAMPLE_F32 || info.colours != GENGA_COLOURS_SRGB ||
      genga_layout_has_alpha (frame->info.layout) != genga_layout_has_alpha (info.layout))
    return NULL;
  return genga_grabbed_frame_new (g_steal_pointer (&frame), &info, seconds);
}

GengaGrabbedFrame *
genga_frames_apart_read (GengaFramesApart *self,
                         const char *path,
                         double seconds,
                         GengaDeinterlace deinterlace,
                         GCancellable *cancellable,
                         GError **error)
{
  g_auto (GengaReaderAnswer) answer = { 0 };
  GengaGrabbedFrame *grabbed;

  if (!open_process (self, path, error) ||
      !genga_reader_process_call (self->process, GENGA_READER_FRAME,
                                  g_variant_new ("(^aydi)", path, seconds, deinterlace), &answer,
                                  cancellable, error))
    return NULL;
  grabbed = unpack_frame (&answer);
  if (grabbed == NULL)
    genga_reader_process_refuse (self->process, error);
  return grabbed;
}

GengaFrame *
genga_frames_apart_read_small (GengaFramesApart *self,
                               const char *path,
                               double seconds,
                               int size,
                               GCancellable *cancellable,
                               GError **error)
{
  g_auto (GengaReaderAnswer) answer = { 0 };
  GengaFrame *frame;
  guint n = 0;

  if (!open_process (self, path, error) ||
      !genga_reader_process_call (self->process, GENGA_READER_SMALL_FRAME,
                                  g_variant_new ("(^aydi)", path, seconds, size), &answer,
                                  cancellable, error))
    return NULL;
  frame = unpack (answer.value, &answer, &n, MAX_BYTES);
  if (frame != NULL && (frame->info.width > size || frame->info.height > size))
    g_clear_pointer (&frame, genga_frame_unref);
  if (frame == NULL)
    genga_reader_process_refuse (self->process, error);
  return frame;
}

/* ---- trial runs ---- */

GengaTrialApart *
genga_trial_apart_new (const char *source,
                       const char *result,
                       GengaOptions *options,
                       GCancellable *cancellable,
                       GError **error)
{
  const char *const sources[] = { source, result, NULL };
  g_autoptr (GengaReaderProcess) process = NULL;
  g_auto (GengaReaderAnswer) answer = { 0 };
  g_autofree char *text = genga_options_save_set (options);
  GengaTrialApart *self;

  if (genga_reader_deaths_allow (source, error))
    process = genga_reader_process_new (sources, error);
  if (process == NULL ||
      !genga_reader_process_call (process, GENGA_READER_OPEN_TRIAL,
                                  g_variant_new ("(^ay^ays)", source, result, text), &answer,
                                  cancellable, error))
    return NULL;
  self = g_new0 (GengaTrialApart, 1);
  self->process = g_steal_pointer (&process);
  return self;
}

void
genga_trial_apart_free (GengaTrialApart *self)
{
  genga_reader_process_free (self->process);
  g_free (self);
}

gboolean
genga_trial_apart_read (GengaTrialApart *self,
                        GengaFrame **before,
                        GengaFrame **after,
                        double *seconds,
                        GCancellable *cancellable,
                        GError **error)
{
  g_auto (GengaReaderAnswer) answer = { 0 };
  g_autoptr (GVariant) left = NULL;
  g_autoptr (GVariant) right = NULL;
  g_autoptr (GVariant) pair = NULL;
  g_autoptr (GengaFrame) first = NULL;
  g_autoptr (GengaFrame) second = NULL;
  guint n = 0;

  if (!genga_reader_process_call (self->process, GENGA_READER_NEXT_TRIAL, g_variant_new ("()"),
                                  &answer, cancellable, error))
    return FALSE;
  pair = g_variant_get_maybe (answer.value);
  if (pair == NULL)
    return FALSE;
  g_variant_get (pair, "(d@a{sv}@a{sv})", seconds, &left, &right);
  first = unpack (left, &answer, &n, MAX_BYTES);
  second = first != NULL ? unpack (right, &answer, &n, MAX_BYTES) : NULL;
  if (second == NULL || !isfinite (*seconds))
    {
      genga_reader_process_refuse (self->process, error);
      return FALSE;
    }
  *before = g_steal_pointer (&first);
  *after = g_steal_pointer (&second);
  return TRUE;
}
