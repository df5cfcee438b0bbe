/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/confine/breach.h"
#include "core/fault.h"

#ifdef GENGA_FAULTS

#  include <errno.h>
#  include <fcntl.h>
#  include <sys/socket.h>
#  include <sys/wait.h>
#  include <unistd.h>

static void
tell (const char *what, gboolean ok)
{
  g_printerr ("breach: %s: %s\n", what, ok ? "done" : g_strerror (errno));
}

static gboolean
try_file (const char *folder, const char *name, int flags)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  int fd = open (path, flags | O_CLOEXEC, 0600);

  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}

static gboolean
try_program (void)
{
  char *const argv[] = { (char *)"true", NULL };
  int status = -1;
  pid_t pid = fork ();

  if (pid == 0)
    {
      execv ("/bin/true", argv);
      _exit (errno);
    }
  waitpid (pid, &status, 0);
  errno = WEXITSTATUS (status);
  return status == 0;
}

static gboolean
try_socket (int domain)
{
  int fd = socket (domain, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}

void
genga_breach_try (void)
{
  const char *folder = g_getenv ("GENGA_BREACH");

  if (!genga_fault ("breach") || folder == NULL)
    return;
  tell ("write", try_file (folder, "written", O_WRONLY | O_CREAT));
  tell ("read", try_file (folder, "secret", O_RDONLY));
  tell ("program", try_program ());
  tell ("connection", try_socket (AF_INET));
  tell ("local connection", try_socket (AF_UNIX));
}

#else

void
genga_breach_try (void)
{
}

#endif
