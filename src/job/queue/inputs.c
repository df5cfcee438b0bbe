/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/inputs.h"
#include "core/error.h"
#include "media/sequence/frame-list.h"
#include "media/sequence/sequence.h"
#include "job/source-params.h"
#include "media/media.h"
#include "media/probe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  char *name;
  char *key;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry->key);
  g_free (entry);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *first = *(const Entry *const *)a;
  const Entry *second = *(const Entry *const *)b;
  int order = strcmp (first->key, second->key);

  return order != 0 ? order : strcmp (first->name, second->name);
}

static void
input_free (gpointer data)
{
  GengaInput *input = data;

  g_free (input->path);
  g_clear_error (&input->error);
  g_free (input);
}

/* Takes `path` and `error`. */
static void
add_input (GPtrArray *inputs, char *path, gboolean is_skipped, GError *error)
{
  GengaInput *input = g_new0 (GengaInput, 1);

  input->path = path;
  input->is_skipped = is_skipped;
  input->error = error;
  g_ptr_array_add (inputs, input);
}

/* Array of Entry, or NULL. */
static GPtrArray *
list_folder (const char *folder, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &reason);
  g_autofree char *display = g_filename_display_name (folder);
  const char *name;

  if (dir == NULL)
    {
      g_debug ("%s", reason->message);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("Can't read the folder “%s”. Check its permissions."), display);
      return NULL;
    }

  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (name[0] == '.')
        continue;

      Entry *entry = g_new0 (Entry, 1);
      g_autofree char *utf8 = g_filename_display_name (name);
      entry->name = g_strdup (name);
      entry->key = g_utf8_collate_key_for_filename (utf8, -1);
      g_ptr_array_add (entries, entry);
    }
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}

char *
genga_input_dup_name (const char *source)
{
  return genga_sequence_dup_name (source);
}

gboolean
genga_input_is_video (const char *path, GengaOptions *options)
{
  GengaProbe probe;

  if (options != NULL)
    {
      GengaSourceParams params = genga_source_params_from_options (options, NULL);
      genga_source_probe (path, &params, &probe);
    }
  else
    genga_source_probe (path, NULL, &probe);
  return probe.is_video;
}

/* By its name: JPEG XL is only written. */
static gboolean
is_called_picture (const char *path)
{
  GengaFormat format = genga_format_from_path (path);

  return format != GENGA_FORMAT_AUTO && format != GENGA_FORMAT_JXL;
}

static gboolean
check_is_wanted (const char *path, GError **error)
{
  const GengaMedia *media;
  GengaSourceInfo info;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("It is a subfolder; add it separately to include its files."));
      return FALSE;
    }
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("It is not a file."));
      return FALSE;
    }
  if (is_called_picture (path) || genga_input_is_video (path, NULL))
    return TRUE;

  media = genga_media_get (error);
  return media != NULL && media->picture_probe (path, &info, error);
}

/* The function that says whether to go on. */
typedef struct
{
  GengaInputsStopFunc is_stopped;
  gpointer user_data;
} Stop;

static gboolean
stop_ask (const Stop *stop)
{
  return stop->is_stopped != NULL && stop->is_stopped (stop->user_data);
}

static void
expand_folder (GPtrArray *inputs, const char *folder, const Stop *stop)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) entries = list_folder (folder, &error);
  guint n_pictures = 0;

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);
      g_autofree char *path = g_build_filename (folder, entry->name, NULL);
      GError *reason = NULL;

      if (stop_ask (stop))
        return;
      gboolean is_picture = check_is_wanted (path, &reason);
      n_pictures += is_picture;
      add_input (inputs, g_steal_pointer (&path), !is_picture, reason);
    }

  if (entries != NULL && n_pictures == 0)
    {
      g_autofree char *display = g_filename_display_name (folder);
      g_set_error (&error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("The folder “%s” contains no pictures or videos."), display);
    }
  if (error != NULL)
    add_input (inputs, g_strdup (folder), FALSE, error);
}

GPtrArray *
genga_inputs_expand (char **paths,
                     GengaOptions *options,
                     GengaInputsStopFunc is_stopped,
                     gpointer user_data)
{
  Stop stop = { is_stopped, user_data };
  GPtrArray *inputs = g_ptr_array_new_with_free_func (input_free);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      if (g_file_test (paths[i], G_FILE_TEST_IS_DIR) &&
          (options == NULL || !genga_input_is_video (paths[i], options)))
        expand_folder (inputs, paths[i], &stop);
      else
        add_input (inputs, g_strdup (paths[i]), FALSE, NULL);
    }
  return inputs;
}

char *
genga_input_dup_companion (const char *source)
{
  g_autoptr (GengaFrameList) list =
      g_file_test (source, G_FILE_TEST_IS_DIR) ? genga_frame_list_read (source, NULL) : NULL;

  return list != NULL ? g_strdup (list->stream_source) : NULL;
}
