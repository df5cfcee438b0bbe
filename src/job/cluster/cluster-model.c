/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/cluster-model.h"
#include "weights/load.h"

static gboolean
write_bytes (GengaClusterFolder *folder, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (GENGA_CLUSTER_MODEL, name, NULL);
  g_autofree char *whole = genga_cluster_folder_dup_path (folder, path);
  g_autofree char *parent = g_path_get_dirname (whole);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_mkdir_with_parents (parent, 0700);
  return genga_cluster_folder_write (folder, path, data, size, error);
}

char *
genga_cluster_model_copy (GengaClusterFolder *folder, const char *path, GError **error)
{
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, error);
  const char *file = dict != NULL ? genga_state_dict_get_path (dict) : NULL;
  g_autofree char *base = g_path_get_basename (file != NULL ? file : path);
  g_autofree char *name = g_utf8_make_valid (base, -1);

  if (dict == NULL || !write_bytes (folder, name, genga_state_dict_get_bytes (dict), error))
    return NULL;
  for (guint i = 0; i < genga_state_dict_get_n_companions (dict); i++)
    {
      const GengaCompanion *companion = genga_state_dict_get_companion (dict, i);

      if (!write_bytes (folder, companion->name, companion->bytes, error))
        return NULL;
    }
  return g_steal_pointer (&name);
}
