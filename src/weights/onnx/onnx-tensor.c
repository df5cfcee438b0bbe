/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/onnx/onnx-tensor.h"

#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* TensorProto */
enum
{
  FIELD_DIMS = 1,
  FIELD_DATA_TYPE = 2,
  FIELD_SEGMENT = 3,
  FIELD_FLOATS = 4,
  FIELD_INTS_32 = 5,
  FIELD_STRINGS = 6,
  FIELD_INTS_64 = 7,
  FIELD_NAME = 8,
  FIELD_RAW = 9,
  FIELD_DOUBLES = 10,
  FIELD_UINTS_64 = 11,
  FIELD_EXTERNAL = 13,
  FIELD_LOCATION = 14,
};

typedef struct
{
  GengaTensor *tensor;
  GengaProtoBytes message;
  const char *name;
  gint64 type;
  gboolean has_raw;
  GengaProtoBytes raw;
  gboolean is_external;
  const char *file;
  guint64 offset;
  guint64 length;
  gboolean has_length;
  guint64 n_bytes; /* that the shape and the type want */
} Reading;

/* The list that a type's numbers lie in where they are not raw, and how they are written. */
typedef struct
{
  gint64 type; /* TensorProto.DataType */
  GengaDType dtype;
  guint32 field;
  GengaProtoWire wire;
} Kind;

static const Kind kinds[] = {
  { 1, GENGA_DTYPE_F32, FIELD_FLOATS, GENGA_PROTO_FIXED32 },
  { 2, GENGA_DTYPE_U8, FIELD_INTS_32, GENGA_PROTO_VARINT },
  { 3, GENGA_DTYPE_I8, FIELD_INTS_32, GENGA_PROTO_VARINT },
  { 5, GENGA_DTYPE_I16, FIELD_INTS_32, GENGA_PROTO_VARINT },
  { 6, GENGA_DTYPE_I32, FIELD_INTS_32, GENGA_PROTO_VARINT },
  { 7, GENGA_DTYPE_I64, FIELD_INTS_64, GENGA_PROTO_VARINT },
  { 9, GENGA_DTYPE_BOOL, FIELD_INTS_32, GENGA_PROTO_VARINT },
  { 10, GENGA_DTYPE_F16, FIELD_INTS_32, GENGA_PROTO_VARINT },
  { 11, GENGA_DTYPE_F64, FIELD_DOUBLES, GENGA_PROTO_FIXED64 },
  { 16, GENGA_DTYPE_BF16, FIELD_INTS_32, GENGA_PROTO_VARINT },
};

static const Kind *
find_kind (gint64 type)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].type == type)
      return &kinds[i];
  return NULL;
}

static gboolean
read_dims (GengaTensor *tensor, const GengaProtoField *field, GError **error)
{
  GengaProtoNumbers numbers;
  GError *reason = NULL;
  guint64 value;

  if (!genga_proto_numbers_init (&numbers, field, GENGA_PROTO_VARINT, error))
    return FALSE;
  while (genga_proto_numbers_next (&numbers, &value, &reason))
    {
      if (tensor->rank == GENGA_TENSOR_MAX_RANK)
        return genga_weights_broken (error, "a tensor has too many dimensions");
      if (value > G_MAXINT64)
        return genga_weights_broken (error, "a tensor has a negative size");
      tensor->shape[tensor->rank++] = (gint64)value;
    }
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, reason);
  return FALSE;
}

static gboolean
read_decimal (const char *text, guint64 *value, GError **error)
{
  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, value, NULL))
    return TRUE;
  return genga_weights_broken (error, "a place in another file is no number");
}

/* StringStringEntryProto: key 1, value 2. */
static gboolean
read_external (GengaOnnxDraft *draft, Reading *reading, GengaProtoBytes message, GError **error)
{
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;
  const char *key = "";
  const char *value = "";

  genga_proto_init (&proto, message);
  while (reason == NULL && genga_proto_next (&proto, &field, &reason))
    {
      if (field.wire == GENGA_PROTO_BYTES && field.number == 1)
        key = genga_onnx_draft_read_text (draft, field.bytes, &reason);
      else if (field.wire == GENGA_PROTO_BYTES && field.number == 2)
        value = genga_onnx_draft_read_text (draft, field.bytes, &reason);
    }
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (g_str_equal (key, "location"))
    reading->file = value;
  else if (g_str_equal (key, "offset"))
    return read_decimal (value, &reading->offset, error);
  else if (g_str_equal (key, "length"))
    {
      reading->has_length = TRUE;
      return read_decimal (value, &reading->length, error);
    }
  return TRUE;
}

/* Everything but the typed lists, which may come before what says how long they are. */
static gboolean
read_field (GengaOnnxDraft *draft, Reading *self, const GengaProtoField *field, GError **error)
{
  switch (field->number)
    {
    case FIELD_DIMS:
      return read_dims (self->tensor, field, error);
    case FIELD_DATA_TYPE:
      self->type = (gint64)field->value;
      return TRUE;
    case FIELD_NAME:
      self->name = genga_onnx_draft_read_text (draft, field->bytes, error);
      return self->name != NULL;
    case FIELD_RAW:
      self->has_raw = TRUE;
      self->raw = field->bytes;
      return TRUE;
    case FIELD_EXTERNAL:
      return read_external (draft, self, field->bytes, error);
    case FIELD_LOCATION:
      self->is_external = field->value == 1;
      return TRUE;
    case FIELD_SEGMENT:
      return genga_weights_broken (error, "a tensor in segments");
    default:
      return TRUE;
    }
}

