/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx-writer.h"

#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>

enum
{
  WIRE_VARINT = 0,
  WIRE_BYTES = 2,
  WIRE_FIXED32 = 5,
};

/* ---- the wire format ---- */

void
onnx_add_varint (GByteArray *out, guint64 value)
{
  do
    {
      guint8 byte = (value & 0x7f) | (value > 0x7f ? 0x80 : 0);

      g_byte_array_append (out, &byte, 1);
      value >>= 7;
    }
  while (value > 0);
}

void
onnx_add_number (GByteArray *out, guint field, guint64 value)
{
  onnx_add_varint (out, field << 3 | WIRE_VARINT);
  onnx_add_varint (out, value);
}

void
onnx_add_bytes (GByteArray *out, guint field, gconstpointer data, gsize size)
{
  onnx_add_varint (out, field << 3 | WIRE_BYTES);
  onnx_add_varint (out, size);
  g_byte_array_append (out, data, (guint)size);
}

void
onnx_add_text (GByteArray *out, guint field, const char *text)
{
  onnx_add_bytes (out, field, text, strlen (text));
}

void
onnx_add_message (GByteArray *out, guint field, GByteArray *take_message)
{
  onnx_add_bytes (out, field, take_message->data, take_message->len);
  g_byte_array_unref (take_message);
}

static void
add_float (GByteArray *out, guint field, float value)
{
  onnx_add_varint (out, field << 3 | WIRE_FIXED32);
  g_byte_array_append (out, (const guint8 *)&value, sizeof value);
}

/* ---- tensors ---- */

void
onnx_writer_init (OnnxWriter *self, int opset)
{
  self->graph = g_byte_array_new ();
  self->model = g_byte_array_new ();
  self->state = 1;
  onnx_add_number (self->model, 1, 8);
  if (opset > 0)
    {
      GByteArray *version = g_byte_array_new ();

      onnx_add_text (version, 1, "");
      onnx_add_number (version, 2, (guint64)opset);
      onnx_add_message (self->model, 8, version);
    }
}

static gsize
add_dims (GByteArray *tensor, const char *shape)
{
  g_auto (GStrv) sides = g_strsplit (shape, ",", -1);
  gsize n = 1;

  for (guint i = 0; sides[i] != NULL; i++)
    {
      guint64 side = g_ascii_strtoull (sides[i], NULL, 10);

      onnx_add_number (tensor, 1, side);
      n *= side;
    }
  return n;
}

void
onnx_writer_add_tensor (
    OnnxWriter *self, const char *name, int type, const char *shape, gconstpointer data, gsize size)
{
  GByteArray *tensor = g_byte_array_new ();

  add_dims (tensor, shape);
  onnx_add_number (tensor, 2, (guint64)type);
  onnx_add_text (tensor, 8, name);
  onnx_add_bytes (tensor, 9, data, size);
  onnx_add_message (self->graph, 5, tensor);
}

static gsize
count (const char *shape)
{
  g_autoptr (GByteArray) scratch = g_byte_array_new ();

  return add_dims (scratch, shape);
}

void
onnx_writer_add_random (OnnxWriter *self, const char *name, const char *shape, float scale)
{
  gsize n = count (shape);
  g_autofree float *numbers = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    {
      self->state = self->state * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
      numbers[i] = scale * ((float)(self->state >> 40) / (1 << 23) - 1);
    }
  onnx_writer_add_tensor (self, name, ONNX_F32, shape, numbers, n * sizeof *numbers);
}

void
onnx_writer_add_floats (OnnxWriter *self, const char *name, const char *shape, ...)
{
  gsize n = count (shape);
  g_autofree float *numbers = g_new (float, n);
  va_list args;

  va_start (args, shape);
  for (gsize i = 0; i < n; i++)
    numbers[i] = (float)va_arg (args, double);
  va_end (args);
  onnx_writer_add_tensor (self, name, ONNX_F32, shape, numbers, n * sizeof *numbers);
}

void
onnx_writer_add_ints (OnnxWriter *self, const char *name, const char *numbers)
{
  g_auto (GStrv) words = g_strsplit (numbers, ",", -1);
  guint n = g_strv_length (words);
  g_autofree gint64 *values = g_new (gint64, MAX (n, 1));
  g_autofree char *shape = g_strdup_printf ("%u", n);

  for (guint i = 0; i < n; i++)
    values[i] = g_ascii_strtoll (words[i], NULL, 10);
  onnx_writer_add_tensor (self, name, ONNX_I64, shape, values, n * sizeof *values);
}

/* ---- nodes ---- */

static void
add_list (GByteArray *node, guint field, const char *names)
{
  g_auto (GStrv) words = g_strsplit (names, ",", -1);

  for (guint i = 0; words[i] != NULL; i++)
    onnx_add_text (node, field, words[i]);
}

