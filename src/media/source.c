/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/source.h"

GengaFrame *
genga_source_read (GengaSource *self, GError **error)
{
  return self->klass->read (self, error);
}

GengaFrame *
genga_source_read_rows (GengaSource *self, int n_rows, GError **error)
{
  return self->klass->read_rows (self, n_rows, error);
}

gboolean
genga_source_seek (GengaSource *self, gint64 pts, gboolean exact, GError **error)
{
  return self->klass->seek (self, pts, exact, error);
}

gboolean
genga_source_check_complete (GengaSource *self, gboolean to_its_end, GError **error)
{
  return self->klass->check_complete == NULL ||
         self->klass->check_complete (self, to_its_end, error);
}

gboolean
genga_source_give_planes (GengaSource *self, GError **error)
{
  return self->klass->give_planes (self, error);
}

void
genga_source_get_count (GengaSource *self, GengaSourceCount *count)
{
  self->klass->get_count (self, count);
}

void
genga_source_free (GengaSource *self)
{
  if (self != NULL)
    self->klass->free (self);
}

gint64
genga_source_info_get_pts (const GengaSourceInfo *info, double seconds)
{
  return info->start_pts + (gint64)(MAX (0, seconds) * info->time_base_den / info->time_base_num);
}
