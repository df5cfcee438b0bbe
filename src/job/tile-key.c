/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/tile-key.h"
#include "job/model-folders.h"
#include "weights/catalogue.h"

#include <glib/gstdio.h>

static void
append_file (GString *key, const char *path)
{
  GStatBuf info;

  if (g_stat (path, &info) == 0)
    g_string_append_printf (key, "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld\n", path,
                            (gint64)info.st_size, (gint64)info.st_mtim.tv_sec,
                            info.st_mtim.tv_nsec);
  else
    g_string_append_printf (key, "%s is not there\n", path);
}

/* Transparency is set aside before the network; 16 bits ask for full precision. */
static gboolean
reaches_network (GengaOption option)
{
  return genga_option_get_info (option)->group == GENGA_OPTION_GROUP_NETWORK ||
         option == GENGA_OPTION_TRANSPARENCY || option == GENGA_OPTION_BIT_DEPTH ||
         option == GENGA_OPTION_FORMAT;
}

char *
genga_tile_key_new (const char *source, GengaOptions *options)
{
  GString *key = g_string_new (NULL);
  g_auto (GStrv) folders = genga_model_folders_dup ();
  g_autoptr (GengaCatalogueEntry) entry = genga_catalogue_resolve (
      (const char *const *)folders, genga_options_get_string (options, GENGA_OPTION_MODEL), NULL);

  append_file (key, source);
  if (entry != NULL && entry->path != NULL)
    append_file (key, entry->path);
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      if (!reaches_network (option))
        continue;
      g_autofree char *value = genga_options_format (options, option);
      g_string_append_printf (key, "%s %s\n", genga_option_get_info (option)->name, value);
    }
  return g_string_free (key, FALSE);
}
