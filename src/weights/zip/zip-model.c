/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/zip/zip-model.h"

#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define INDEX_SUFFIX ".safetensors.index.json"

static gboolean
has_suffix (const char *name, const char *suffix)
{
  gsize length = strlen (name);
  gsize n = strlen (suffix);

  return length > n && g_ascii_strcasecmp (name + length - n, suffix) == 0;
}

/* What PyTorch puts into its archives, whatever their kind. */
static gboolean
is_of_torch (const char *name)
{
  const char *slash = strchr (name, '/');

  return (slash != NULL && g_str_equal (slash, "/data.pkl")) ||
         g_str_has_suffix (name, "/constants.pkl") || g_str_has_suffix (name, "/archive_format") ||
         g_str_has_suffix (name, "serialized_exported_program.json");
}

static gboolean
is_model (const char *name, gboolean has_index)
{
  static const char *const suffixes[] = {
    ".pth", ".pt", ".ckpt", ".safetensors", ".onnx", ".param"
  };
  const char *slash = strrchr (name, '/');

  /* What macOS keeps beside files. */
  if (g_str_has_prefix (name, "__MACOSX/") || (slash != NULL ? slash[1] : name[0]) == '.')
    return FALSE;
  if (has_index)
    return has_suffix (name, INDEX_SUFFIX);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      if (has_suffix (name, suffixes[i]))
        return TRUE;
    }
  return FALSE;
}

gboolean
genga_zip_find_model (GengaZip *zip, int *record, GError **error)
{
  guint n_records = genga_zip_get_n_records (zip);
  guint n_models = 0;
  gboolean has_index = FALSE;

  *record = -1;
  for (guint i = 0; i < n_records; i++)
    {
      const char *name = genga_zip_get_name (zip, i);

      if (is_of_torch (name))
        return TRUE;
      has_index = has_index || is_model (name, TRUE);
    }
  for (guint i = 0; i < n_records; i++)
    {
      if (!is_model (genga_zip_get_name (zip, i), has_index))
        continue;
      *record = (int)i;
      n_models++;
    }
  if (n_models == 1)
    return TRUE;
  if (n_models == 0)
    return genga_weights_refuse (error, _ ("This is a ZIP archive with no model in it that Genga "
                                           "knows."));
  return genga_weights_refuse (error, _ ("This is a ZIP archive with several models in it. Unpack "
                                         "it and choose one of them."));
}
