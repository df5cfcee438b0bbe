/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "core/error.h"
#include "weights/file-kind.h"
#include "weights/first-file.h"
#include "weights/ncnn/ncnn.h"
#include "weights/load.h"
#include "weights/onnx/onnx.h"
#include "weights/pickle/torch-legacy.h"
#include "weights/pickle/torch-zip.h"
#include "weights/read-file.h"
#include "weights/safetensors-parts.h"
#include "weights/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What kind of file it is can be told from its beginning. */
#define SNIFF_SIZE 4096

static GengaStateDict *
read_first (GengaFirstFile *first, GError **error)
{
  GBytes *bytes = first->bytes;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GengaStateDict) dict = genga_state_dict_new (bytes);
  gboolean ok = FALSE;

  genga_state_dict_set_path (dict, first->path);
  genga_state_dict_take_archive (dict, g_steal_pointer (&first->archive));
  switch (genga_sniff (data, size, error))
    {
    case GENGA_FORMAT_SAFETENSORS:
      ok = genga_safetensors_read (dict, bytes, error);
      break;
    case GENGA_FORMAT_SAFETENSORS_LIST:
      ok = genga_safetensors_parts_read (dict, bytes, error);
      break;
    case GENGA_FORMAT_NCNN:
      ok = genga_ncnn_read (dict, bytes, error);
      break;
    case GENGA_FORMAT_ZIP:
      ok = genga_torch_zip_read (dict, bytes, error);
      break;
    case GENGA_FORMAT_PICKLE:
      ok = genga_torch_legacy_read (dict, bytes, error);
      break;
    case GENGA_FORMAT_ONNX:
      ok = genga_onnx_read (dict, bytes, error);
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
genga_state_dict_load_bytes_of (GBytes *bytes, const char *name, const char *path, GError **error)
{
  g_auto (GengaFirstFile) first = { 0 };
  GengaStateDict *dict = NULL;

  if (genga_first_file_find (&first, bytes, path, error))
    dict = read_first (&first, error);
  if (dict == NULL)
    g_prefix_error (error, "%s: ", name);
  return dict;
}

GengaStateDict *
genga_state_dict_load_bytes (GBytes *bytes, const char *name, GError **error)
{
  return genga_state_dict_load_bytes_of (bytes, name, NULL, error);
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

/* Weights of ncnn say nothing of themselves. */
static gboolean
may_be_weights (const char *path)
{
  const gsize length = strlen (path);

  return length > 4 && g_ascii_strcasecmp (path + length - 4, ".bin") == 0;
}

/* What is no model is told by its beginning: a film is not read to its end for that. */
static gboolean
check_kind (int fd, const char *path, GError **error)
{
  guint8 head[SNIFF_SIZE];
  struct stat status;
  gsize n;

  return may_be_weights (path) || fstat (fd, &status) != 0 ||
         !genga_weights_read_part (fd, head, sizeof head, &n, NULL) ||
         lseek (fd, 0, SEEK_SET) != 0 ||
         genga_sniff_head (head, n, (guint64)status.st_size, error) != GENGA_FORMAT_NONE;
}

static GengaStateDict *
load_here (const char *path, GError **error)
{
  g_autofree char *label = g_filename_display_name (path);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) reason = NULL;
  GengaStateDict *dict;
  int fd = open_regular (path, label, error);

  if (fd < 0)
    return NULL;
  if (!check_kind (fd, path, error))
    {
      g_prefix_error (error, "%s: ", label);
      g_close (fd, NULL);
      return NULL;
    }
  bytes = genga_weights_read_fd (fd, &reason);
  g_close (fd, NULL);
  if (bytes == NULL)
    {
      g_set_error (error, GENGA_ERROR, reason->code, _ ("%s: Can't read the model file: %s"), label,
                   reason->message);
      return NULL;
    }
  dict = genga_state_dict_load_bytes_of (bytes, label, path, error);
  if (dict != NULL)
    g_debug ("%s: %u tensors, %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT " copied", label,
             genga_state_dict_get_n_tensors (dict), genga_state_dict_get_size_bytes (dict),
             genga_state_dict_get_copied_bytes (dict));
  return dict;
}

static GengaStateDictLoader load = load_here;

void
genga_state_dict_set_loader (GengaStateDictLoader loader)
{
  load = loader;
}

GengaStateDict *
genga_state_dict_load (const char *path, GError **error)
{
  return load (path, error);
}

char *
genga_state_dict_dup_list_name (const char *file_name)
{
  return genga_safetensors_dup_list_name (file_name);
}
