/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/inputs.h"
#include "core/error.h"
#include "media/sequence/frame-list.h"
#include "media/sequence/sequence.h"
#include "job/plan/result-kind.h"
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
  g_free (input->subfolder);
  g_clear_error (&input->error);
  g_free (input);
}

/* Takes `path` and `error`. */
static GengaInput *
add_input (GPtrArray *inputs, char *path, gboolean is_skipped, GError *error)
{
  GengaInput *input = g_new0 (GengaInput, 1);

  input->path = path;
  input->is_skipped = is_skipped;
  input->error = error;
  g_ptr_array_add (inputs, input);
  return input;
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

static gboolean
is_picture (const char *path, const GengaSourceParams *params, GError **error)
{
  const GengaMedia *media = genga_media_get (error);
  GengaSourceInfo info;

  return media != NULL && media->picture_probe (path, params, &info, error);
}

gboolean
genga_input_is_source (const char *path,
                       GengaOptions *options,
                       gboolean allows_truncated,
                       GError **error)
{
  GengaSourceParams params = { .allows_truncated = allows_truncated };

  if (options != NULL)
    params = genga_source_params_from_options (options, NULL);
  return genga_input_is_video (path, NULL) || is_picture (path, &params, error);
}

guint
genga_input_get_results (const char *path, GengaOptions *options, const char *requested)
{
  GengaSourceParams params = genga_source_params_from_options (options, NULL);
  GengaProbe probe;

  genga_source_probe (path, &params, &probe);
  return probe.is_video || is_picture (path, &params, NULL)
             ? genga_result_kinds_find (options, requested, probe.kind, probe.container)
             : 0;
}

static gboolean
is_called_picture (const char *path)
{
  return genga_format_from_path (path) != GENGA_FORMAT_AUTO;
}

static gboolean
set_error (GError **error, const char *sentence)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, sentence);
  return FALSE;
}

/* `*is_result` is set where it is none that is new. */
static gboolean
check_is_new (const char *path, GengaResultRecord *results, gboolean *is_result, GError **error)
{
  g_autofree char *source = results != NULL ? genga_result_record_dup_source (results, path) : NULL;

  *is_result = source != NULL;
  if (source == NULL)
    return TRUE;
  g_autofree char *name = g_filename_display_basename (source);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("It is a result, made of “%s”. Name it to upscale it again."), name);
  return FALSE;
}

/* ---- who looks ---- */

static gboolean
look_for_video (const char *path, GengaOptions *options, const GengaInputsRequest *request)
{
  const GengaInputLook *look = &request->look;

  return look->is_video != NULL ? look->is_video (look->data, path, options)
                                : genga_input_is_video (path, options);
}

static gboolean
check_is_source (const char *path, const GengaInputsRequest *request, GError **error)
{
  const GengaInputLook *look = &request->look;

  return look->is_source != NULL
             ? look->is_source (look->data, path, request->options, request->allows_truncated,
                                error)
             : genga_input_is_source (path, request->options, request->allows_truncated, error);
}

/* ---- folders ---- */

static gboolean
check_is_wanted (const char *path,
                 const GengaInputsRequest *request,
                 gboolean *is_result,
                 GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return set_error (error, request->is_recursive
                                 ? _ ("It is a link to a folder; links are not followed.")
                                 : _ ("It is a subfolder; use --recursive to include its files."));
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return set_error (error, _ ("It is not a file."));
  if (!check_is_new (path, request->results, is_result, error))
    return FALSE;
  return (!request->reads_files && is_called_picture (path)) ||
         check_is_source (path, request, error);
}

/* A folder that was given, on the way through it. */
typedef struct
{
  const GengaInputsRequest *request;
  GPtrArray *inputs;
  guint n_pictures;
} Walk;

static gboolean
is_stopped (const Walk *self)
{
  return self->request->is_stopped != NULL && self->request->is_stopped (self->request->user_data);
}

