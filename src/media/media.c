/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/media.h"
#include "core/error.h"
#include "core/module.h"

#include <glib/gi18n-lib.h>

static const GengaMedia *
open_module (GError **error)
{
  gpointer entry = genga_module_open ("image", "src/media/image", GENGA_MEDIA_ENTRY, error);
  const GengaMedia *media;

  if (entry == NULL)
    return NULL;
  media = ((GengaMediaGetFunc)entry) (error);
  if (media != NULL && media->abi != GENGA_MEDIA_ABI)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                           _ ("The media module belongs to another version of Genga; please "
                              "reinstall Genga."));
      return NULL;
    }
  return media;
}

const GengaMedia *
genga_media_get (GError **error)
{
  static GMutex mutex;
  static const GengaMedia *media; /* protected by mutex */
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (media == NULL)
    media = open_module (error);
  return media;
}
