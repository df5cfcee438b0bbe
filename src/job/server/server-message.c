/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/server/server-message.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>
#include <string.h>

#define MAGIC 0x42524452u
#define VERSION 2
#define TYPE_REQUEST 1
#define HEAD_BYTES 16 /* of an answer, without its length: id, status, two counts */
#define MOST_ERROR_BYTES 4096

const char *
genga_server_engine_get_name (guint engine)
{
  static const char *const names[] = { "realcugan", "realesrgan" };

  return engine < G_N_ELEMENTS (names) ? names[engine] : "unknown";
}

guint32
genga_server_read_u32 (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32)bytes[3] << 24;
}

void
genga_server_write_u32 (guint8 *bytes, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    bytes[i] = value >> (8 * i);
}

/* ---- requests ---- */

typedef struct
{
  const guint8 *bytes;
  gsize size;
  gsize at;
} Reader;

static gboolean
read_u32 (Reader *reader, guint32 *value)
{
  if (reader->size - reader->at < 4)
    return FALSE;
  *value = genga_server_read_u32 (reader->bytes + reader->at);
  reader->at += 4;
  return TRUE;
}

static gboolean G_GNUC_PRINTF (3, 4)
    refuse (GengaServerRequest *self, GengaServerStatus status, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  self->status = status;
  self->error = g_strdup_vprintf (format, args);
  va_end (args);
  return FALSE;
}

static gboolean
refuse_short (GengaServerRequest *self)
{
  return refuse (self, GENGA_SERVER_INVALID, "%s", _ ("The request ends too early."));
}

static gboolean
read_header (GengaServerRequest *self, Reader *reader)
{
  guint32 magic, version, type;

  read_u32 (reader, &magic);
  read_u32 (reader, &version);
  read_u32 (reader, &type);
  read_u32 (reader, &self->id);
  if (magic != MAGIC)
    return refuse (self, GENGA_SERVER_INVALID, "%s",
                   _ ("This is no request: it begins with other bytes."));
  if (version != VERSION)
    return refuse (self, GENGA_SERVER_INVALID,
                   _ ("The request has version %u of the protocol; only 2 is known."), version);
  if (type != TYPE_REQUEST)
    return refuse (self, GENGA_SERVER_INVALID, _ ("The message is of type %u; a request has 1."),
                   type);
  return TRUE;
}

static gboolean
read_settings (GengaServerRequest *self, Reader *reader, guint max_images, guint32 *n_images)
{
  guint32 n_meta, gpu;

  if (reader->at == reader->size)
    return refuse_short (self);
  self->engine = reader->bytes[reader->at++];
  if (self->engine >= GENGA_SERVER_N_ENGINES)
    return refuse (self, GENGA_SERVER_INVALID, _ ("The engine %u is not known."), self->engine);
  if (!read_u32 (reader, &n_meta))
    return refuse_short (self);
  if (n_meta > GENGA_SERVER_MOST_META)
    return refuse (self, GENGA_SERVER_INVALID,
                   _ ("Quality or scale has %u bytes; at most %u are possible."), n_meta,
                   GENGA_SERVER_MOST_META);
  if (reader->size - reader->at < n_meta)
    return refuse_short (self);
  memcpy (self->meta, reader->bytes + reader->at, n_meta);
  reader->at += n_meta;
  if (!read_u32 (reader, &gpu) || !read_u32 (reader, n_images))
    return refuse_short (self);
  self->gpu = (gint32)gpu;
  if (*n_images == 0 || *n_images > max_images)
    return refuse (self, GENGA_SERVER_INVALID,
                   _ ("The request has %u images; from 1 to %u are possible."), *n_images,
                   max_images);
  return TRUE;
}

static gboolean
read_images (GengaServerRequest *self, Reader *reader, guint32 n_images)
{
  guint64 sum = 0;
  guint32 size;

  for (guint32 i = 0; i < n_images; i++)
    {
      GengaServerImage image;

      if (!read_u32 (reader, &size))
        return refuse_short (self);
      sum += size;
      if (sum > GENGA_SERVER_MOST_SUM_BYTES || size > GENGA_SERVER_MOST_IMAGE_BYTES)
        return refuse (self, GENGA_SERVER_LIMIT,
                       _ ("With image %u, the request's images have more than %u bytes."), i,
                       GENGA_SERVER_MOST_SUM_BYTES);
      if (reader->size - reader->at < size)
        return refuse_short (self);
      image = (GengaServerImage){ .offset = reader->at, .size = size };
      g_array_append_val (self->images, image);
      reader->at += size;
    }
  if (reader->at < reader->size)
    return refuse (self, GENGA_SERVER_INVALID, "%s",
                   _ ("There is something behind the request's last image."));
  return TRUE;
}

void
genga_server_request_init (GengaServerRequest *self,
                           const guint8 *message,
                           gsize size,
                           guint max_images)
{
  Reader reader = { .bytes = message, .size = size };
  guint32 n_images = 0;

  g_return_if_fail (size >= GENGA_SERVER_LEAST_BYTES);

  *self = (GengaServerRequest){
    .images = g_array_new (FALSE, FALSE, sizeof (GengaServerImage)),
  };
  if (!read_header (self, &reader) || !read_settings (self, &reader, max_images, &n_images) ||
      !read_images (self, &reader, n_images))
    g_array_set_size (self->images, 0);
}

void
genga_server_request_clear (GengaServerRequest *self)
{
  g_clear_pointer (&self->images, g_array_unref);
  g_clear_pointer (&self->error, g_free);
}

/* ---- answers ---- */

/* Bytes that no character is cut off by. */
static gsize
get_text_bytes (const char *text)
{
  gsize n = strlen (text);

  if (n <= MOST_ERROR_BYTES)
    return n;
  n = MOST_ERROR_BYTES;
  while (n > 0 && ((guchar)text[n] & 0xc0) == 0x80)
    n--;
  return n;
}

GBytes *
genga_server_answer_new_error (guint32 id, GengaServerStatus status, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  const gsize n = get_text_bytes (valid);
  const gsize size = 4 + HEAD_BYTES + n;
  guint8 *bytes = g_malloc (size);

  genga_server_write_u32 (bytes, HEAD_BYTES + n);
  genga_server_write_u32 (bytes + 4, id);
  genga_server_write_u32 (bytes + 8, status);
  genga_server_write_u32 (bytes + 12, n);
  memcpy (bytes + 16, valid, n);
  genga_server_write_u32 (bytes + 16 + n, 0);
  return g_bytes_new_take (bytes, size);
}

GBytes *
genga_server_answer_new (guint32 id, const guint64 *sizes, guint n)
{
  guint64 total = HEAD_BYTES;
  guint8 *bytes;

  for (guint i = 0; i < n; i++)
    {
      if (sizes[i] > G_MAXUINT32 || total + 4 + sizes[i] > G_MAXUINT32)
        return NULL;
      total += 4 + sizes[i];
    }
  bytes = g_malloc (4 + HEAD_BYTES);
  genga_server_write_u32 (bytes, total);
  genga_server_write_u32 (bytes + 4, id);
  genga_server_write_u32 (bytes + 8, GENGA_SERVER_OK);
  genga_server_write_u32 (bytes + 12, 0);
  genga_server_write_u32 (bytes + 16, n);
  return g_bytes_new_take (bytes, 4 + HEAD_BYTES);
}