static void walk (Walk *self, const char *folder, const char *subfolder);

/*
 * Whether the entry is a folder of frames, each of which is none for itself: one that was written
 * is a result, one that the options make a sequence of is a source.
 */
static gboolean
visit_frames (Walk *self, const char *path, const char *subfolder)
{
  const GengaInputsRequest *request = self->request;
  GengaInput *input;
  GError *reason = NULL;
  gboolean is_written;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR) || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return FALSE;
  is_written = look_for_video (path, NULL, request);
  if (!is_written && (!request->is_recursive || request->options == NULL ||
                      !look_for_video (path, request->options, request)))
    return FALSE;
  if (is_written)
    set_error (&reason, _ ("It is a folder of frames. Name it to make a video of them."));
  self->n_pictures += !is_written;
  input = add_input (self->inputs, g_strdup (path), is_written, reason);
  input->is_result = is_written;
  input->subfolder = g_strdup (subfolder);
  return TRUE;
}

/* `subfolder`: where the entry lies below the folder that was given; NULL: right in it. */
static void
visit (Walk *self, char *take_path, const char *name, const char *subfolder)
{
  g_autofree char *path = take_path;
  GError *reason = NULL;
  GengaInput *input;
  gboolean is_wanted, is_result = FALSE;

  if (visit_frames (self, path, subfolder))
    return;
  if (self->request->is_recursive && g_file_test (path, G_FILE_TEST_IS_DIR) &&
      !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autofree char *below =
          subfolder != NULL ? g_build_filename (subfolder, name, NULL) : g_strdup (name);
      walk (self, path, below);
      return;
    }
  is_wanted = check_is_wanted (path, self->request, &is_result, &reason);
  self->n_pictures += is_wanted;
  input = add_input (self->inputs, g_steal_pointer (&path), !is_wanted, reason);
  input->is_result = is_result;
  input->subfolder = g_strdup (subfolder);
}

static void
walk (Walk *self, const char *folder, const char *subfolder)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) entries = list_folder (folder, &error);

  if (error != NULL)
    add_input (self->inputs, g_strdup (folder), FALSE, error);
  for (guint i = 0; entries != NULL && i < entries->len && !is_stopped (self); i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);

      visit (self, g_build_filename (folder, entry->name, NULL), entry->name, subfolder);
    }
}

static gboolean
has_error (const GPtrArray *inputs, guint first)
{
  for (guint i = first; i < inputs->len; i++)
    {
      const GengaInput *input = g_ptr_array_index (inputs, i);

      if (!input->is_skipped && input->error != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
expand_folder (GPtrArray *inputs, const char *folder, const GengaInputsRequest *request)
{
  Walk self = { request, inputs, 0 };
  guint first = inputs->len;
  g_autofree char *display = g_filename_display_name (folder);

  walk (&self, folder, NULL);
  if (self.n_pictures == 0 && !has_error (inputs, first) && !is_stopped (&self))
    add_input (inputs, g_strdup (folder), FALSE,
               g_error_new (GENGA_ERROR, GENGA_ERROR_INPUT,
                            _ ("The folder “%s” contains no pictures or videos."), display));
}

static void
add_file (GPtrArray *inputs, const char *path, const GengaInputsRequest *request)
{
  GError *reason = NULL;
  gboolean is_source = !request->reads_files || check_is_source (path, request, &reason);

  add_input (inputs, g_strdup (path), FALSE, reason)->is_refused = !is_source;
}

GPtrArray *
genga_inputs_expand (char **paths, const GengaInputsRequest *request)
{
  GPtrArray *inputs = g_ptr_array_new_with_free_func (input_free);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      if (g_file_test (paths[i], G_FILE_TEST_IS_DIR) &&
          (request->options == NULL || !look_for_video (paths[i], request->options, request)))
        expand_folder (inputs, paths[i], request);
      else
        add_file (inputs, paths[i], request);
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
