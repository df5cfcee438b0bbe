/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/options-note.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>

struct _GengaOptionsNote
{
  AdwBin parent_instance;

  GengaOptions *options;
  GengaJobQueue *queue;
  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (GengaOptionsNote, genga_options_note, ADW_TYPE_BIN)

/* What a change applies to while the queue runs. */
static char *
dup_applies (GengaJobQueue *queue)
{
  guint n_waiting = genga_job_queue_get_n_waiting (queue);

  if (n_waiting == 0)
    return g_strdup (_ ("Running files keep their options. Changes apply to files that you add."));
  return g_strdup_printf (
      g_dngettext (
          GETTEXT_PACKAGE, "Running files keep their options. Changes apply to %u waiting file.",
          "Running files keep their options. Changes apply to %u waiting files.", n_waiting),
      n_waiting);
}

static void
update (GengaOptionsNote *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (!genga_options_validate (self->options, &error))
    sentence = g_strdup (error->message);
  else if (genga_job_queue_is_running (self->queue))
    sentence = dup_applies (self->queue);
  if (error != NULL)
    gtk_widget_add_css_class (self->label, "error");
  else
    gtk_widget_remove_css_class (self->label, "error");
  gtk_label_set_label (GTK_LABEL (self->label), sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self), sentence != NULL);
}

void
genga_options_note_set_up (GengaOptionsNote *self, GengaOptions *options, GengaJobQueue *queue)
{
  g_return_if_fail (self->options == NULL);

  self->options = g_object_ref (options);
  self->queue = g_object_ref (queue);
  g_signal_connect_object (options, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "notify::running", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "notify::n-waiting", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

static void
genga_options_note_dispose (GObject *object)
{
  GengaOptionsNote *self = GENGA_OPTIONS_NOTE (object);

  g_clear_object (&self->options);
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (genga_options_note_parent_class)->dispose (object);
}

static void
genga_options_note_class_init (GengaOptionsNoteClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_options_note_dispose;
}

static void
genga_options_note_init (GengaOptionsNote *self)
{
  self->label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_widget_add_css_class (GTK_WIDGET (self), "options-note");
  adw_bin_set_child (ADW_BIN (self), self->label);
}
