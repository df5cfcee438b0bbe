/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/dialogs/file-dialog.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GengaFilesFunc func;
  GWeakRef owner;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_weak_ref_clear (&request->owner);
  g_free (request);
}

static void
on_response (GtkNativeDialog *dialog, int response, Request *request)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&request->owner);

  if (owner != NULL && response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      request->func (files, owner);
    }
  g_object_unref (dialog);
}

static void
show (GtkFileChooserNative *dialog, GengaFilesFunc func, gpointer owner)
{
  Request *request = g_new0 (Request, 1);

  request->func = func;
  g_weak_ref_init (&request->owner, owner);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_object_set_data_full (G_OBJECT (dialog), "genga-request", request, request_free);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), request);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* Several files: those of the filter, or, where the user says so, all. */
static void
show_open (GtkFileChooserNative *dialog, GtkFileFilter *filter, GengaFilesFunc func, gpointer owner)
{
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), all);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  show (dialog, func, owner);
}

void
genga_file_dialog_open (GtkWindow *parent, GengaFilesFunc func, gpointer owner)
{
  g_autoptr (GtkFileFilter) pictures = gtk_file_filter_new ();

  gtk_file_filter_set_name (pictures, _ ("Pictures and videos"));
  gtk_file_filter_add_mime_type (pictures, "image/png");
  gtk_file_filter_add_mime_type (pictures, "image/jpeg");
  gtk_file_filter_add_mime_type (pictures, "image/webp");
  gtk_file_filter_add_mime_type (pictures, "image/gif");
  gtk_file_filter_add_mime_type (pictures, "image/bmp");
  gtk_file_filter_add_mime_type (pictures, "image/tiff");
  gtk_file_filter_add_mime_type (pictures, "image/avif");
  gtk_file_filter_add_mime_type (pictures, "image/jxl");
  gtk_file_filter_add_mime_type (pictures, "image/heif");
  gtk_file_filter_add_mime_type (pictures, "video/*");
  show_open (gtk_file_chooser_native_new (_ ("Open Pictures and Videos"), parent,
                                          GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), _ ("_Cancel")),
             pictures, func, owner);
}

void
genga_file_dialog_open_models (GtkWindow *parent, GengaFilesFunc func, gpointer owner)
{
  g_autoptr (GtkFileFilter) models = gtk_file_filter_new ();

  gtk_file_filter_set_name (models, _ ("Models"));
  gtk_file_filter_add_suffix (models, "pth");
  gtk_file_filter_add_suffix (models, "safetensors");
  gtk_file_filter_add_suffix (models, "onnx");
  gtk_file_filter_add_suffix (models, "param");
  gtk_file_filter_add_suffix (models, "ckpt");
  gtk_file_filter_add_suffix (models, "pt");
  show_open (gtk_file_chooser_native_new (_ ("Add Models"), parent, GTK_FILE_CHOOSER_ACTION_OPEN,
                                          _ ("_Add"), _ ("_Cancel")),
             models, func, owner);
}

/* In the home folder: GTK 4.8's list of recent files takes no name that is typed. */
void
genga_file_dialog_open_preset (GtkWindow *parent, GengaFilesFunc func, gpointer owner)
{
  g_autoptr (GtkFileFilter) presets = gtk_file_filter_new ();
  g_autoptr (GFile) home = g_file_new_for_path (g_get_home_dir ());
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _ ("Import Preset"), parent, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Import"), _ ("_Cancel"));

  gtk_file_filter_set_name (presets, _ ("Presets"));
  gtk_file_filter_add_suffix (presets, "genga-preset");
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), home, NULL);
  show_open (dialog, presets, func, owner);
}

void
genga_file_dialog_choose_folder (GtkWindow *parent, GengaFilesFunc func, gpointer owner)
{
  show (gtk_file_chooser_native_new (_ ("Output Folder"), parent,
                                     GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Select"),
                                     _ ("_Cancel")),
        func, owner);
}

static void
show_save (GtkFileChooserNative *dialog, const char *path, GengaFilesFunc func, gpointer owner)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *name = g_filename_display_basename (path);

  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), folder, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  show (dialog, func, owner);
}

void
genga_file_dialog_save (GtkWindow *parent, const char *path, GengaFilesFunc func, gpointer owner)
{
  show_save (gtk_file_chooser_native_new (_ ("Save Result As"), parent,
                                          GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel")),
             path, func, owner);
}

void
genga_file_dialog_save_preset (GtkWindow *parent,
                               const char *path,
                               GengaFilesFunc func,
                               gpointer owner)
{
  show_save (gtk_file_chooser_native_new (_ ("Export Preset"), parent, GTK_FILE_CHOOSER_ACTION_SAVE,
                                          _ ("_Export"), _ ("_Cancel")),
             path, func, owner);
}

void
genga_file_open (GtkWindow *parent, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);

  gtk_show_uri (parent, uri, GDK_CURRENT_TIME);
}

static void
on_shown (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer != NULL)
    return;
  g_debug ("no file manager on the bus: %s", error->message);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  genga_file_open (NULL, g_file_peek_path (folder));
}

void
genga_file_reveal (GtkWindow *parent, const char *path)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (parent));
  GDBusConnection *bus = g_application_get_dbus_connection (application);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);
  const char *uris[] = { uri, NULL };

  if (bus == NULL)
    {
      g_autofree char *folder = g_path_get_dirname (path);
      genga_file_open (parent, folder);
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, on_shown, g_steal_pointer (&file));
}
