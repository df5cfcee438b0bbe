/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a state dict promises of its elements and of files: those that cannot be opened
 * (reliability-tests, I4) and those that are something else (I11).
 */
#include "model-writer.h"

#include "core/error.h"
#include "weights/state-dict.h"
#include "weights/load.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
check_dtype (const char *header_name,
             GengaDType dtype,
             const char *name,
             const void *elements,
             gsize size,
             const float *expected)
{
  g_autofree char *header =
      g_strdup_printf ("{\"a\":{\"dtype\":\"%s\",\"shape\":[4],\"data_offsets\":[0,%d]}}",
                       header_name, (int)size * 4);
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GengaStateDict) dict = NULL;
  float values[4];

  add_u64 (out, strlen (header));
  add_text (out, header);
  g_byte_array_append (out, elements, size * 4);
  file = finish (out);
  dict = assert_loads (file);
  g_assert_cmpint (genga_state_dict_get_tensor (dict, 0)->dtype, ==, dtype);
  g_assert_cmpuint (genga_dtype_get_size (dtype), ==, size);
  g_assert_cmpstr (genga_dtype_get_name (dtype), ==, name);
  genga_tensor_copy_f32 (genga_state_dict_get_tensor (dict, 0), values);
  g_assert_cmpmem (values, sizeof values, expected, sizeof values);
}

/* Values of the formats' definitions: 1, the smallest subnormal, the largest, and infinity. */
static void
test_dtypes (void)
{
  static const double f64[] = { 1, -2, 0.1, 1e300 };
  static const float f32[] = { 1, -2, 0.1f, 1e30f };
  static const guint16 f16[] = { 0x3c00, 0x8001, 0x7bff, 0xfc00 };
  static const guint16 bf16[] = { 0x3f80, 0xc000, 0x0001, 0x7f80 };
  static const gint64 i64[] = { 1, -2, G_MAXINT64, 0 };
  static const gint32 i32[] = { 1, -2, G_MAXINT32, 0 };
  static const gint16 i16[] = { 1, -2, 32767, 0 };
  static const gint8 i8[] = { 1, -2, 127, 0 };
  static const guint8 u8[] = { 1, 254, 127, 0 };

  check_dtype ("F64", GENGA_DTYPE_F64, "f64", f64, 8, (float[]){ 1, -2, 0.1f, INFINITY });
  check_dtype ("F32", GENGA_DTYPE_F32, "f32", f32, 4, f32);
  check_dtype ("F16", GENGA_DTYPE_F16, "f16", f16, 2, (float[]){ 1, -0x1p-24f, 65504, -INFINITY });
  check_dtype ("BF16", GENGA_DTYPE_BF16, "bf16", bf16, 2, (float[]){ 1, -2, 0x1p-133f, INFINITY });
  check_dtype ("I64", GENGA_DTYPE_I64, "i64", i64, 8, (float[]){ 1, -2, 0x1p63f, 0 });
  check_dtype ("I32", GENGA_DTYPE_I32, "i32", i32, 4, (float[]){ 1, -2, 0x1p31f, 0 });
  check_dtype ("I16", GENGA_DTYPE_I16, "i16", i16, 2, (float[]){ 1, -2, 32767, 0 });
  check_dtype ("I8", GENGA_DTYPE_I8, "i8", i8, 1, (float[]){ 1, -2, 127, 0 });
  check_dtype ("U8", GENGA_DTYPE_U8, "u8", u8, 1, (float[]){ 1, 254, 127, 0 });
  check_dtype ("BOOL", GENGA_DTYPE_BOOL, "bool", u8, 1, (float[]){ 1, 1, 1, 0 });
}

