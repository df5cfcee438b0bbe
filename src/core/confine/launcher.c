/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/confine/launcher.h"
#include "core/confine/descriptor-message.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What goes along with a request: what the program reads, what it writes, how it ended. */
enum
{
  INPUT,
  OUTPUT,
  STATUS,
  N_DESCRIPTORS,
};

#define FIRST_ROOM (64 << 10) /* for an answer */

static int connection = -1; /* to the process that launches; set once, before there are threads */
static pid_t launcher;      /* that process; likewise */

/* ---- the process that launches ---- */

static void
close_range_from (int first)
{
#ifdef SYS_close_range
  if (syscall (SYS_close_range, first, ~0U, 0) == 0)
    return;
#endif
  for (int fd = first; fd < sysconf (_SC_OPEN_MAX); fd++)
    close (fd);
}

/* Leaves `fds` alone open, beside the standard streams, from GENGA_LAUNCHER_FD on. */
static gboolean
keep_only (const int *fds, guint n)
{
  int away[N_DESCRIPTORS];
  gboolean ok = TRUE;

  for (guint i = 0; i < n; i++)
    away[i] = fcntl (fds[i], F_DUPFD, GENGA_LAUNCHER_FD + N_DESCRIPTORS);
  for (guint i = 0; i < n; i++)
    ok = ok && away[i] >= 0 && dup2 (away[i], GENGA_LAUNCHER_FD + i) >= 0;
  close_range_from (GENGA_LAUNCHER_FD + n);
  return ok;
}

/* Standard input and output lead nowhere. */
static gboolean
leave_streams (void)
{
  int nowhere = open ("/dev/null", O_RDWR);

  return nowhere >= 0 && dup2 (nowhere, STDIN_FILENO) >= 0 && dup2 (nowhere, STDOUT_FILENO) >= 0;
}

static void G_GNUC_NORETURN
become (const char *program)
{
  const int input = GENGA_LAUNCHER_FD + INPUT;
  char *const argv[] = { (char *)program, NULL };

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (dup2 (STDIN_FILENO, STDERR_FILENO) < 0 ||
      dup2 (GENGA_LAUNCHER_FD + OUTPUT, STDOUT_FILENO) < 0 || !keep_only (&input, 1))
    _exit (127);
  execv (program, argv);
  _exit (127);
}

/* Until the program ends, or nobody wants to know how. */
static int
wait_for (pid_t pid, int status_fd)
{
  int process = syscall (SYS_pidfd_open, pid, 0);
  struct pollfd polled[] = { { status_fd, 0, 0 }, { process, POLLIN, 0 } };
  int status = -1;

  while (process >= 0 && poll (polled, G_N_ELEMENTS (polled), -1) < 0 && errno == EINTR)
    ;
  if ((polled[0].revents & POLLERR) != 0)
    kill (pid, SIGKILL);
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  return status;
}

static void G_GNUC_NORETURN
launch (const char *program, const int *fds)
{
  const int status_fd = GENGA_LAUNCHER_FD + STATUS;
  pid_t pid;
  int status;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  signal (SIGCHLD, SIG_DFL);
  signal (SIGPIPE, SIG_IGN);
  if (!leave_streams () || !keep_only (fds, N_DESCRIPTORS))
    _exit (1);
  pid = fork ();
  if (pid == 0)
    become (program);
  close (GENGA_LAUNCHER_FD + INPUT);
  close (GENGA_LAUNCHER_FD + OUTPUT);
  status = pid > 0 ? wait_for (pid, status_fd) : -1;
  _exit (write (status_fd, &status, sizeof status) == sizeof status ? 0 : 1);
}

static void G_GNUC_NORETURN
serve (int from, const char *program)
{
  int fds[N_DESCRIPTORS];

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  prctl (PR_SET_NAME, "genga-launcher");
  /* Ctrl+C goes to all; here it is the program's business, which closes its end. */
  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  signal (SIGCHLD, SIG_IGN);
  if (!leave_streams () || !keep_only (&from, 1))
    _exit (1);
  while (genga_descriptors_receive (GENGA_LAUNCHER_FD, fds, N_DESCRIPTORS))
    {
      if (fork () == 0)
        launch (program, fds);
      for (guint i = 0; i < N_DESCRIPTORS; i++)
        close (fds[i]);
    }
  _exit (0);
}

