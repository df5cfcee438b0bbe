/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX files as they are read: every form of numbers, names and order, and lies in all of them. */
#include "core/error.h"
#include "onnx-writer.h"
#include "weights/load.h"
#include "weights/onnx/onnx-model.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static GengaStateDict *
load (GBytes *take_file)
{
  g_autoptr (GBytes) file = take_file;
  g_autoptr (GError) error = NULL;
  GengaStateDict *dict = genga_state_dict_load_bytes (file, "net.onnx", &error);

  g_assert_no_error (error);
  g_assert_cmpint (genga_state_dict_get_nodes (dict, NULL), ==, GENGA_NODES_ONNX);
  return dict;
}

static void
assert_refused (GBytes *take_file, const char *part)
{
  g_autoptr (GBytes) file = take_file;
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_state_dict_load_bytes (file, "net.onnx", &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
}

static void
assert_numbers (GengaStateDict *dict, const char *name, const float *expected, guint n)
{
  const GengaTensor *tensor = genga_state_dict_lookup (dict, name);
  g_autofree float *numbers = g_new0 (float, n);

  g_assert_nonnull (tensor);
  g_assert_cmpint (genga_tensor_get_n_elements (tensor), ==, n);
  genga_tensor_copy_f32 (tensor, numbers);
  g_assert_cmpmem (numbers, n * sizeof *numbers, expected, n * sizeof *expected);
}

/* A network of one convolution. */
static void
start (OnnxWriter *writer)
{
  onnx_writer_init (writer, 17);
  onnx_writer_add_random (writer, "w", "3,3,3,3", 0.2f);
  onnx_writer_add_node (writer, "Conv", "x,w", "y", "pads=I1,1,1,1");
}

static GBytes *
finish (OnnxWriter *writer)
{
  return onnx_writer_finish (writer, "1,3,h,w", "y");
}

/* What is read of a file, in words that the format has for it. */
static void
test_nodes (void)
{
  OnnxWriter writer;
  const GengaOnnxModel *model;
  gconstpointer nodes;

  start (&writer);
  g_autoptr (GengaStateDict) dict = load (finish (&writer));
  genga_state_dict_get_nodes (dict, &nodes);
  model = nodes;
  g_assert_cmpint (model->opset, ==, 17);
  g_assert_cmpuint (model->n_nodes, ==, 1);
  g_assert_cmpstr (model->nodes[0].op, ==, "Conv");
  g_assert_cmpuint (model->nodes[0].n_inputs, ==, 2);
  g_assert_cmpuint (model->nodes[0].inputs[0].value, ==, model->picture.ref.value);
  g_assert_cmpuint (model->nodes[0].inputs[1].value, ==, model->constants[0].ref.value);
  g_assert_cmpuint (model->nodes[0].outputs[0].value, ==, model->result.ref.value);
  g_assert_cmpint (model->picture.shape[1], ==, 3);
  g_assert_cmpint (model->picture.shape[2], ==, -1);
  g_assert_cmpint (genga_onnx_node_find (&model->nodes[0], "pads")->ints[3], ==, 1);
  g_assert_null (genga_onnx_node_find (&model->nodes[0], "strides"));
}

/* A tensor of three numbers of a type, in the list that the type has. */
static void
add_typed (OnnxWriter *writer, const char *name, int type, guint field, GByteArray *take_list)
{
  GByteArray *tensor = g_byte_array_new ();

  onnx_add_number (tensor, 1, 3);
  onnx_add_number (tensor, 2, (guint64)type);
  onnx_add_text (tensor, 8, name);
  onnx_add_message (tensor, field, take_list);
  onnx_add_message (writer->graph, 5, tensor);
}

static GByteArray *
pack (guint64 a, guint64 b, guint64 c)
{
  GByteArray *list = g_byte_array_new ();

  onnx_add_varint (list, a);
  onnx_add_varint (list, b);
  onnx_add_varint (list, c);
  return list;
}

static GByteArray *
pack_bytes (gconstpointer data, guint size)
{
  return g_byte_array_append (g_byte_array_new (), data, size);
}

/* Lists that are packed, and one number in each field, for every type that has one. */
static void
test_typed_data (void)
{
  static const float f32[] = { 1, -2, 0.5f };
  static const double f64[] = { 1, -2, 0.5 };
  static const float whole[] = { 1, 100, 0 };
  static const float signs[] = { 1, -2, 3 };
  static const float truth[] = { 1, 1, 0 };
  const guint64 minus_two = (guint64)-2;
  GByteArray *single = g_byte_array_new ();
  OnnxWriter writer;

  start (&writer);
  add_typed (&writer, "f32", 1, 4, pack_bytes (f32, sizeof f32));
  add_typed (&writer, "f64", 11, 10, pack_bytes (f64, sizeof f64));
  add_typed (&writer, "u8", 2, 5, pack (1, 100, 0));
  add_typed (&writer, "i8", 3, 5, pack (1, minus_two, 3));
  add_typed (&writer, "i16", 5, 5, pack (1, minus_two, 3));
  add_typed (&writer, "i32", 6, 5, pack (1, minus_two, 3));
  add_typed (&writer, "i64", 7, 7, pack (1, minus_two, 3));
  add_typed (&writer, "bool", 9, 5, pack (1, 1, 0));
  add_typed (&writer, "f16", 10, 5, pack (0x3c00, 0xc000, 0x3800));
  add_typed (&writer, "bf16", 16, 5, pack (0x3f80, 0xc000, 0x3f00));
  onnx_add_number (single, 1, 3);
  onnx_add_number (single, 7, 1);
  onnx_add_number (single, 7, minus_two);
  onnx_add_number (single, 7, 3);
  onnx_add_number (single, 2, 7);
  onnx_add_text (single, 8, "single");
  onnx_add_message (writer.graph, 5, single);

  g_autoptr (GengaStateDict) dict = load (finish (&writer));
  assert_numbers (dict, "f32", f32, 3);
  assert_numbers (dict, "f64", f32, 3);
  assert_numbers (dict, "f16", f32, 3);
  assert_numbers (dict, "bf16", f32, 3);
  assert_numbers (dict, "u8", whole, 3);
  assert_numbers (dict, "i8", signs, 3);
  assert_numbers (dict, "i16", signs, 3);
  assert_numbers (dict, "i32", signs, 3);
  assert_numbers (dict, "i64", signs, 3);
  assert_numbers (dict, "single", signs, 3);
  assert_numbers (dict, "bool", truth, 3);
}

/* Constant nodes are constants as well, whichever way they say it. */
static void
test_constants (void)
{
  OnnxWriter writer;
  gconstpointer nodes;

  start (&writer);
  onnx_writer_add_node (&writer, "Constant", "", "a", "value_float=f0.5");
  onnx_writer_add_node (&writer, "Constant", "", "b", "value_int=i7");
  onnx_writer_add_node (&writer, "Constant", "", "c", "value_ints=I7,-8");
  onnx_writer_add_node (&writer, "Constant", "", "d", "value_ints=I");
  g_autoptr (GengaStateDict) dict = load (finish (&writer));
  assert_numbers (dict, "a", (float[]){ 0.5f }, 1);
  assert_numbers (dict, "b", (float[]){ 7 }, 1);
  assert_numbers (dict, "c", (float[]){ 7, -8 }, 2);
  g_assert_cmpint (genga_tensor_get_n_elements (genga_state_dict_lookup (dict, "d")), ==, 0);
  genga_state_dict_get_nodes (dict, &nodes);
  g_assert_cmpuint (((const GengaOnnxModel *)nodes)->n_nodes, ==, 1);
}

/* A Constant of the value "t" with an attribute that the caller has put together. */
static void
add_constant (OnnxWriter *writer, GByteArray *take_attribute)
{
  GByteArray *node = g_byte_array_new ();

  onnx_add_text (node, 2, "t");
  onnx_add_text (node, 4, "Constant");
  if (take_attribute != NULL)
    onnx_add_message (node, 5, take_attribute);
  onnx_add_message (writer->graph, 1, node);
}

static GByteArray *
start_attribute (const char *name)
{
  GByteArray *attribute = g_byte_array_new ();

  onnx_add_text (attribute, 1, name);
  return attribute;
}

/* Floats, packed or each in a field, with the attribute's kind or, as in old files, without. */
static void
test_float_lists (void)
{
  static const float numbers[] = { 0.5f, -2 };

  for (guint way = 0; way < 4; way++)
    {
      GByteArray *attribute = start_attribute ("value_floats");
      OnnxWriter writer;

      if (way % 2 == 0)
        onnx_add_bytes (attribute, 7, numbers, sizeof numbers);
      for (guint i = 0; i < G_N_ELEMENTS (numbers) && way % 2 == 1; i++)
        {
          onnx_add_varint (attribute, 7 << 3 | 5);
          g_byte_array_append (attribute, (const guint8 *)&numbers[i], sizeof numbers[i]);
        }
      if (way < 2)
        onnx_add_number (attribute, 20, 6);
      start (&writer);
      add_constant (&writer, attribute);

      g_autoptr (GengaStateDict) dict = load (finish (&writer));
      assert_numbers (dict, "t", numbers, 2);
    }
}

/* Kinds that are told by what is there. */
static void
test_untyped (void)
{
  static const float half = 0.5f;
  GByteArray *number = start_attribute ("value_float");
  GByteArray *whole = start_attribute ("value_int");
  GByteArray *tensor = g_byte_array_new ();
  GByteArray *list = start_attribute ("value_ints");
  GByteArray *value = start_attribute ("value");
  OnnxWriter writer;

  onnx_add_varint (number, 2 << 3 | 5);
  g_byte_array_append (number, (const guint8 *)&half, sizeof half);
  onnx_add_number (whole, 3, 7);
  onnx_add_number (list, 8, 7);
  onnx_add_number (list, 8, 9);
  onnx_add_number (tensor, 2, ONNX_F32);
  onnx_add_bytes (tensor, 9, &half, sizeof half);
  onnx_add_message (value, 5, tensor);
  start (&writer);
  add_constant (&writer, number);
  g_autoptr (GengaStateDict) dict = load (finish (&writer));
  assert_numbers (dict, "t", &half, 1);

  start (&writer);
  add_constant (&writer, whole);
  g_autoptr (GengaStateDict) other = load (finish (&writer));
  assert_numbers (other, "t", (float[]){ 7 }, 1);

  start (&writer);
  add_constant (&writer, list);
  g_autoptr (GengaStateDict) third = load (finish (&writer));
  assert_numbers (third, "t", (float[]){ 7, 9 }, 2);

  start (&writer);
  add_constant (&writer, value);
  g_autoptr (GengaStateDict) fourth = load (finish (&writer));
  assert_numbers (fourth, "t", &half, 1);
}

/* Adds what a file may not have, and says what is wrong with it. */
typedef void (*LieFunc) (OnnxWriter *writer);

static void
lie_raw_short (OnnxWriter *writer)
{
  onnx_writer_add_tensor (writer, "t", ONNX_F32, "4", "123456789012", 12);
}

static void
lie_raw_long (OnnxWriter *writer)
{
  onnx_writer_add_tensor (writer, "t", ONNX_F32, "2", "123456789012", 12);
}

static void
lie_huge (OnnxWriter *writer)
{
  onnx_writer_add_tensor (writer, "t", ONNX_F32, "1000000,1000000", "1234", 4);
}

static void
lie_overflow (OnnxWriter *writer)
{
  onnx_writer_add_tensor (writer, "t", ONNX_F32, "4294967296,4294967296,4", "1234", 4);
}

static void
lie_negative (OnnxWriter *writer)
{
  onnx_writer_add_tensor (writer, "t", ONNX_F32, "18446744073709551615", "1234", 4);
}

static void
lie_rank (OnnxWriter *writer)
{
  onnx_writer_add_tensor (writer, "t", ONNX_F32, "1,1,1,1,1,1,1,1,1", "1234", 4);
}

static void
lie_type (OnnxWriter *writer)
{
  onnx_writer_add_tensor (writer, "t", 14, "1", "12345678", 8);
}

static void
lie_typed_short (OnnxWriter *writer)
{
  add_typed (writer, "t", 7, 7, pack_bytes ("\1\2", 2));
}

static void
lie_typed_long (OnnxWriter *writer)
{
  add_typed (writer, "t", 7, 7, pack_bytes ("\1\2\3\4", 4));
}

static void
lie_endless_varint (OnnxWriter *writer)
{
  add_typed (writer, "t", 7, 7, pack_bytes ("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 12));
}

static void
lie_twice (OnnxWriter *writer)
{
  onnx_writer_add_node (writer, "Relu", "x", "y", "");
}

static void
lie_same_constant (OnnxWriter *writer)
{
  onnx_writer_add_random (writer, "w", "1", 1);
}

static void
lie_unmade (OnnxWriter *writer)
{
  onnx_writer_add_node (writer, "Relu", "nowhere", "z", "");
}

static void
lie_cycle (OnnxWriter *writer)
{
  onnx_writer_add_node (writer, "Add", "x,b", "a", "");
  onnx_writer_add_node (writer, "Add", "x,a", "b", "");
}

static void
lie_group (OnnxWriter *writer)
{
  g_byte_array_append (writer->graph, (const guint8 *)"\x0b\x0c", 2);
}

static void
lie_field_zero (OnnxWriter *writer)
{
  g_byte_array_append (writer->graph, (const guint8 *)"\0\0", 2);
}

static void
lie_two_pictures (OnnxWriter *writer)
{
  GByteArray *value = g_byte_array_new ();

  onnx_add_text (value, 1, "mask");
  onnx_add_message (writer->graph, 11, value);
}

static void
lie_sparse (OnnxWriter *writer)
{
  onnx_add_text (writer->graph, 15, "");
}

static void
lie_function (OnnxWriter *writer)
{
  onnx_add_text (writer->model, 25, "");
}

static void
lie_domain (OnnxWriter *writer)
{
  GByteArray *node = g_byte_array_new ();

  onnx_add_text (node, 2, "z");
  onnx_add_text (node, 4, "FusedConv");
  onnx_add_text (node, 7, "com.microsoft");
  onnx_add_message (writer->graph, 1, node);
}

static void
lie_external (OnnxWriter *writer)
{
  GByteArray *tensor = g_byte_array_new ();
  GByteArray *entry = g_byte_array_new ();

  onnx_add_number (tensor, 1, 1);
  onnx_add_number (tensor, 2, ONNX_F32);
  onnx_add_text (tensor, 8, "t");
  onnx_add_text (entry, 1, "location");
  onnx_add_text (entry, 2, "weights.bin");
  onnx_add_message (tensor, 13, entry);
  onnx_add_number (tensor, 14, 1);
  onnx_add_message (writer->graph, 5, tensor);
}

static void
lie_two_lists (OnnxWriter *writer)
{
  GByteArray *attribute = start_attribute ("value_floats");

  onnx_add_bytes (attribute, 7, "\0\0\0\0", 4);
  onnx_add_number (attribute, 8, 1);
  add_constant (writer, attribute);
}

static void
lie_floats_of_ints (OnnxWriter *writer)
{
  GByteArray *attribute = start_attribute ("value_floats");

  onnx_add_number (attribute, 8, 1);
  onnx_add_number (attribute, 20, 6);
  add_constant (writer, attribute);
}

static void
lie_ints_of_floats (OnnxWriter *writer)
{
  GByteArray *node = g_byte_array_new ();
  GByteArray *attribute = start_attribute ("perm");

  onnx_add_text (node, 1, "x");
  onnx_add_text (node, 2, "t");
  onnx_add_text (node, 4, "Transpose");
  onnx_add_bytes (attribute, 7, "\0\0\0\0", 4);
  onnx_add_number (attribute, 20, 7);
  onnx_add_message (node, 5, attribute);
  onnx_add_message (writer->graph, 1, node);
}

static void
lie_no_tensor (OnnxWriter *writer)
{
  GByteArray *attribute = start_attribute ("value");

  onnx_add_number (attribute, 20, 4);
  add_constant (writer, attribute);
}

static void
lie_no_value (OnnxWriter *writer)
{
  add_constant (writer, NULL);
}

static void
lie_text (OnnxWriter *writer)
{
  GByteArray *attribute = start_attribute ("value_string");

  onnx_add_text (attribute, 4, "text");
  add_constant (writer, attribute);
}

static void
lie_two_graphs (OnnxWriter *writer)
{
  GByteArray *graph = g_byte_array_new ();

  onnx_add_text (graph, 2, "another one");
  onnx_add_message (writer->model, 7, graph);
}

static void
lie_segments (OnnxWriter *writer)
{
  GByteArray *tensor = g_byte_array_new ();

  onnx_add_message (tensor, 3, g_byte_array_new ());
  onnx_add_text (tensor, 8, "t");
  onnx_add_message (writer->graph, 5, tensor);
}

/* A float in a list of whole numbers, and the other way round. */
static void
lie_kinds (OnnxWriter *writer)
{
  GByteArray *attribute = start_attribute ("value_ints");

  onnx_add_varint (attribute, 8 << 3 | 5);
  g_byte_array_append (attribute, (const guint8 *)"1234", 4);
  add_constant (writer, attribute);
}

static void
lie_many_inputs (OnnxWriter *writer)
{
  GByteArray *node = g_byte_array_new ();

  for (guint i = 0; i < 70000; i++)
    onnx_add_text (node, 1, "x");
  onnx_add_text (node, 2, "t");
  onnx_add_text (node, 4, "Concat");
  onnx_add_message (writer->graph, 1, node);
}

static void
test_lies (void)
{
  static const struct
  {
    LieFunc lie;
    const char *part;
  } rows[] = {
    { lie_raw_short, "wants 16 bytes and has 12" },
    { lie_raw_long, "wants 8 bytes and has 12" },
    { lie_huge, "and has 4" },
    { lie_overflow, "overflows" },
    { lie_negative, "negative" },
    { lie_rank, "too many dimensions" },
    { lie_type, "type 14" },
    { lie_typed_short, "more numbers than it has" },
    { lie_typed_long, "more numbers than it wants" },
    { lie_endless_varint, "no end" },
    { lie_twice, "made twice" },
    { lie_same_constant, "twice" },
    { lie_unmade, "nowhere" },
    { lie_cycle, "never made before" },
    { lie_group, "unknown kind" },
    { lie_field_zero, "impossible number" },
    { lie_two_pictures, "2 inputs" },
    { lie_sparse, "sparse" },
    { lie_function, "functions" },
    { lie_domain, "com.microsoft" },
    { lie_external, "weights.bin" },
    { lie_two_lists, "two lists" },
    { lie_floats_of_ints, "list of another type" },
    { lie_ints_of_floats, "list of another type" },
    { lie_no_tensor, "tensor is missing" },
    { lie_no_value, "without one value" },
    { lie_text, "value_string" },
    { lie_two_graphs, "two graphs" },
    { lie_segments, "segments" },
    { lie_kinds, "another kind" },
    { lie_many_inputs, "too many inputs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      OnnxWriter writer;

      start (&writer);
      rows[i].lie (&writer);
      assert_refused (finish (&writer), rows[i].part);
    }
}

static void
test_versions (void)
{
  static const int opsets[] = { 0, 6, 25, 99 };

  for (guint i = 0; i < G_N_ELEMENTS (opsets); i++)
    {
      OnnxWriter writer;

      onnx_writer_init (&writer, opsets[i]);
      onnx_writer_add_node (&writer, "Relu", "x", "y", "");
      assert_refused (finish (&writer), "version");
    }
}

/* Cut off anywhere, a file is refused: what is missing was needed. */
static void
test_cut (void)
{
  OnnxWriter writer;
  gsize size;
  const guint8 *data;

  start (&writer);
  g_autoptr (GBytes) whole = finish (&writer);
  data = g_bytes_get_data (whole, &size);
  for (gsize n = 0; n < size; n++)
    {
      /* A buffer of its own, so that a sanitizer sees its end. */
      g_autoptr (GBytes) part = g_bytes_new (data, n);
      g_autoptr (GError) error = NULL;

      g_assert_null (genga_state_dict_load_bytes (part, "net.onnx", &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
    }
}

/*
 * Any byte may be another one: a file is read or refused, and nothing else. Lengths that are false
 * cut off messages inside of messages.
 */
static void
test_changed (void)
{
  static const guint8 values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
  static const float half = 0.5f;
  GByteArray *attribute = start_attribute ("value_floats");
  OnnxWriter writer;
  gsize size;
  guint n_refused = 0;

  start (&writer);
  onnx_add_bytes (attribute, 7, &half, sizeof half);
  add_constant (&writer, attribute);
  onnx_writer_add_node (&writer, "Constant", "", "a", "value_ints=I7,-8");
  add_typed (&writer, "b", 7, 7, pack (1, 2, 3));
  g_autoptr (GBytes) whole = finish (&writer);
  const guint8 *data = g_bytes_get_data (whole, &size);
  for (gsize n = 0; n < size; n++)
    for (guint i = 0; i < G_N_ELEMENTS (values); i++)
      {
        guint8 *changed = g_memdup2 (data, size);
        g_autoptr (GBytes) file = g_bytes_new_take (changed, size);
        g_autoptr (GError) error = NULL;
        g_autoptr (GengaStateDict) dict = NULL;

        changed[n] = values[i];
        dict = genga_state_dict_load_bytes (file, "net.onnx", &error);
        g_assert_true ((dict == NULL) == (error != NULL));
        n_refused += dict == NULL;
      }
  g_assert_cmpuint (n_refused, >, size);
}

/* ---- other files ---- */

static void
add_entry (GByteArray *tensor, const char *key, const char *value)
{
  GByteArray *entry = g_byte_array_new ();

  onnx_add_text (entry, 1, key);
  onnx_add_text (entry, 2, value);
  onnx_add_message (tensor, 13, entry);
}

static char *
write_external (const char *folder, const char *location, const char *offset, const char *length)
{
  GByteArray *tensor = g_byte_array_new ();
  char *path = g_build_filename (folder, "net.onnx", NULL);
  OnnxWriter writer;

  start (&writer);
  onnx_add_number (tensor, 1, 2);
  onnx_add_number (tensor, 2, ONNX_F32);
  onnx_add_text (tensor, 8, "t");
  add_entry (tensor, "location", location);
  if (offset != NULL)
    add_entry (tensor, "offset", offset);
  if (length != NULL)
    add_entry (tensor, "length", length);
  onnx_add_number (tensor, 14, 1);
  onnx_add_message (writer.graph, 5, tensor);
  g_autoptr (GBytes) file = finish (&writer);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (file, NULL),
                                      (gssize)g_bytes_get_size (file), NULL));
  return path;
}

static void
test_external (void)
{
  static const float numbers[] = { 9, 1, -2 };
  static const struct
  {
    const char *location, *offset, *length, *part;
  } refused[] = {
    { "../data.bin", NULL, NULL, "outside" },
    { "/etc/passwd", NULL, NULL, "outside" },
    { "missing", NULL, NULL, "missing" },
    { "data.bin", "8", NULL, "past the end" },
    { "data.bin", "-1", NULL, "no number" },
    { "data.bin", NULL, "4", "another size" },
    { "data.bin", "18446744073709551615", NULL, "past the end" },
  };
  g_autofree char *folder = g_dir_make_tmp ("genga-XXXXXX", NULL);
  g_autofree char *data = g_build_filename (folder, "data.bin", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (data, (const char *)numbers, sizeof numbers, NULL));
  g_autofree char *path = write_external (folder, "data.bin", "4", "8");
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, &error);
  g_assert_no_error (error);
  assert_numbers (dict, "t", numbers + 1, 2);
  g_assert_cmpuint (genga_state_dict_get_n_companions (dict), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *bad =
          write_external (folder, refused[i].location, refused[i].offset, refused[i].length);
      g_autoptr (GError) reason = NULL;

      g_assert_null (genga_state_dict_load (bad, &reason));
      g_assert_error (reason, GENGA_ERROR, GENGA_ERROR_MODEL);
      g_test_message ("%s", reason->message);
      g_assert_nonnull (strstr (reason->message, refused[i].part));
    }
  g_unlink (path);
  g_unlink (data);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/onnx-model/float-lists", test_float_lists);
  g_test_add_func ("/onnx-model/untyped", test_untyped);
  g_test_add_func ("/onnx-model/changed", test_changed);
  g_test_add_func ("/onnx-model/nodes", test_nodes);
  g_test_add_func ("/onnx-model/typed-data", test_typed_data);
  g_test_add_func ("/onnx-model/constants", test_constants);
  g_test_add_func ("/onnx-model/lies", test_lies);
  g_test_add_func ("/onnx-model/versions", test_versions);
  g_test_add_func ("/onnx-model/cut", test_cut);
  g_test_add_func ("/onnx-model/external", test_external);
  return g_test_run ();
}