/* Elements come in row-major order, whatever their order in the file. */
static void
test_strides (void)
{
  static const guint8 elements[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
  const GengaTensor transposed = { .dtype = GENGA_DTYPE_U8,
                                   .rank = 3,
                                   .shape = { 2, 3, 2 },
                                   .strides = { 1, 2, 6 },
                                   .data = elements };
  const GengaTensor dense = { .dtype = GENGA_DTYPE_U8,
                              .rank = 3,
                              .shape = { 2, 1, 3 },
                              .strides = { 3, 99, 1 },
                              .data = elements };
  static const float floats[] = { 0, 1, 2, 3 };
  const GengaTensor columns = {
    .dtype = GENGA_DTYPE_F32, .rank = 2, .shape = { 2, 2 }, .strides = { 1, 2 }, .data = floats
  };
  const GengaTensor empty = { .rank = 2, .shape = { 3, 0 }, .strides = { 5, 7 }, .data = floats };
  static const float expected[] = { 0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11 };
  static const float expected_columns[] = { 0, 2, 1, 3 };
  float values[12];

  g_assert_false (genga_tensor_is_contiguous (&transposed));
  g_assert_true (genga_tensor_is_contiguous (&dense));
  g_assert_cmpint (genga_tensor_get_n_elements (&dense), ==, 6);
  genga_tensor_copy_f32 (&transposed, values);
  g_assert_cmpmem (values, sizeof values, expected, sizeof expected);
  genga_tensor_copy_f32 (&columns, values);
  g_assert_cmpmem (values, 16, expected_columns, 16);
  g_assert_true (genga_tensor_is_contiguous (&empty));
  genga_tensor_copy_f32 (&empty, values);
}

static void
assert_path_refused (const char *path, int code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_state_dict_load (path, &error));
  g_assert_error (error, GENGA_ERROR, code);
  g_assert_nonnull (strstr (error->message, part));
}

/* None of these waits for anything. */
static void
test_no_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("genga-XXXXXX", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo.pth", NULL);
  g_autofree char *link = g_build_filename (folder, "link.pth", NULL);
  g_autofree char *empty = g_build_filename (folder, "em\npty\xff.pth", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing.pth", NULL);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", link), ==, 0);
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  assert_path_refused (folder, GENGA_ERROR_INPUT, "folder");
  assert_path_refused (fifo, GENGA_ERROR_INPUT, "not a regular file");
  assert_path_refused (link, GENGA_ERROR_INPUT, "not a regular file");
  assert_path_refused ("/dev/zero", GENGA_ERROR_INPUT, "not a regular file");
  assert_path_refused (missing, GENGA_ERROR_INPUT, "No such file");
  assert_path_refused (empty, GENGA_ERROR_MODEL, "empty");
  assert_path_refused ("/proc/self/status", GENGA_ERROR_MODEL, "empty");
  g_unlink (fifo);
  g_unlink (link);
  g_unlink (empty);
  g_rmdir (folder);
}

static void
assert_companion_refused (GengaStateDict *dict, const char *name, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_state_dict_read_companion (dict, name, FALSE, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, part));
}

