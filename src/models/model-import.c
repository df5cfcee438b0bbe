/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "models/model-import.h"
#include "core/error.h"
#include "models/model-folders.h"
#include "core/picture-format.h"
#include "core/output-file.h"
#include "models/catalogue-known.h"
#include "models/catalogue.h"
#include "weights/load.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_COPIES 1000

static GengaStateDict *
check_file (const char *path, GError **error)
{
  g_autofree char *label = g_filename_display_name (path);
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, error);
  GengaNetSpec spec;

  if (dict == NULL || !genga_net_spec_detect (&spec, dict, label, error))
    return NULL;
  return g_steal_pointer (&dict);
}

gboolean
genga_model_import_is_model (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  if (genga_catalogue_is_model_name (name))
    return TRUE;
  if (genga_format_from_path (path) != GENGA_FORMAT_AUTO)
    return FALSE;

  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, NULL);
  return dict != NULL;
}

/* ---- writing ---- */

static const char *
get_suffix (GengaStateDict *dict)
{
  gsize size;
  const char *data = g_bytes_get_data (genga_state_dict_get_bytes (dict), &size);

  if (genga_state_dict_get_nodes (dict, NULL) == GENGA_NODES_ONNX)
    return ".onnx";
  if (genga_state_dict_get_nodes (dict, NULL) == GENGA_NODES_NCNN)
    return ".param";
  /* After the length of its header, which no pickle and no zip has there. */
  return size > 8 && data[8] == '{' ? ".safetensors" : ".pth";
}

static char *
dup_target_name (GengaStateDict *dict)
{
  char *name = g_path_get_basename (genga_state_dict_get_path (dict));

  if (genga_catalogue_is_model_name (name))
    return name;

  char *full = g_strconcat (name, get_suffix (dict), NULL);
  g_free (name);
  return full;
}

/* "name", "name (2)", "name (3)", with what comes after the length of a stem. */
static char *
dup_numbered_path (const char *folder, const char *name, gsize stem, guint number)
{
  g_autofree char *numbered = NULL;

  if (number == 1)
    return g_build_filename (folder, name, NULL);
  numbered = g_strdup_printf ("%.*s (%u)%s", (int)stem, name, number, name + stem);
  return g_build_filename (folder, numbered, NULL);
}

/* Whether a file is there and has that content. */
static gboolean
has_bytes (const char *path, GBytes *bytes)
{
  GStatBuf status;

  if (g_lstat (path, &status) != 0 || !S_ISREG (status.st_mode) ||
      (guint64)status.st_size != g_bytes_get_size (bytes))
    return FALSE;

  g_autofree char *there = NULL;
  gsize size;
  return g_file_get_contents (path, &there, &size, NULL) && size == g_bytes_get_size (bytes) &&
         memcmp (there, g_bytes_get_data (bytes, NULL), size) == 0;
}

static gboolean
write_file (const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (GengaOutputFile) file = genga_output_file_new (path, FALSE, error);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (file == NULL)
    return FALSE;
  genga_output_file_write (file, data, size);
  return genga_output_file_commit (file, error);
}

static gboolean
make_folder (const char *folder, GError **error)
{
  g_autofree char *display = g_filename_display_name (folder);

  if (g_mkdir_with_parents (folder, 0777) == 0)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("Can't create the folder “%s” for models: %s."), display, g_strerror (errno));
  return FALSE;
}

/* What a model consists of, and where it is to lie. */
typedef struct
{
  GengaStateDict *dict;
  char *folder;
  char *name;
  gsize stem; /* length of the name without its suffix */
} Target;

static char *
dup_path (const Target *self, guint number)
{
  return dup_numbered_path (self->folder, self->name, self->stem, number);
}

static char *
dup_companion_path (const Target *self, const GengaCompanion *companion, guint number)
{
  return dup_numbered_path (self->folder, companion->name,
                            MIN (self->stem, strlen (companion->name)),
                            companion->follows_name ? number : 1);
}

typedef enum
{
  PLACE_FREE,
  PLACE_SAME, /* all of it is there */
  PLACE_TAKEN,
  PLACE_IMPOSSIBLE, /* whatever the number */
} Place;

static gboolean
is_there (const char *path)
{
  GStatBuf status;

  return g_lstat (path, &status) == 0;
}