static void
add_attribute (GByteArray *node, const char *text)
{
  GByteArray *attribute = g_byte_array_new ();
  const char *value = strchr (text, '=') + 1;
  g_autofree char *name = g_strndup (text, value - 1 - text);
  g_auto (GStrv) words = g_strsplit (value + 1, ",", -1);

  onnx_add_text (attribute, 1, name);
  switch (value[0])
    {
    case 'f':
      add_float (attribute, 2, (float)g_ascii_strtod (value + 1, NULL));
      onnx_add_number (attribute, 20, 1);
      break;
    case 'i':
      onnx_add_number (attribute, 3, (guint64)g_ascii_strtoll (value + 1, NULL, 10));
      onnx_add_number (attribute, 20, 2);
      break;
    case 's':
      onnx_add_text (attribute, 4, value + 1);
      onnx_add_number (attribute, 20, 3);
      break;
    case 'I':
      for (guint i = 0; words[i] != NULL; i++)
        onnx_add_number (attribute, 8, (guint64)g_ascii_strtoll (words[i], NULL, 10));
      onnx_add_number (attribute, 20, 7);
      break;
    default:
      g_assert_not_reached ();
    }
  onnx_add_message (node, 5, attribute);
}

void
onnx_writer_add_node (OnnxWriter *self,
                      const char *op,
                      const char *inputs,
                      const char *outputs,
                      const char *attributes)
{
  GByteArray *node = g_byte_array_new ();
  g_autofree char *name = g_strconcat ("node-", op, NULL);
  g_auto (GStrv) words = g_strsplit (attributes, " ", -1);

  if (inputs[0] != '\0')
    add_list (node, 1, inputs);
  add_list (node, 2, outputs);
  onnx_add_text (node, 3, name);
  onnx_add_text (node, 4, op);
  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      add_attribute (node, words[i]);
  onnx_add_message (self->graph, 1, node);
}

/* ---- the file ---- */

static void
add_value (GByteArray *graph, guint field, const char *name, const char *shape)
{
  g_auto (GStrv) sides = g_strsplit (shape, ",", -1);
  GByteArray *dims = g_byte_array_new ();
  GByteArray *tensor = g_byte_array_new ();
  GByteArray *type = g_byte_array_new ();
  GByteArray *value = g_byte_array_new ();

  for (guint i = 0; sides[i] != NULL; i++)
    {
      GByteArray *dim = g_byte_array_new ();

      if (g_ascii_isdigit (sides[i][0]))
        onnx_add_number (dim, 1, g_ascii_strtoull (sides[i], NULL, 10));
      else
        onnx_add_text (dim, 2, sides[i]);
      onnx_add_message (dims, 1, dim);
    }
  onnx_add_number (tensor, 1, ONNX_F32);
  onnx_add_message (tensor, 2, dims);
  onnx_add_message (type, 1, tensor);
  onnx_add_text (value, 1, name);
  onnx_add_message (value, 2, type);
  onnx_add_message (graph, field, value);
}

GBytes *
onnx_writer_finish (OnnxWriter *self, const char *shape, const char *result)
{
  GByteArray *model = self->model;

  add_value (self->graph, 11, "x", shape);
  add_value (self->graph, 12, result, "1,3,h,w");
  onnx_add_message (model, 7, self->graph);
  return g_byte_array_free_to_bytes (model);
}

static void
add_entry (GByteArray *tensor, const char *key, const char *value)
{
  GByteArray *entry = g_byte_array_new ();

  onnx_add_text (entry, 1, key);
  onnx_add_text (entry, 2, value);
  onnx_add_message (tensor, 13, entry);
}

void
onnx_write_model_of_two (const char *path, float number)
{
  GByteArray *tensor = g_byte_array_new ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *parts = g_build_filename (folder, "parts", NULL);
  g_autofree char *data = g_build_filename (parts, "net.data", NULL);
  float weights[9];
  OnnxWriter writer;

  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    weights[i] = number;
  g_assert_cmpint (g_mkdir_with_parents (parts, 0777), ==, 0);
  g_assert_true (g_file_set_contents (data, (const char *)weights, sizeof weights, NULL));
  onnx_writer_init (&writer, 17);
  onnx_add_number (tensor, 1, 3);
  onnx_add_number (tensor, 1, 3);
  onnx_add_number (tensor, 1, 1);
  onnx_add_number (tensor, 1, 1);
  onnx_add_number (tensor, 2, ONNX_F32);
  onnx_add_text (tensor, 8, "w");
  add_entry (tensor, "location", "parts/net.data");
  onnx_add_number (tensor, 14, 1);
  onnx_add_message (writer.graph, 5, tensor);
  onnx_writer_add_node (&writer, "Conv", "x,w", "y", "");

  g_autoptr (GBytes) file = onnx_writer_finish (&writer, "1,3,h,w", "y");
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (file, NULL),
                                      (gssize)g_bytes_get_size (file), NULL));
}
