/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/file-actions.h"
#include "app/dialogs/file-dialog.h"
#include "app/models/model-add.h"
#include "app/window/text-focus.h"
#include "job/reader/look-apart.h"
#include "models/model-import.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

struct _GengaFileActions
{
  GObject parent_instance;

  GtkWindow *window; /* NULL once it has gone */
  AdwToastOverlay *toasts;
  GengaJobQueue *queue;
  GengaOptions *options;
  GCancellable *closing; /* is cancelled when the window goes */
};

G_DEFINE_FINAL_TYPE (GengaFileActions, genga_file_actions, G_TYPE_OBJECT)

enum
{
  ADDED,
  MESSAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
emit_message (GengaFileActions *self, const char *sentence)
{
  g_signal_emit (self, signals[MESSAGE], 0, sentence);
}

/* Files that were brought in, by what they are. */
typedef struct
{
  char **paths;
  gboolean starts; /* the queue, with what is added */
  gboolean allows_truncated;
  GengaResultRecord *results;
  GPtrArray *inputs; /* of GengaInput; NULL before it is known */
  char **models;     /* paths of model files */
} Sorted;

static void
sorted_free (gpointer data)
{
  Sorted *self = data;

  g_strfreev (self->paths);
  genga_result_record_unref (self->results);
  g_clear_pointer (&self->inputs, g_ptr_array_unref);
  g_strfreev (self->models);
  g_free (self);
}

static gboolean
is_cancelled (gpointer cancellable)
{
  return g_cancellable_is_cancelled (cancellable);
}

/* In a thread, since telling models from pictures may mean reading the file; that of pictures
 * another process reads. */
static void
sort_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GStrvBuilder) models = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) others = g_strv_builder_new ();
  Sorted *sorted = data;
  g_autoptr (GengaLookApart) look = NULL;
  GengaInputsRequest request = { .is_recursive = TRUE,
                                 .reads_files = TRUE,
                                 .allows_truncated = sorted->allows_truncated,
                                 .results = sorted->results,
                                 .is_stopped = is_cancelled,
                                 .user_data = cancellable };
  char **paths = sorted->paths;

  for (guint i = 0; paths[i] != NULL; i++)
    g_strv_builder_add (genga_model_import_is_model (paths[i]) ? models : others, paths[i]);

  g_auto (GStrv) rest = g_strv_builder_end (others);
  look = genga_look_apart_new ((const char *const *)rest, cancellable);
  request.look = genga_look_apart_get_look (look);
  sorted->inputs = genga_inputs_expand (rest, &request);
  sorted->models = g_strv_builder_end (models);
  g_task_return_boolean (task, TRUE);
}

static void
report_skipped (GengaFileActions *self, guint n_skipped, guint n_results)
{
  g_autofree char *others = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "Skipped %u file in the folder that is not a picture or video.",
                   "Skipped %u files in the folder that are not pictures or videos.", n_skipped),
      n_skipped);
  g_autofree char *results =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Skipped %u result of an earlier run.",
                                    "Skipped %u results of earlier runs.", n_results),
                       n_results);

  if (n_skipped > 0)
    emit_message (self, others);
  if (n_results > 0)
    emit_message (self, results);
}

static void
on_sorted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaFileActions *self = GENGA_FILE_ACTIONS (source);
  const Sorted *sorted = g_task_get_task_data (G_TASK (result));
  guint n_before = g_list_model_get_n_items (G_LIST_MODEL (self->queue));
  guint n_skipped = 0, n_results = 0, n_sources = 0;

  if (self->window == NULL || is_cancelled (self->closing)) /* closed meanwhile */
    return;
  if (sorted->models[0] != NULL)
    genga_model_add (self->window, self->toasts, self->options,
                     (const char *const *)sorted->models);
  for (guint i = 0; i < sorted->inputs->len; i++)
    {
      const GengaInput *input = g_ptr_array_index (sorted->inputs, i);

      n_results += input->is_result;
      n_skipped += input->is_skipped && !input->is_result;
      n_sources += input->error == NULL;
      /* What was refused says so in its row. */
      if (!input->is_skipped && !input->is_refused && input->error != NULL)
        emit_message (self, input->error->message);
    }
  report_skipped (self, n_skipped, n_results);
  if (genga_job_queue_add_inputs (self->queue, sorted->inputs, self->options) == 0)
    return;
  g_signal_emit (self, signals[ADDED], 0, n_before);
  if (sorted->starts && n_sources > 0)
    g_action_group_activate_action (G_ACTION_GROUP (self->window), "start", NULL);
}

