/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli serve: larger pictures for other programs, from a process that stays. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/interrupt.h"
#include "cli/serve/serve-arguments.h"
#include "core/error.h"
#include "core/text.h"
#include "core/write-all.h"
#include "job/apart/sandbox.h"
#include "job/server/server-socket.h"
#include "job/server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/resource.h>
#include <unistd.h>

#define EXIT_FAILED 1
#define EXIT_USAGE 2
#define EXIT_CANCELLED 130
#define BUFFER_BYTES (64 << 10)

static void
print_line (const char *line, gpointer data)
{
  g_autofree char *text = genga_text_dup_line (line);

  g_printerr ("genga-cli: %s\n", text);
}

/* What anybody prints on standard output from now on goes to standard error. */
static int
take_stdout (GError **error)
{
  int fd = fcntl (STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

  if (fd >= 0 && dup2 (STDERR_FILENO, STDOUT_FILENO) >= 0)
    return fd;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't write to standard output: %s."),
               g_strerror (errno));
  return -1;
}

/* A file of memory for each image and result of all requests. */
static void
allow_files (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static GengaServer *
new_server (const GengaServeArguments *arguments)
{
  const GengaServerSetup setup = {
    .options = arguments->options,
    .max_images = arguments->max_images,
    .max_pixels = arguments->max_pixels,
    .timeout_seconds = arguments->timeout_seconds,
    .has_engine = arguments->has_engine,
    .engine = arguments->engine,
    .has_gpu = arguments->has_gpu,
    .gpu = arguments->gpu,
    .log_func = print_line,
    .log_flags = (arguments->logs_messages ? GENGA_SERVER_LOG_MESSAGES : 0) |
                 (arguments->logs_requests ? GENGA_SERVER_LOG_REQUESTS : 0) |
                 (arguments->is_verbose ? GENGA_SERVER_LOG_NOTICES : 0),
  };

  return genga_server_new (&setup);
}

/* ---- one picture ---- */

/* NULL with GENGA_ERROR_INPUT: it is too large, or can't be read. */
static GBytes *
read_all (GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autofree guint8 *buffer = g_malloc (BUFFER_BYTES);
  gssize n;

  while ((n = read (STDIN_FILENO, buffer, BUFFER_BYTES)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("Can't read standard input: %s."),
                       g_strerror (errno));
          return NULL;
        }
      if (all->len + n > GENGA_SERVER_MOST_IMAGE_BYTES)
        {
          g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                               _ ("Standard input has more than 50 MiB."));
          return NULL;
        }
      g_byte_array_append (all, buffer, n);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&all));
}

static gboolean
write_all (int from, guint64 size, int to, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_BYTES);

  for (guint64 at = 0; at < size;)
    {
      gssize n = pread (from, buffer, BUFFER_BYTES, at);

      if (n <= 0 || !genga_write_all (to, buffer, n))
        {
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                       _ ("Can't write to standard output: %s."), g_strerror (errno));
          return FALSE;
        }
      at += n;
    }
  return TRUE;
}

static void
on_interrupt (gpointer server)
{
  genga_server_stop (server);
}

/* Only the work can be stopped in order. What waits for the other end of a pipe is ended by the
 * first signal. */
static int
convert (GengaServer *server, GBytes *picture, guint64 *size, GError **error)
{
  int result;

  genga_interrupt_install (on_interrupt, server);
  result = genga_server_convert (server, _ ("standard input"), picture, size, error);
  genga_interrupt_end_at_once ();
  return result;
}

static int
run_once (GengaServer *server, int out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) picture = read_all (&error);
  guint64 size;
  gboolean ok;
  int result;

  if (picture != NULL && g_bytes_get_size (picture) == 0)
    return 0;
  result = picture != NULL ? convert (server, picture, &size, &error) : -1;
  ok = result >= 0 && !genga_interrupt_is_requested () && write_all (result, size, out, &error);
  if (result >= 0)
    close (result);
  if (error != NULL)
    genga_command_fail (error);
  if (genga_interrupt_is_requested ())
    return EXIT_CANCELLED;
  return ok ? 0 : EXIT_FAILED;
}

/* ---- messages ---- */

