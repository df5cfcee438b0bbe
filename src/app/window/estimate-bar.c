/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/estimate-bar.h"
#include "app/labels.h"
#include "job/estimate/estimate.h"

#include <glib/gi18n-lib.h>

/* A slider's steps come faster than people read. */
#define REST_MS 150

struct _GengaEstimateBar
{
  AdwBin parent_instance;

  GengaJobQueue *queue;
  GSettings *settings;
  GengaSpeeds *speeds;
  GCancellable *estimating;
  guint rest; /* the timeout, or 0 */
  char *effective;

  GtkLabel *size;
  GtkLabel *cost;
};

G_DEFINE_FINAL_TYPE (GengaEstimateBar, genga_estimate_bar, ADW_TYPE_BIN)

enum
{
  PROP_EFFECTIVE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
dup_one (const GengaEstimate *estimate, const char *size, const char *bytes)
{
  g_autofree char *name =
      estimate->name[0] != '\0' ? g_filename_display_name (estimate->name) : NULL;

  /* TRANSLATORS: a size ("1920 × 1080") and an amount of disk space ("340 MB"). */
  if (name == NULL)
    return estimate->n_videos == 1
               ? g_strdup_printf (_ ("Result: %s pixels, about %s"), size, bytes)
               : g_strdup_printf (_ ("Result: %s pixels"), size);
  /* TRANSLATORS: a file's name, a size ("1920 × 1080") and an amount of disk space ("340 MB"). */
  if (estimate->n_videos == 1)
    return g_strdup_printf (_ ("“%s”: %s pixels, about %s"), name, size, bytes);
  /* TRANSLATORS: a file's name and a size ("1920 × 1080"). */
  return g_strdup_printf (_ ("“%s”: %s pixels"), name, size);
}

static char *
dup_size (const GengaEstimate *estimate)
{
  g_autofree char *size = genga_label_dup_size (estimate->width, estimate->height);
  g_autofree char *bytes = g_format_size (estimate->disk_bytes);

  if (estimate->n_pictures == 1)
    return dup_one (estimate, size, bytes);
  if (estimate->n_videos > 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u result, about %s of video in total",
                                         "%u results, about %s of video in total",
                                         estimate->n_pictures),
                            estimate->n_pictures, bytes);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u result, %.1f megapixels in total",
                                       "%u results, %.1f megapixels in total",
                                       estimate->n_pictures),
                          estimate->n_pictures, estimate->pixels / 1e6);
}

static gboolean
is_disk_short (const GengaEstimate *estimate)
{
  return estimate->disk_free_bytes > 0 && estimate->disk_bytes > estimate->disk_free_bytes;
}

static char *
dup_cost (const GengaEstimate *estimate)
{
  g_autofree char *memory = g_format_size (estimate->memory_bytes);
  g_autofree char *available = g_format_size (estimate->available_bytes);

  if (is_disk_short (estimate))
    {
      g_autofree char *needed = g_format_size (estimate->disk_bytes);
      g_autofree char *left = g_format_size (estimate->disk_free_bytes);
      return g_strdup_printf (_ ("Needs about %s of disk space, but only %s is free"), needed,
                              left);
    }
  if (estimate->memory_bytes > estimate->available_bytes)
    return g_strdup_printf (_ ("Needs about %s of memory, but only %s is free"), memory, available);
  if (estimate->seconds < 0)
    return g_strdup_printf (_ ("Needs about %s of memory"), memory);
  if (estimate->seconds < 1)
    return g_strdup_printf (_ ("Takes about a second and %s of memory"), memory);
  g_autofree char *duration = genga_label_dup_duration (estimate->seconds);
  /* TRANSLATORS: a duration ("1:05") and an amount of memory ("340 MB"). */
  return g_strdup_printf (_ ("Takes about %s and %s of memory"), duration, memory);
}

static void
set_effective (GengaEstimateBar *self, const GengaEstimate *estimate)
{
  char *text = NULL;

  if (estimate->precision[0] != '\0')
    {
      g_autofree char *precision = g_ascii_strup (estimate->precision, -1);
      /* TRANSLATORS: a precision ("FP32") and a device ("cuda:0"). */
      text = g_strdup_printf (_ ("%s on %s"), precision, estimate->device);
    }
  g_free (self->effective);
  self->effective = text;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EFFECTIVE]);
}

