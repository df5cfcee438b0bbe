/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells the thread sanitizer what GLib does out of its sight: which call happens before which. GLib
 * is not built with the sanitizer, and its locks are made of system calls. Preloaded into programs
 * that are; in others it does nothing.
 *
 * Each function here is GLib's own, called in the same way, with the order of its documentation:
 * what unlocks, pushes, returns or lets go releases; what locks, pops, is called or frees acquires.
 */
#include <dlfcn.h>
#include <gio/gio.h>

void __tsan_acquire (void *address) __attribute__ ((weak));
void __tsan_release (void *address) __attribute__ ((weak));

static void
acquire (gconstpointer address)
{
  if (__tsan_acquire != NULL && address != NULL)
    __tsan_acquire ((gpointer)address);
}

static void
release (gconstpointer address)
{
  if (__tsan_release != NULL && address != NULL)
    __tsan_release ((gpointer)address);
}

/* GLib's function of a name, found once. */
static gpointer
find (gpointer *place, const char *name)
{
  gpointer found = __atomic_load_n (place, __ATOMIC_RELAXED);

  if (found == NULL)
    {
      found = dlsym (RTLD_NEXT, name);
      __atomic_store_n (place, found, __ATOMIC_RELAXED);
    }
  return found;
}

#define REAL(name)                                                                                 \
  static gpointer real_place;                                                                      \
  __typeof__ (name) *real = (__typeof__ (name) *)find (&real_place, #name)

/* ---- locks ---- */

#define LOCK(name, type)                                                                           \
  void name (type *self)                                                                           \
  {                                                                                                \
    REAL (name);                                                                                   \
    real (self);                                                                                   \
    acquire (self);                                                                                \
  }
#define TRY_LOCK(name, type)                                                                       \
  gboolean name (type *self)                                                                       \
  {                                                                                                \
    REAL (name);                                                                                   \
    const gboolean has_it = real (self);                                                           \
    if (has_it)                                                                                    \
      acquire (self);                                                                              \
    return has_it;                                                                                 \
  }
#define UNLOCK(name, type)                                                                         \
  void name (type *self)                                                                           \
  {                                                                                                \
    REAL (name);                                                                                   \
    release (self);                                                                                \
    real (self);                                                                                   \
  }

#undef g_mutex_trylock
LOCK (g_mutex_lock, GMutex)
TRY_LOCK (g_mutex_trylock, GMutex)
UNLOCK (g_mutex_unlock, GMutex)
LOCK (g_rec_mutex_lock, GRecMutex)
TRY_LOCK (g_rec_mutex_trylock, GRecMutex)
UNLOCK (g_rec_mutex_unlock, GRecMutex)
LOCK (g_rw_lock_writer_lock, GRWLock)
TRY_LOCK (g_rw_lock_writer_trylock, GRWLock)
UNLOCK (g_rw_lock_writer_unlock, GRWLock)
LOCK (g_rw_lock_reader_lock, GRWLock)
TRY_LOCK (g_rw_lock_reader_trylock, GRWLock)
UNLOCK (g_rw_lock_reader_unlock, GRWLock)
LOCK (g_async_queue_lock, GAsyncQueue)
UNLOCK (g_async_queue_unlock, GAsyncQueue)

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  REAL (g_cond_wait);
  release (mutex);
  real (cond, mutex);
  acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  REAL (g_cond_wait_until);
  gboolean is_signalled;

  release (mutex);
  is_signalled = real (cond, mutex, end_time);
  acquire (mutex);
  return is_signalled;
}

#undef g_once_init_enter
#undef g_once_init_leave
gboolean
g_once_init_enter (volatile void *location)
{
  REAL (g_once_init_enter);
  const gboolean is_first = real (location);

  acquire ((gpointer)location);
  return is_first;
}

void
g_once_init_leave (volatile void *location, gsize result)
{
  REAL (g_once_init_leave);
  release ((gpointer)location);
  real (location, result);
}

/* ---- references: who frees comes after all who let go ---- */

#define UNREF(name, type)                                                                          \
  void name (type self)                                                                            \
  {                                                                                                \
    REAL (name);                                                                                   \
    release ((gpointer)self);                                                                      \
    acquire ((gpointer)self);                                                                      \
    real (self);                                                                                   \
  }

#undef g_atomic_ref_count_dec
UNREF (g_object_unref, gpointer)
UNREF (g_bytes_unref, GBytes *)
UNREF (g_variant_unref, GVariant *)
UNREF (g_ptr_array_unref, GPtrArray *)
UNREF (g_array_unref, GArray *)
UNREF (g_hash_table_unref, GHashTable *)
UNREF (g_atomic_rc_box_release, gpointer)
UNREF (g_source_unref, GSource *)

gboolean
g_atomic_ref_count_dec (gatomicrefcount *count)
{
  REAL (g_atomic_ref_count_dec);
  release ((gpointer)count);
  acquire ((gpointer)count);
  return real (count);
}

void
g_atomic_rc_box_release_full (gpointer box, GDestroyNotify clear)
{
  REAL (g_atomic_rc_box_release_full);
  release (box);
  acquire (box);
  real (box, clear);
}

/* ---- queues and pools ---- */

void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  REAL (g_async_queue_push);
  release (queue);
  real (queue, data);
}

