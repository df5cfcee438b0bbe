/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/child-program.h"
#include "config.h"
#include "core/cpu.h"
#include "core/error.h"
#include "core/module.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static GSubprocess *
start (const char *name, const char *build_subdir, int fd, GError **error)
{
  g_autofree char *path = genga_module_dup_program (name, build_subdir);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) reason = NULL;
  GSubprocess *program;

  g_subprocess_launcher_take_fd (launcher, fd, GENGA_CHILD_FD);
  program = g_subprocess_launcher_spawn (launcher, &reason, path, NULL);
  if (program == NULL)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                 _ ("Can't open a part of Genga (%s): %s"), name, reason->message);
  return program;
}

GSubprocess *
genga_child_program_start (
    const char *name, const char *build_subdir, int type, int *fd, GError **error)
{
  GSubprocess *program;
  int ends[2];

  if (socketpair (AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                   _ ("Can't open a part of Genga (%s): %s"), "socketpair", g_strerror (errno));
      return NULL;
    }
  program = start (name, build_subdir, ends[1], error);
  if (program == NULL)
    close (ends[0]);
  *fd = ends[0];
  return program;
}

void
genga_child_program_set_up (void)
{
  g_autofree char *locale_dir = genga_module_find_dir ("po", GENGA_LOCALE_DIR);

  genga_memory_tune_allocator ();
  genga_cpu_tune_threads ();
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
  /* Ctrl+C is the business of the other program, whose end is seen from here. */
  signal (SIGINT, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