static Place
look_at_place (const Target *self, guint number, GError **error)
{
  g_autofree char *path = dup_path (self, number);
  gboolean is_same = has_bytes (path, genga_state_dict_get_bytes (self->dict));
  gboolean is_taken = is_there (path) && !is_same;

  for (guint i = 0; i < genga_state_dict_get_n_companions (self->dict); i++)
    {
      const GengaCompanion *companion = genga_state_dict_get_companion (self->dict, i);
      g_autofree char *other = dup_companion_path (self, companion, number);
      gboolean has_same = has_bytes (other, companion->bytes);

      is_same &= has_same;
      if (has_same || !is_there (other))
        continue;
      if (companion->follows_name)
        is_taken = TRUE;
      else
        {
          g_autofree char *shown = g_filename_display_name (companion->name);

          g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                       _ ("This model belongs to a file “%s”, and another model has one of that "
                          "name already. Remove that model first."),
                       shown);
          return PLACE_IMPOSSIBLE;
        }
    }
  if (is_same)
    return PLACE_SAME;
  return is_taken || is_there (path) ? PLACE_TAKEN : PLACE_FREE;
}

/* The file that is listed comes last: it is never there without the others. */
static gboolean
write_place (const Target *self, guint number, GError **error)
{
  g_autofree char *path = dup_path (self, number);

  for (guint i = 0; i < genga_state_dict_get_n_companions (self->dict); i++)
    {
      const GengaCompanion *companion = genga_state_dict_get_companion (self->dict, i);
      g_autofree char *other = dup_companion_path (self, companion, number);
      g_autofree char *folder = g_path_get_dirname (other);

      if (!is_there (other) &&
          (!make_folder (folder, error) || !write_file (other, companion->bytes, error)))
        return FALSE;
    }
  return write_file (path, genga_state_dict_get_bytes (self->dict), error);
}

static GengaImportResult
put (const Target *self, gboolean keep_both, char **target, GError **error)
{
  if (!make_folder (self->folder, error))
    return GENGA_IMPORT_FAILED;
  for (guint number = 1; number <= MAX_COPIES; number++)
    {
      Place place = look_at_place (self, number, error);

      if (place == PLACE_IMPOSSIBLE || (place == PLACE_FREE && !write_place (self, number, error)))
        return GENGA_IMPORT_FAILED;
      if (place == PLACE_TAKEN && keep_both)
        continue;
      *target = dup_path (self, number);
      return place == PLACE_FREE   ? GENGA_IMPORT_ADDED
             : place == PLACE_SAME ? GENGA_IMPORT_THERE
                                   : GENGA_IMPORT_CLASH;
    }
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("There are too many models named “%s”; remove some of them."), self->name);
  return GENGA_IMPORT_FAILED;
}

GengaImportResult
genga_model_import (const char *path, gboolean keep_both, char **target, GError **error)
{
  g_autoptr (GengaStateDict) dict = check_file (path, error);
  g_autofree char *folder = genga_model_folder_dup_own ();
  g_autofree char *name = NULL;

  *target = NULL;
  if (dict == NULL)
    return GENGA_IMPORT_FAILED;
  name = dup_target_name (dict);
  return put (&(Target){ dict, folder, name, genga_model_file_get_stem_length (name) }, keep_both,
              target, error);
}

/* ---- removing ---- */

gboolean
genga_model_import_is_own (const char *path)
{
  g_autofree char *own = genga_model_folder_dup_own ();
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);

  return g_str_equal (folder, own);
}

static gboolean
remove_file (const char *path, gboolean permanently, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return permanently ? g_file_delete (file, NULL, error) : g_file_trash (file, NULL, error);
}

/* Further files that are named after the model: they are of no other one. */
static void
remove_companions (GengaStateDict *dict, const char *path, gboolean permanently)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  const gboolean is_described =
      dict != NULL && g_str_equal (genga_state_dict_get_path (dict), path);

  for (guint i = 0; dict != NULL && i < genga_state_dict_get_n_companions (dict); i++)
    {
      const GengaCompanion *companion = genga_state_dict_get_companion (dict, i);
      g_autofree char *other = g_build_filename (folder, companion->name, NULL);
      g_autofree char *list = genga_state_dict_dup_list_name (companion->name);
      g_autoptr (GError) error = NULL;

      if (((companion->follows_name && is_described) || g_str_has_prefix (companion->name, name) ||
           g_strcmp0 (list, name) == 0) &&
          !remove_file (other, permanently, &error))
        g_message ("%s", error->message);
    }
}

gboolean
genga_model_import_remove (const char *path, gboolean permanently, GError **error)
{
  g_autoptr (GengaStateDict) dict = NULL;

  g_return_val_if_fail (genga_model_import_is_own (path), FALSE);

  dict = genga_state_dict_load (path, NULL);
  if (!remove_file (path, permanently, error))
    return FALSE;
  remove_companions (dict, path, permanently);
  return TRUE;
}
