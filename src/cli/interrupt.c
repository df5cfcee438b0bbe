/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/interrupt.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EXIT_CANCELLED 130

static volatile sig_atomic_t n_signals;
static volatile sig_atomic_t ends_at_once;
static int wake_fd = -1;
static guint wake_id;
static GSourceOnceFunc stop_func;
static gpointer stop_data;

/* Signal context: async-signal-safe calls only. */
static void
on_signal (int number)
{
  static const guint64 one = 1;
  int saved_errno = errno;

  if (n_signals++ > 0 || ends_at_once)
    _exit (EXIT_CANCELLED);
  if (write (wake_fd, &one, sizeof one) < 0)
    _exit (EXIT_CANCELLED);
  errno = saved_errno;
}

static gboolean
on_wake (int fd, GIOCondition condition, gpointer user_data)
{
  wake_id = 0;
  stop_func (stop_data);
  return G_SOURCE_REMOVE;
}

void
genga_interrupt_install (GSourceOnceFunc func, gpointer user_data)
{
  static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
  struct sigaction inherited;

  g_return_if_fail (wake_fd < 0);

  wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd < 0)
    {
      g_message ("no eventfd: %s", g_strerror (errno));
      return;
    }
  stop_func = func;
  stop_data = user_data;
  wake_id = g_unix_fd_add (wake_fd, G_IO_IN, on_wake, NULL);

  sigemptyset (&action.sa_mask);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      /* nohup and shells' background jobs ignore signals on purpose. */
      if (sigaction (numbers[i], NULL, &inherited) == 0 && inherited.sa_handler != SIG_IGN)
        sigaction (numbers[i], &action, NULL);
    }
}

void
genga_interrupt_uninstall (void)
{
  g_clear_handle_id (&wake_id, g_source_remove);
}

void
genga_interrupt_end_at_once (void)
{
  ends_at_once = TRUE;
  genga_interrupt_uninstall ();
}

gboolean
genga_interrupt_is_requested (void)
{
  return n_signals > 0;
}

/* ---- work in a thread ---- */

typedef struct
{
  GThreadFunc func;
  gpointer data;
  GMainLoop *loop;
} Work;

static void
on_cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
on_done (gpointer loop)
{
  g_main_loop_quit (loop);
}

/* It may be done before the loop runs, which therefore has to find out by itself. */
static gpointer
run_work (gpointer data)
{
  Work *work = data;
  gpointer answer = work->func (work->data);

  g_idle_add_once (on_done, work->loop);
  return answer;
}

void
genga_interrupt_run (const char *name, GThreadFunc func, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Work work = { func, data, loop };
  GThread *thread;

  genga_interrupt_install (on_cancel, cancellable);
  thread = g_thread_new (name, run_work, &work);
  g_main_loop_run (loop);
  g_thread_join (thread);
  genga_interrupt_uninstall ();
}