/* Further files of a model are found beneath its folder and nowhere else. */
static void
test_companions (void)
{
  static const char *const outside[] = { "",       "/etc/passwd", "../data",   "sub/../data",
                                         "./data", "sub//d",      "sub\\data", "sub/" };
  g_autofree char *folder = g_dir_make_tmp ("genga-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "net.onnx", NULL);
  g_autofree char *sub = g_build_filename (folder, "sub", NULL);
  g_autofree char *data = g_build_filename (sub, "data", NULL);
  g_autofree char *link = g_build_filename (folder, "link", NULL);
  g_autofree char *linked_folder = g_build_filename (folder, "way", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("", 0);
  g_autoptr (GengaStateDict) dict = genga_state_dict_new (bytes);
  g_autoptr (GError) error = NULL;
  GBytes *read;

  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
  g_assert_true (g_file_set_contents (data, "numbers", -1, NULL));
  g_assert_cmpint (symlink ("sub/data", link), ==, 0);
  g_assert_cmpint (symlink ("sub", linked_folder), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);

  assert_companion_refused (dict, "sub/data", "missing");
  genga_state_dict_set_path (dict, path);
  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    assert_companion_refused (dict, outside[i], "outside");
  assert_companion_refused (dict, "nothing", "missing");
  assert_companion_refused (dict, "link", "link");
  assert_companion_refused (dict, "way/data", "link");
  assert_companion_refused (dict, "fifo", "regular");
  assert_companion_refused (dict, "sub", "regular");
  g_assert_cmpuint (genga_state_dict_get_n_companions (dict), ==, 0);

  read = genga_state_dict_read_companion (dict, "sub/data", TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (read, NULL), g_bytes_get_size (read), "numbers", 7);
  g_assert_true (genga_state_dict_read_companion (dict, "sub/data", TRUE, &error) == read);
  g_assert_cmpuint (genga_state_dict_get_n_companions (dict), ==, 1);
  g_assert_cmpstr (genga_state_dict_get_companion (dict, 0)->name, ==, "sub/data");
  g_assert_true (genga_state_dict_get_companion (dict, 0)->follows_name);
}

static void
test_foreign_files (void)
{
  static const struct
  {
    const guint8 *data;
    gsize size;
    const char *part;
  } rows[] = {
    { BYTES (""), "empty" },
    { BYTES ("\xef\xbb\xbf \n<!doctype HTML><p>"), "web page" },
    { BYTES ("<html>"), "web page" },
    { BYTES ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "Git LFS" },
    { BYTES ("7767517\n52 52\nInput data 0 1 data\n"), "ncnn" },
    { BYTES ("7767517\r\n52 52\r\n"), "ncnn" },
    { BYTES ("\xdd\x85\x76\0\x34\0\0\0"), "ncnn" },
    { BYTES ("\x47\x6b\x30\x01\0\0\0\0\0\0"), "ncnn" },
    { BYTES ("\x08\x07\x12\x07pytorch\x1a\003"
             "1.0:\x80\x01\x0a\x05input"),
      "a field is cut off" },
    { BYTES ("\x1f\x8b\x08\0\0\0\0\0\0\0"), "archive" },
    { BYTES ("7z\xbc\xaf\x27\x1c\0\0\0\0"), "archive" },
    { BYTES ("GGUF\003\0\0\0\0\0\0\0"), "GGUF" },
    { BYTES ("\x80\002}."), "pickle" },
    { BYTES ("\x80\002cos\nsystem\n."), "os.system" },
    { BYTES ("{\"a\": 1}"), "not a model file" },
    { BYTES ("hello"), "not a model file" },
    { BYTES ("\0"), "not a model file" },
  };
  g_autoptr (GBytes) tar = NULL;
  guint8 *block = g_malloc0 (1024);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) file = g_bytes_new_static (rows[i].data, rows[i].size);

      assert_refused (file, rows[i].part);
    }
  memcpy (block, "sys_info", 8);
  memcpy (block + 257,
          "ustar\000"
          "00",
          8);
  tar = g_bytes_new_take (block, 1024);
  assert_refused (tar, "tar");
}

static void
test_foreign_archives (void)
{
  static const struct
  {
    const char *names[3];
    const char *part;
  } rows[] = {
    { { "m/data.pkl", "m/constants.pkl", "m/code/x.py" }, "TorchScript" },
    { { "m/data.pkl", "m/code/x.py", "m/version" }, "TorchScript" },
    { { "m/data.pkl", "m/constants.pkl", "m/version" }, "TorchScript" },
    { { "m/archive_format", "m/models/model.json", "m/version" }, ".pt2" },
    { { "serialized_exported_program.json", "version", "x" }, ".pt2" },
    { { "model.pth", "readme.txt", "x" }, "not a model file" },
    { { "a/one.pth", "two.safetensors", "x" }, "several models" },
    { { "model.txt", "readme.txt", "x" }, "no model in it" },
    { { "__MACOSX/a.pth", "a/.b.pth", ".pth" }, "no model in it" },
    { { "a/data.pkl", "b/data.pkl", "x" }, "PyTorch did not write" },
    { { "data.pkl", "data/0", "version" }, "no model in it" },
    { { "a/b/data.pkl", "a/b/data/0", "version" }, "no model in it" },
  };
  g_autoptr (GBytes) data = make_data (4);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Record records[] = { { rows[i].names[0], data },
                                 { rows[i].names[1], data },
                                 { rows[i].names[2], data } };
      g_autoptr (GBytes) file = write_zip (records, 3, NULL);

      assert_refused (file, rows[i].part);
    }
}

