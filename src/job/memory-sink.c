/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/memory-sink.h"
#include "steps/pixels.h"

#include <string.h>

struct _GengaMemoryFrame
{
  GMutex mutex;
  GengaFrame *frame; /* protected by mutex */
};

typedef struct
{
  GengaSink base;
  GengaMemoryFrame *memory;
  int bit_depth;
  int height; /* of a picture that comes by rows; 0: frames are whole */
  int n_rows; /* that have come */
  GengaFrame *last;
} MemorySink;

GengaMemoryFrame *
genga_memory_frame_new (void)
{
  GengaMemoryFrame *self = g_atomic_rc_box_new0 (GengaMemoryFrame);

  g_mutex_init (&self->mutex);
  return self;
}

GengaMemoryFrame *
genga_memory_frame_ref (GengaMemoryFrame *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_memory (gpointer data)
{
  GengaMemoryFrame *self = data;

  g_clear_pointer (&self->frame, genga_frame_unref);
  g_mutex_clear (&self->mutex);
}

void
genga_memory_frame_unref (GengaMemoryFrame *self)
{
  g_atomic_rc_box_release_full (self, clear_memory);
}

GengaFrame *
genga_memory_frame_dup (GengaMemoryFrame *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->frame != NULL ? genga_frame_ref (self->frame) : NULL;
}

void
genga_memory_frame_set (GengaMemoryFrame *self, GengaFrame *frame)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_clear_pointer (&self->frame, genga_frame_unref);
  self->frame = genga_frame_ref (frame);
}

/* ---- the sink ---- */

static GengaFrame *
convert (MemorySink *self, GengaFrame *frame, GError **error)
{
  gboolean is_u8 =
      self->bit_depth == 8 || (self->bit_depth == 0 && frame->info.sample == GENGA_SAMPLE_U8);
  GengaFrameInfo info = frame->info;
  GengaFrame *result;

  info.sample = is_u8 ? GENGA_SAMPLE_U8 : GENGA_SAMPLE_U16;
  if (info.sample == frame->info.sample)
    return genga_frame_ref (frame);
  result = genga_frame_new_dense (&info, error);
  if (result == NULL)
    return NULL;
  genga_frame_copy_properties (result, frame);
  genga_pixels_convert (frame, result);
  return result;
}

/* Puts rows below those that are there. */
static gboolean
add_rows (MemorySink *self, GengaFrame *frame, GError **error)
{
  g_autoptr (GengaFrame) rows = convert (self, frame, error);
  GengaFrameInfo info;

  if (rows == NULL)
    return FALSE;
  info = rows->info;
  info.height = self->height;
  if (self->last == NULL)
    {
      self->last = genga_frame_new (&info, error);
      if (self->last == NULL)
        return FALSE;
      genga_frame_copy_properties (self->last, rows);
    }
  for (int y = 0; y < rows->info.height && self->n_rows < self->height; y++)
    memcpy (genga_frame_get_row (self->last, 0, self->n_rows++), genga_frame_get_row (rows, 0, y),
            (gsize)info.width * genga_layout_get_n_channels (info.layout) *
                genga_sample_get_size (info.sample));
  return TRUE;
}

static gboolean
memory_sink_write (GengaSink *sink, GengaFrame *frame, GError **error)
{
  MemorySink *self = (MemorySink *)sink;

  if (self->height > 0)
    return add_rows (self, frame, error);
  g_clear_pointer (&self->last, genga_frame_unref);
  self->last = convert (self, frame, error);
  return self->last != NULL;
}

static gboolean
memory_sink_finish (GengaSink *sink, GError **error)
{
  MemorySink *self = (MemorySink *)sink;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->memory->mutex);

  g_clear_pointer (&self->memory->frame, genga_frame_unref);
  self->memory->frame = g_steal_pointer (&self->last);
  return TRUE;
}

static void
memory_sink_free (GengaSink *sink)
{
  MemorySink *self = (MemorySink *)sink;

  g_clear_pointer (&self->last, genga_frame_unref);
  genga_memory_frame_unref (self->memory);
  g_free (self);
}

GengaSink *
genga_memory_sink_new (GengaMemoryFrame *memory, int bit_depth, int height)
{
  static const GengaSinkClass klass = {
    .write = memory_sink_write,
    .finish = memory_sink_finish,
    .free = memory_sink_free,
  };
  MemorySink *self = g_new0 (MemorySink, 1);

  self->base.klass = &klass;
  self->memory = genga_memory_frame_ref (memory);
  self->bit_depth = bit_depth;
  self->height = height;
  return &self->base;
}
