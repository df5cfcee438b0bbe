/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/watched/watched-list.h"

static void
folder_free (gpointer data)
{
  GengaWatchedFolder *self = data;

  g_free (self->path);
  g_free (self->preset);
  g_free (self);
}

GengaWatchedFolder *
genga_watched_folder_new (const char *path, const char *preset)
{
  GengaWatchedFolder *self = g_new0 (GengaWatchedFolder, 1);

  self->path = g_strdup (path);
  self->preset = g_strdup (preset);
  return self;
}

GPtrArray *
genga_watched_list_load (GSettings *settings)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (folder_free);
  g_autoptr (GVariant) stored = g_settings_get_value (settings, GENGA_WATCHED_LIST_KEY);
  const char *path, *preset;
  GVariantIter iter;

  g_variant_iter_init (&iter, stored);
  while (g_variant_iter_next (&iter, "(^&ay&s)", &path, &preset))
    g_ptr_array_add (folders, genga_watched_folder_new (path, preset));
  return folders;
}

void
genga_watched_list_save (GSettings *settings, GPtrArray *folders)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ays)"));
  for (guint i = 0; i < folders->len; i++)
    {
      const GengaWatchedFolder *folder = folders->pdata[i];

      g_variant_builder_add (&builder, "(^ays)", folder->path, folder->preset);
    }
  g_settings_set_value (settings, GENGA_WATCHED_LIST_KEY, g_variant_builder_end (&builder));
}
