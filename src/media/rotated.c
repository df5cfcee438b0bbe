/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/rotated.h"
#include "core/rotate.h"

typedef struct
{
  GengaSource base;
  GengaSource *inner;
  gboolean is_mirrored;
  int degrees; /* clockwise, after that */
} Rotated;

static GengaFrame *
rotated_read (GengaSource *source, GError **error)
{
  Rotated *self = (Rotated *)source;
  g_autoptr (GengaFrame) frame = genga_source_read (self->inner, error);

  if (frame != NULL && self->is_mirrored)
    {
      GengaFrame *mirrored = genga_frame_mirror (frame, error);

      genga_frame_unref (frame);
      frame = mirrored;
    }
  return frame != NULL ? genga_frame_rotate (frame, self->degrees, error) : NULL;
}

static gboolean
rotated_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  return genga_source_seek (((Rotated *)source)->inner, pts, exact, error);
}

static gboolean
rotated_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  return genga_source_check_complete (((Rotated *)source)->inner, to_its_end, error);
}

static void
rotated_get_count (GengaSource *source, GengaSourceCount *count)
{
  genga_source_get_count (((Rotated *)source)->inner, count);
}

static void
rotated_free (GengaSource *source)
{
  Rotated *self = (Rotated *)source;

  genga_source_free (self->inner);
  g_free (self);
}

gboolean
genga_rotated_is_needed (const GengaSourceInfo *info)
{
  return info->rotation != 0 || info->is_mirrored;
}

gboolean
genga_rotated_is_possible (const GengaSourceInfo *info)
{
  return info->rotation % 90 == 0;
}

static void
rotate_info (GengaSourceInfo *info)
{
  gboolean lies = info->rotation / 90 % 2 != 0;
  GengaSourceInfo before = *info;

  info->rotation = 0;
  info->is_mirrored = FALSE;
  info->planes = (GengaFrameInfo){ 0 };
  if (!lies)
    return;
  info->width = before.height;
  info->height = before.width;
  info->sar_num = before.sar_den;
  info->sar_den = before.sar_num;
}

GengaSource *
genga_rotated_new (GengaSource *take_inner)
{
  static const GengaSourceClass klass = {
    .read = rotated_read,
    .seek = rotated_seek,
    .check_complete = rotated_check_complete,
    .get_count = rotated_get_count,
    .free = rotated_free,
  };
  Rotated *self;

  if (!genga_rotated_is_needed (&take_inner->info) ||
      !genga_rotated_is_possible (&take_inner->info))
    return take_inner;
  self = g_new0 (Rotated, 1);
  self->base = *take_inner;
  self->base.klass = &klass;
  self->base.origin.is_rotated = TRUE;
  self->inner = take_inner;
  self->is_mirrored = take_inner->info.is_mirrored;
  self->degrees = take_inner->info.rotation;
  rotate_info (&self->base.info);
  return &self->base;
}
