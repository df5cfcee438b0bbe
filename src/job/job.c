/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/job-private.h"
#include "core/error.h"
#include "job/descriptor-path.h"

struct _GengaJob
{
  GObject parent_instance;

  char *source;
  char *source_path;      /* of its descriptor, or NULL */
  gboolean is_kind_known; /* of the source */
  gboolean is_video;
  char *requested_target; /* NULL: derived */
  GengaTargetHints hints;
  char *target;
  GengaOptions *options;
  gboolean has_own_options;
  GCancellable *cancellable;
  GengaProgress *progress;
  GPtrArray *tiles; /* of GengaTileStore */

  GengaJobState state;
  gboolean is_paused;
  gint64 working_since; /* monotonic; 0: it does not run, or is paused */
  gint64 worked_us;     /* before that */
  GengaJobFacts facts;
  GengaProgressState sample;
  gboolean waits_for_disk_space;
  GengaMemoryFrame *memory; /* NULL: all results are files */
  int descriptor;           /* 0: the result gets a name */
  GengaVideoPart *part;     /* NULL: all of the result is made */
  GengaJobOpenFunc open_func;
  gpointer open_data;
  GDestroyNotify open_destroy;
  gboolean was_opened;
  GengaJobPlaceFunc place_func;
  gpointer place_data;
  GDestroyNotify place_destroy;
  GPtrArray *notices;
  GError *error;
};

