/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/reader/reader-process.h"
#include "core/confine/descriptor-message.h"
#include "core/error.h"
#include "core/fault.h"
#include "job/apart/child-program.h"
#include "job/apart/error-record.h"
#include "job/reader/reader-deaths.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_MESSAGE_BYTES (16U << 20)
#define MAX_MODEL_BYTES (256U << 20) /* names of tensors; a header of safetensors has 100 MB */
#define CANCEL_MS 2000               /* for a call to end */
#define STATUS_MS 2000               /* for how it ended to be known */
#define SHORT_LIMIT_MS 200

/* What processes are copies of; protected by mutex. */
static GMutex mutex;
static GSubprocess *program; /* NULL: it is not there */
static int connection = -1;

struct _GengaReaderProcess
{
  char *source;          /* that calls are about */
  GMainContext *context; /* of the channel; never runs */
  GengaChannel *channel;
  int status; /* a pipe's end, where is told how it ended; -1: that is known */

  guint limit_ms; /* for a call; 0: there is none */

  GengaReaderMethod method; /* of the call that is under way */
  GengaReaderAnswer *answer;
  GError **error;
  gboolean is_answered;
};

/* ---- what processes are copies of ---- */

static gboolean
start_program (GError **error)
{
  if (program == NULL)
    program =
        genga_child_program_start ("genga-reader", "src/job", SOCK_SEQPACKET, &connection, error);
  return program != NULL;
}

static void
drop_program (void)
{
  g_subprocess_force_exit (program);
  g_clear_object (&program);
  close (connection);
}

static gpointer
prepare_in_thread (gpointer data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  g_autoptr (GError) error = NULL;

  if (!start_program (&error))
    g_debug ("%s", error->message); /* who wants to read says so */
  return NULL;
}

void
genga_reader_prepare (void)
{
  g_thread_unref (g_thread_new ("genga-prepare", prepare_in_thread, NULL));
}

/* Has a copy made; twice, since the program may have been killed meanwhile. */
static gboolean
request (const int fds[2], GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  for (guint i = 0; i < 2; i++)
    {
      if (!start_program (error))
        return FALSE;
      if (genga_descriptors_send (connection, fds, 2))
        return TRUE;
      drop_program ();
    }
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               _ ("Can't open a part of Genga (%s): %s"), "genga-reader", g_strerror (errno));
  return FALSE;
}

/* ---- its end ---- */

/* How it ended, where that is known. */
static gboolean
read_status (GengaReaderProcess *self, int *status)
{
  struct pollfd polled = { self->status, POLLIN, 0 };
  gssize n = -1;

  while (poll (&polled, 1, STATUS_MS) < 0 && errno == EINTR)
    ;
  if ((polled.revents & POLLIN) != 0)
    n = read (self->status, status, sizeof *status);
  return n == sizeof *status;
}

/* `*is_known`: it was by itself that it ended. */
static char *
dup_reason (GengaReaderProcess *self, gboolean *is_known)
{
  int status = 0;

  *is_known = self->status < 0 || read_status (self, &status);
  if (WIFSIGNALED (status))
    return g_strdup (g_strsignal (WTERMSIG (status)));
  return g_strdup (_ ("it gave up"));
}

static void
close_status (GengaReaderProcess *self)
{
  if (self->status >= 0)
    close (self->status);
  self->status = -1;
}

static void
set_dead (GengaReaderProcess *self, const char *reason, GError **error)
{
  g_autofree char *name = g_filename_display_basename (self->source);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” could not be read: the process that reads it ended (%s)."), name, reason);
}

/* It has not told anything, and can't. */
static void
on_closed (gpointer user_data)
{
}

void
genga_reader_process_refuse (GengaReaderProcess *self, GError **error)
{
  g_message ("a process that reads files makes no sense");
  close_status (self); /* which ends it */
  genga_channel_close (self->channel);
  genga_reader_deaths_add (self->source);
  set_dead (self, _ ("it gave up"), error);
}

