/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/preview.h"
#include "job/preview/preload.h"
#include "job/preview/preview-worker.h"
#include "job/tile-key.h"

/* What the thread is to do, and what becomes of it. */
typedef struct
{
  gatomicrefcount ref_count;
  GWeakRef owner;
  GMainContext *context;
  GengaPreviewWrapFunc wrap;
  gboolean is_last;           /* the thread ends */
  gboolean prepares;          /* only the model is loaded */
  char *source;               /* NULL: what is kept is to be given back */
  GengaGrabbedFrame *grabbed; /* of a video; NULL: a picture */
  GengaOptions *options;
  GengaPreviewView view;
  GCancellable *cancellable;
  GError *error; /* once done */
} Request;

/* A patch on its way to the main context. */
typedef struct
{
  Request *request;
  GengaPreviewPatch patch;
} Delivery;

struct _GengaPreview
{
  GObject parent_instance;

  char *source;
  GengaGrabbedFrame *grabbed; /* of a video; NULL: a picture */
  GengaOptions *options;
  GengaPreviewView view;
  gboolean is_held;

  GSource *scheduled; /* a request is made when the main context is idle */
  Request *current;   /* NULL: nothing is under way */
  Request *preparing; /* NULL: nothing was to be prepared */
  char *message;
  gboolean was_busy; /* when it was told last */

  GengaPreviewWrapFunc wrap;
  GThread *thread;
  GAsyncQueue *requests;
  GengaPreviewWorker *work;
};

G_DEFINE_FINAL_TYPE (GengaPreview, genga_preview, G_TYPE_OBJECT)

enum
{
  PROP_BUSY = 1,
  PROP_MESSAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint patch_signal;

static Request *
request_ref (Request *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
request_unref (gpointer data)
{
  Request *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_weak_ref_clear (&self->owner);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->source);
  g_clear_pointer (&self->grabbed, genga_grabbed_frame_unref);
  g_clear_object (&self->options);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_free (self);
}

static Request *
request_new (GengaPreview *owner)
{
  Request *self = g_new0 (Request, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->owner, owner);
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  return self;
}

/* ---- the thread ---- */

static void
delivery_free (gpointer data)
{
  Delivery *self = data;

  genga_frame_unref (self->patch.frame);
  g_clear_object (&self->patch.wrapped);
  request_unref (self->request);
  g_free (self);
}

static gboolean
on_patch (gpointer data)
{
  Delivery *delivery = data;
  g_autoptr (GengaPreview) self = g_weak_ref_get (&delivery->request->owner);

  if (self != NULL && self->current == delivery->request)
    g_signal_emit (self, patch_signal, 0, &delivery->patch);
  return G_SOURCE_REMOVE;
}

static void
call_on_main (Request *request, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, notify);
  g_source_attach (source, request->context);
}

static void
deliver (const GengaPreviewPatch *patch, gpointer user_data)
{
  Request *request = user_data;
  Delivery *delivery = g_new0 (Delivery, 1);

  delivery->request = request_ref (request);
  delivery->patch = *patch;
  genga_frame_ref (patch->frame);
  if (request->wrap != NULL)
    delivery->patch.wrapped = request->wrap (patch->frame);
  call_on_main (request, on_patch, delivery, delivery_free);
}

