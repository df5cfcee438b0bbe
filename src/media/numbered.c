/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/numbered.h"
#include "core/error.h"
#include "media/file-state.h"

#include <glib/gi18n-lib.h>

/* ITU-T H.273: BT.709, and components that are red, green and blue. */
#define BT709 1
#define MATRIX_RGB 0

typedef struct
{
  GengaSource base;
  GengaNumbered frames;
  guint next;
  gint64 read_to;
  GengaSourceCount count;
} Numbered;

static GengaFrame *
numbered_read (GengaSource *source, GError **error)
{
  Numbered *self = (Numbered *)source;
  const gint64 *times = self->frames.times + self->next;
  GengaFrame *frame;

  if (self->next >= self->base.info.n_frames)
    {
      self->read_to = times[0];
      return NULL;
    }
  frame = self->frames.read (self->frames.data, self->next, error);
  if (frame == NULL)
    return NULL;
  frame->pts = times[0];
  frame->duration = times[1] - times[0];
  frame->time_base_num = self->base.info.time_base_num;
  frame->time_base_den = self->base.info.time_base_den;
  frame->colour = self->base.info.colour;
  self->read_to = times[1];
  self->next++;
  self->count.n_frames++;
  return frame;
}

static gboolean
numbered_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  Numbered *self = (Numbered *)source;
  guint first = 0;
  guint last = self->base.info.n_frames;

  while (first < last)
    {
      guint middle = first + (last - first) / 2;

      if (self->frames.times[middle] < pts)
        first = middle + 1;
      else
        last = middle;
    }
  self->next = first;
  self->count = (GengaSourceCount){ 0 };
  return TRUE;
}

static gboolean
numbered_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  Numbered *self = (Numbered *)source;
  const GengaSourceInfo *info = &self->base.info;

  if (self->frames.path != NULL &&
      genga_file_state_has_changed (self->frames.path, &self->base.origin.stat))
    return genga_file_state_set_changed_error (self->frames.name, error);
  if (!to_its_end || !self->frames.is_cut_off)
    return TRUE;
  return genga_file_state_set_cut_off_error (
      self->frames.name, self->read_to * ((double)info->time_base_num / info->time_base_den),
      error);
}

static void
numbered_get_count (GengaSource *source, GengaSourceCount *count)
{
  *count = ((Numbered *)source)->count;
}

static void
numbered_free (GengaSource *source)
{
  Numbered *self = (Numbered *)source;

  g_free (self->frames.times);
  g_free (self->frames.stream_source);
  g_free (self->frames.path);
  g_free (self->frames.name);
  if (self->frames.free_data != NULL)
    self->frames.free_data (self->frames.data);
  g_free (self);
}

GengaSource *
genga_numbered_new (const GengaNumbered *frames)
{
  static const GengaSourceClass klass = {
    .read = numbered_read,
    .seek = numbered_seek,
    .check_complete = numbered_check_complete,
    .get_count = numbered_get_count,
    .free = numbered_free,
  };
  Numbered *self = g_new0 (Numbered, 1);
  GengaSourceInfo *info = &self->base.info;
  const gint64 *times = frames->times;

  self->base.klass = &klass;
  self->frames = *frames;
  self->read_to = times[0];
  *info = frames->info;
  info->sample = GENGA_SAMPLE_F32;
  info->start_pts = times[0];
  info->seconds =
      (times[info->n_frames] - times[0]) * ((double)info->time_base_num / info->time_base_den);
  if (info->colour.primaries == 0)
    info->colour = (GengaColour){ .primaries = BT709,
                                  .transfer = BT709,
                                  .matrix = MATRIX_RGB,
                                  .chroma_location = 255,
                                  .range = GENGA_RANGE_FULL };
  self->base.origin.stream_source = self->frames.stream_source;
  if (frames->path != NULL)
    genga_file_state_look (frames->path, &self->base.origin.stat);
  return &self->base;
}
