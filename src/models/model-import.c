/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "models/model-import.h"
#include "core/error.h"
#include "models/model-folders.h"
#include "core/picture-format.h"
#include "core/output-file.h"
#include "models/catalogue.h"
#include "weights/load.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_COPIES 1000

/* After the length of its header, which no pickle and no zip has there. */
static gboolean
is_safetensors (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return size > 8 && data[8] == '{';
}

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

static gboolean
check_bytes (GBytes *bytes, const char *label, GError **error)
{
  g_autoptr (GengaStateDict) dict = genga_state_dict_load_bytes (bytes, label, error);
  GengaNetSpec spec;

  return dict != NULL && genga_net_spec_detect (&spec, dict, label, error);
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

/* ---- reading ---- */

static GBytes *
set_read_error (const char *label, int code, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("%s: Can't read the model file: %s"),
               label, g_strerror (code));
  return NULL;
}

static GBytes *
read_all (int fd, gsize size, const char *label, GError **error)
{
  g_autofree guint8 *data = g_try_malloc (MAX (size, 1));
  gsize filled = 0;

  if (data == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                   _ ("%s: Not enough memory for this model. Close other programs."), label);
      return NULL;
    }
  while (filled < size)
    {
      gssize n = read (fd, data + filled, size - filled);

      if (n == 0)
        return set_read_error (label, EIO, error);
      if (n < 0 && errno != EINTR)
        return set_read_error (label, errno, error);
      filled += MAX (n, 0);
    }
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

/* A regular file as it is now; whatever is done to it afterwards does not change the bytes. */
static GBytes *
read_file (const char *path, const char *label, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
  struct stat status;
  GBytes *bytes;

  if (fd < 0)
    return set_read_error (label, errno, error);
  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    bytes = set_read_error (label, EINVAL, error);
  else
    bytes = read_all (fd, status.st_size, label, error);
  g_close (fd, NULL);
  return bytes;
}

/* ---- writing ---- */

static char *
dup_target_name (const char *path, GBytes *bytes)
{
  char *name = g_path_get_basename (path);

  if (genga_catalogue_is_model_name (name))
    return name;

  char *full = g_strconcat (name, is_safetensors (bytes) ? ".safetensors" : ".pth", NULL);
  g_free (name);
  return full;
}

/* "name.pth", "name (2).pth", "name (3).pth" */
static char *
dup_numbered_path (const char *folder, const char *name, guint number)
{
  const char *suffix = strrchr (name, '.');
  g_autofree char *numbered = NULL;

  if (number == 1)
    return g_build_filename (folder, name, NULL);
  numbered = g_strdup_printf ("%.*s (%u)%s", (int)(suffix - name), name, number, suffix);
  return g_build_filename (folder, numbered, NULL);
}

static gboolean
has_bytes (const char *path, GBytes *bytes)
{
  g_autofree char *label = g_filename_display_name (path);
  g_autoptr (GBytes) there = NULL;
  struct stat status;

  if (stat (path, &status) != 0 || (guint64)status.st_size != g_bytes_get_size (bytes))
    return FALSE;
  there = read_file (path, label, NULL);
  return there != NULL && g_bytes_equal (there, bytes);
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

static GengaImportResult
put (GBytes *bytes, const char *name, gboolean keep_both, char **target, GError **error)
{
  g_autofree char *folder = genga_model_folder_dup_own ();

  if (!make_folder (folder, error))
    return GENGA_IMPORT_FAILED;
  for (guint number = 1; number <= MAX_COPIES; number++)
    {
      g_autofree char *path = dup_numbered_path (folder, name, number);
      GStatBuf status;

      if (g_lstat (path, &status) != 0)
        {
          if (!write_file (path, bytes, error))
            return GENGA_IMPORT_FAILED;
          *target = g_steal_pointer (&path);
          return GENGA_IMPORT_ADDED;
        }
      if (has_bytes (path, bytes) || !keep_both)
        {
          GengaImportResult result =
              has_bytes (path, bytes) ? GENGA_IMPORT_THERE : GENGA_IMPORT_CLASH;
          *target = g_steal_pointer (&path);
          return result;
        }
    }
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("There are too many models named “%s”; remove some of them."), name);
  return GENGA_IMPORT_FAILED;
}

GengaImportResult
genga_model_import (const char *path, gboolean keep_both, char **target, GError **error)
{
  g_autofree char *label = g_filename_display_name (path);
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  /* First where it lies, so that nothing large is read that is no model. */
  g_autoptr (GengaStateDict) dict = check_file (path, error);

  *target = NULL;
  if (dict == NULL)
    return GENGA_IMPORT_FAILED;
  g_clear_pointer (&dict, genga_state_dict_unref);
  bytes = read_file (path, label, error);
  if (bytes == NULL || !check_bytes (bytes, label, error))
    return GENGA_IMPORT_FAILED;
  name = dup_target_name (path, bytes);
  return put (bytes, name, keep_both, target, error);
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

gboolean
genga_model_import_remove (const char *path, gboolean permanently, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_return_val_if_fail (genga_model_import_is_own (path), FALSE);

  return permanently ? g_file_delete (file, NULL, error) : g_file_trash (file, NULL, error);
}