/* A dictionary of weights in a TorchScript archive is read; anything else there is its program. */
static void
test_script (void)
{
#define TENSOR                                                                                     \
  "}X\1\0\0\0actorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\n"         \
  "X\1\0\0\0"                                                                                      \
  "0X\3\0\0\0cpuK\1tQK\0K\1\x85K\1\x85\x89}tRs."
  g_autoptr (GBytes) weights = g_bytes_new_static (BYTES ("\x80\2" TENSOR));
  g_autoptr (GBytes) object = g_bytes_new_static (BYTES ("\x80\2c__torch__\nNet\n)\x81}b."));
  g_autoptr (GBytes) none = g_bytes_new_static (BYTES ("\x80\2)."));
  g_autoptr (GBytes) data = make_data (4);
  g_autoptr (GBytes) other = g_bytes_new_static (BYTES ("abcd"));
  const struct
  {
    GBytes *main;
    GBytes *constants;
    GBytes *used; /* NULL where it is refused */
  } rows[] = {
    { weights, none, data },
    { object, weights, other },
    { object, none, NULL },
    { none, object, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Record records[] = { { "m/data.pkl", rows[i].main },
                                 { "m/constants.pkl", rows[i].constants },
                                 { "m/code/x.py", none },
                                 { "m/data/0", data },
                                 { "m/constants/0", other } };
      g_autoptr (GBytes) file = write_zip (records, G_N_ELEMENTS (records), NULL);
      g_autoptr (GengaStateDict) dict = NULL;

      if (rows[i].used == NULL)
        {
          assert_refused (file, "TorchScript");
          continue;
        }
      dict = assert_loads (file);
      g_assert_cmpmem (genga_state_dict_lookup (dict, "a")->data, 4,
                       g_bytes_get_data (rows[i].used, NULL), 4);
    }
}

static void
test_big_endian (void)
{
  g_autoptr (GBytes) pickle = g_bytes_new_static (BYTES ("}."));
  g_autoptr (GBytes) big = g_bytes_new_static (BYTES ("big"));
  const Record records[] = { { "m/data.pkl", pickle }, { "m/byteorder", big } };
  g_autoptr (GBytes) file = write_zip (records, 2, NULL);

  assert_refused (file, "big-endian");
}

/* What was read is used in place, whatever becomes of the file: here it shrinks and goes. */
static void
test_in_place (void)
{
  g_autofree char *folder = g_dir_make_tmp ("genga-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "m.safetensors", NULL);
  g_autoptr (GBytes) file =
      write_safetensors ("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}} ", 16);
  g_autoptr (GengaStateDict) dict = NULL;
  g_autoptr (GError) error = NULL;
  float values[4];

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (file, NULL),
                                      (gssize)g_bytes_get_size (file), NULL));
  dict = genga_state_dict_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, 0), ==, 0);
  g_unlink (path);
  g_rmdir (folder);
  g_assert_cmpuint (genga_state_dict_get_copied_bytes (dict), ==, 0);
  genga_tensor_copy_f32 (genga_state_dict_get_tensor (dict, 0), values);
  g_assert_cmpmem (values, 16, "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16);
  genga_state_dict_unref (genga_state_dict_ref (dict));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state-dict/dtypes", test_dtypes);
  g_test_add_func ("/state-dict/strides", test_strides);
  g_test_add_func ("/state-dict/no-files", test_no_files);
  g_test_add_func ("/state-dict/companions", test_companions);
  g_test_add_func ("/state-dict/foreign-files", test_foreign_files);
  g_test_add_func ("/state-dict/foreign-archives", test_foreign_archives);
  g_test_add_func ("/state-dict/script", test_script);
  g_test_add_func ("/state-dict/big-endian", test_big_endian);
  g_test_add_func ("/state-dict/in-place", test_in_place);
  return g_test_run ();
}