G_DEFINE_ENUM_TYPE (GengaJobState,
                    genga_job_state,
                    G_DEFINE_ENUM_VALUE (GENGA_JOB_QUEUED, "queued"),
                    G_DEFINE_ENUM_VALUE (GENGA_JOB_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (GENGA_JOB_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (GENGA_JOB_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (GENGA_JOB_CANCELLED, "cancelled"))

G_DEFINE_FINAL_TYPE (GengaJob, genga_job, G_TYPE_OBJECT)

enum
{
  PROP_SOURCE = 1,
  PROP_TARGET,
  PROP_OPTIONS,
  PROP_STATE,
  PROP_FRACTION,
  PROP_SECONDS_LEFT,
  PROP_MESSAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *
get_message (GengaJob *self)
{
  if (self->error != NULL)
    return self->error->message;
  return self->notices->len > 0 ? self->notices->pdata[self->notices->len - 1] : NULL;
}

static void
genga_job_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GengaJob *self = GENGA_JOB (object);

  switch (id)
    {
    case PROP_SOURCE:
      g_value_set_string (value, self->source);
      break;
    case PROP_TARGET:
      g_value_set_string (value, genga_job_get_target (self));
      break;
    case PROP_OPTIONS:
      g_value_set_object (value, self->options);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->sample.fraction);
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_double (value, self->sample.seconds_left);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, get_message (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
genga_job_finalize (GObject *object)
{
  GengaJob *self = GENGA_JOB (object);

  if (self->place_destroy != NULL)
    self->place_destroy (self->place_data);
  if (self->open_destroy != NULL)
    self->open_destroy (self->open_data);
  g_free (self->source);
  g_free (self->source_path);
  g_free (self->requested_target);
  genga_target_hints_clear (&self->hints);
  g_free (self->target);
  g_object_unref (self->options);
  g_object_unref (self->cancellable);
  genga_progress_unref (self->progress);
  g_clear_pointer (&self->memory, genga_memory_frame_unref);
  g_ptr_array_unref (self->tiles);
  g_ptr_array_unref (self->notices);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (genga_job_parent_class)->finalize (object);
}

static void
genga_job_class_init (GengaJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = genga_job_get_property;
  object_class->finalize = genga_job_finalize;

  properties[PROP_SOURCE] = g_param_spec_string ("source", NULL, NULL, NULL, flags);
  properties[PROP_TARGET] = g_param_spec_string ("target", NULL, NULL, NULL, flags);
  properties[PROP_OPTIONS] = g_param_spec_object ("options", NULL, NULL, GENGA_TYPE_OPTIONS, flags);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, GENGA_TYPE_JOB_STATE, GENGA_JOB_QUEUED, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_SECONDS_LEFT] =
      g_param_spec_double ("seconds-left", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
genga_job_init (GengaJob *self)
{
  self->cancellable = g_cancellable_new ();
  self->progress = genga_progress_new (self->cancellable);
  self->notices = g_ptr_array_new_with_free_func (g_free);
  self->tiles = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_tile_store_unref);
  self->sample.seconds_left = -1;
  self->waits_for_disk_space = TRUE;
}

/* Frozen options are shared: a folder of pictures has one copy. */
static GengaOptions *
freeze_copy (GengaOptions *options)
{
  if (genga_options_is_frozen (options))
    return g_object_ref (options);

  GengaOptions *copy = genga_options_copy (options);

  genga_options_freeze (copy);
  return copy;
}

GengaJob *
genga_job_new (const char *source, const char *target, GengaOptions *options)
{
  GengaJob *self = g_object_new (GENGA_TYPE_JOB, NULL);

  self->source = g_strdup (source);
  self->requested_target = g_strdup (target);
  self->options = freeze_copy (options);
  return self;
}

const char *
genga_job_get_source (GengaJob *self)
{
  return self->source;
}

void
genga_job_set_source_descriptor (GengaJob *self, int fd)
{
  g_free (self->source_path);
  self->source_path = genga_descriptor_path_dup (fd);
}

void
genga_job_set_open_func (GengaJob *self,
                         GengaJobOpenFunc func,
                         gpointer data,
                         GDestroyNotify destroy)
{
  if (self->open_destroy != NULL)
    self->open_destroy (self->open_data);
  self->open_func = func;
  self->open_data = data;
  self->open_destroy = destroy;
}

gboolean
genga_job_has_open_func (GengaJob *self)
{
  return self->open_func != NULL;
}

int
genga_job_open_source (GengaJob *self, GError **error)
{
  self->was_opened = TRUE;
  return self->open_func (self->open_data, error);
}

gboolean
genga_job_was_opened (GengaJob *self)
{
  return self->was_opened;
}

const char *
genga_job_get_source_path (GengaJob *self)
{
  return self->source_path != NULL ? self->source_path : self->source;
}

/* Whoever opened the descriptor's path knows no other name of it. */
static char *
dup_message (GengaJob *self, const char *message)
{
  g_autofree char *name = g_filename_display_basename (self->source);

  return self->source_path != NULL
             ? genga_descriptor_path_dup_message (message, self->source_path, name)
             : g_strdup (message);
}

const char *
genga_job_get_target (GengaJob *self)
{
  return self->target != NULL ? self->target : self->requested_target;
}

const char *
genga_job_get_requested_target (GengaJob *self)
{
  return self->requested_target;
}

/* Whether a file stood in the way while the options said so of such files. */
static gboolean
has_met (GengaJob *self, GengaExisting existing)
{
  return self->state == GENGA_JOB_FAILED &&
         g_error_matches (self->error, GENGA_ERROR, GENGA_ERROR_EXISTS) &&
         genga_options_get_int (self->options, GENGA_OPTION_EXISTING) == (int)existing;
}

gboolean
genga_job_is_skipped (GengaJob *self)
{
  return has_met (self, GENGA_EXISTING_SKIP);
}

gboolean
genga_job_asks_about_existing (GengaJob *self)
{
  return has_met (self, GENGA_EXISTING_ASK);
}

void
genga_job_set_name (GengaJob *self, const char *name)
{
  char *copy = g_strdup (name);

  g_free (self->hints.name);
  self->hints.name = copy;
}

const char *
genga_job_get_name (GengaJob *self)
{
  return self->hints.name;
}

void
genga_job_set_hints (GengaJob *self, const GengaTargetHints *hints)
{
  genga_target_hints_set (&self->hints, hints);
}

const GengaTargetHints *
genga_job_get_hints (GengaJob *self)
{
  return &self->hints;
}

GengaOptions *
genga_job_get_options (GengaJob *self)
{
  return self->options;
}

void
genga_job_set_options (GengaJob *self, GengaOptions *options)
{
  g_return_if_fail (self->state == GENGA_JOB_QUEUED || self->state == GENGA_JOB_CANCELLED);

  g_object_unref (self->options);
  self->options = freeze_copy (options);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPTIONS]);
}

void
genga_job_set_has_own_options (GengaJob *self, gboolean has_own_options)
{
  if (self->has_own_options == has_own_options)
    return;
  self->has_own_options = has_own_options;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPTIONS]);
}

gboolean
genga_job_has_own_options (GengaJob *self)
{
  return self->has_own_options;
}

GengaJobState
genga_job_get_state (GengaJob *self)
{
  return self->state;
}

const GError *
genga_job_get_error (GengaJob *self)
{
  return self->error;
}

gboolean
genga_job_get_is_video (GengaJob *self, gboolean *is_video)
{
  *is_video = self->is_video;
  return self->is_kind_known;
}

void
genga_job_set_is_video (GengaJob *self, gboolean is_video)
{
  self->is_kind_known = TRUE;
  self->is_video = is_video;
}

GengaProgress *
genga_job_get_progress (GengaJob *self)
{
  return self->progress;
}

void
genga_job_get_facts (GengaJob *self, GengaJobFacts *facts)
{
  *facts = self->facts;
}

GPtrArray *
genga_job_get_notices (GengaJob *self)
{
  return self->notices;
}

void
genga_job_add_tiles (GengaJob *self, GengaTileStore *tiles)
{
  g_return_if_fail (self->state == GENGA_JOB_QUEUED);

  g_ptr_array_add (self->tiles, genga_tile_store_ref (tiles));
}

GPtrArray *
genga_job_get_tiles (GengaJob *self)
{
  return self->tiles;
}

void
genga_job_set_waits_for_disk_space (GengaJob *self, gboolean waits)
{
  self->waits_for_disk_space = waits;
}

gboolean
genga_job_get_waits_for_disk_space (GengaJob *self)
{
  return self->waits_for_disk_space;
}

void
genga_job_set_memory (GengaJob *self, GengaMemoryFrame *memory)
{
  g_return_if_fail (self->memory == NULL);

  self->memory = genga_memory_frame_ref (memory);
}

GengaMemoryFrame *
genga_job_get_memory (GengaJob *self)
{
  return self->memory;
}

/* After every change of what counts. */
static void
count_time (GengaJob *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->working_since > 0)
    self->worked_us += now - self->working_since;
  self->working_since = self->state == GENGA_JOB_RUNNING && !self->is_paused ? now : 0;
}

