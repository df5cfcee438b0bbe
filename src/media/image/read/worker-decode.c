/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/worker-decode.h"
#include "core/confine/launcher.h"
#include "core/error.h"
#include "core/module.h"
#include "core/write-all.h"
#include "media/image/read/jxl-frame.h"
#include "media/image/read/jxl-header.h"
#include "media/image/tags/jxl-boxes.h"
#include "media/image/vips-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAGIC 0x47504431
#define MAX_SIDE (1 << 20)
#define MAX_ICC (64 << 20)

/* What a request begins with; the file follows. */
typedef struct
{
  guint32 magic;
  guint32 has_pixels;
} Request;

/* What an answer begins with; profile and pixels follow. */
typedef struct
{
  guint32 magic;
  gint32 width;
  gint32 height;
  gint32 n_bands;
  gint32 format;
  gint32 padding;
  guint64 icc_size;
} Answer;

static gsize
get_sample_size (int format)
{
  return format == VIPS_FORMAT_UCHAR    ? 1
         : format == VIPS_FORMAT_USHORT ? 2
         : format == VIPS_FORMAT_FLOAT  ? 4
                                        : 0;
}

/* ---- this side ---- */

static int
make_request (GBytes *file, gboolean has_pixels)
{
  const Request request = { MAGIC, has_pixels };
  const int fd = memfd_create ("genga-file", MFD_CLOEXEC);
  gsize size;
  gconstpointer data = g_bytes_get_data (file, &size);

  if (fd < 0 ||
      (genga_write_all (fd, &request, sizeof request) && genga_write_all (fd, data, size)))
    return fd;
  close (fd);
  return -1;
}

/* The process has read a hostile file: nothing that it says is believed. */
static gboolean
is_sound (const Answer *answer, gboolean has_pixels, gsize size)
{
  const gsize sample = get_sample_size (answer->format);

  return answer->magic == MAGIC && answer->width > 0 && answer->width <= MAX_SIDE &&
         answer->height > 0 && answer->height <= MAX_SIDE && answer->n_bands >= 1 &&
         answer->n_bands <= 4 && sample > 0 && answer->icc_size <= MAX_ICC &&
         size == sizeof *answer + answer->icc_size +
                     (has_pixels
                          ? (guint64)answer->width * answer->height * answer->n_bands * sample
                          : 0);
}

static gboolean
take_answer (GBytes *bytes, gboolean has_pixels, GengaDecoded *decoded)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  Answer answer;
  gsize at;

  if (size < sizeof answer)
    return FALSE;
  memcpy (&answer, data, sizeof answer);
  if (!is_sound (&answer, has_pixels, size))
    return FALSE;
  at = sizeof answer + answer.icc_size;
  decoded->width = answer.width;
  decoded->height = answer.height;
  decoded->n_bands = answer.n_bands;
  decoded->format = answer.format;
  decoded->interpretation = answer.format == VIPS_FORMAT_FLOAT ? VIPS_INTERPRETATION_scRGB
                            : answer.n_bands >= 3
                                ? (answer.format == VIPS_FORMAT_USHORT ? VIPS_INTERPRETATION_RGB16
                                                                       : VIPS_INTERPRETATION_sRGB)
                            : answer.format == VIPS_FORMAT_USHORT ? VIPS_INTERPRETATION_GREY16
                                                                  : VIPS_INTERPRETATION_B_W;
  if (answer.icc_size > 0)
    decoded->icc = g_bytes_new_from_bytes (bytes, sizeof answer, answer.icc_size);
  if (has_pixels)
    decoded->pixels = g_bytes_new_from_bytes (bytes, at, size - at);
  return TRUE;
}

