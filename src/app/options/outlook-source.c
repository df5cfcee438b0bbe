/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/outlook-source.h"

/* A slider's steps come faster than people read. */
#define REST_MS 200

struct _GengaOutlookSource
{
  GObject parent_instance;

  GengaSpeeds *speeds;
  GengaJob *job;
  GengaOutlook *outlook;
  char *problem;
  guint rest;            /* the timeout, or 0 */
  GCancellable *looking; /* NULL, as the next one: nothing is under way */
  GCancellable *measuring;
  double fraction;
};

G_DEFINE_FINAL_TYPE (GengaOutlookSource, genga_outlook_source, G_TYPE_OBJECT)

enum
{
  PROP_JOB = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

static void
tell (GengaOutlookSource *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
cancel (GCancellable **cancellable)
{
  if (*cancellable != NULL)
    g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

static void
take (GengaOutlookSource *self, GengaOutlook *outlook, const GError *error)
{
  g_clear_pointer (&self->outlook, genga_outlook_free);
  g_free (self->problem);
  self->outlook = outlook;
  self->problem = error != NULL ? g_strdup (error->message) : NULL;
  tell (self);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaOutlookSource) self = user_data;
  g_autoptr (GError) error = NULL;
  GengaOutlook *outlook = genga_outlook_request_finish (result, &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->looking)
    {
      genga_outlook_free (outlook);
      return;
    }
  g_clear_object (&self->looking);
  take (self, outlook, error);
}

static gboolean
is_waiting (GengaOutlookSource *self)
{
  return self->job != NULL && genga_job_get_state (self->job) == GENGA_JOB_QUEUED;
}

static gboolean
on_rest (gpointer user_data)
{
  GengaOutlookSource *self = user_data;

  self->rest = 0;
  if (!is_waiting (self))
    {
      take (self, NULL, NULL);
      return G_SOURCE_REMOVE;
    }
  self->looking = g_cancellable_new ();
  genga_outlook_request_async (self->job, self->speeds, self->looking, on_looked,
                               g_object_ref (self));
  return G_SOURCE_REMOVE;
}

void
genga_outlook_source_refresh (GengaOutlookSource *self)
{
  const gboolean was_measuring = self->measuring != NULL;

  g_clear_handle_id (&self->rest, g_source_remove);
  cancel (&self->looking);
  cancel (&self->measuring);
  self->rest = g_timeout_add (REST_MS, on_rest, self);
  if (was_measuring)
    tell (self);
}

const GengaOutlook *
genga_outlook_source_get (GengaOutlookSource *self)
{
  return self->outlook;
}

const char *
genga_outlook_source_get_problem (GengaOutlookSource *self)
{
  return self->problem;
}

gboolean
genga_outlook_source_is_own (GengaOutlookSource *self)
{
  return self->job != NULL && genga_job_has_own_options (self->job);
}

/* ---- measuring ---- */

static void
on_progress (double fraction, gpointer user_data)
{
  GengaOutlookSource *self = user_data;

  self->fraction = fraction;
  tell (self);
}

static void
on_measured (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaOutlookSource) self = user_data;
  g_autoptr (GError) error = NULL;
  GengaOutlook *outlook = genga_outlook_request_finish (result, &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->measuring)
    {
      genga_outlook_free (outlook);
      return;
    }
  g_clear_object (&self->measuring);
  take (self, outlook, error);
}

void
genga_outlook_source_measure (GengaOutlookSource *self)
{
  if (!is_waiting (self) || self->measuring != NULL)
    return;
  self->measuring = g_cancellable_new ();
  self->fraction = 0;
  genga_outlook_measure_async (self->job, self->speeds, self->measuring, on_progress, on_measured,
                               g_object_ref (self));
  tell (self);
}

void
genga_outlook_source_stop_measuring (GengaOutlookSource *self)
{
  cancel (&self->measuring);
  tell (self);
}

double
genga_outlook_source_get_fraction (GengaOutlookSource *self)
{
  return self->measuring != NULL ? self->fraction : -1;
}

/* ---- the type ---- */

static void
set_job (GengaOutlookSource *self, GengaJob *job)
{
  if (self->job == job)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job != NULL)
    {
      g_signal_connect_object (job, "notify::state", G_CALLBACK (genga_outlook_source_refresh),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (job, "notify::options", G_CALLBACK (genga_outlook_source_refresh),
                               self, G_CONNECT_SWAPPED);
    }
  genga_outlook_source_refresh (self);
  if (!is_waiting (self)) /* else the old one stays for a moment, so that no rows come and go */
    take (self, NULL, NULL);
}

void
genga_outlook_source_shut_down (GengaOutlookSource *self)
{
  g_clear_handle_id (&self->rest, g_source_remove);
  cancel (&self->looking);
  cancel (&self->measuring);
  self->speeds = NULL;
}

static void
genga_outlook_source_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, GENGA_OUTLOOK_SOURCE (object)->job);
}

static void
genga_outlook_source_set_property (GObject *object,
                                   guint id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  set_job (GENGA_OUTLOOK_SOURCE (object), g_value_get_object (value));
}

static void
genga_outlook_source_dispose (GObject *object)
{
  GengaOutlookSource *self = GENGA_OUTLOOK_SOURCE (object);

  genga_outlook_source_shut_down (self);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_pointer (&self->outlook, genga_outlook_free);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (genga_outlook_source_parent_class)->dispose (object);
}

static void
genga_outlook_source_class_init (GengaOutlookSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = genga_outlook_source_get_property;
  object_class->set_property = genga_outlook_source_set_property;
  object_class->dispose = genga_outlook_source_dispose;

  properties[PROP_JOB] = g_param_spec_object ("job", NULL, NULL, GENGA_TYPE_JOB,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  changed_signal = g_signal_new ("changed", GENGA_TYPE_OUTLOOK_SOURCE, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
genga_outlook_source_init (GengaOutlookSource *self)
{
}

GengaOutlookSource *
genga_outlook_source_new (GengaSpeeds *speeds)
{
  GengaOutlookSource *self = g_object_new (GENGA_TYPE_OUTLOOK_SOURCE, NULL);

  self->speeds = speeds;
  return self;
}
