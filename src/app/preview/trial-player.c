/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/preview/trial-player.h"
#include "app/preview/test-folder.h"
#include "job/reader/read-apart.h"

#include <glib/gi18n-lib.h>

/* Pairs that wait to be shown. */
#define MAX_PAIRS 3

/* Between the last frame and the first, and where times say nothing. */
#define USUAL_SECONDS 0.04

typedef struct
{
  GengaPicture *before;
  GengaPicture *after;
  double seconds;
} Pair;

/* What the thread and the player share; the thread may outlive the player. */
typedef struct
{
  gatomicrefcount ref_count;
  GWeakRef owner;
  char *source;
  char *result;
  GengaOptions *options;
  GCancellable *cancellable;

  GMutex mutex;
  GCond cond;
  /* protected by mutex */
  GQueue pairs;
  gboolean is_over;
  GError *error;
} Shared;

struct _GengaTrialPlayer
{
  GObject parent_instance;

  Shared *shared;
  GThread *thread; /* NULL: it has not played yet */
  char *folder;
  gboolean is_playing;
  guint timer;     /* until the next pair's time, or 0 */
  gint64 shown_us; /* when the last pair was */
  double seconds;  /* its place */
  gboolean has_shown;
};

G_DEFINE_FINAL_TYPE (GengaTrialPlayer, genga_trial_player, G_TYPE_OBJECT)

enum
{
  PROP_PLAYING = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  FRAME,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
pair_free (Pair *self)
{
  g_clear_object (&self->before);
  g_clear_object (&self->after);
  g_free (self);
}

static void
shared_unref (gpointer data)
{
  Shared *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_weak_ref_clear (&self->owner);
  g_free (self->source);
  g_free (self->result);
  g_object_unref (self->options);
  g_object_unref (self->cancellable);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_queue_clear_full (&self->pairs, (GDestroyNotify)pair_free);
  g_clear_error (&self->error);
  g_free (self);
}

static Shared *
shared_ref (Shared *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/* ---- the thread ---- */

static gboolean on_woken (gpointer data);

/* Tells the player that there is a pair, or an error. */
static void
wake (Shared *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, on_woken, shared_ref (self), shared_unref);
}

/* FALSE: it is not wanted any more. */
static gboolean
push (Shared *self, Pair *take_pair)
{
  g_mutex_lock (&self->mutex);
  while (!self->is_over && self->pairs.length >= MAX_PAIRS)
    g_cond_wait (&self->cond, &self->mutex);
  gboolean is_wanted = !self->is_over;
  if (is_wanted)
    g_queue_push_tail (&self->pairs, take_pair);
  g_mutex_unlock (&self->mutex);
  if (is_wanted)
    wake (self);
  else
    pair_free (take_pair);
  return is_wanted;
}

/* NULL without error at the end. */
static Pair *
read_pair (GengaTrialApart *reader, GCancellable *cancellable, GError **error)
{
  g_autoptr (GengaFrame) before = NULL;
  g_autoptr (GengaFrame) after = NULL;
  double seconds;
  Pair *pair;

  if (!genga_trial_apart_read (reader, &before, &after, &seconds, cancellable, error))
    return NULL;
  pair = g_new0 (Pair, 1);
  pair->seconds = seconds;
  pair->before = genga_picture_new (before, error);
  pair->after = pair->before != NULL ? genga_picture_new (after, error) : NULL;
  if (pair->after != NULL)
    return pair;
  pair_free (pair);
  return NULL;
}

/* From the beginning to the end; the frames that were wanted, with an error: none more. */
static guint
play_once (Shared *self, GError **error)
{
  g_autoptr (GengaTrialApart) reader =
      genga_trial_apart_new (self->source, self->result, self->options, self->cancellable, error);
  guint n = 0;
  Pair *pair;

  while (reader != NULL && (pair = read_pair (reader, self->cancellable, error)) != NULL)
    {
      if (!push (self, pair))
        break;
      n++;
    }
  return n;
}

static gboolean
is_over (Shared *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->is_over;
}

static gpointer
run_thread (gpointer data)
{
  Shared *self = data;
  GError *error = NULL;

  while (error == NULL && !is_over (self))
    {
      if (play_once (self, &error) == 0 && error == NULL)
        g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The clip has no frames."));
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error (&error);
  if (error != NULL)
    {
      g_mutex_lock (&self->mutex);
      self->error = error;
      g_mutex_unlock (&self->mutex);
      wake (self);
    }
  shared_unref (self);
  return NULL;
}

/* ---- the main context ---- */

static void schedule (GengaTrialPlayer *self);

static Pair *
pop (Shared *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Pair *pair = g_queue_pop_head (&self->pairs);

  g_cond_signal (&self->cond);
  return pair;
}

static gboolean
on_time (gpointer data)
{
  GengaTrialPlayer *self = data;
  Pair *pair = pop (self->shared);

  self->timer = 0;
  if (pair == NULL)
    return G_SOURCE_REMOVE;
  self->shown_us = g_get_monotonic_time ();
  self->seconds = pair->seconds;
  self->has_shown = TRUE;
  g_signal_emit (self, signals[FRAME], 0, pair->before, pair->after, pair->seconds);
  pair_free (pair);
  schedule (self);
  return G_SOURCE_REMOVE;
}

/* Seconds until the next pair's time; < 0: none is there. */
static double
get_delay (GengaTrialPlayer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->shared->mutex);
  const Pair *next = g_queue_peek_head (&self->shared->pairs);

  if (next == NULL)
    return -1;
  if (!self->has_shown)
    return 0;
  double step = next->seconds - self->seconds;
  step = step > 0 && step <= 10 ? step : USUAL_SECONDS;
  return MAX (0, step - (g_get_monotonic_time () - self->shown_us) / 1e6);
}

static void
schedule (GengaTrialPlayer *self)
{
  double delay;

  if (!self->is_playing || self->timer != 0)
    return;
  delay = get_delay (self);
  if (delay >= 0)
    self->timer = g_timeout_add (delay * 1000, on_time, self);
}

static gboolean
on_woken (gpointer data)
{
  Shared *shared = data;
  g_autoptr (GengaTrialPlayer) self = g_weak_ref_get (&shared->owner);
  g_autoptr (GError) error = NULL;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  g_mutex_lock (&shared->mutex);
  error = g_steal_pointer (&shared->error);
  g_mutex_unlock (&shared->mutex);
  if (error != NULL)
    g_signal_emit (self, signals[FAILED], 0, error->message);
  else
    schedule (self);
  return G_SOURCE_REMOVE;
}

void
genga_trial_player_set_playing (GengaTrialPlayer *self, gboolean is_playing)
{
  if (self->is_playing == is_playing)
    return;
  self->is_playing = is_playing;
  self->shown_us = g_get_monotonic_time ();
  if (is_playing && self->thread == NULL)
    self->thread = g_thread_new ("genga-trial", run_thread, shared_ref (self->shared));
  if (is_playing)
    schedule (self);
  else
    g_clear_handle_id (&self->timer, g_source_remove);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYING]);
}

