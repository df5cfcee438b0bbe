/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/hint-bar.h"

#include <glib/gi18n-lib.h>

#define KEY "hints-read"

struct _GengaHintBar
{
  AdwBin parent_instance;

  GengaJobQueue *queue; /* NULL before it is set up */
  GSettings *settings;
  gboolean has_result;
  const char *shown; /* the hint's name; NULL: none */

  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (GengaHintBar, genga_hint_bar, ADW_TYPE_BIN)

/* The names are written in settings and stay. */
static const struct
{
  const char *name;
  gboolean needs_result;
  const char *sentence;
} hints[] = {
  { "compare", FALSE,
    N_ ("Drag the line to compare, and scroll to zoom. While Space is held, you see the original "
        "alone.") },
  { "start", FALSE,
    N_ ("The options are for all files that wait. “Test” shows the whole result without keeping "
        "it, “Start” makes the files.") },
  { "results", TRUE,
    N_ ("Results lie beside their sources unless you choose a folder. A right click on a file, or "
        "the Menu key, shows what can be done with it.") },
};

static void
update (GengaHintBar *self)
{
  g_auto (GStrv) read = g_settings_get_strv (self->settings, KEY);
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->queue)) == 0;

  self->shown = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (hints) && self->shown == NULL && !is_empty; i++)
    {
      if (g_strv_contains ((const char *const *)read, hints[i].name) ||
          (hints[i].needs_result && !self->has_result))
        continue;
      self->shown = hints[i].name;
      gtk_label_set_label (self->label, _ (hints[i].sentence));
    }
  gtk_widget_set_visible (GTK_WIDGET (self), self->shown != NULL);
}

static void
on_read (GengaHintBar *self)
{
  g_auto (GStrv) read = g_settings_get_strv (self->settings, KEY);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) now = NULL;

  if (self->shown == NULL)
    return;
  g_strv_builder_addv (builder, (const char **)read);
  g_strv_builder_add (builder, self->shown);
  now = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, KEY, (const char *const *)now);
}

static void
on_job_ended (GengaHintBar *self, GengaJob *job)
{
  self->has_result |= genga_job_get_state (job) == GENGA_JOB_DONE;
  update (self);
}

void
genga_hint_bar_set_up (GengaHintBar *self, GengaJobQueue *queue, GSettings *settings)
{
  g_return_if_fail (self->queue == NULL);

  self->queue = g_object_ref (queue);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "job-ended", G_CALLBACK (on_job_ended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::" KEY, G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
genga_hint_bar_dispose (GObject *object)
{
  GengaHintBar *self = GENGA_HINT_BAR (object);

  g_clear_object (&self->queue);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (genga_hint_bar_parent_class)->dispose (object);
}

static void
genga_hint_bar_class_init (GengaHintBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_hint_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/genga/Genga/hint-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaHintBar, label);
  gtk_widget_class_bind_template_callback (widget_class, on_read);
}

static void
genga_hint_bar_init (GengaHintBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