/* How many bytes the tensor is to have. */
static gboolean
measure (Reading *self, GError **error)
{
  GengaTensor *tensor = self->tensor;
  guint64 n = 1;
  gboolean is_empty = FALSE;

  for (guint i = 0; i < tensor->rank; i++)
    {
      is_empty |= tensor->shape[i] == 0;
      if (tensor->shape[i] > 0 && __builtin_mul_overflow (n, (guint64)tensor->shape[i], &n))
        return genga_weights_broken (error, "a tensor's size overflows");
    }
  if (n > G_MAXINT64 / 8 || !genga_tensor_set_contiguous_strides (tensor))
    return genga_weights_broken (error, "a tensor's size overflows");
  self->n_bytes = is_empty ? 0 : n * genga_dtype_get_size (tensor->dtype);
  return TRUE;
}

/* In place where the bytes lie as they must, else copied. */
static gboolean
point_to (GengaOnnxDraft *draft, Reading *self, const guint8 *data, GError **error)
{
  gsize element = genga_dtype_get_size (self->tensor->dtype);

  if ((guintptr)data % element != 0)
    data = genga_state_dict_copy_bytes (draft->dict, data, self->n_bytes, error);
  self->tensor->data = data;
  return data != NULL;
}

static gboolean
read_raw (GengaOnnxDraft *draft, Reading *self, GError **error)
{
  if (self->raw.size != self->n_bytes)
    return genga_weights_broken (error, "a tensor wants %" G_GUINT64_FORMAT " bytes and has %zu",
                                 self->n_bytes, self->raw.size);
  return point_to (draft, self, self->raw.data, error);
}

static gboolean
read_other_file (GengaOnnxDraft *draft, Reading *self, GError **error)
{
  GBytes *bytes;
  const guint8 *data;
  gsize size;

  if (self->file == NULL)
    return genga_weights_broken (error, "a tensor lies in a file without a name");
  if (self->has_length && self->length != self->n_bytes)
    return genga_weights_broken (error, "a tensor in another file has another size");
  bytes = genga_state_dict_read_companion (draft->dict, self->file, FALSE, error);
  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  if (self->offset > size || self->n_bytes > size - self->offset)
    return genga_weights_broken (error, "a tensor reaches past the end of another file");
  if (self->n_bytes == 0)
    return TRUE;
  return point_to (draft, self, data + self->offset, error);
}

static gboolean
read_list (const Reading *self, const Kind *kind, guint8 *to, GError **error)
{
  gsize element = genga_dtype_get_size (kind->dtype);
  guint64 filled = 0;
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  genga_proto_init (&proto, self->message);
  while (reason == NULL && genga_proto_next (&proto, &field, &reason))
    {
      GengaProtoNumbers numbers;
      guint64 value;

      if (field.number != kind->field ||
          !genga_proto_numbers_init (&numbers, &field, kind->wire, &reason))
        continue;
      while (genga_proto_numbers_next (&numbers, &value, &reason))
        {
          if (filled == self->n_bytes)
            return genga_weights_broken (error, "a tensor has more numbers than it wants");
          value = GUINT64_TO_LE (value);
          memcpy (to + filled, &value, element);
          filled += element;
        }
    }
  if (reason == NULL && filled == self->n_bytes)
    return TRUE;
  if (reason == NULL)
    return genga_weights_broken (error, "a tensor wants more numbers than it has");
  g_propagate_error (error, reason);
  return FALSE;
}

/*
 * Every number takes one byte of the message at least, and eight here at most: what a message
 * cannot hold is not made room for.
 */
static gboolean
read_typed (GengaOnnxDraft *draft, Reading *self, const Kind *kind, GError **error)
{
  guint64 n = self->n_bytes / genga_dtype_get_size (kind->dtype);
  guint8 *data;

  if (n > self->message.size)
    return genga_weights_broken (error, "a tensor wants more numbers than it has");
  data = g_try_malloc (MAX (self->n_bytes, 1));
  if (data == NULL)
    return genga_weights_no_memory (error);
  genga_state_dict_take_buffer (draft->dict, data, self->n_bytes);
  self->tensor->data = data;
  return read_list (self, kind, data, error);
}

gboolean
genga_onnx_read_tensor (GengaOnnxDraft *draft,
                        GengaProtoBytes message,
                        GengaTensor *tensor,
                        const char **name,
                        GError **error)
{
  Reading reading = { .tensor = tensor, .message = message, .name = "" };
  const Kind *kind;
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  *tensor = (GengaTensor){ 0 };
  genga_proto_init (&proto, message);
  while (genga_proto_next (&proto, &field, &reason))
    if (!read_field (draft, &reading, &field, &reason))
      break;
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  *name = reading.name;
  kind = find_kind (reading.type);
  if (kind == NULL)
    return genga_weights_refuse (error,
                                 _ ("The model has numbers of a type that is not supported "
                                    "(ONNX type %lld)."),
                                 (long long)reading.type);
  tensor->dtype = kind->dtype;
  if (!measure (&reading, error))
    return FALSE;
  if (reading.is_external)
    return read_other_file (draft, &reading, error);
  return reading.has_raw ? read_raw (draft, &reading, error)
                         : read_typed (draft, &reading, kind, error);
}