gboolean
genga_trial_player_is_playing (GengaTrialPlayer *self)
{
  return self->is_playing;
}

static void
end_thread (GengaTrialPlayer *self)
{
  g_mutex_lock (&self->shared->mutex);
  self->shared->is_over = TRUE;
  g_cond_signal (&self->shared->cond);
  g_mutex_unlock (&self->shared->mutex);
  g_cancellable_cancel (self->shared->cancellable);
}

void
genga_trial_player_shut_down (GengaTrialPlayer *self)
{
  genga_trial_player_set_playing (self, FALSE);
  end_thread (self);
  g_clear_pointer (&self->thread, g_thread_join);
}

static void
genga_trial_player_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, GENGA_TRIAL_PLAYER (object)->is_playing);
}

static void
genga_trial_player_finalize (GObject *object)
{
  GengaTrialPlayer *self = GENGA_TRIAL_PLAYER (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  end_thread (self);
  /* It ends with the frame that it is at; nothing waits for that. */
  g_clear_pointer (&self->thread, g_thread_unref);
  g_clear_pointer (&self->shared, shared_unref);
  genga_test_folder_remove (self->folder);
  g_free (self->folder);

  G_OBJECT_CLASS (genga_trial_player_parent_class)->finalize (object);
}

static void
genga_trial_player_class_init (GengaTrialPlayerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = genga_trial_player_get_property;
  object_class->finalize = genga_trial_player_finalize;

  properties[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[FRAME] =
      g_signal_new ("frame", GENGA_TYPE_TRIAL_PLAYER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, GENGA_TYPE_PICTURE, GENGA_TYPE_PICTURE, G_TYPE_DOUBLE);
  signals[FAILED] = g_signal_new ("failed", GENGA_TYPE_TRIAL_PLAYER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
genga_trial_player_init (GengaTrialPlayer *self)
{
}

GengaTrialPlayer *
genga_trial_player_new (const char *source,
                        const char *result,
                        GengaOptions *options,
                        const char *folder)
{
  GengaTrialPlayer *self = g_object_new (GENGA_TYPE_TRIAL_PLAYER, NULL);
  Shared *shared = g_new0 (Shared, 1);

  g_atomic_ref_count_init (&shared->ref_count);
  g_weak_ref_init (&shared->owner, self);
  g_mutex_init (&shared->mutex);
  g_cond_init (&shared->cond);
  g_queue_init (&shared->pairs);
  shared->source = g_strdup (source);
  shared->result = g_strdup (result);
  shared->options = g_object_ref (options);
  shared->cancellable = g_cancellable_new ();
  self->shared = shared;
  self->folder = g_strdup (folder);
  return self;
}
