/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * genga-reader: makes processes that read files for the window. It has opened what decoders stand
 * on, once, and reads nothing; each process is a copy of it that confines itself to its files
 * (job/reader/reader-serve.h).
 */
#define G_LOG_DOMAIN "genga-job"

#include "core/confine/descriptor-message.h"
#include "job/apart/child-program.h"
#include "job/reader/reader-serve.h"
#include "media/media.h"
#include "media/video.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a request brings along: the process' connection, and where is told how it ended. */
enum
{
  CONNECTION,
  STATUS,
  N_DESCRIPTORS,
};

/* First among what is waited for; then the ends of all processes. */
enum
{
  REQUESTS,
  CHILDREN,
  FIRST_PROCESS,
};

typedef struct
{
  pid_t pid;
  int status; /* a descriptor; -1: nobody asks how it ends */
} Process;

/* Nothing of the others is left to it. */
static void G_GNUC_NORETURN
be_reader (GArray *processes, int children, const int *fds)
{
  sigset_t none;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  prctl (PR_SET_NAME, "genga-read");
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  close (GENGA_CHILD_FD);
  close (children);
  close (fds[STATUS]);
  for (guint i = 0; i < processes->len; i++)
    {
      if (g_array_index (processes, Process, i).status >= 0)
        close (g_array_index (processes, Process, i).status);
    }
  genga_reader_serve (fds[CONNECTION]);
  _exit (0);
}

static void
start (GArray *processes, int children, const int *fds)
{
  Process process = { fork (), fds[STATUS] };

  if (process.pid == 0)
    be_reader (processes, children, fds);
  close (fds[CONNECTION]);
  if (process.pid > 0)
    g_array_append_val (processes, process);
  else
    close (fds[STATUS]);
}

static void
forget (GArray *processes, pid_t pid, int how)
{
  for (guint i = 0; i < processes->len; i++)
    {
      const Process process = g_array_index (processes, Process, i);

      if (process.pid != pid)
        continue;
      if (process.status >= 0 && write (process.status, &how, sizeof how) < 0)
        g_debug ("nobody asks how a reader ended");
      if (process.status >= 0)
        close (process.status);
      g_array_remove_index_fast (processes, i);
      return;
    }
}

/* Tells how they ended. */
static void
reap (GArray *processes, int children)
{
  struct signalfd_siginfo info;
  int how;
  pid_t pid;

  if (read (children, &info, sizeof info) < 0)
    return;
  while ((pid = waitpid (-1, &how, WNOHANG)) > 0)
    forget (processes, pid, how);
}

/* Ends those that nobody waits for any more, who may have been taken over and not end themselves.
 */
static void
end_forgotten (GArray *processes, const struct pollfd *polled)
{
  for (guint i = 0; i < processes->len; i++)
    {
      Process *process = &g_array_index (processes, Process, i);

      if ((polled[i].revents & POLLERR) == 0)
        continue;
      kill (process->pid, SIGKILL);
      close (process->status);
      process->status = -1;
    }
}

static gboolean
serve_once (GArray *processes, int children)
{
  const guint n = FIRST_PROCESS + processes->len;
  g_autofree struct pollfd *polled = g_new0 (struct pollfd, n);
  int fds[N_DESCRIPTORS];

  polled[REQUESTS] = (struct pollfd){ GENGA_CHILD_FD, POLLIN, 0 };
  polled[CHILDREN] = (struct pollfd){ children, POLLIN, 0 };
  for (guint i = 0; i < processes->len; i++)
    polled[FIRST_PROCESS + i].fd = g_array_index (processes, Process, i).status;
  if (poll (polled, n, -1) < 0)
    return errno == EINTR;
  end_forgotten (processes, polled + FIRST_PROCESS);
  if (polled[CHILDREN].revents != 0)
    reap (processes, children);
  if (polled[REQUESTS].revents == 0)
    return TRUE;
  if (!genga_descriptors_receive (GENGA_CHILD_FD, fds, N_DESCRIPTORS))
    return FALSE;
  start (processes, children, fds);
  return TRUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GArray) processes = g_array_new (FALSE, FALSE, sizeof (Process));
  sigset_t set;
  int children;

  genga_child_program_set_up ();
  sigemptyset (&set);
  sigaddset (&set, SIGCHLD);
  sigprocmask (SIG_BLOCK, &set, NULL);
  children = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  genga_media_get (NULL);
  genga_video_get (NULL);
  while (serve_once (processes, children))
    ;
  return 0;
}