/* ---- calls ---- */

void
genga_reader_answer_clear (GengaReaderAnswer *self)
{
  g_clear_pointer (&self->value, g_variant_unref);
  while (self->n_fds > 0)
    {
      const int fd = self->fds[--self->n_fds];

      if (fd >= 0)
        close (fd);
    }
}

/* FALSE: it makes no sense. */
static gboolean
take_answer (GengaReaderProcess *self, GVariant *message, int *fds, guint n_fds)
{
  g_autoptr (GVariant) record = NULL;
  g_autoptr (GVariant) value = NULL;

  g_variant_get (message, "(m@" GENGA_ERROR_RECORD_TYPE "mv)", &record, &value);
  if ((record == NULL && value == NULL) ||
      (value != NULL &&
       !g_variant_is_of_type (value, genga_reader_method_get_answer (self->method))))
    return FALSE;
  self->answer->value = g_steal_pointer (&value);
  self->answer->n_fds = n_fds;
  for (guint i = 0; i < n_fds; i++)
    {
      self->answer->fds[i] = fds[i];
      fds[i] = -1;
    }
  if (record != NULL)
    g_propagate_error (self->error, genga_error_record_dup (record));
  self->is_answered = TRUE;
  return TRUE;
}

static void
on_message (guint kind, GVariant *value, int *fds, guint n_fds, gpointer user_data)
{
  GengaReaderProcess *self = user_data;

  if (self->answer == NULL || self->is_answered || kind != GENGA_READER_ANSWER ||
      !g_variant_is_of_type (value, genga_reader_message_get_type (kind)) ||
      !take_answer (self, value, fds, n_fds))
    {
      close_status (self);
      genga_channel_close (self->channel);
    }
}

/* FALSE: it is too slow, in answering or in ending what was cancelled. */
static gboolean
wait_for_answer (GengaReaderProcess *self, GCancellable *cancellable)
{
  gint64 now = g_get_monotonic_time ();
  gint64 end = self->limit_ms > 0 ? now + self->limit_ms * G_GINT64_CONSTANT (1000) : G_MAXINT64;
  gboolean is_cancelled = FALSE;

  while (!self->is_answered && !genga_channel_is_closed (self->channel))
    {
      if (!is_cancelled && g_cancellable_is_cancelled (cancellable))
        {
          genga_channel_send (self->channel, GENGA_READER_CANCEL, g_variant_new ("()"), NULL, 0);
          end = MIN (end, now + CANCEL_MS * 1000);
          is_cancelled = TRUE;
        }
      if (now >= end)
        return FALSE;
      genga_channel_iterate (self->channel, is_cancelled ? NULL : cancellable,
                             end == G_MAXINT64 ? -1 : (int)((end - now) / 1000 + 1));
      now = g_get_monotonic_time ();
    }
  return TRUE;
}

/* Ends it, since nobody knows when it would answer. */
static void
give_up (GengaReaderProcess *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = g_filename_display_basename (self->source);

  close_status (self);
  genga_channel_close (self->channel);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return;
  genga_reader_deaths_add (self->source);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               /* TRANSLATORS: %s is a file's name. */
               _ ("“%s” could not be read: that takes too long."), name);
}

gboolean
genga_reader_process_call (GengaReaderProcess *self,
                           GengaReaderMethod method,
                           GVariant *arguments,
                           GengaReaderAnswer *answer,
                           GCancellable *cancellable,
                           GError **error)
{
  GError *reason = NULL;
  gboolean is_over;

  *answer = (GengaReaderAnswer){ 0 };
  self->method = method;
  self->answer = answer;
  self->error = &reason;
  self->is_answered = FALSE;
  genga_channel_send (self->channel, GENGA_READER_CALL, g_variant_new ("(uv)", method, arguments),
                      NULL, 0);
  is_over = wait_for_answer (self, cancellable);
  self->answer = NULL;
  if (!is_over)
    {
      give_up (self, cancellable, error);
      return FALSE;
    }
  if (!self->is_answered)
    {
      gboolean is_known;
      g_autofree char *how = dup_reason (self, &is_known);

      close_status (self);
      if (is_known)
        genga_reader_deaths_add (self->source);
      set_dead (self, how, error);
      return FALSE;
    }
  if (reason != NULL)
    g_propagate_error (error, reason);
  return reason == NULL;
}