void
genga_file_actions_add (GengaFileActions *self, GListModel *files, gboolean starts)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autoptr (GTask) task = g_task_new (self, self->closing, on_sorted, NULL);
  Sorted *sorted = g_new0 (Sorted, 1);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      if (g_file_peek_path (file) != NULL)
        g_strv_builder_add (paths, g_file_peek_path (file));
      else
        emit_message (self, _ ("Can't open remote files. Copy them to this computer first."));
    }
  g_task_set_source_tag (task, genga_file_actions_add);
  sorted->paths = g_strv_builder_end (paths);
  sorted->starts = starts;
  sorted->allows_truncated =
      genga_options_get_boolean (self->options, GENGA_OPTION_ALLOW_TRUNCATED);
  sorted->results = genga_result_record_ref (genga_job_queue_get_results (self->queue));
  g_task_set_task_data (task, sorted, sorted_free);
  g_task_run_in_thread (task, sort_in_thread);
}

static void
add_file_list (GengaFileActions *self, const GValue *value)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
    g_list_store_append (files, l->data);
  genga_file_actions_add (self, G_LIST_MODEL (files), FALSE);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, GengaFileActions *self)
{
  add_file_list (self, value);
  return TRUE;
}

/* Kinds of pictures that are pasted as they come, what keeps most first. */
static const struct
{
  const char *type;
  const char *extension;
} pasted_kinds[] = {
  { "image/png", "png" },   { "image/tiff", "tif" }, { "image/webp", "webp" },
  { "image/avif", "avif" }, { "image/jxl", "jxl" },  { "image/heif", "heif" },
  { "image/jpeg", "jpg" },  { "image/bmp", "bmp" },  { "image/gif", "gif" },
};

static const char *
get_pasted_extension (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (pasted_kinds); i++)
    if (g_str_equal (pasted_kinds[i].type, type))
      return pasted_kinds[i].extension;
  return pasted_kinds[0].extension;
}

/* Where a picture without a file is put, so that its result has a place, too. */
static char *
dup_pasted_path (const char *extension, GError **error)
{
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  g_autofree char *folder =
      g_build_filename (pictures != NULL ? pictures : g_get_home_dir (), "Genga", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y-%m-%d %H.%M.%S");

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_autofree char *display = g_filename_display_name (folder);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _ ("Can't create the folder “%s” for pasted pictures."), display);
      return NULL;
    }
  for (guint i = 1;; i++)
    {
      /* TRANSLATORS: the name of a file without its extension; %s is date and time. */
      g_autofree char *first = g_strdup_printf (_ ("Pasted %s"), stamp);
      g_autofree char *further = g_strdup_printf ("%u", i);
      /* TRANSLATORS: the same, of one more picture in the same second: its number is the last %s.
       */
      g_autofree char *other = g_strdup_printf (_ ("Pasted %s (%s)"), stamp, further);
      g_autofree char *name = g_strdup_printf ("%s.%s", i == 1 ? first : other, extension);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

/* A picture as it came out of the clipboard: it is decoded where all files are. */
typedef struct
{
  char *extension;
  GBytes *bytes;
} Pasted;

static void
pasted_free (gpointer data)
{
  Pasted *self = data;

  g_free (self->extension);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Pasted *pasted = data;
  GError *error = NULL;
  g_autofree char *path = dup_pasted_path (pasted->extension, &error);

  if (path != NULL)
    g_file_set_contents (path, g_bytes_get_data (pasted->bytes, NULL),
                         g_bytes_get_size (pasted->bytes), &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_file_new_for_path (path), g_object_unref);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaFileActions *self = GENGA_FILE_ACTIONS (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  if (self->window == NULL) /* closed meanwhile */
    return;
  if (file == NULL)
    {
      emit_message (self, error->message);
      return;
    }
  g_list_store_append (files, file);
  genga_file_actions_add (self, G_LIST_MODEL (files), FALSE);
}

static void
on_bytes_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Pasted *pasted = g_task_get_task_data (task);

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, NULL) > 0)
    {
      pasted->bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (source));
      g_task_run_in_thread (task, save_in_thread);
      return;
    }
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                           _ ("The clipboard has no picture."));
}

