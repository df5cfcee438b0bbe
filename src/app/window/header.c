/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/header.h"
#include "app/labels.h"

#include <glib/gi18n-lib.h>

struct _GengaHeader
{
  AdwBin parent_instance;

  GengaJobQueue *queue;
  AdwWindowTitle *title;
  GtkMenuButton *menu;
  GtkWidget *start;
  GtkWidget *pause;
  GtkWidget *stop;
  GtkWidget *progress;
};

G_DEFINE_FINAL_TYPE (GengaHeader, genga_header, ADW_TYPE_BIN)

enum
{
  PROP_MENU_MODEL = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* "3 of 17, 2:05 left"; of one file how much of it is done. */
static char *
dup_running (GengaJobQueue *queue)
{
  double seconds = genga_job_queue_get_seconds_left (queue);
  g_autofree char *left = seconds >= 0 ? genga_label_dup_duration (seconds) : NULL;
  double percent = 100 * genga_job_queue_get_fraction (queue);
  guint n_ended, n_total;

  genga_job_queue_count_run (queue, &n_ended, &n_total);
  if (n_total <= 1)
    return left != NULL ? g_strdup_printf (_ ("%.0f %%, %s left"), percent, left)
                        : g_strdup_printf (_ ("%.0f %%"), percent);
  if (left == NULL)
    /* TRANSLATORS: which file of how many. */
    return g_strdup_printf (_ ("%u of %u"), MIN (n_ended + 1, n_total), n_total);
  /* TRANSLATORS: which file of how many, and a duration ("2:05"). */
  return g_strdup_printf (_ ("%u of %u, %s left"), MIN (n_ended + 1, n_total), n_total, left);
}

static char *
dup_subtitle (GengaJobQueue *queue)
{
  guint n_waiting = genga_job_queue_get_n_waiting (queue);

  if (genga_job_queue_is_paused (queue))
    return g_strdup (_ ("Paused"));
  if (genga_job_queue_is_running (queue))
    return dup_running (queue);
  if (n_waiting > 0)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u file waiting", "%u files waiting", n_waiting), n_waiting);
  return g_strdup ("");
}

static void
update (GengaHeader *self)
{
  gboolean is_running = genga_job_queue_is_running (self->queue);
  g_autofree char *subtitle = dup_subtitle (self->queue);

  adw_window_title_set_subtitle (self->title, subtitle);
  gtk_widget_set_visible (self->start, !is_running);
  gtk_widget_set_visible (self->pause, is_running);
  gtk_widget_set_visible (self->stop, is_running);
  gtk_widget_set_visible (self->progress, is_running);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                 genga_job_queue_get_fraction (self->queue));
}

void
genga_header_set_queue (GengaHeader *self, GengaJobQueue *queue)
{
  g_return_if_fail (self->queue == NULL);

  self->queue = g_object_ref (queue);
  g_signal_connect_object (queue, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
genga_header_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, gtk_menu_button_get_menu_model (GENGA_HEADER (object)->menu));
}

static void
genga_header_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  gtk_menu_button_set_menu_model (GENGA_HEADER (object)->menu, g_value_get_object (value));
}

static void
genga_header_dispose (GObject *object)
{
  g_clear_object (&GENGA_HEADER (object)->queue);

  G_OBJECT_CLASS (genga_header_parent_class)->dispose (object);
}

static void
genga_header_class_init (GengaHeaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = genga_header_get_property;
  object_class->set_property = genga_header_set_property;
  object_class->dispose = genga_header_dispose;

  properties[PROP_MENU_MODEL] = g_param_spec_object ("menu-model", NULL, NULL, G_TYPE_MENU_MODEL,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/genga/Genga/header.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaHeader, title);
  gtk_widget_class_bind_template_child (widget_class, GengaHeader, menu);
  gtk_widget_class_bind_template_child (widget_class, GengaHeader, start);
  gtk_widget_class_bind_template_child (widget_class, GengaHeader, pause);
  gtk_widget_class_bind_template_child (widget_class, GengaHeader, stop);
  gtk_widget_class_bind_template_child (widget_class, GengaHeader, progress);
}

static void
genga_header_init (GengaHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