/* ---- the process ---- */

static GengaReaderProcess *
new_on (int connection_fd,
        int status,
        const char *const *sources,
        const char *const *models,
        GengaReaderPurpose purpose,
        guint32 max_bytes)
{
  GengaReaderProcess *self = g_new0 (GengaReaderProcess, 1);

  self->source = g_strdup (sources[0]);
  self->status = status;
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->channel = genga_channel_new (connection_fd, max_bytes, on_message, on_closed, self);
  g_main_context_pop_thread_default (self->context);
  genga_channel_send (self->channel, GENGA_READER_SETUP,
                      g_variant_new ("(^aay^aayu)", sources, models, purpose), NULL, 0);
  return self;
}

static GengaReaderProcess *
new_process (const char *const *sources,
             const char *const *models,
             GengaReaderPurpose purpose,
             guint32 max_bytes,
             GError **error)
{
  int ends[2] = { -1, -1 }, status[2] = { -1, -1 };
  gboolean ok = TRUE;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0 ||
      pipe2 (status, O_CLOEXEC) != 0)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                   _ ("Can't open a part of Genga (%s): %s"), "genga-reader", g_strerror (errno));
      ok = FALSE;
    }
  ok = ok && request ((int[]){ ends[1], status[1] }, error);
  for (guint i = ok ? 1 : 0; i < 2; i++)
    {
      if (ends[i] >= 0)
        close (ends[i]);
      if (status[i] >= 0)
        close (status[i]);
    }
  return ok ? new_on (ends[0], status[0], sources, models, purpose, max_bytes) : NULL;
}

GengaReaderProcess *
genga_reader_process_new (const char *const *sources, GError **error)
{
  return new_process (sources, (const char *const[]){ NULL }, GENGA_READER_DECODES,
                      MAX_MESSAGE_BYTES, error);
}

GengaReaderProcess *
genga_reader_process_new_for_plans (const char *const *sources,
                                    const char *const *models,
                                    GError **error)
{
  return new_process (sources, models, GENGA_READER_PLANS, MAX_MESSAGE_BYTES, error);
}

GengaReaderProcess *
genga_reader_process_new_for_measuring (const char *source, const char *model, GError **error)
{
  return new_process ((const char *const[]){ source, NULL }, (const char *const[]){ model, NULL },
                      GENGA_READER_MEASURES, MAX_MESSAGE_BYTES, error);
}

GengaReaderProcess *
genga_reader_process_new_for_model (const char *path, GError **error)
{
  GengaReaderProcess *self =
      new_process ((const char *const[]){ NULL }, (const char *const[]){ path, NULL },
                   GENGA_READER_DECODES, MAX_MODEL_BYTES, error);

  if (self != NULL)
    genga_reader_process_set_subject (self, path);
  return self;
}

void
genga_reader_process_free (GengaReaderProcess *self)
{
  if (self == NULL)
    return;
  genga_channel_free (self->channel);
  close_status (self);
  g_main_context_unref (self->context);
  g_free (self->source);
  g_free (self);
}

void
genga_reader_process_set_subject (GengaReaderProcess *self, const char *path)
{
  g_free (self->source);
  self->source = g_strdup (path);
}

void
genga_reader_process_limit (GengaReaderProcess *self, guint seconds)
{
  self->limit_ms = genga_fault ("short-timeout") ? SHORT_LIMIT_MS : seconds * 1000;
}

gboolean
genga_reader_process_is_alive (GengaReaderProcess *self)
{
  return !genga_channel_is_closed (self->channel);
}
