/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/picture-file.h"
#include "media/media.h"
#include "media/probe.h"

#include <glib/gi18n-lib.h>

GengaFrame *
genga_picture_file_read (const char *path,
                         guint64 max_memory_bytes,
                         double output_factor,
                         GCancellable *cancellable,
                         GError **error)
{
  GengaSourceParams load = { .max_memory_bytes = max_memory_bytes, .output_factor = output_factor };
  const GengaMedia *media;

  if (genga_source_is_video (path))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _ ("This is a video."));
      return NULL;
    }
  media = genga_media_get (error);
  g_autoptr (GengaFrame) frame =
      media != NULL ? media->picture_load (path, &load, cancellable, error) : NULL;
  if (frame == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&frame);
}
