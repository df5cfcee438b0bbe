/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/worker.h"
#include "core/confine/launcher.h"
#include "core/error.h"
#include "core/module.h"
#include "core/write-all.h"
#include "media/image/read/worker-decode.h"
#include "media/image/vips-encode.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>

#define MAGIC 0x47504b31
#define ALIGNMENT 64
/* A file is never larger than twice what it is made of and this. */
#define MORE_THAN_PIXELS (1 << 20)

/* What a file of memory begins with; profile, EXIF and XMP follow, then rows of pixels. */
typedef struct
{
  guint32 magic;
  guint32 size; /* of this */
  GengaFrameInfo info;
  GengaPictureSave params; /* without its pointers */
  guint64 icc_size;
  guint64 exif_size;
  guint64 xmp_size;
  guint64 pixels_at;
  guint64 stride;
} Parcel;

gboolean
genga_worker_has_format (GengaFormat format)
{
  return format == GENGA_FORMAT_AVIF || format == GENGA_FORMAT_JXL;
}

/* ---- this side ---- */

static gboolean
write_bytes (int fd, GBytes *bytes)
{
  gsize size = 0;
  gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return genga_write_all (fd, data, size);
}

static gsize
get_size (GBytes *bytes)
{
  return bytes != NULL ? g_bytes_get_size (bytes) : 0;
}

static gboolean
write_parcel (int fd, const GengaFrame *frame, const GengaPictureSave *params)
{
  const gsize row = (gsize)frame->info.width * genga_sample_get_size (frame->info.sample) *
                    genga_layout_get_n_channels (frame->info.layout);
  Parcel parcel;
  gboolean ok;

  memset (&parcel, 0, sizeof parcel);
  parcel.magic = MAGIC;
  parcel.size = sizeof parcel;
  parcel.info = frame->info;
  parcel.params = *params;
  parcel.params.progress = NULL;
  parcel.params.wait_for_disk_space = NULL;
  parcel.params.disk_space_data = NULL;
  parcel.icc_size = get_size (frame->icc);
  parcel.exif_size = get_size (frame->exif);
  parcel.xmp_size = get_size (frame->xmp);
  parcel.stride = (row + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  parcel.pixels_at = sizeof parcel + parcel.icc_size + parcel.exif_size + parcel.xmp_size;
  parcel.pixels_at = (parcel.pixels_at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  ok = genga_write_all (fd, &parcel, sizeof parcel) && write_bytes (fd, frame->icc) &&
       write_bytes (fd, frame->exif) && write_bytes (fd, frame->xmp) &&
       ftruncate (fd, parcel.pixels_at + parcel.stride * frame->info.height) == 0;
  for (int y = 0; ok && y < frame->info.height; y++)
    ok = lseek (fd, parcel.pixels_at + y * parcel.stride, SEEK_SET) >= 0 &&
         genga_write_all (fd, genga_frame_get_row (frame, 0, y), row);
  return ok;
}

static gboolean
set_ended (const GengaPictureSave *params, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("The %s encoder gave up, or what it made can't be read back."),
               genga_choice_get_nick (GENGA_TYPE_FORMAT, params->format));
  return FALSE;
}

GBytes *
genga_worker_encode (GengaFrame *frame,
                     const GengaPictureSave *params,
                     GCancellable *cancellable,
                     GError **error)
{
  int fd = memfd_create ("genga-frame", MFD_CLOEXEC);
  g_autofree char *program = genga_module_dup_program ("genga-picture-worker", "src/media/image");
  g_autoptr (GBytes) encoded = NULL;
  g_autoptr (GError) reason = NULL;

  if (fd < 0 || !write_parcel (fd, frame, params))
    {
      if (fd >= 0)
        close (fd);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                   _ ("Not enough memory for a picture of %d × %d pixels."), frame->info.width,
                   frame->info.height);
      return NULL;
    }
  encoded = genga_launcher_run (program, fd, 2 * lseek (fd, 0, SEEK_END) + MORE_THAN_PIXELS,
                                cancellable, &reason);
  if (encoded != NULL && g_bytes_get_size (encoded) > 0)
    return g_steal_pointer (&encoded);
  if (encoded == NULL && !g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_FAILED))
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    set_ended (params, error);
  return NULL;
}

/* ---- the other side ---- */

static GBytes *
take_part (GBytes *all, guint64 *at, guint64 size)
{
  GBytes *part = size > 0 ? g_bytes_new_from_bytes (all, *at, size) : NULL;

  *at += size;
  return part;
}

static GengaFrame *
read_parcel (GBytes *all, Parcel *parcel)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (all, &size);
  guint64 at = sizeof *parcel;
  GengaFrame *frame;

  if (size < sizeof *parcel)
    return NULL;
  memcpy (parcel, data, sizeof *parcel);
  if (parcel->magic != MAGIC || parcel->size != sizeof *parcel)
    return NULL;
  g_autoptr (GBytes) pixels =
      g_bytes_new_from_bytes (all, parcel->pixels_at, size - parcel->pixels_at);
  frame = genga_frame_new_for_bytes (&parcel->info, pixels, parcel->stride);
  frame->icc = take_part (all, &at, parcel->icc_size);
  frame->exif = take_part (all, &at, parcel->exif_size);
  frame->xmp = take_part (all, &at, parcel->xmp_size);
  return frame;
}

int
genga_worker_serve (void)
{
  const struct rlimit no_core = { 0, 0 };
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) all = NULL;
  g_autoptr (GBytes) encoded = NULL;
  g_autoptr (GengaFrame) frame = NULL;
  Parcel parcel;

  setrlimit (RLIMIT_CORE, &no_core);
  /* Nobody waits for it any more when the program has gone. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  file = g_mapped_file_new_from_fd (GENGA_LAUNCHER_FD, FALSE, NULL);
  if (file == NULL)
    return 1;
  all = g_mapped_file_get_bytes (file);
  if (genga_worker_is_decode (all))
    return genga_worker_serve_decode (all);
  frame = read_parcel (all, &parcel);
  if (frame == NULL)
    return 1;
  encoded = genga_vips_encode (frame, &parcel.params);
  return encoded != NULL && write_bytes (STDOUT_FILENO, encoded) ? 0 : 1;
}