static void
set_message (GengaPreview *self, const char *message)
{
  if (g_strcmp0 (message, self->message) == 0)
    return;
  g_free (self->message);
  self->message = g_strdup (message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

static void
notify_busy (GengaPreview *self)
{
  if (self->was_busy == genga_preview_is_busy (self))
    return;
  self->was_busy = !self->was_busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static gboolean
on_done (gpointer data)
{
  Request *request = data;
  g_autoptr (GengaPreview) self = g_weak_ref_get (&request->owner);

  if (self == NULL || self->current != request)
    return G_SOURCE_REMOVE;
  set_message (self, request->error != NULL ? request->error->message : NULL);
  g_clear_pointer (&self->current, request_unref);
  notify_busy (self);
  return G_SOURCE_REMOVE;
}

static void
run_request (GengaPreview *self, Request *request)
{
  g_autoptr (GengaProgress) progress = genga_progress_new (request->cancellable);
  GengaPreviewRequest wanted = { request->source, request->grabbed, request->options, request->view,
                                 progress };

  if (g_cancellable_is_cancelled (request->cancellable))
    return;
  if (!request->prepares)
    {
      genga_preview_worker_run (self->work, &wanted, deliver, request, &request->error);
      return;
    }
  if (genga_preload (request->options, progress, &request->error))
    g_debug ("the model is loaded");
  else
    g_debug ("%s", request->error->message);
}

static gpointer
run_thread (gpointer data)
{
  GengaPreview *self = data; /* which waits for the thread before it goes */

  for (;;)
    {
      Request *request = g_async_queue_pop (self->requests);

      if (request->is_last)
        {
          request_unref (request);
          break;
        }
      if (request->source == NULL && !request->prepares)
        genga_preview_worker_forget (self->work);
      else
        run_request (self, request);
      call_on_main (request, on_done, request, request_unref);
    }
  return NULL;
}

/* ---- the main context ---- */

static void
cancel (GengaPreview *self)
{
  if (self->current != NULL)
    g_cancellable_cancel (self->current->cancellable);
  g_clear_pointer (&self->current, request_unref);
}

static void
push (GengaPreview *self, Request *request)
{
  if (self->thread == NULL)
    self->thread = g_thread_new ("genga-preview", run_thread, self);
  g_async_queue_push (self->requests, request_ref (request));
}

/* What nobody will use any more does not hold up what somebody waits for. */
static void
drop_prepared (GengaPreview *self)
{
  if (self->preparing == NULL || self->options == NULL ||
      (genga_options_is_same (self->options, GENGA_OPTION_MODEL, self->preparing->options) &&
       genga_options_is_same (self->options, GENGA_OPTION_DEVICE, self->preparing->options)))
    return;
  g_cancellable_cancel (self->preparing->cancellable);
  g_clear_pointer (&self->preparing, request_unref);
}

static void
push_request (GengaPreview *self)
{
  Request *request;

  gboolean is_seen = self->view.right > self->view.left && self->view.bottom > self->view.top;

  if (self->is_held || (self->source == NULL && self->thread == NULL) ||
      (self->source != NULL && (self->options == NULL || !is_seen)))
    return;

  drop_prepared (self);
  request = request_new (self);
  request->wrap = self->wrap;
  request->source = g_strdup (self->source);
  request->grabbed = self->grabbed != NULL ? genga_grabbed_frame_ref (self->grabbed) : NULL;
  g_set_object (&request->options, self->options);
  request->view = self->view;
  self->current = request;
  push (self, request);
}

static gboolean
on_scheduled (gpointer data)
{
  GengaPreview *self = data;

  g_clear_pointer (&self->scheduled, g_source_unref);
  push_request (self);
  notify_busy (self);
  return G_SOURCE_REMOVE;
}

/* Several changes in a row are one. */
static void
schedule (GengaPreview *self)
{
  cancel (self);
  if (self->scheduled != NULL)
    return;
  self->scheduled = g_idle_source_new ();
  g_source_set_priority (self->scheduled, G_PRIORITY_HIGH_IDLE);
  g_source_set_callback (self->scheduled, on_scheduled, self, NULL);
  g_source_attach (self->scheduled, g_main_context_get_thread_default ());
  notify_busy (self);
}

static void
genga_preview_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GengaPreview *self = GENGA_PREVIEW (object);

  switch (id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, genga_preview_is_busy (self));
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
genga_preview_finalize (GObject *object)
{
  GengaPreview *self = GENGA_PREVIEW (object);

  if (self->current != NULL)
    g_cancellable_cancel (self->current->cancellable);
  g_clear_pointer (&self->current, request_unref);
  if (self->preparing != NULL)
    g_cancellable_cancel (self->preparing->cancellable);
  g_clear_pointer (&self->preparing, request_unref);
  if (self->scheduled != NULL)
    g_source_destroy (self->scheduled);
  g_clear_pointer (&self->scheduled, g_source_unref);
  if (self->thread != NULL)
    {
      Request *last = request_new (NULL);
      last->is_last = TRUE;
      g_async_queue_push (self->requests, last);
      g_thread_join (self->thread);
    }
  g_async_queue_unref (self->requests);
  genga_preview_worker_free (self->work);
  g_clear_object (&self->options);
  g_free (self->source);
  g_clear_pointer (&self->grabbed, genga_grabbed_frame_unref);
  g_free (self->message);

  G_OBJECT_CLASS (genga_preview_parent_class)->finalize (object);
}

static void
genga_preview_class_init (GengaPreviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = genga_preview_get_property;
  object_class->finalize = genga_preview_finalize;

  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  patch_signal = g_signal_new ("patch", GENGA_TYPE_PREVIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
genga_preview_init (GengaPreview *self)
{
  self->requests = g_async_queue_new_full (request_unref);
  self->work = genga_preview_worker_new ();
}

GengaPreview *
genga_preview_new (GengaPreviewWrapFunc wrap)
{
  GengaPreview *self = g_object_new (GENGA_TYPE_PREVIEW, NULL);

  self->wrap = wrap;
  return self;
}

void
genga_preview_set_grabbed (GengaPreview *self, const char *source, GengaGrabbedFrame *grabbed)
{
  if (g_strcmp0 (source, self->source) == 0 && grabbed == self->grabbed)
    return;
  g_free (self->source);
  self->source = g_strdup (source);
  g_clear_pointer (&self->grabbed, genga_grabbed_frame_unref);
  self->grabbed = grabbed != NULL ? genga_grabbed_frame_ref (grabbed) : NULL;
  set_message (self, NULL);
  schedule (self);
}

void
genga_preview_prepare (GengaPreview *self, GengaOptions *options)
{
  g_return_if_fail (self->preparing == NULL);

  if (self->source != NULL)
    return;
  self->preparing = request_new (self);
  self->preparing->prepares = TRUE;
  self->preparing->options = genga_options_copy (options);
  genga_options_freeze (self->preparing->options);
  push (self, self->preparing);
}

void
genga_preview_set_source (GengaPreview *self, const char *source)
{
  genga_preview_set_grabbed (self, source, NULL);
}

/* Names and qualities of files change nothing that is seen; formats may be impossible. */
static gboolean
matters_not (GengaOptions *old, GengaOptions *new)
{
  return genga_tile_key_look_same (old, new) && genga_tile_key_look_same_in_video (old, new) &&
         genga_options_get_int (old, GENGA_OPTION_FORMAT) ==
             genga_options_get_int (new, GENGA_OPTION_FORMAT) &&
         genga_options_get_int (old, GENGA_OPTION_BIT_DEPTH) ==
             genga_options_get_int (new, GENGA_OPTION_BIT_DEPTH);
}

void
genga_preview_set_options (GengaPreview *self, GengaOptions *options)
{
  GengaOptions *old = self->options;

  self->options = genga_options_copy (options);
  genga_options_freeze (self->options);
  if (old == NULL || !matters_not (old, self->options))
    schedule (self);
  g_clear_object (&old);
}

void
genga_preview_set_view (GengaPreview *self, const GengaPreviewView *view)
{
  if (view->left == self->view.left && view->top == self->view.top &&
      view->right == self->view.right && view->bottom == self->view.bottom)
    return;
  self->view = *view;
  schedule (self);
}

void
genga_preview_set_held (GengaPreview *self, gboolean is_held)
{
  if (self->is_held == is_held)
    return;
  self->is_held = is_held;
  schedule (self);
}

gboolean
genga_preview_is_busy (GengaPreview *self)
{
  return self->current != NULL || self->scheduled != NULL;
}

const char *
genga_preview_get_message (GengaPreview *self)
{
  return self->message;
}

GengaTileStore *
genga_preview_dup_tiles (GengaPreview *self)
{
  return self->grabbed == NULL ? genga_preview_worker_dup_tiles (self->work) : NULL;
}