static void
on_stream_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaFileActions) self = user_data;
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  const char *type = NULL;
  g_autoptr (GInputStream) stream =
      gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, &type, NULL);
  Pasted *pasted;
  GTask *task;

  if (stream == NULL)
    {
      emit_message (self, _ ("The clipboard has no picture."));
      return;
    }
  pasted = g_new0 (Pasted, 1);
  pasted->extension = g_strdup (get_pasted_extension (type));
  task = g_task_new (self, NULL, on_saved, NULL);
  g_task_set_source_tag (task, on_stream_opened);
  g_task_set_task_data (task, pasted, pasted_free);
  g_output_stream_splice_async (
      memory, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
      G_PRIORITY_DEFAULT, NULL, on_bytes_read, task);
}

static void
read_picture (GengaFileActions *self, GdkClipboard *clipboard)
{
  const char *types[G_N_ELEMENTS (pasted_kinds) + 1] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (pasted_kinds); i++)
    types[i] = pasted_kinds[i].type;
  gdk_clipboard_read_async (clipboard, types, G_PRIORITY_DEFAULT, NULL, on_stream_opened,
                            g_object_ref (self));
}

static void
on_files_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaFileActions) self = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);

  if (value != NULL)
    add_file_list (self, value);
  else
    emit_message (self, _ ("Can't read the files in the clipboard."));
}

static void
on_paste (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaFileActions *self = user_data;
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self->window));

  if (genga_text_focus_activate (self->window, "clipboard.paste"))
    return;
  if (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL,
                                    on_files_read, g_object_ref (self));
  else
    read_picture (self, clipboard);
}

static void
on_files_chosen (GListModel *files, gpointer user_data)
{
  genga_file_actions_add (user_data, files, FALSE);
}

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaFileActions *self = user_data;

  genga_file_dialog_open (self->window, on_files_chosen, self);
}

static void
genga_file_actions_dispose (GObject *object)
{
  GengaFileActions *self = GENGA_FILE_ACTIONS (object);

  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->toasts);
  g_clear_object (&self->queue);
  g_clear_object (&self->options);
  g_clear_object (&self->closing);

  G_OBJECT_CLASS (genga_file_actions_parent_class)->dispose (object);
}

static void
genga_file_actions_class_init (GengaFileActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_file_actions_dispose;

  signals[ADDED] = g_signal_new ("added", GENGA_TYPE_FILE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[MESSAGE] = g_signal_new ("message", GENGA_TYPE_FILE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
genga_file_actions_init (GengaFileActions *self)
{
}

GengaFileActions *
genga_file_actions_new (GtkApplicationWindow *window,
                        AdwToastOverlay *toasts,
                        GengaJobQueue *queue,
                        GengaOptions *options)
{
  const GActionEntry entries[] = {
    { "open", on_open },
    { "paste", on_paste },
  };
  GengaFileActions *self = g_object_new (GENGA_TYPE_FILE_ACTIONS, NULL);
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_set_weak_pointer (&self->window, GTK_WINDOW (window));
  self->toasts = g_object_ref (toasts);
  self->queue = g_object_ref (queue);
  self->options = g_object_ref (options);
  self->closing = g_cancellable_new ();
  g_signal_connect_object (window, "destroy", G_CALLBACK (g_cancellable_cancel), self->closing,
                           G_CONNECT_SWAPPED);
  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_object (target, "drop", G_CALLBACK (on_drop), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (window), GTK_EVENT_CONTROLLER (target));
  return self;
}
