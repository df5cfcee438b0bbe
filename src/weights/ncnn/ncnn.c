/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/ncnn/ncnn.h"

#include "weights/ncnn/ncnn-param.h"
#include "weights/ncnn/ncnn-weights.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

char *
genga_ncnn_dup_weights_name (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  gsize length = strlen (name);

  if (length > 6 && g_ascii_strcasecmp (name + length - 6, ".param") == 0)
    {
      gboolean is_upper = name[length - 1] == 'M';

      name[length - 6] = '\0';
      return g_strconcat (name, is_upper ? ".BIN" : ".bin", NULL);
    }
  return g_strconcat (name, ".bin", NULL);
}

gboolean
genga_ncnn_read (GengaStateDict *dict, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  const char *path = genga_state_dict_get_path (dict);
  g_autoptr (GengaNcnnModel) model = genga_ncnn_param_read (data, size, error);
  g_autofree char *name = NULL;
  GBytes *weights;

  if (model == NULL)
    return FALSE;
  if (path == NULL)
    return genga_weights_refuse (error, _ ("This is the description of an ncnn model; its weights "
                                           "(.bin) are missing."));
  name = genga_ncnn_dup_weights_name (path);
  weights = genga_state_dict_read_companion (dict, name, TRUE, error);
  if (weights == NULL || !genga_ncnn_weights_read (model, dict, weights, error))
    return FALSE;
  genga_state_dict_take_nodes (dict, GENGA_NODES_NCNN, g_steal_pointer (&model),
                               (GDestroyNotify)genga_ncnn_model_free);
  return TRUE;
}
