/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/model-lookup.h"
#include "core/error.h"
#include "models/model-folders.h"
#include "models/catalogue-resolve.h"

#include <glib/gi18n-lib.h>

GengaCatalogueEntry *
genga_model_lookup (const char *name, GError **error)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();
  g_autoptr (GengaCatalogueEntry) entry =
      genga_catalogue_resolve ((const char *const *)folders, name, error);

  if (entry == NULL)
    return NULL;
  if (entry->path == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                   _ ("“%s” is built in and has no model file."), name);
      return NULL;
    }
  return g_steal_pointer (&entry);
}
