/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/picture-file.h"
#include "media/probe.h"

#include <glib/gi18n-lib.h>

GengaFrame *
genga_picture_file_read (const char *path,
                         guint64 max_memory_bytes,
                         double output_factor,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GengaProgress) progress = genga_progress_new (cancellable);
  GengaSourceParams params = { .max_memory_bytes = max_memory_bytes,
                               .output_factor = output_factor,
                               .progress = progress };
  GengaProbe probe;

  genga_source_probe (path, NULL, &probe);
  if (probe.is_video)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _ ("This is a video."));
      return NULL;
    }
  g_autoptr (GengaSource) source = genga_source_open_probed (path, &probe, &params, error);
  g_autoptr (GengaFrame) frame = source != NULL ? genga_source_read (source, error) : NULL;
  if (frame == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&frame);
}
