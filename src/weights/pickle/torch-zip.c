/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle.h"
#include "weights/pickle/torch-zip.h"
#include "weights/pickle/torch-dict.h"
#include "weights/weights-error.h"
#include "weights/zip/zip.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of an inflated data.pkl; a stored one is bounded by the file. */
#define MAX_PICKLE_SIZE (64u << 20)

typedef struct
{
  GengaStateDict *dict;
  GengaZip *zip;
  char *top;                   /* the folder that everything lies in, with its slash */
  const char *folder;          /* under it, the folder of the storages, with its slash */
  GengaTorchStorage *storages; /* one for each record; `data` is NULL until it is read */
} Archive;

static gboolean
is_under (const char *name, const char *top, const char *rest)
{
  gsize length = strlen (top);

  return strncmp (name, top, length) == 0 && g_str_has_prefix (name + length, rest);
}

/* The folder whose data.pkl lies directly in it, or NULL: none, or more than one. */
static char *
find_top (GengaZip *zip)
{
  g_autofree char *top = NULL;

  for (guint i = 0; i < genga_zip_get_n_records (zip); i++)
    {
      const char *name = genga_zip_get_name (zip, i);
      const char *slash = strchr (name, '/');

      if (slash == NULL || !g_str_equal (slash, "/data.pkl"))
        continue;
      if (top != NULL)
        return NULL;
      top = g_strndup (name, (gsize)(slash - name) + 1);
    }
  return g_steal_pointer (&top);
}

/* Exported programs and ordinary archives are something else again. */
static gboolean
refuse_foreign (GengaZip *zip, const char *top, GError **error)
{
  for (guint i = 0; i < genga_zip_get_n_records (zip); i++)
    {
      const char *name = genga_zip_get_name (zip, i);

      if (g_str_has_suffix (name, "/archive_format") ||
          g_str_has_suffix (name, "serialized_exported_program.json"))
        return genga_weights_refuse (error, _ ("This is an exported PyTorch program (.pt2), which "
                                               "is not supported. Look for the model as "
                                               ".safetensors or .pth."));
    }
  if (top == NULL)
    return genga_weights_refuse (error, _ ("This is a ZIP archive that PyTorch did not write. If a "
                                           "model is inside, unpack it first."));
  return TRUE;
}

/* TorchScript: a program, and the object whose methods it is. */
static gboolean
is_script (GengaZip *zip, const char *top)
{
  for (guint i = 0; i < genga_zip_get_n_records (zip); i++)
    {
      const char *name = genga_zip_get_name (zip, i);

      if (is_under (name, top, "constants.pkl") || is_under (name, top, "code/"))
        return TRUE;
    }
  return FALSE;
}

/* Finds a record of the archive's folder, or -1. */
static int
find_record (Archive *archive, const char *folder, const char *name, gsize length)
{
  g_autofree char *full = NULL;

  if (memchr (name, '\0', length) != NULL)
    return -1;
  full = g_strdup_printf ("%s%s%.*s", archive->top, folder, (int)MIN (length, 4096), name);
  return genga_zip_find (archive->zip, full);
}

static GengaTorchStorage *
find_storage (const GengaPickleStorage *storage, gpointer user_data, GError **error)
{
  Archive *archive = user_data;
  int index = find_record (archive, archive->folder, storage->key.bytes, storage->key.length);
  GengaTorchStorage *found;
  guint8 *owned;

  if (index < 0)
    {
      genga_weights_broken (error, "the bytes of a storage are missing");
      return NULL;
    }
  found = &archive->storages[index];
  if (found->data != NULL)
    return found;
  if (!genga_zip_read (archive->zip, (guint)index, &found->data, &found->size, &owned, error))
    return NULL;
  if (owned != NULL)
    genga_state_dict_take_buffer (archive->dict, owned, found->size);
  return found;
}

static gboolean
check_byte_order (Archive *archive, GError **error)
{
  int index = find_record (archive, "", "byteorder", 9);
  g_autofree guint8 *owned = NULL;
  const guint8 *data;
  gsize size;

  if (index < 0)
    return TRUE;
  if (!genga_zip_read (archive->zip, (guint)index, &data, &size, &owned, error))
    return FALSE;
  if (size != 6 || memcmp (data, "little", 6) != 0)
    return genga_weights_refuse (error, _ ("The model was saved on a big-endian computer, which is "
                                           "not supported."));
  return TRUE;
}

/* The record's pickle, which points into the archive or into `owned`; NULL with an error. */
static GengaPickle *
parse_record (Archive *archive, const char *name, guint8 **owned, GError **error)
{
  int index = find_record (archive, "", name, strlen (name));
  const guint8 *data;
  gsize size;

  if (index < 0 || genga_zip_get_size (archive->zip, (guint)index) > MAX_PICKLE_SIZE)
    {
      genga_weights_broken (error, "%s is missing or far larger than a model's", name);
      return NULL;
    }
  if (!genga_zip_read (archive->zip, (guint)index, &data, &size, owned, error))
    return NULL;
  return genga_pickle_parse (data, size, error);
}

static gboolean
read_pickle (Archive *archive, GError **error)
{
  g_autofree guint8 *owned = NULL;
  g_autoptr (GengaPickle) pickle = parse_record (archive, "data.pkl", &owned, error);

  archive->folder = "data/";
  return pickle != NULL && genga_torch_dict_fill (archive->dict, genga_pickle_get_root (pickle),
                                                  find_storage, archive, error);
}

/*
 * Beside its program a TorchScript archive may hold a plain dictionary of weights. The program is
 * not looked at, and the object that it belongs to is not taken apart.
 */
static gboolean
read_script (Archive *archive, GError **error)
{
  static const struct
  {
    const char *record;
    const char *folder;
  } places[] = { { "data.pkl", "data/" }, { "constants.pkl", "constants/" } };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree guint8 *owned = NULL;
      g_autoptr (GengaPickle) pickle = parse_record (archive, places[i].record, &owned, NULL);

      if (pickle == NULL || genga_pickle_get_root (pickle)->kind != GENGA_PICKLE_DICT)
        continue;
      archive->folder = places[i].folder;
      return genga_torch_dict_fill (archive->dict, genga_pickle_get_root (pickle), find_storage,
                                    archive, error);
    }
  return genga_weights_refuse (error, _ ("This is a TorchScript archive, which contains a "
                                         "program. It is not supported, and nothing in it "
                                         "was run. Look for the model as .safetensors or "
                                         ".pth."));
}

gboolean
genga_torch_zip_read (GengaStateDict *dict, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GengaZip) zip = genga_zip_open (data, size, error);
  g_autofree char *top = NULL;
  g_autofree GengaTorchStorage *storages = NULL;
  Archive archive;

  if (zip == NULL)
    return FALSE;
  top = find_top (zip);
  if (!refuse_foreign (zip, top, error))
    return FALSE;
  storages = g_new0 (GengaTorchStorage, genga_zip_get_n_records (zip));
  archive = (Archive){ .dict = dict, .zip = zip, .top = top, .storages = storages };
  if (!check_byte_order (&archive, error))
    return FALSE;
  return is_script (zip, top) ? read_script (&archive, error) : read_pickle (&archive, error);
}
