/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/dialogs/log-dialog.h"
#include "job/job-log.h"

struct _GengaLogDialog
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkTextView *view;
};

G_DEFINE_FINAL_TYPE (GengaLogDialog, genga_log_dialog, ADW_TYPE_WINDOW)

static void
copy_all (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GENGA_LOG_DIALOG (widget)->view);
  g_autofree char *text = NULL;

  g_object_get (buffer, "text", &text, NULL);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

static void
genga_log_dialog_class_init (GengaLogDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/log-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaLogDialog, title);
  gtk_widget_class_bind_template_child (widget_class, GengaLogDialog, view);
  gtk_widget_class_install_action (widget_class, "log.copy", NULL, copy_all);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
genga_log_dialog_init (GengaLogDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
genga_log_dialog_new (GtkWindow *parent, GengaJob *job)
{
  GengaLogDialog *self = g_object_new (GENGA_TYPE_LOG_DIALOG, "transient-for", parent, NULL);
  g_autofree char *name = g_filename_display_basename (genga_job_get_source (job));
  g_autofree char *log = genga_job_dup_log (job);

  adw_window_title_set_subtitle (self->title, name);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), log, -1);
  return GTK_WIDGET (self);
}