void
genga_launcher_open (const char *program)
{
  int ends[2];
  pid_t pid;

  if (connection >= 0 || socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return;
  pid = fork ();
  if (pid == 0)
    serve (ends[1], program);
  close (ends[1]);
  if (pid > 0)
    {
      connection = ends[0];
      launcher = pid;
    }
  else
    close (ends[0]);
}

pid_t
genga_launcher_get_process (void)
{
  return launcher;
}

/* ---- who wants something launched ---- */

/* Has it started by a child of this process, if that is not confined; 0: there is none. */
static gboolean
spawn (const char *program, const int *fds, pid_t *pid)
{
  *pid = fork ();
  if (*pid == 0)
    launch (program, fds);
  return *pid > 0;
}

/* What a program has written so far. */
typedef struct
{
  guint8 *data;
  gsize size;
  gsize room;
  gsize max_size;
} Answer;

/* There is always room for a byte more than may come, which tells that it did. */
static gboolean
make_room (Answer *self)
{
  const gsize room = MIN (MAX (2 * self->room, FIRST_ROOM), self->max_size + 1);
  guint8 *data;

  if (self->size > self->max_size)
    return FALSE;
  if (self->size < self->room)
    return TRUE;
  data = g_try_realloc (self->data, room);
  if (data == NULL)
    return FALSE;
  self->data = data;
  self->room = room;
  return TRUE;
}

/* To the end; FALSE: cancelled, or too much. */
static gboolean
read_all (int fd, Answer *into, GCancellable *cancellable)
{
  struct pollfd polled[] = { { fd, POLLIN, 0 }, { g_cancellable_get_fd (cancellable), POLLIN, 0 } };
  gboolean fits = TRUE;
  gssize n = 1;

  while (n > 0 && (fits = make_room (into)) && !g_cancellable_is_cancelled (cancellable))
    {
      if (poll (polled, polled[1].fd >= 0 ? 2 : 1, -1) < 0 || polled[0].revents == 0)
        continue;
      n = read (fd, into->data + into->size, into->room - into->size);
      if (n > 0)
        into->size += n;
      else if (n < 0 && errno == EINTR)
        n = 1;
    }
  if (polled[1].fd >= 0)
    g_cancellable_release_fd (cancellable);
  return fits && !g_cancellable_is_cancelled (cancellable);
}

static gboolean
set_unavailable (const char *program, GError **error)
{
  g_autofree char *name = g_path_get_basename (program);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               _ ("Can't open a part of Genga (%s): %s"), name, g_strerror (errno));
  return FALSE;
}

/* Starts it; `*output` and `*status_fd` are the ends of pipes to read. */
static gboolean
start (const char *program, int fd, int *output, int *status_fd, pid_t *pid, GError **error)
{
  int pipes[2][2] = { { -1, -1 }, { -1, -1 } };
  int fds[N_DESCRIPTORS];
  gboolean ok = access (program, X_OK) == 0 || connection >= 0;

  ok = ok && pipe2 (pipes[0], O_CLOEXEC) == 0 && pipe2 (pipes[1], O_CLOEXEC) == 0;
  fds[INPUT] = fd;
  fds[OUTPUT] = pipes[0][1];
  fds[STATUS] = pipes[1][1];
  ok = ok && (connection >= 0 ? genga_descriptors_send (connection, fds, N_DESCRIPTORS)
                              : spawn (program, fds, pid));
  if (!ok)
    set_unavailable (program, error);
  for (guint i = 0; i < N_DESCRIPTORS; i++)
    {
      if (fds[i] >= 0)
        close (fds[i]);
    }
  *output = pipes[0][0];
  *status_fd = pipes[1][0];
  return ok;
}

/* The answer was more than there is room for. */
static void
set_unread (const Answer *self, const char *program, GError **error)
{
  if (self->size > self->max_size)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s writes too much", program);
  else
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY, _ ("Not enough memory."));
}

/* As waitpid() tells it. */
static void
set_ended (const char *program, int status, GError **error)
{
  if ((WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL) ||
      (WIFEXITED (status) && WEXITSTATUS (status) == GENGA_LAUNCHER_NO_MEMORY))
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY, _ ("Not enough memory."));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s ended with %d", program, status);
}

GBytes *
genga_launcher_run (
    const char *program, int fd, gsize max_size, GCancellable *cancellable, GError **error)
{
  Answer answer = { .max_size = MIN (max_size, G_MAXSSIZE) };
  pid_t pid = 0;
  int output, status_fd, status = -1;
  gboolean ok = start (program, fd, &output, &status_fd, &pid, error);

  if (ok && !read_all (output, &answer, cancellable))
    {
      ok = FALSE;
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        set_unread (&answer, program, error);
    }
  else if (ok && (read (status_fd, &status, sizeof status) != sizeof status || status != 0))
    {
      ok = FALSE;
      set_ended (program, status, error);
    }
  if (output >= 0)
    close (output);
  if (status_fd >= 0)
    close (status_fd);
  while (pid > 0 && waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    ;
  if (ok)
    return g_bytes_new_take (answer.data, answer.size);
  g_free (answer.data);
  return NULL;
}
