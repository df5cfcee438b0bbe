/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "core/cpu.h"
#include "core/error.h"
#include "weights/file-kind.h"
#include "weights/load.h"
#include "weights/pickle/torch-legacy.h"
#include "weights/pickle/torch-zip.h"
#include "weights/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* One call reads no more than this. */
#define MAX_READ (1 << 30)
/* What kind of file it is can be told from its beginning. */
#define SNIFF_SIZE 4096

static GengaStateDict *
read_bytes (GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GengaStateDict) dict = genga_state_dict_new (bytes);
  gboolean ok = FALSE;

  switch (genga_sniff (data, size, error))
    {
    case GENGA_FORMAT_SAFETENSORS:
      ok = genga_safetensors_read (dict, bytes, error);
      break;
    case GENGA_FORMAT_ZIP:
      ok = genga_torch_zip_read (dict, bytes, error);
      break;
    case GENGA_FORMAT_PICKLE:
      ok = genga_torch_legacy_read (dict, bytes, error);
      break;
    case GENGA_FORMAT_NONE:
    default:
      break;
    }
  if (!ok || !genga_state_dict_finish (dict, error))
    return NULL;
  return g_steal_pointer (&dict);
}

GengaStateDict *
genga_state_dict_load_bytes (GBytes *bytes, const char *name, GError **error)
{
  GengaStateDict *dict = read_bytes (bytes, error);

  if (dict == NULL)
    g_prefix_error (error, "%s: ", name);
  return dict;
}

/* A file descriptor of a regular file, or -1. Neither call waits for the other end of a FIFO. */
static int
open_regular (const char *path, const char *label, GError **error)
{
  struct stat status;
  int fd;

  /* Asked before opening: opening a device may do something to it. */
  if (stat (path, &status) == 0 && !S_ISREG (status.st_mode))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   S_ISDIR (status.st_mode)
                       ? _ ("%s: This is a folder, not a model file. Choose a file inside it.")
                       : _ ("%s: This is not a regular file. Choose a model file."),
                   label);
      return -1;
    }
  fd = g_open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
  if (fd < 0 || fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    {
      int saved_errno = fd < 0 ? errno : EINVAL;

      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("%s: Can't open the model file: %s"),
                   label, g_strerror (saved_errno));
      if (fd >= 0)
        g_close (fd, NULL);
      return -1;
    }
  return fd;
}

/*
 * Reads `size` bytes, or less where the file ends before. Read, not mapped: a mapping of a file
 * that somebody shortens ends the program.
 */
static gboolean
read_all (int fd, guint8 *buffer, gsize size, gsize *n_read, GError **error)
{
  *n_read = 0;
  while (*n_read < size)
    {
      gssize n = read (fd, buffer + *n_read, MIN (size - *n_read, MAX_READ));

      if (n == 0)
        break;
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, g_strerror (errno));
          return FALSE;
        }
      *n_read += n;
    }
  return TRUE;
}

/* Why a file of this size is not read: it is no model, or memory is short. */
static void
set_too_large (int fd, guint64 size, GError **error)
{
  guint8 head[SNIFF_SIZE];
  gsize n;
  GError *reason = NULL;

  if (read_all (fd, head, sizeof head, &n, &reason) &&
      genga_sniff (head, n, &reason) != GENGA_FORMAT_NONE)
    {
      g_autofree char *text = g_format_size (size);

      g_set_error (&reason, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                   _ ("There is not enough memory to read %s."), text);
    }
  g_propagate_error (error, reason);
}

/* The file's content; closes `fd`. */
static GBytes *
read_file (int fd, GError **error)
{
  struct stat status;
  g_autofree guint8 *buffer = NULL;
  gsize size = 0;
  gsize n_read = 0;
  gboolean ok;

  ok = fstat (fd, &status) == 0;
  size = ok ? status.st_size : 0;
  if (size < genga_memory_get_total ())
    buffer = g_try_malloc (MAX (size, 1));
  if (buffer == NULL)
    set_too_large (fd, size, error);
  ok = buffer != NULL && read_all (fd, buffer, size, &n_read, error);
  g_close (fd, NULL);
  return ok ? g_bytes_new_take (g_steal_pointer (&buffer), n_read) : NULL;
}

GengaStateDict *
genga_state_dict_load (const char *path, GError **error)
{
  g_autofree char *label = g_filename_display_name (path);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) reason = NULL;
  GengaStateDict *dict;
  int fd = open_regular (path, label, error);

  if (fd < 0)
    return NULL;
  bytes = read_file (fd, &reason);
  if (bytes == NULL)
    {
      g_set_error (error, GENGA_ERROR, reason->code, _ ("%s: Can't read the model file: %s"), label,
                   reason->message);
      return NULL;
    }
  dict = genga_state_dict_load_bytes (bytes, label, error);
  if (dict != NULL)
    g_debug ("%s: %u tensors, %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT " copied", label,
             genga_state_dict_get_n_tensors (dict), genga_state_dict_get_size_bytes (dict),
             genga_state_dict_get_copied_bytes (dict));
  return dict;
}
