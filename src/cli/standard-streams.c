/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/standard-streams.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define BUFFER_BYTES (256 << 10)

static gboolean
set_error (GError **error, GengaError code, const char *sentence)
{
  g_set_error_literal (error, GENGA_ERROR, code, sentence);
  return FALSE;
}

static gboolean
set_error_from_errno (GError **error, GengaError code, const char *format, int reason)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GENGA_ERROR, code, format, g_strerror (reason));
#pragma GCC diagnostic pop
  return FALSE;
}

/* From one descriptor to another, to the end. `*is_write` says which of them failed. */
static gboolean
copy_all (int from, int to, gboolean *is_write)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_BYTES);

  for (;;)
    {
      gssize n = read (from, buffer, BUFFER_BYTES);

      *is_write = FALSE;
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n == 0;
      *is_write = TRUE;
      for (gssize done = 0; done < n;)
        {
          gssize written = write (to, buffer + done, n - done);

          if (written < 0 && errno != EINTR)
            return FALSE;
          done += MAX (written, 0);
        }
    }
}

static gboolean
is_stream (const char *name)
{
  return g_strcmp0 (name, "-") == 0;
}

static gboolean
read_input (GengaStandardStreams *self, GError **error)
{
  gboolean is_write = TRUE, ok;
  int fd, code;

  self->input = g_build_filename (self->folder, "standard-input", NULL);
  fd = open (self->input, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  ok = fd >= 0 && copy_all (STDIN_FILENO, fd, &is_write);
  code = errno;
  if (fd >= 0 && close (fd) != 0 && ok)
    {
      ok = FALSE;
      code = errno;
    }
  if (ok)
    return TRUE;
  return is_write
             ? set_error_from_errno (error, GENGA_ERROR_OUTPUT,
                                     _ ("Can't keep what comes from standard input: %s."), code)
             : set_error_from_errno (error, GENGA_ERROR_INPUT, _ ("Can't read standard input: %s."),
                                     code);
}

static gboolean
open_output (GengaStandardStreams *self, GError **error)
{
  int nowhere = open ("/dev/null", O_WRONLY | O_CLOEXEC);

  self->output = g_build_filename (self->folder, "result", NULL);
  self->output_fd = fcntl (STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (self->output_fd < 0 || nowhere < 0 || dup2 (nowhere, STDOUT_FILENO) < 0)
    return set_error_from_errno (error, GENGA_ERROR_OUTPUT,
                                 _ ("Can't write to standard output: %s."), errno);
  close (nowhere);
  return TRUE;
}

static gboolean
check (const GengaJobArguments *arguments,
       gboolean reads,
       gboolean writes,
       gboolean wants_json,
       GError **error)
{
  if (reads && (arguments->files[1] != NULL || arguments->output == NULL))
    return set_error (error, GENGA_ERROR_USAGE,
                      _ ("“-” is one picture from standard input; give no other file, and say with "
                         "--output where the result goes (“-” is standard output)."));
  if (writes && wants_json)
    return set_error (error, GENGA_ERROR_USAGE,
                      _ ("Standard output can't have the picture and “--progress json”."));
  if (writes && isatty (STDOUT_FILENO))
    return set_error (
        error, GENGA_ERROR_USAGE,
        _ ("A picture is no text for a terminal; send standard output to a file or to "
           "a program."));
  return TRUE;
}

gboolean
genga_standard_streams_open (GengaStandardStreams *self,
                             GengaJobArguments *arguments,
                             gboolean wants_json,
                             GError **error)
{
  const gboolean writes = is_stream (arguments->output);
  gboolean reads = FALSE;
  g_autoptr (GError) reason = NULL;

  for (guint i = 0; arguments->files[i] != NULL; i++)
    reads = reads || is_stream (arguments->files[i]);
  if (!check (arguments, reads, writes, wants_json, error))
    return FALSE;
  if (!reads && !writes)
    return TRUE;
  self->folder = g_dir_make_tmp ("genga-XXXXXX", &reason);
  if (self->folder == NULL)
    return set_error (error, GENGA_ERROR_OUTPUT, reason->message);
  if (reads && !read_input (self, error))
    return FALSE;
  if (reads)
    {
      g_free (arguments->files[0]);
      arguments->files[0] = g_strdup (self->input);
    }
  if (!writes)
    return TRUE;
  if (!open_output (self, error))
    return FALSE;
  g_free (arguments->output);
  arguments->output = g_strdup (self->output);
  return TRUE;
}

gboolean
genga_standard_streams_send (GengaStandardStreams *self, GError **error)
{
  int fd = self->output != NULL ? open (self->output, O_RDONLY | O_CLOEXEC) : -1;
  gboolean is_write, ok;
  int code;

  if (fd < 0)
    return TRUE;
  ok = copy_all (fd, self->output_fd, &is_write);
  code = errno;
  close (fd);
  return ok || set_error_from_errno (error, GENGA_ERROR_OUTPUT,
                                     _ ("Can't write to standard output: %s."), code);
}

void
genga_standard_streams_clear (GengaStandardStreams *self)
{
  if (self->input != NULL)
    g_unlink (self->input);
  if (self->output != NULL)
    g_unlink (self->output);
  if (self->folder != NULL)
    g_rmdir (self->folder);
  if (self->output_fd >= 0)
    close (self->output_fd);
  g_clear_pointer (&self->input, g_free);
  g_clear_pointer (&self->output, g_free);
  g_clear_pointer (&self->folder, g_free);
  self->output_fd = -1;
}