double
genga_job_get_seconds (GengaJob *self)
{
  count_time (self);
  return self->worked_us / (double)G_USEC_PER_SEC;
}

static void
set_paused (GengaJob *self, gboolean is_paused)
{
  self->is_paused = is_paused;
  count_time (self);
  genga_progress_set_paused (self->progress, is_paused);
}

void
genga_job_set_descriptor (GengaJob *self, int fd)
{
  g_return_if_fail (fd > 0);

  self->descriptor = fd;
}

int
genga_job_get_descriptor (GengaJob *self)
{
  return self->descriptor;
}

void
genga_job_set_place_func (GengaJob *self,
                          GengaJobPlaceFunc func,
                          gpointer data,
                          GDestroyNotify destroy)
{
  g_return_if_fail (self->place_func == NULL);

  self->place_func = func;
  self->place_data = data;
  self->place_destroy = destroy;
}

void
genga_job_tell_place (GengaJob *self, const char *target)
{
  if (self->place_func != NULL)
    self->place_func (target, self->place_data);
}

void
genga_job_set_part (GengaJob *self, GengaVideoPart *part)
{
  self->part = part;
}

GengaVideoPart *
genga_job_get_part (GengaJob *self)
{
  return self->part;
}

void
genga_job_pause (GengaJob *self)
{
  set_paused (self, TRUE);
}

void
genga_job_resume (GengaJob *self)
{
  set_paused (self, FALSE);
}

void
genga_job_cancel (GengaJob *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
set_state (GengaJob *self, GengaJobState state)
{
  self->state = state;
  count_time (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
genga_job_start (GengaJob *self)
{
  set_state (self, GENGA_JOB_RUNNING);
}

void
genga_job_poll (GengaJob *self)
{
  GengaProgressState before = self->sample;
  g_autoptr (GPtrArray) notices = genga_progress_take_notices (self->progress);

  genga_progress_poll (self->progress, &self->sample);
  g_object_freeze_notify (G_OBJECT (self));
  if (self->sample.fraction != before.fraction)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
  if (self->sample.seconds_left != before.seconds_left)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS_LEFT]);
  if (notices->len > 0)
    {
      for (guint i = 0; i < notices->len; i++)
        g_ptr_array_add (self->notices, dup_message (self, notices->pdata[i]));
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

void
genga_job_set_facts (GengaJob *self, const GengaJobFacts *facts)
{
  self->facts = *facts;
}

void
genga_job_finish (GengaJob *self, const char *target, const GError *error)
{
  genga_job_poll (self);
  g_ptr_array_set_size (self->tiles, 0);

  g_object_freeze_notify (G_OBJECT (self));
  if (error == NULL || g_error_matches (error, GENGA_ERROR, GENGA_ERROR_EXISTS))
    {
      g_free (self->target);
      self->target = g_strdup (target);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TARGET]);
    }
  if (error == NULL)
    set_state (self, GENGA_JOB_DONE);
  else
    {
      g_autofree char *message = dup_message (self, error->message);

      self->error = g_error_new_literal (error->domain, error->code, message);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
      set_state (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                           ? GENGA_JOB_CANCELLED
                           : GENGA_JOB_FAILED);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

void
genga_job_refuse (GengaJob *self, const GError *error)
{
  g_return_if_fail (self->state == GENGA_JOB_QUEUED);

  genga_job_finish (self, NULL, error);
}

void
genga_job_restore (GengaJob *self,
                   GengaJobState state,
                   GError *take_error,
                   GPtrArray *notices,
                   const GengaJobFacts *facts)
{
  self->state = state;
  self->error = take_error;
  self->facts = *facts;
  for (guint i = 0; i < notices->len; i++)
    g_ptr_array_add (self->notices, g_strdup (notices->pdata[i]));
}