static void
show_estimate (GengaEstimateBar *self, const GengaEstimate *estimate)
{
  g_autofree char *size = dup_size (estimate);
  g_autofree char *cost = dup_cost (estimate);

  gtk_label_set_label (self->size, size);
  gtk_label_set_label (self->cost, cost);
  if (estimate->memory_bytes > estimate->available_bytes || is_disk_short (estimate))
    gtk_widget_add_css_class (GTK_WIDGET (self->cost), "warning");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->cost), "warning");
  set_effective (self, estimate);
}

static void
on_estimated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaEstimateBar) self = user_data;
  g_autoptr (GError) error = NULL;
  GengaEstimate estimate;

  genga_estimate_finish (result, &estimate, &error);
  if (g_task_get_cancellable (G_TASK (result)) != self->estimating)
    return;
  if (error != NULL)
    g_debug ("%s", error->message); /* a start says it */
  gboolean is_known = error == NULL && estimate.n_pictures > 0;
  if (is_known)
    show_estimate (self, &estimate);
  gtk_widget_set_visible (GTK_WIDGET (self), is_known);
}

static void
stop_estimating (GengaEstimateBar *self)
{
  g_clear_handle_id (&self->rest, g_source_remove);
  if (self->estimating != NULL)
    g_cancellable_cancel (self->estimating);
  g_clear_object (&self->estimating);
}

static gboolean
on_rest (gpointer user_data)
{
  GengaEstimateBar *self = user_data;
  g_autoptr (GPtrArray) jobs = genga_job_queue_dup_waiting (self->queue);

  self->rest = 0;
  if (jobs->len == 0)
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return G_SOURCE_REMOVE;
    }
  self->estimating = g_cancellable_new ();
  genga_estimate_async (jobs, self->speeds, self->estimating, on_estimated, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

void
genga_estimate_bar_refresh (GengaEstimateBar *self)
{
  stop_estimating (self);
  if (genga_job_queue_is_running (self->queue))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  else
    self->rest = g_timeout_add (REST_MS, on_rest, self);
}

static void
on_job_ended (GengaEstimateBar *self, GengaJob *job)
{
  genga_speeds_learn (self->speeds, job);
}

static void
on_finished (GengaEstimateBar *self)
{
  genga_speeds_save (self->speeds, self->settings);
}

void
genga_estimate_bar_set_queue (GengaEstimateBar *self, GengaJobQueue *queue, GSettings *settings)
{
  g_return_if_fail (self->queue == NULL);

  self->queue = g_object_ref (queue);
  self->settings = g_object_ref (settings);
  self->speeds = genga_speeds_load (settings);
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (genga_estimate_bar_refresh), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "notify::running", G_CALLBACK (genga_estimate_bar_refresh), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "job-ended", G_CALLBACK (on_job_ended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "finished", G_CALLBACK (on_finished), self, G_CONNECT_SWAPPED);
}

GengaSpeeds *
genga_estimate_bar_get_speeds (GengaEstimateBar *self)
{
  return self->speeds;
}

static void
genga_estimate_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, GENGA_ESTIMATE_BAR (object)->effective);
}

static void
genga_estimate_bar_dispose (GObject *object)
{
  GengaEstimateBar *self = GENGA_ESTIMATE_BAR (object);

  stop_estimating (self);
  g_clear_object (&self->queue);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->speeds, genga_speeds_free);
  g_clear_pointer (&self->effective, g_free);

  G_OBJECT_CLASS (genga_estimate_bar_parent_class)->dispose (object);
}

static void
genga_estimate_bar_class_init (GengaEstimateBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = genga_estimate_bar_get_property;
  object_class->dispose = genga_estimate_bar_dispose;

  properties[PROP_EFFECTIVE] = g_param_spec_string ("effective", NULL, NULL, NULL,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/estimate-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaEstimateBar, size);
  gtk_widget_class_bind_template_child (widget_class, GengaEstimateBar, cost);
}

static void
genga_estimate_bar_init (GengaEstimateBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
