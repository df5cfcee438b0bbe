/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of segments: packets one after the other, as the encoder gave them, with what belongs to
 * them; at the end their number and a checksum of all that is before. Numbers are little-endian.
 */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/segment-file.h"
#include "core/error.h"
#include "core/fault.h"
#include "core/output-file.h"

#include <glib/gi18n-lib.h>
#include <libavutil/crc.h>
#include <string.h>

#define MAGIC "GengaSg1"
#define MAGIC_SIZE 8
#define END_MARK G_MAXUINT32
#define MAX_PACKET (1 << 30)
#define MAX_SIDE_DATA 64
#define MAX_ATTEMPTS 5
#define PAUSE_US 25000

/* ---- writing ---- */

struct _GengaSegmentWriter
{
  GengaOutputFile *file;
  GByteArray *buffer; /* one packet's head */
  guint64 size;
  guint32 n_packets;
  guint32 crc;
};

static void
add_u32 (GByteArray *buffer, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (buffer, (const guint8 *)&value, sizeof value);
}

static void
add_i64 (GByteArray *buffer, gint64 value)
{
  value = GINT64_TO_LE (value);
  g_byte_array_append (buffer, (const guint8 *)&value, sizeof value);
}

static gboolean
put (GengaSegmentWriter *self, gconstpointer data, gsize size)
{
  self->crc = av_crc (av_crc_get_table (AV_CRC_32_IEEE_LE), self->crc, data, size);
  self->size += size;
  return genga_output_file_write (self->file, data, size);
}

static gboolean
put_buffer (GengaSegmentWriter *self)
{
  gboolean ok = put (self, self->buffer->data, self->buffer->len);

  g_byte_array_set_size (self->buffer, 0);
  return ok;
}

