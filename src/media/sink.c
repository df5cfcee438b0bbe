/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/sink.h"

gboolean
genga_sink_begin (GengaSink *self, GError **error)
{
  return self->klass->begin == NULL || self->klass->begin (self, error);
}

gboolean
genga_sink_write (GengaSink *self, GengaFrame *frame, GError **error)
{
  if (!self->klass->write (self, frame, error))
    return FALSE;
  self->n_done++;
  return TRUE;
}

gboolean
genga_sink_finish (GengaSink *self, GError **error)
{
  return self->klass->finish (self, error);
}

gboolean
genga_sink_restart (GengaSink *self, GError **error)
{
  return self->klass->restart == NULL || self->klass->restart (self, error);
}

gint64
genga_sink_get_segment (GengaSink *self, gint64 pts)
{
  return self->klass->get_segment != NULL ? self->klass->get_segment (self, pts) : 0;
}

void
genga_sink_free (GengaSink *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->written, g_free);
  self->klass->free (self);
}