gboolean
genga_worker_decode (GBytes *file,
                     guint64 n_pixel_bytes,
                     GCancellable *cancellable,
                     GengaDecoded *decoded,
                     GError **error)
{
  const gboolean has_pixels = n_pixel_bytes > 0;
  const gsize max_size = sizeof (Answer) + MAX_ICC + n_pixel_bytes;
  const int fd = make_request (file, has_pixels);
  g_autofree char *program = genga_module_dup_program ("genga-picture-worker", "src/media/image");
  g_autoptr (GError) reason = NULL;
  g_autoptr (GBytes) answer = NULL;

  *decoded = (GengaDecoded){ 0 };
  if (fd >= 0)
    answer = genga_launcher_run (program, fd, max_size, cancellable, &reason);
  else
    g_set_error_literal (&reason, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY, _ ("Not enough memory."));
  if (answer != NULL)
    return take_answer (answer, has_pixels, decoded);
  g_debug ("%s", reason->message);
  if (!g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_FAILED))
    g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

void
genga_decoded_clear (GengaDecoded *self)
{
  g_clear_pointer (&self->icc, g_bytes_unref);
  g_clear_pointer (&self->pixels, g_bytes_unref);
}

/* ---- the other side ---- */

gboolean
genga_worker_is_decode (GBytes *request)
{
  Request head;

  if (g_bytes_get_size (request) < sizeof head)
    return FALSE;
  memcpy (&head, g_bytes_get_data (request, NULL), sizeof head);
  return head.magic == MAGIC;
}

static gboolean
is_animated (gconstpointer data, gsize size)
{
  g_autoptr (GBytes) file = g_bytes_new_static (data, size);
  g_autoptr (GBytes) codestream = genga_jxl_find_codestream (file);

  return genga_jxl_frame_is_available () && genga_jxl_is_animated (codestream);
}

/* `data` is the file that the image is of. */
static gboolean
write_image (VipsImage *image, gboolean has_pixels, gconstpointer data, gsize data_size)
{
  const void *icc = NULL;
  gsize icc_size = 0, size = 0;
  g_autofree gpointer pixels = NULL;
  Answer answer = {
    .magic = MAGIC,
    .width = image->Xsize,
    .height = image->Ysize,
    .n_bands = image->Bands,
    .format = image->BandFmt,
  };

  if (vips_image_get_typeof (image, VIPS_META_ICC_NAME) != 0)
    vips_image_get_blob (image, VIPS_META_ICC_NAME, &icc, &icc_size);
  answer.icc_size = icc_size;
  if (has_pixels)
    pixels = is_animated (data, data_size) ? genga_jxl_frame_decode (data, data_size, image, &size)
                                           : vips_image_write_to_memory (image, &size);
  return (!has_pixels || pixels != NULL) &&
         genga_write_all (STDOUT_FILENO, &answer, sizeof answer) &&
         genga_write_all (STDOUT_FILENO, icc, icc_size) &&
         genga_write_all (STDOUT_FILENO, pixels, size);
}

/* Decoders do not say why they fail. What one takes is its pixels, and floats or integers of 32
 * bits before they are that. */
static gboolean
lacks_memory (const VipsImage *image)
{
  const guint64 n_samples = (guint64)image->Xsize * image->Ysize * image->Bands;
  gpointer room =
      g_try_malloc (n_samples * (sizeof (float) + 2 * get_sample_size (image->BandFmt)));
  const gboolean lacks = room == NULL;

  g_free (room);
  return lacks;
}

int
genga_worker_serve_decode (GBytes *request)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (request, &size);
  VipsImage *image = NULL;
  Request head;
  int status = 0;

  memcpy (&head, data, sizeof head);
  /* Only here, in a process of its own. */
  vips_operation_block_set ("VipsForeignLoadJxl", FALSE);
  if (vips_jxlload_buffer ((gpointer)(data + sizeof head), size - sizeof head, &image, "fail-on",
                           VIPS_FAIL_ON_ERROR, NULL) != 0)
    status = 1;
  else if (get_sample_size (image->BandFmt) == 0 ||
           !write_image (image, head.has_pixels, data + sizeof head, size - sizeof head))
    status = lacks_memory (image) ? GENGA_LAUNCHER_NO_MEMORY : 1;
  g_clear_object (&image);
  if (status != 0)
    genga_vips_drop_error ("decode");
  return status;
}
