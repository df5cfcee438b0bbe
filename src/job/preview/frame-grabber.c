/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/frame-grabber.h"
#include "job/reader/read-apart.h"

struct _GengaFrameGrabber
{
  GObject parent_instance;

  GengaFrameWrapFunc wrap;
  GThread *thread;
  GCancellable *current; /* of the latest request */

  GMutex mutex;
  GCond cond;
  /* protected by mutex */
  GTask *wanted; /* not begun yet; NULL: none */
  gboolean is_to_forget;
  gboolean is_last;
};

G_DEFINE_FINAL_TYPE (GengaFrameGrabber, genga_frame_grabber, G_TYPE_OBJECT)

typedef struct
{
  char *path;
  double seconds;
  GengaDeinterlace deinterlace;
} Request;

static void
request_free (gpointer data)
{
  Request *wanted = data;

  g_free (wanted->path);
  g_free (wanted);
}

/* ---- the thread ---- */

/* Waits; NULL: the file is to be closed, or all is over. */
static GTask *
take_request (GengaFrameGrabber *self, gboolean *is_last)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  while (self->wanted == NULL && !self->is_to_forget && !self->is_last)
    g_cond_wait (&self->cond, &self->mutex);
  *is_last = self->is_last;
  if (self->is_to_forget || self->is_last)
    {
      self->is_to_forget = FALSE;
      return NULL;
    }
  return g_steal_pointer (&self->wanted);
}

static void
fulfil (GengaFramesApart *reader, GTask *task, GengaFrameWrapFunc wrap)
{
  const Request *wanted = g_task_get_task_data (task);
  GError *error = NULL;
  GengaGrabbedFrame *grabbed =
      genga_frames_apart_read (reader, wanted->path, wanted->seconds, wanted->deinterlace,
                               g_task_get_cancellable (task), &error);

  if (grabbed == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (wrap != NULL)
    grabbed->wrapped = wrap (grabbed);
  g_task_return_pointer (task, grabbed, (GDestroyNotify)genga_grabbed_frame_unref);
}

static gpointer
run_thread (gpointer data)
{
  GengaFrameGrabber *self = data; /* which waits for the thread before it goes */
  GengaFramesApart *reader = genga_frames_apart_new ();
  gboolean is_last = FALSE;

  while (!is_last)
    {
      GTask *task = take_request (self, &is_last);

      if (task != NULL)
        fulfil (reader, task, self->wrap);
      else
        {
          genga_frames_apart_free (reader);
          reader = genga_frames_apart_new ();
        }
      g_clear_object (&task);
    }
  genga_frames_apart_free (reader);
  return NULL;
}

/* ---- the main context ---- */

/* Takes the place of what was requested before. */
static void
put_request (GengaFrameGrabber *self, GTask *task, gboolean is_to_forget, gboolean is_last)
{
  GTask *old;

  if (self->current != NULL)
    g_cancellable_cancel (self->current);
  g_mutex_lock (&self->mutex);
  old = self->wanted;
  self->wanted = task;
  self->is_to_forget |= is_to_forget;
  self->is_last |= is_last;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  if (old != NULL)
    g_task_return_error_if_cancelled (old);
  g_clear_object (&old);
}

void
genga_frame_grabber_read_async (GengaFrameGrabber *self,
                                const char *path,
                                double seconds,
                                GengaDeinterlace deinterlace,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GCancellable *cancellable = g_cancellable_new ();
  /* No reference to `self`: the thread is joined when the last one goes. */
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Request *wanted = g_new0 (Request, 1);

  wanted->path = g_strdup (path);
  wanted->seconds = seconds;
  wanted->deinterlace = deinterlace;
  g_task_set_source_tag (task, genga_frame_grabber_read_async);
  g_task_set_task_data (task, wanted, request_free);
  put_request (self, task, FALSE, FALSE);
  g_clear_object (&self->current);
  self->current = cancellable;
  if (self->thread == NULL)
    self->thread = g_thread_new ("genga-frames", run_thread, self);
}

GengaGrabbedFrame *
genga_frame_grabber_read_finish (GengaFrameGrabber *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
genga_frame_grabber_forget (GengaFrameGrabber *self)
{
  if (self->thread != NULL)
    put_request (self, NULL, TRUE, FALSE);
}

static void
genga_frame_grabber_finalize (GObject *object)
{
  GengaFrameGrabber *self = GENGA_FRAME_GRABBER (object);

  put_request (self, NULL, FALSE, TRUE);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  g_clear_object (&self->current);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (genga_frame_grabber_parent_class)->finalize (object);
}

static void
genga_frame_grabber_class_init (GengaFrameGrabberClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = genga_frame_grabber_finalize;
}

static void
genga_frame_grabber_init (GengaFrameGrabber *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
}

GengaFrameGrabber *
genga_frame_grabber_new (GengaFrameWrapFunc wrap)
{
  GengaFrameGrabber *self = g_object_new (GENGA_TYPE_FRAME_GRABBER, NULL);

  self->wrap = wrap;
  return self;
}