#define POP(name)                                                                                  \
  gpointer name (GAsyncQueue *queue)                                                               \
  {                                                                                                \
    REAL (name);                                                                                   \
    gpointer data = real (queue);                                                                  \
    acquire (queue);                                                                               \
    return data;                                                                                   \
  }
POP (g_async_queue_pop)
POP (g_async_queue_try_pop)

gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  REAL (g_async_queue_timeout_pop);
  gpointer data = real (queue, timeout);

  acquire (queue);
  return data;
}

/* What a pool or a context calls, and with what. */
typedef struct
{
  gpointer func;
  gpointer data;
  GDestroyNotify notify;
  GSource *source; /* never followed; NULL: it has been attached at once */
} Call;

static Call *
call_new (gpointer func, gpointer data, GDestroyNotify notify)
{
  Call *call = g_new (Call, 1);

  *call = (Call){ func, data, notify, NULL };
  release (call);
  return call;
}

static void
run_in_pool (gpointer item, gpointer user_data)
{
  const Call *call = user_data;

  acquire (call);
  ((GFunc)call->func) (item, call->data);
  release (call);
}

/* Calls of pools live as long as the process. */
GThreadPool *
g_thread_pool_new (
    GFunc func, gpointer user_data, int max_threads, gboolean exclusive, GError **error)
{
  REAL (g_thread_pool_new);
  return real (run_in_pool, call_new (func, user_data, NULL), max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer data, GError **error)
{
  REAL (g_thread_pool_push);
  release (pool->user_data);
  return real (pool, data, error);
}

void
g_thread_pool_free (GThreadPool *pool, gboolean immediate, gboolean wait)
{
  REAL (g_thread_pool_free);
  gpointer call = pool->user_data;

  real (pool, immediate, wait);
  if (wait)
    acquire (call);
}

/* ---- main contexts ---- */

static gboolean
run_in_context (gpointer user_data)
{
  Call *call = user_data;

  acquire (call);
  acquire (call->source);
  return ((GSourceFunc)call->func) (call->data);
}

static void
drop_call (gpointer user_data)
{
  Call *call = user_data;

  acquire (call);
  acquire (call->source);
  if (call->notify != NULL)
    call->notify (call->data);
  g_free (call);
}

#undef g_idle_add
#undef g_timeout_add
guint
g_idle_add_full (int priority, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  REAL (g_idle_add_full);
  return real (priority, run_in_context, call_new (func, data, notify), drop_call);
}

guint
g_idle_add (GSourceFunc func, gpointer data)
{
  return g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, func, data, NULL);
}

guint
g_timeout_add (guint interval, GSourceFunc func, gpointer data)
{
  REAL (g_timeout_add);
  /* Its call is small, and stays. */
  return real (interval, run_in_context, call_new (func, data, NULL));
}

void
g_main_context_invoke_full (
    GMainContext *context, int priority, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  REAL (g_main_context_invoke_full);
  real (context, priority, run_in_context, call_new (func, data, notify), drop_call);
}

/* Variables of GLib's for its own closures, which no header has. */
extern GSourceFuncs g_idle_funcs, g_timeout_funcs;

void
g_source_set_callback (GSource *source, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  REAL (g_source_set_callback);
  Call *call;

  if (source->source_funcs != &g_idle_funcs && source->source_funcs != &g_timeout_funcs)
    {
      real (source, func, data, notify);
      return;
    }
  call = call_new (func, data, notify);
  call->source = source;
  real (source, run_in_context, call, drop_call);
}

guint
g_source_attach (GSource *source, GMainContext *context)
{
  REAL (g_source_attach);
  release (source);
  return real (source, context);
}

/* ---- tasks ---- */

static void
run_task (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GTaskThreadFunc func = g_object_get_data (G_OBJECT (task), "thread-order");

  acquire (task);
  func (task, source, data, cancellable);
  release (task);
}

void
g_task_run_in_thread (GTask *task, GTaskThreadFunc func)
{
  REAL (g_task_run_in_thread);
  g_object_set_data (G_OBJECT (task), "thread-order", (gpointer)func);
  release (task);
  real (task, run_task);
}

void
g_task_return_pointer (GTask *task, gpointer result, GDestroyNotify destroy)
{
  REAL (g_task_return_pointer);
  release (task);
  real (task, result, destroy);
}

void
g_task_return_boolean (GTask *task, gboolean result)
{
  REAL (g_task_return_boolean);
  release (task);
  real (task, result);
}

void
g_task_return_error (GTask *task, GError *error)
{
  REAL (g_task_return_error);
  release (task);
  real (task, error);
}

gpointer
g_task_propagate_pointer (GTask *task, GError **error)
{
  REAL (g_task_propagate_pointer);
  acquire (task);
  return real (task, error);
}

gboolean
g_task_propagate_boolean (GTask *task, GError **error)
{
  REAL (g_task_propagate_boolean);
  acquire (task);
  return real (task, error);
}

void
g_cancellable_cancel (GCancellable *cancellable)
{
  REAL (g_cancellable_cancel);
  release (cancellable);
  real (cancellable);
}

gboolean
g_cancellable_is_cancelled (GCancellable *cancellable)
{
  REAL (g_cancellable_is_cancelled);
  const gboolean is_cancelled = real (cancellable);

  if (is_cancelled)
    acquire (cancellable);
  return is_cancelled;
}
