/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Muxers write through a file that gets its name when it is whole. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/muxer-io.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

#define IO_BUFFER (256 << 10)

const char *
genga_container_get_muxer (GengaContainer container)
{
  switch (container)
    {
    case GENGA_CONTAINER_MP4:
      return "mp4";
    case GENGA_CONTAINER_MOV:
      return "mov";
    case GENGA_CONTAINER_WEBM:
      return "webm";
    case GENGA_CONTAINER_GIF:
      return "gif";
    case GENGA_CONTAINER_APNG:
      return "apng";
    case GENGA_CONTAINER_WEBP:
      return "webp";
    case GENGA_CONTAINER_AUTO:
    case GENGA_CONTAINER_MKV:
    default:
      return "matroska";
    }
}

gboolean
genga_av_set_output_error (GengaOutputFile *file, const char *name, int code, GError **error)
{
  g_autofree char *reason = genga_av_dup_error (code);

  /* What the file says comes before what the library makes of it. */
  if (file == NULL || !genga_output_file_get_error (file, error))
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't write “%s”: %s."), name, reason);
  return FALSE;
}

static int
write_bytes (void *opaque, GengaAvWritten *data, int size)
{
  return genga_output_file_write (opaque, data, size) ? size : AVERROR (EIO);
}

static int64_t
seek_bytes (void *opaque, int64_t offset, int whence)
{
  if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)
    return AVERROR (ENOSYS);
  return genga_output_file_seek (opaque, offset, whence);
}

gboolean
genga_av_write_through (AVFormatContext *output, GengaOutputFile *file)
{
  guint8 *buffer = av_malloc (IO_BUFFER);

  output->pb = buffer != NULL
                   ? avio_alloc_context (buffer, IO_BUFFER, 1, file, NULL, write_bytes, seek_bytes)
                   : NULL;
  if (output->pb == NULL)
    {
      av_free (buffer);
      return FALSE;
    }
  output->flags |= AVFMT_FLAG_CUSTOM_IO;
  return TRUE;
}

void
genga_av_stop_writing (AVFormatContext *output)
{
  if (output->pb == NULL)
    return;
  av_freep (&output->pb->buffer);
  avio_context_free (&output->pb);
}
