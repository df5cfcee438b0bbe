/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "core/error.h"
#include "media/image/colour-map.h"
#include "media/image/read/picture-reader.h"
#include "media/image/vips-error.h"
#include "media/image/read/vips-load.h"
#include "media/image/vips-save.h"
#include "media/image/vips-types.h"
#include "media/image/worker.h"

#include <glib/gi18n-lib.h>

G_MODULE_EXPORT const GengaMedia *genga_media_module_get (GError **error);

static void
log_quietly (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  /* Not g_debug(): a handler that calls g_log() again ends the program. */
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, "MESSAGE", "%s: %s", domain, message);
}

static gpointer
start (gpointer data)
{
  g_log_set_handler ("VIPS", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO,
                     log_quietly, NULL);
  if (VIPS_INIT ("genga") != 0)
    {
      genga_vips_drop_error ("vips_init");
      return NULL;
    }
  vips_block_untrusted_set (TRUE);
  /* Pictures are streamed once: nothing is worth caching, and the workers belong to others. */
  vips_concurrency_set (1);
  vips_cache_set_max (0);
  vips_cache_set_max_mem (0);
  vips_cache_set_max_files (0);
  return GINT_TO_POINTER (TRUE);
}

static gpointer
make_version (gpointer data)
{
  return g_strdup_printf ("libvips %d.%d.%d", vips_version (0), vips_version (1), vips_version (2));
}

static const char *
get_version (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_version, NULL);
}

const GengaMedia *
genga_media_module_get (GError **error)
{
  static GOnce once = G_ONCE_INIT;
  static const GengaMedia media = {
    .abi = GENGA_MEDIA_ABI,
    .get_version = get_version,
    .picture_probe = genga_vips_probe,
    .picture_load = genga_vips_load,
    .reader_new = genga_picture_reader_new,
    .reader_read = genga_picture_reader_read,
    .reader_free = genga_picture_reader_free,
    .picture_save = genga_vips_save,
    .writer_new = genga_picture_writer_new,
    .writer_write = genga_picture_writer_write,
    .writer_finish = genga_picture_writer_finish,
    .writer_save = genga_picture_writer_save,
    .writer_free = genga_picture_writer_free,
    .colours_to_srgb = genga_colours_to_srgb,
    .colours_from_srgb = genga_colours_from_srgb,
    .colours_are_outside = genga_colours_are_outside,
    .colours_rows_to_srgb = genga_colours_rows_to_srgb,
    .colours_forget = genga_colours_forget,
    .serve = genga_worker_serve,
  };

  if (g_once (&once, start, NULL) == NULL)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                           _ ("Can't start libvips, which reads and writes pictures."));
      return NULL;
    }
  return &media;
}
