/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/own-options.h"
#include "app/dialogs/dialog.h"
#include "app/options/options-panel.h"
#include "app/queue/source-kinds.h"
#include "core/options-text.h"
#include "job/job.h"

#include <glib/gi18n-lib.h>

#define WIDTH 400
#define HEIGHT 640

struct _GengaOwnOptions
{
  AdwWindow parent_instance;

  GengaOptions *options;
  GengaSourceKinds *kinds;
  GtkWidget *note;
};

G_DEFINE_FINAL_TYPE (GengaOwnOptions, genga_own_options, ADW_TYPE_WINDOW)

static guint applied_signal;

static void
on_apply (GengaOwnOptions *self)
{
  g_autoptr (GError) error = NULL;

  if (!genga_options_validate (self->options, &error))
    {
      gtk_widget_add_css_class (self->note, "error");
      gtk_label_set_label (GTK_LABEL (self->note), error->message);
      return;
    }
  g_signal_emit (self, applied_signal, 0, self->options);
  gtk_window_close (GTK_WINDOW (self));
}

static GtkWidget *
make_header (GengaOwnOptions *self)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_label (_ ("Cancel"));
  GtkWidget *apply = gtk_button_new_with_label (_ ("Apply"));

  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), apply);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (cancel), "window.close");
  gtk_widget_add_css_class (apply, "suggested-action");
  g_signal_connect_object (apply, "clicked", G_CALLBACK (on_apply), self, G_CONNECT_SWAPPED);
  return header;
}

static char *
dup_note (GListModel *jobs)
{
  guint n = g_list_model_get_n_items (jobs);
  g_autoptr (GengaJob) job = g_list_model_get_item (jobs, 0);
  g_autofree char *name = g_filename_display_basename (genga_job_get_source (job));

  if (n == 1)
    return g_strdup_printf (_ ("These options are for “%s” alone."), name);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "These options are for %u file alone.",
                                       "These options are for %u files alone.", n),
                          n);
}

static GtkWidget *
make_note (GListModel *jobs)
{
  g_autofree char *sentence = dup_note (jobs);
  GtkWidget *note = gtk_label_new (sentence);

  gtk_label_set_wrap (GTK_LABEL (note), TRUE);
  gtk_label_set_xalign (GTK_LABEL (note), 0);
  gtk_widget_add_css_class (note, "options-note");
  return note;
}

static GtkWidget *
make_panel (GengaOwnOptions *self)
{
  static const char *const kinds[] = { "has-pictures", "has-videos", "formats" };
  GtkWidget *panel = g_object_new (GENGA_TYPE_OPTIONS_PANEL, "vexpand", TRUE, NULL);

  genga_options_panel_set_options (GENGA_OPTIONS_PANEL (panel), self->options);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_object_bind_property (self->kinds, kinds[i], panel, kinds[i], G_BINDING_SYNC_CREATE);
  return panel;
}

static void
genga_own_options_dispose (GObject *object)
{
  GengaOwnOptions *self = GENGA_OWN_OPTIONS (object);

  g_clear_object (&self->options);
  g_clear_object (&self->kinds);

  G_OBJECT_CLASS (genga_own_options_parent_class)->dispose (object);
}

static void
genga_own_options_class_init (GengaOwnOptionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_own_options_dispose;
  applied_signal = g_signal_new ("applied", GENGA_TYPE_OWN_OPTIONS, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, GENGA_TYPE_OPTIONS);
}

static void
genga_own_options_init (GengaOwnOptions *self)
{
}

GtkWidget *
genga_own_options_new (GtkWindow *parent, GListModel *jobs, GengaOptions *options)
{
  GengaOwnOptions *self =
      g_object_new (GENGA_TYPE_OWN_OPTIONS, "title", _ ("Own Options"), "modal", TRUE,
                    "default-width", WIDTH, "default-height", HEIGHT, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->options = genga_options_copy (options);
  self->kinds = genga_source_kinds_new (jobs);
  self->note = make_note (jobs);
  gtk_box_append (GTK_BOX (box), make_header (self));
  gtk_box_append (GTK_BOX (box), self->note);
  gtk_box_append (GTK_BOX (box), make_panel (self));
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "genga");
  genga_dialog_set_parent (GTK_WINDOW (self), parent);
  return GTK_WIDGET (self);
}