GengaSegmentWriter *
genga_segment_writer_new (const char *path,
                          const char *result,
                          const GengaVideoWrite *params,
                          GError **error)
{
  g_autoptr (GengaSegmentWriter) self = g_new0 (GengaSegmentWriter, 1);

  self->buffer = g_byte_array_new ();
  self->file = genga_output_file_new_through (result, path, error);
  if (self->file == NULL)
    return NULL;
  genga_output_file_set_disk_space_func (self->file, params->wait_for_disk_space,
                                         params->disk_space_data);
  if (!put (self, MAGIC, MAGIC_SIZE))
    {
      genga_output_file_get_error (self->file, error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
genga_segment_writer_free (GengaSegmentWriter *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->file, genga_output_file_free);
  g_byte_array_unref (self->buffer);
  g_free (self);
}

guint64
genga_segment_writer_get_size (GengaSegmentWriter *self)
{
  return self->size;
}

gboolean
genga_segment_writer_add (GengaSegmentWriter *self, const AVPacket *packet, GError **error)
{
  gboolean ok;

  add_u32 (self->buffer, packet->size);
  add_u32 (self->buffer, packet->flags);
  add_i64 (self->buffer, packet->pts);
  add_u32 (self->buffer, packet->side_data_elems);
  for (int i = 0; i < packet->side_data_elems; i++)
    {
      const AVPacketSideData *data = &packet->side_data[i];

      add_u32 (self->buffer, data->type);
      add_u32 (self->buffer, data->size);
      g_byte_array_append (self->buffer, data->data, data->size);
    }
  ok = put_buffer (self) && put (self, packet->data, packet->size);
  self->n_packets++;
  if (!ok)
    genga_output_file_get_error (self->file, error);
  return ok;
}

gboolean
genga_segment_writer_finish (GengaSegmentWriter *self, GError **error)
{
  add_u32 (self->buffer, END_MARK);
  add_u32 (self->buffer, self->n_packets);
  put_buffer (self);
  add_u32 (self->buffer, self->crc);
  put_buffer (self);
  genga_fault ("kill-segment-written");
  return genga_output_file_sync (self->file, error);
}

/* ---- reading ---- */

struct _GengaSegmentReader
{
  AVIOContext *io;
  char *url;
  guint32 n_packets;
  guint32 crc;
  int code; /* of the first failure, or 0 */
};

/* What keeps a file from being read, which says nothing about it; else it is damaged. */
static int
get_failure (GengaSegmentReader *self, int code)
{
  int of_file = self->io != NULL ? self->io->error : code;

  return of_file < 0 && of_file != AVERROR_EOF && of_file != AVERROR (ENOENT) ? of_file
                                                                              : AVERROR_INVALIDDATA;
}

static int
open_at (GengaSegmentReader *self, gint64 at)
{
  int code = avio_open (&self->io, self->url, AVIO_FLAG_READ);

  if (code >= 0 && at > 0 && avio_seek (self->io, at, SEEK_SET) != at)
    code = AVERROR (EIO);
  return code >= 0 ? 0 : get_failure (self, code);
}

static int
read_once (GengaSegmentReader *self, gpointer data, gsize size)
{
  if (genga_fault ("stale-segment"))
    return AVERROR (ESTALE);
  return avio_read (self->io, data, size) == (int)size ? 0 : get_failure (self, 0);
}

/* A share answers so while its server comes back; the handle is then another one. */
static gboolean
may_pass (int code)
{
  return code == AVERROR (ESTALE) || code == AVERROR (EIO);
}

static int
read_bytes (GengaSegmentReader *self, gpointer data, gsize size)
{
  const gint64 at = avio_tell (self->io);
  int code = read_once (self, data, size);

  for (int i = 1; i < MAX_ATTEMPTS && may_pass (code); i++)
    {
      g_usleep (PAUSE_US << i);
      avio_closep (&self->io);
      code = open_at (self, at);
      if (code == 0)
        code = read_once (self, data, size);
    }
  return code;
}

static gboolean
get (GengaSegmentReader *self, gpointer data, gsize size)
{
  if (self->code == 0 && genga_fault ("unreadable-segment"))
    self->code = AVERROR (EIO);
  if (self->code == 0)
    self->code = read_bytes (self, data, size);
  if (self->code == 0)
    self->crc = av_crc (av_crc_get_table (AV_CRC_32_IEEE_LE), self->crc, data, size);
  return self->code == 0;
}

static guint32
get_u32 (GengaSegmentReader *self)
{
  guint32 value = 0;

  return get (self, &value, sizeof value) ? GUINT32_FROM_LE (value) : 0;
}

static gint64
get_i64 (GengaSegmentReader *self)
{
  gint64 value = 0;

  return get (self, &value, sizeof value) ? GINT64_FROM_LE (value) : 0;
}

int
genga_segment_reader_new (const char *path, GengaSegmentReader **reader)
{
  g_autoptr (GengaSegmentReader) self = g_new0 (GengaSegmentReader, 1);
  char magic[MAGIC_SIZE];
  int code;

  self->url = g_strconcat ("file:", path, NULL);
  code = open_at (self, 0);
  for (int i = 1; i < MAX_ATTEMPTS && may_pass (code); i++)
    {
      g_usleep (PAUSE_US << i);
      code = open_at (self, 0);
    }
  if (code < 0)
    return code;
  if (get (self, magic, MAGIC_SIZE) && memcmp (magic, MAGIC, MAGIC_SIZE) != 0)
    return AVERROR_INVALIDDATA;
  if (self->code == 0)
    *reader = g_steal_pointer (&self);
  return self != NULL ? self->code : 0;
}

void
genga_segment_reader_free (GengaSegmentReader *self)
{
  if (self == NULL)
    return;
  avio_closep (&self->io);
  g_free (self->url);
  g_free (self);
}

static void
read_side_data (GengaSegmentReader *self, AVPacket *packet)
{
  guint32 n = get_u32 (self);

  if (self->code == 0 && n > MAX_SIDE_DATA)
    self->code = AVERROR_INVALIDDATA;
  for (guint32 i = 0; i < n && self->code == 0; i++)
    {
      guint32 type = get_u32 (self);
      guint32 size = get_u32 (self);
      gboolean is_sane = type < AV_PKT_DATA_NB && size < MAX_PACKET;
      guint8 *data =
          is_sane && self->code == 0 ? av_packet_new_side_data (packet, type, size) : NULL;

      if (data != NULL)
        get (self, data, size);
      else if (self->code == 0)
        self->code = is_sane ? AVERROR (ENOMEM) : AVERROR_INVALIDDATA;
    }
}

/* The checksum is that of everything before it. */
static int
read_end (GengaSegmentReader *self)
{
  gboolean same = get_u32 (self) == self->n_packets;
  guint32 crc = self->crc;

  same &= get_u32 (self) == crc;
  if (self->code != 0)
    return self->code;
  return same ? AVERROR_EOF : AVERROR_INVALIDDATA;
}

int
genga_segment_reader_next (GengaSegmentReader *self, AVPacket *packet)
{
  guint32 size = get_u32 (self);
  int flags;
  gint64 pts;

  if (size == END_MARK)
    return read_end (self);
  flags = get_u32 (self);
  pts = get_i64 (self);
  if (self->code != 0)
    return self->code;
  if (size > MAX_PACKET)
    return AVERROR_INVALIDDATA;
  if (av_new_packet (packet, size) < 0)
    return AVERROR (ENOMEM);
  packet->flags = flags;
  packet->pts = pts;
  read_side_data (self, packet);
  if (!get (self, packet->data, size))
    return self->code;
  self->n_packets++;
  return 0;
}
