/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/dialogs/diagnostics-window.h"
#include "app/dialogs/dialog.h"
#include "job/diagnostics-text.h"

#include <glib/gi18n-lib.h>

struct _GengaDiagnosticsWindow
{
  AdwWindow parent_instance;

  char *text;                 /* for the clipboard; NULL while it is not known */
  AdwPreferencesGroup *group; /* the section that is being filled */
  AdwToastOverlay *toasts;
  GtkStack *pages; /* NULL once the window is closed */
  AdwPreferencesPage *page;
};

/* Held while devices are tried: their drivers must not run into the end of the program. */
static GMutex finding;
static gboolean is_over; /* with it */

G_DEFINE_FINAL_TYPE (GengaDiagnosticsWindow, genga_diagnostics_window, ADW_TYPE_WINDOW)

static void
add_line (const char *section, const char *title, const char *text, gpointer user_data)
{
  GengaDiagnosticsWindow *self = user_data;
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title_markup = g_markup_escape_text (title, -1);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  if (self->group == NULL || !g_str_equal (adw_preferences_group_get_title (self->group), section))
    {
      self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
      adw_preferences_group_set_title (self->group, section);
      adw_preferences_page_add (self->page, self->group);
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title_markup);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), markup);
  adw_preferences_group_add (self->group, row);
}

static void
find_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&finding);

  g_task_return_pointer (task, is_over ? NULL : genga_diagnostics_new (GPOINTER_TO_INT (data)),
                         (GDestroyNotify)genga_diagnostics_free);
}

void
genga_diagnostics_window_shut_down (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&finding);

  is_over = TRUE;
}

static void
find_async (GtkWidget *widget, gboolean tries_encoders, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (widget, NULL, callback, NULL);

  g_task_set_source_tag (task, find_async);
  g_task_set_task_data (task, GINT_TO_POINTER (tries_encoders), NULL);
  g_task_run_in_thread (task, find_in_thread);
}

static void
on_found_for_about (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaDiagnostics) diagnosis = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autofree char *text = genga_diagnostics_dup_text (diagnosis);

  if (gtk_widget_get_visible (GTK_WIDGET (source))) /* else it was closed meanwhile */
    adw_about_window_set_debug_info (ADW_ABOUT_WINDOW (source), text);
}

void
genga_diagnostics_window_fill_about (AdwAboutWindow *about)
{
  find_async (GTK_WIDGET (about), FALSE, on_found_for_about);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaDiagnosticsWindow *self = GENGA_DIAGNOSTICS_WINDOW (source);
  g_autoptr (GengaDiagnostics) diagnosis = g_task_propagate_pointer (G_TASK (result), NULL);

  if (self->pages == NULL)
    return;
  self->text = genga_diagnostics_dup_text (diagnosis);
  genga_diagnostics_foreach (diagnosis, add_line, self);
  gtk_stack_set_visible_child_name (self->pages, "list");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnostics.copy", TRUE);
}

static void
on_copy (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaDiagnosticsWindow *self = GENGA_DIAGNOSTICS_WINDOW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->text);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_ ("Copied.")));
}

static void
genga_diagnostics_window_dispose (GObject *object)
{
  GENGA_DIAGNOSTICS_WINDOW (object)->pages = NULL;

  G_OBJECT_CLASS (genga_diagnostics_window_parent_class)->dispose (object);
}

static void
genga_diagnostics_window_finalize (GObject *object)
{
  g_free (GENGA_DIAGNOSTICS_WINDOW (object)->text);

  G_OBJECT_CLASS (genga_diagnostics_window_parent_class)->finalize (object);
}

static void
genga_diagnostics_window_class_init (GengaDiagnosticsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_diagnostics_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = genga_diagnostics_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/diagnostics.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaDiagnosticsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, GengaDiagnosticsWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, GengaDiagnosticsWindow, page);
  gtk_widget_class_install_action (widget_class, "diagnostics.copy", NULL, on_copy);
}

static void
genga_diagnostics_window_init (GengaDiagnosticsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "diagnostics.copy", FALSE);
}

GtkWidget *
genga_diagnostics_window_new (GtkWindow *parent)
{
  GtkWidget *self = g_object_new (GENGA_TYPE_DIAGNOSTICS_WINDOW, NULL);

  genga_dialog_set_parent (GTK_WINDOW (self), parent);
  find_async (self, TRUE, on_found);
  return self;
}
