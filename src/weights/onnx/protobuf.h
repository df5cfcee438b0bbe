/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a protocol buffer field by field: the wire format and nothing about any message. The
 * caller says what nests in what, so that nothing nests deeper than the caller's own code. For
 * src/weights only.
 *
 * Encoding: https://protobuf.dev/programming-guides/encoding/
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_PROTO_VARINT = 0,
  GENGA_PROTO_FIXED64 = 1,
  GENGA_PROTO_BYTES = 2, /* strings, messages and packed numbers */
  GENGA_PROTO_FIXED32 = 5,
} GengaProtoWire;

typedef struct
{
  const guint8 *data;
  gsize size;
} GengaProtoBytes;

typedef struct
{
  const guint8 *at;
  const guint8 *end;
} GengaProto;

typedef struct
{
  guint32 number; /* 1 to 2^29 - 1 */
  GengaProtoWire wire;
  guint64 value;         /* of a number, as it stands; signed ones are cast */
  GengaProtoBytes bytes; /* of GENGA_PROTO_BYTES, inside the message */
} GengaProtoField;

void genga_proto_init (GengaProto *self, GengaProtoBytes message);

/* The next field. FALSE at the end, and, with an error, where the message is damaged. */
gboolean genga_proto_next (GengaProto *self, GengaProtoField *field, GError **error);

/*
 * The numbers of a repeated field, which come one in each field or many packed in one. `wire` is
 * the type of each. Call it until it answers FALSE, at the end or with an error.
 */
typedef struct
{
  GengaProto packed;
  GengaProtoWire wire;
  gboolean is_single;
  guint64 single;
} GengaProtoNumbers;

gboolean genga_proto_numbers_init (GengaProtoNumbers *self,
                                   const GengaProtoField *field,
                                   GengaProtoWire wire,
                                   GError **error);
gboolean genga_proto_numbers_next (GengaProtoNumbers *self, guint64 *value, GError **error);

G_END_DECLS
