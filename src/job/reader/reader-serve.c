/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/reader/reader-serve.h"
#include "job/apart/error-record.h"
#include "job/apart/sandbox.h"
#include "job/reader/reader-perform.h"

typedef struct
{
  GengaChannel *channel;
  GengaReaderWork *work; /* NULL: the setup has not come */
  GTask *call;           /* that is under way, or NULL */
} Serving;

/* A call on its way through the thread that does the work. */
typedef struct
{
  GengaReaderWork *work;
  GengaReaderMethod method;
  GVariant *arguments;
  GengaReaderFds fds;
  GVariant *answer; /* NULL: none */
  GError *error;
} Call;

static void
call_free (gpointer data)
{
  Call *self = data;

  g_variant_unref (self->arguments);
  g_clear_pointer (&self->answer, g_variant_unref);
  g_clear_error (&self->error);
  genga_reader_fds_close (&self->fds);
  g_free (self);
}

static void
perform_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *self = data;
  GVariant *answer = genga_reader_work_perform (self->work, self->method, self->arguments,
                                                &self->fds, cancellable, &self->error);

  self->answer = answer != NULL ? g_variant_ref_sink (answer) : NULL;
  g_task_return_boolean (task, TRUE);
}

static void
on_performed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Serving *self = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&self->call);
  Call *call = g_task_get_task_data (task);
  GVariant *record = call->error != NULL ? genga_error_record_new (call->error) : NULL;
  GVariant *answer = call->answer != NULL ? g_variant_new_variant (call->answer) : NULL;

  genga_channel_send (
      self->channel, GENGA_READER_ANSWER,
      g_variant_new ("(@m" GENGA_ERROR_RECORD_TYPE "@mv)",
                     g_variant_new_maybe (G_VARIANT_TYPE (GENGA_ERROR_RECORD_TYPE), record),
                     g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, answer)),
      call->fds.fds, answer != NULL ? call->fds.n : 0);
}

static void
begin_call (Serving *self, GVariant *message)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Call *call = g_new0 (Call, 1);

  call->work = self->work;
  g_variant_get (message, "(uv)", &call->method, &call->arguments);
  self->call = g_task_new (NULL, cancellable, on_performed, self);
  g_task_set_check_cancellable (self->call, FALSE);
  g_task_set_task_data (self->call, call, call_free);
  g_task_run_in_thread (self->call, perform_in_thread);
}

static void
set_up (Serving *self, GVariant *message)
{
  g_auto (GStrv) sources = NULL;
  g_auto (GStrv) models = NULL;
  guint32 purpose;

  g_variant_get (message, "(^aay^aayu)", &sources, &models, &purpose);
  genga_sandbox_enter (&(GengaSandboxNeeds){ .sources = sources,
                                             .models = models,
                                             .has_no_results = TRUE,
                                             .only_looks = purpose == GENGA_READER_PLANS,
                                             .only_decodes = purpose == GENGA_READER_DECODES });
  self->work = genga_reader_work_new ();
}

/* The program that sends them has started this one. */
static void
on_message (guint kind, GVariant *value, int *fds, guint n_fds, gpointer user_data)
{
  Serving *self = user_data;

  g_return_if_fail (kind < GENGA_READER_ANSWER);
  g_return_if_fail (g_variant_is_of_type (value, genga_reader_message_get_type (kind)));
  g_return_if_fail ((kind == GENGA_READER_SETUP) == (self->work == NULL));

  if (kind == GENGA_READER_SETUP)
    set_up (self, value);
  else if (kind == GENGA_READER_CALL && self->call == NULL)
    begin_call (self, value);
  else if (kind == GENGA_READER_CANCEL && self->call != NULL)
    g_cancellable_cancel (g_task_get_cancellable (self->call));
}

static void
on_closed (gpointer user_data)
{
}

void
genga_reader_serve (int fd)
{
  Serving self = { 0 };

  self.channel = genga_channel_new (fd, G_MAXUINT32, on_message, on_closed, &self);
  while (!genga_channel_is_closed (self.channel))
    g_main_context_iteration (NULL, TRUE);
}
