/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/object-load.h"

typedef struct
{
  GengaObjectLoadFunc load;
  gpointer request;
  GDestroyNotify free_request;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *self = data;

  self->free_request (self->request);
  g_free (self);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Loading *self = data;
  GError *error = NULL;
  gpointer object = self->load (self->request, cancellable, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, object, g_object_unref);
}

void
genga_object_load_async (GengaObjectLoadFunc load,
                         gpointer take_request,
                         GDestroyNotify free_request,
                         int priority,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Loading *self = g_new0 (Loading, 1);

  self->load = load;
  self->request = take_request;
  self->free_request = free_request;
  g_task_set_source_tag (task, genga_object_load_async);
  g_task_set_priority (task, priority);
  g_task_set_task_data (task, self, loading_free);
  g_task_run_in_thread (task, load_in_thread);
}

gpointer
genga_object_load_finish (GAsyncResult *result, gpointer *request, GError **error)
{
  Loading *self = g_task_get_task_data (G_TASK (result));

  if (request != NULL)
    *request = self->request;
  return g_task_propagate_pointer (G_TASK (result), error);
}
