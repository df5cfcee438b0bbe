/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window-private.h"

/* What is being loaded for the view; it counts only while its cancellable is the window's. */
typedef struct
{
  GengaWindow *window;
  char *source;
  char *target; /* NULL: there is no result yet */
  GengaPicture *before;
  GCancellable *cancellable;
} Loading;

static void
loading_free (Loading *self)
{
  g_object_unref (self->window);
  g_free (self->source);
  g_free (self->target);
  g_clear_object (&self->before);
  g_object_unref (self->cancellable);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Loading, loading_free)

static gboolean
is_current (Loading *self)
{
  return self->window->loading == self->cancellable;
}

static void
show (GengaWindow *self, const char *source, GengaPicture *before, GengaPicture *after)
{
  g_free (self->shown_source);
  self->shown_source = g_strdup (source);
  g_set_object (&self->shown_before, before);
  genga_compare_view_set_pictures (self->view, before, after);
}

static void
on_after_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Loading) loading = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPicture) after = genga_picture_load_finish (result, &error);

  if (!is_current (loading))
    return;
  if (after == NULL)
    genga_window_tell (loading->window, error->message);
  show (loading->window, loading->source, loading->before, after);
}

/* Goes on with the result, where there is one. Takes `loading`. */
static void
load_after (Loading *loading)
{
  if (loading->target != NULL)
    {
      genga_picture_load_async (loading->target, loading->cancellable, on_after_loaded, loading);
      return;
    }
  show (loading->window, loading->source, loading->before, NULL);
  loading_free (loading);
}

static void
on_before_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Loading) loading = user_data;
  g_autoptr (GError) error = NULL;

  loading->before = genga_picture_load_finish (result, &error);
  if (!is_current (loading))
    return;
  if (error != NULL)
    g_debug ("%s", error->message); /* the job's row says it */
  load_after (g_steal_pointer (&loading));
}

static void
show_job (GengaWindow *self, GengaJob *job)
{
  Loading *loading = g_new0 (Loading, 1);

  loading->window = g_object_ref (self);
  loading->source = g_strdup (genga_job_get_source (job));
  loading->cancellable = g_object_ref (self->loading);
  if (genga_job_get_state (job) == GENGA_JOB_DONE)
    loading->target = g_strdup (genga_job_get_target (job));
  if (g_strcmp0 (self->shown_source, loading->source) == 0 && self->shown_before != NULL)
    {
      loading->before = g_object_ref (self->shown_before);
      load_after (loading);
    }
  else
    genga_picture_load_async (loading->source, self->loading, on_before_loaded, loading);
}

static void
cancel_loading (GengaWindow *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

static void
update (GengaWindow *self)
{
  cancel_loading (self);
  self->loading = g_cancellable_new ();
  if (self->selected != NULL)
    show_job (self, self->selected);
  else
    show (self, NULL, NULL, NULL);
}

static void
on_selected (GengaWindow *self)
{
  GengaJob *job = gtk_single_selection_get_selected_item (self->selection);

  if (job == self->selected)
    return;
  if (self->selected != NULL)
    g_signal_handlers_disconnect_by_func (self->selected, update, self);
  g_set_object (&self->selected, job);
  if (job != NULL)
    g_signal_connect_object (job, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

void
genga_window_preview_selection (GengaWindow *self)
{
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

void
genga_window_end_preview (GengaWindow *self)
{
  cancel_loading (self);
  g_clear_object (&self->selected);
  g_clear_object (&self->shown_before);
  g_clear_pointer (&self->shown_source, g_free);
}
