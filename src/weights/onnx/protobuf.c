/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/onnx/protobuf.h"

#include "weights/weights-error.h"

#include <string.h>

/* Of 64 bits, seven in each byte. */
#define MAX_VARINT_SIZE 10

void
genga_proto_init (GengaProto *self, GengaProtoBytes message)
{
  self->at = message.data;
  self->end = message.size > 0 ? message.data + message.size : message.data;
}

static gboolean
read_varint (GengaProto *self, guint64 *value, GError **error)
{
  *value = 0;
  for (guint i = 0; i < MAX_VARINT_SIZE && self->at < self->end; i++)
    {
      guint8 byte = *self->at++;

      *value |= (guint64)(byte & 0x7f) << (7 * i);
      if (byte < 0x80)
        return TRUE;
    }
  return genga_weights_broken (error, "a number has no end");
}

static gboolean
read_fixed (GengaProto *self, gsize size, guint64 *value, GError **error)
{
  *value = 0;
  if ((gsize)(self->end - self->at) < size)
    return genga_weights_broken (error, "a number is cut off");
  memcpy (value, self->at, size);
  *value = GUINT64_FROM_LE (*value);
  self->at += size;
  return TRUE;
}

static gboolean
read_bytes (GengaProto *self, GengaProtoBytes *bytes, GError **error)
{
  guint64 size;

  if (!read_varint (self, &size, error))
    return FALSE;
  if (size > (guint64)(self->end - self->at))
    return genga_weights_broken (error, "a field is cut off");
  *bytes = (GengaProtoBytes){ self->at, (gsize)size };
  self->at += size;
  return TRUE;
}

static gboolean
read_number (GengaProto *self, GengaProtoWire wire, guint64 *value, GError **error)
{
  switch (wire)
    {
    case GENGA_PROTO_VARINT:
      return read_varint (self, value, error);
    case GENGA_PROTO_FIXED64:
      return read_fixed (self, 8, value, error);
    case GENGA_PROTO_FIXED32:
      return read_fixed (self, 4, value, error);
    case GENGA_PROTO_BYTES:
    default: /* groups, which nobody writes any more, and what does not exist */
      return genga_weights_broken (error, "a field of an unknown kind");
    }
}

gboolean
genga_proto_next (GengaProto *self, GengaProtoField *field, GError **error)
{
  guint64 tag;

  if (self->at == self->end)
    return FALSE;
  *field = (GengaProtoField){ 0 };
  if (!read_varint (self, &tag, error))
    return FALSE;
  if (tag >> 3 == 0 || tag >> 3 >= 1u << 29)
    return genga_weights_broken (error, "a field with an impossible number");
  field->number = (guint32)(tag >> 3);
  field->wire = (GengaProtoWire)(tag & 7);
  if (field->wire == GENGA_PROTO_BYTES)
    return read_bytes (self, &field->bytes, error);
  return read_number (self, field->wire, &field->value, error);
}

gboolean
genga_proto_numbers_init (GengaProtoNumbers *self,
                          const GengaProtoField *field,
                          GengaProtoWire wire,
                          GError **error)
{
  *self = (GengaProtoNumbers){ .wire = wire };
  if (field->wire == GENGA_PROTO_BYTES)
    genga_proto_init (&self->packed, field->bytes);
  else if (field->wire == wire)
    {
      self->is_single = TRUE;
      self->single = field->value;
    }
  else
    return genga_weights_broken (error, "a list of numbers of another kind");
  return TRUE;
}

gboolean
genga_proto_numbers_next (GengaProtoNumbers *self, guint64 *value, GError **error)
{
  if (self->is_single)
    {
      self->is_single = FALSE;
      *value = self->single;
      return TRUE;
    }
  return self->packed.at != self->packed.end &&
         read_number (&self->packed, self->wire, value, error);
}
