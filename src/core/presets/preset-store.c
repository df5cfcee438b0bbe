/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/presets/preset-store.h"
#include "core/error.h"
#include "core/output-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More files than this in the folder are none that a person made. */
#define MAX_FILES 1000

char *
genga_preset_store_dup_folder (void)
{
  return g_build_filename (g_get_user_config_dir (), "genga", "presets", NULL);
}

/* Names may have a “/” in them, or begin with a dot. */
static char *
dup_path (const char *name)
{
  g_autofree char *folder = genga_preset_store_dup_folder ();
  g_autofree char *folded = g_utf8_casefold (name, -1);
  g_autofree char *escaped = g_uri_escape_string (folded, " ()[]{}!,;=+&'", TRUE);
  g_autofree char *file_name =
      g_strconcat (*escaped == '.' ? "%2E" : "", *escaped == '.' ? escaped + 1 : escaped,
                   GENGA_PRESET_SUFFIX, NULL);

  return g_build_filename (folder, file_name, NULL);
}

/* ---- a file ---- */

/* At most one byte more than a preset has, of a plain file. */
static gssize
read_bytes (const char *path, char *bytes)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  struct stat info;
  gssize length = 0, n = -1;

  if (fd < 0)
    return -1;
  if (fstat (fd, &info) == 0 && !S_ISREG (info.st_mode))
    errno = EINVAL;
  else
    do
      {
        n = read (fd, bytes + length, GENGA_PRESET_MAX_BYTES + 1 - length);
        length += MAX (n, 0);
      }
    while (n > 0 || (n < 0 && errno == EINTR));
  int reason = errno;
  close (fd);
  errno = reason;
  return n < 0 ? -1 : length;
}

GengaPreset *
genga_preset_read (const char *path, GError **error)
{
  g_autofree char *bytes = g_malloc (GENGA_PRESET_MAX_BYTES + 1);
  g_autofree char *name = g_filename_display_basename (path);
  gssize length = read_bytes (path, bytes);
  GengaPreset *self = NULL;

  if (length < 0)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("Can't read “%s”: %s."), name,
                 g_strerror (errno));
  else
    {
      self = genga_preset_new_from_text (bytes, length, error);
      g_prefix_error (error, "“%s”: ", name);
    }
  return self;
}

gboolean
genga_preset_write (GengaPreset *preset, const char *path, gboolean replace, GError **error)
{
  g_autofree char *text = genga_preset_to_text (preset);
  g_autoptr (GengaOutputFile) file = genga_output_file_new (path, replace, error);

  if (file == NULL)
    return FALSE;
  if (!genga_output_file_write (file, text, strlen (text)))
    {
      genga_output_file_get_error (file, error);
      return FALSE;
    }
  return genga_output_file_commit (file, error);
}

/* ---- the folder ---- */

typedef struct
{
  char *path;
  GengaPreset *preset;
} Own;

static void
own_free (gpointer data)
{
  Own *self = data;

  g_free (self->path);
  genga_preset_unref (self->preset);
  g_free (self);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Own *first = *(const Own *const *)a, *second = *(const Own *const *)b;

  return g_utf8_collate (genga_preset_get_name (first->preset),
                         genga_preset_get_name (second->preset));
}

/* The user's, of Own. */
static GPtrArray *
list_own (void)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (own_free);
  g_autofree char *folder = genga_preset_store_dup_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && found->len < MAX_FILES && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GError) error = NULL;
      Own own = { NULL, NULL };

      if (g_str_has_suffix (name, GENGA_PRESET_SUFFIX))
        own.preset = genga_preset_read (path, &error);
      if (error != NULL)
        g_debug ("%s", error->message);
      if (own.preset == NULL)
        continue;
      own.path = g_steal_pointer (&path);
      g_ptr_array_add (found, g_memdup2 (&own, sizeof own));
    }
  g_ptr_array_sort (found, compare);
  return found;
}

/* The file of the user's preset of this name, whatever it is called; NULL: there is none. */
static char *
find_own_path (const char *name)
{
  g_autoptr (GPtrArray) own = list_own ();

  for (guint i = 0; i < own->len; i++)
    {
      Own *one = own->pdata[i];

      if (genga_preset_is_called (one->preset, name))
        return g_steal_pointer (&one->path);
    }
  return NULL;
}

GPtrArray *
genga_preset_store_list (void)
{
  GPtrArray *presets = genga_preset_list_builtin ();
  g_autoptr (GPtrArray) own = list_own ();

  for (guint i = 0; i < own->len; i++)
    g_ptr_array_add (presets, genga_preset_ref (((Own *)own->pdata[i])->preset));
  return presets;
}

static GengaPreset *
find (GPtrArray *presets, const char *name)
{
  for (guint i = 0; i < presets->len; i++)
    if (genga_preset_is_called (presets->pdata[i], name))
      return presets->pdata[i];
  return NULL;
}

static gboolean
set_missing (GError **error, const char *sentence, const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE, sentence, valid);
#pragma GCC diagnostic pop
  return FALSE;
}

GengaPreset *
genga_preset_store_find (const char *name, GError **error)
{
  g_autoptr (GPtrArray) presets = genga_preset_store_list ();
  GengaPreset *found = find (presets, name);

  if (found != NULL)
    return genga_preset_ref (found);
  set_missing (error, _ ("There is no preset “%s”. “genga-cli presets” lists them."), name);
  return NULL;
}

gboolean
genga_preset_store_save (GengaPreset *preset, gboolean replace, GError **error)
{
  const char *name = genga_preset_get_name (preset);
  g_autofree char *folder = genga_preset_store_dup_folder ();
  g_autofree char *path = find_own_path (name);
  g_autoptr (GPtrArray) builtin = genga_preset_list_builtin ();

  if (find (builtin, name) != NULL)
    return set_missing (error, _ ("“%s” comes with Genga; choose another name."), name);
  if (!replace && path != NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_EXISTS,
                   _ ("There is a preset “%s” already; choose another name, or replace it."), name);
      return FALSE;
    }
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("Can't make the folder of presets: %s."), g_strerror (errno));
      return FALSE;
    }
  if (path == NULL)
    path = dup_path (name);
  return genga_preset_write (preset, path, replace, error);
}

gboolean
genga_preset_store_remove (const char *name, GError **error)
{
  g_autofree char *path = find_own_path (name);

  if (path == NULL)
    return set_missing (error, _ ("There is no preset “%s” of yours."), name);
  if (g_unlink (path) == 0)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't remove the preset “%s”: %s."),
               name, g_strerror (errno));
  return FALSE;
}