static int
run_server (GengaServer *server, int listening, int out)
{
  g_autoptr (GError) error = NULL;

  if (listening >= 0)
    {
      genga_server_listen (server, listening);
      print_line (_ ("Ready: programs can connect."), NULL);
    }
  else if (!genga_server_add_client (server, fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 3), out, &error))
    return genga_command_fail (error);
  genga_server_run (server);
  return 0;
}

/* The socket that is listened on, -1 for standard input and output. */
static gboolean
open_socket (const GengaServeArguments *arguments, int *listening, GError **error)
{
  g_autoptr (GError) reason = NULL;

  *listening = -1;
  if (arguments->uses_stdio || arguments->is_once)
    return TRUE;
  *listening = arguments->socket != NULL ? genga_server_socket_new (arguments->socket, &reason)
                                         : genga_server_socket_take_activated (&reason);
  if (*listening < 0 && reason == NULL)
    g_set_error_literal (&reason, GENGA_ERROR, GENGA_ERROR_USAGE,
                         _ ("Say whom to serve: --stdio, --socket or --once."));
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return *listening >= 0;
}

static int
serve (const GengaServeArguments *arguments, int listening, int out)
{
  g_autoptr (GError) error = NULL;
  const GengaSandboxNeeds needs = { .options = arguments->options, .has_no_results = TRUE };
  g_autoptr (GengaServer) server = NULL;
  int code;

  genga_sandbox_enter (&needs);
  server = new_server (arguments);
  if (arguments->is_once)
    return run_once (server, out);
  genga_interrupt_install (on_interrupt, server);
  if (!genga_server_warm_up (server, &error))
    code = genga_command_fail (error);
  else
    code = run_server (server, listening, out);
  genga_interrupt_uninstall ();
  return code;
}

static int
begin (const GengaServeArguments *arguments, const GengaCommand *command)
{
  g_autoptr (GError) error = NULL;
  int listening, out = -1;

  if (!open_socket (arguments, &listening, &error))
    return g_error_matches (error, GENGA_ERROR, GENGA_ERROR_USAGE)
               ? genga_command_usage (command, "%s", error->message)
               : genga_command_fail (error);
  if (listening < 0)
    {
      out = take_stdout (&error);
      if (out < 0)
        return genga_command_fail (error);
    }
  allow_files ();
  return serve (arguments, listening, out);
}

static int
run_serve (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GengaServeArguments) arguments = { 0 };
  int code = genga_serve_arguments_parse (&arguments, self, argc, argv);

  if (code < 0)
    code = begin (&arguments, self);
  if (!arguments.is_once || code == EXIT_USAGE || code == EXIT_CANCELLED)
    return code;
  return code == 0 ? 0 : EXIT_FAILED;
}

const GengaCommand genga_command_serve = {
  .name = "serve",
  .synopsis = N_ ("--stdio | --socket PATH | --once [OPTION…]"),
  .summary = N_ ("Make pictures larger for other programs, from a process that stays."),
  .description =
      N_ ("Loads the model once and then answers requests with PNG, JPEG or WebP pictures, in the "
          "protocol that the manual describes, until the other program closes its end. Results "
          "are WebP of quality 90 unless --format and --quality say otherwise. Whatever a request "
          "says, the options with which the server was started count. Nothing but answers is "
          "written to standard output.\n"
          "\n"
          "A socket is for programs of the same user only. Where a service manager has opened one "
          "for this program (“systemctl --user enable --now genga-server.socket”), neither --stdio "
          "nor --socket is needed.\n"
          "\n"
          "Examples:\n"
          "  genga-cli serve --stdio --model genga-fast --scale 2\n"
          "  genga-cli serve --socket $XDG_RUNTIME_DIR/genga.sock --engine realcugan\n"
          "  genga-cli serve --once --format png <small.webp >large.png\n"
          "\n"
          "The exit code is 0 when the other program has ended the conversation, 2 for a mistake "
          "on the command line, 4 for a model that can't be used, 5 for a socket that can't be "
          "made, and 7 for a failing engine. With --once, it is 0 when the result was written or "
          "there was nothing to read, 1 for whatever went wrong, 2 for a mistake on the command "
          "line, and 130 when the work was interrupted."),
  .run = run_serve,
};
