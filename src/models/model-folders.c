/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "models/model-folders.h"
#include "core/module.h"

char *
genga_model_folder_dup_own (void)
{
  return g_build_filename (g_get_user_data_dir (), "genga", "models", NULL);
}

char *
genga_model_folder_dup_shipped (void)
{
  return genga_module_dup_models_dir ();
}

char **
genga_model_folders_dup (void)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  const char *more = g_getenv ("GENGA_MODELS_PATH");
  g_auto (GStrv) added = g_strsplit (more != NULL ? more : "", G_SEARCHPATH_SEPARATOR_S, -1);

  for (guint i = 0; added[i] != NULL; i++)
    if (added[i][0] != '\0')
      g_strv_builder_add (builder, added[i]);

  g_autofree char *own = genga_model_folder_dup_own ();
  g_autofree char *shipped = genga_module_dup_models_dir ();
  g_strv_builder_add (builder, own);
  g_strv_builder_add (builder, shipped);

  char **folders = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return folders;
}
