/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The safetensors reader against headers written by hand: reliability-tests, I10. */
#include "model-writer.h"

#include "weights/state-dict.h"
#include "weights/load.h"

#include <string.h>

#define ENTRY(name, dtype, shape, begin, end)                                                      \
  "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "],\"data_offsets\":[" begin "," end   \
  "]}"
#define A ENTRY ("a", "F32", "2,2", "0", "16")

/* An entry with one more field. */
#define EXTRA(value)                                                                               \
  "{\"a\":{\"dtype\":\"U8\",\"x\":" value ",\"shape\":[],\"data_offsets\":[0,1]}}"

static void
test_good (void)
{
  g_autoptr (GBytes) file = write_safetensors (
      "{\"__metadata__\":{\"format\":\"pt\",\"\\u00e9\":\"\\ud83d\\ude00\\n\"}," A
      "," ENTRY ("b.c", "F16", "", "16", "18") "," ENTRY ("e", "I64", "3,0", "18", "18") "}   ",
      18);
  g_autoptr (GengaStateDict) dict = assert_loads (file);
  const GengaTensor *tensor = genga_state_dict_lookup (dict, "a");

  g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, 3);
  g_assert_cmpstr (genga_state_dict_get_tensor (dict, 1)->name, ==, "b.c");
  g_assert_cmpuint (genga_state_dict_get_size_bytes (dict), ==, 18);
  g_assert_cmpuint (tensor->rank, ==, 2);
  g_assert_cmpint (tensor->strides[0], ==, 2);
  g_assert_cmpint (tensor->dtype, ==, GENGA_DTYPE_F32);
  g_assert_cmpuint (genga_state_dict_lookup (dict, "b.c")->rank, ==, 0);
  g_assert_cmpint (genga_tensor_get_n_elements (genga_state_dict_lookup (dict, "b.c")), ==, 1);
  g_assert_cmpint (genga_tensor_get_n_elements (genga_state_dict_lookup (dict, "e")), ==, 0);
  g_assert_cmpstr (genga_state_dict_get_metadata (dict, "format"), ==, "pt");
  g_assert_cmpstr (genga_state_dict_get_metadata (dict, "é"), ==, "😀\n");
  g_assert_null (genga_state_dict_get_metadata (dict, "x"));
  g_assert_null (genga_state_dict_lookup (dict, "x"));
}

/* Fields that the format does not know are passed over, whatever they hold. */
static void
test_unknown_fields (void)
{
  static const char *const headers[] = {
    EXTRA ("1"),
    EXTRA ("-0.5e+3"),
    EXTRA ("\"text\""),
    EXTRA ("null"),
    EXTRA ("[]"),
    EXTRA (" [ true , false , [ 0 ] , { } ] "),
    EXTRA ("{\"y\":{\"z\":[1,2]},\"w\":\"\"}"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (GBytes) file = write_safetensors (headers[i], 1);
      g_autoptr (GengaStateDict) dict = assert_loads (file);

      g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, 1);
    }
}

/* Seven bytes in front shift what follows: it is copied, and only that. */
static void
test_unaligned (void)
{
  g_autoptr (GBytes) file = write_safetensors (
      "{" ENTRY ("u", "U8", "7", "0", "7") "," ENTRY ("f", "F32", "2", "7", "15") "}    ", 15);
  g_autoptr (GengaStateDict) dict = assert_loads (file);
  const GengaTensor *tensor = genga_state_dict_lookup (dict, "f");
  static const guint8 expected[] = { 7, 8, 9, 10, 11, 12, 13, 14 };

  g_assert_cmpuint ((guintptr)tensor->data % 4, ==, 0);
  g_assert_cmpmem (tensor->data, 8, expected, 8);
  g_assert_cmpuint (genga_state_dict_get_copied_bytes (dict), ==, 8);
}

/* A header's length may begin with the bytes of a pickle's PROTO opcode. */
static void
test_like_pickle (void)
{
  for (gsize length = 0x0280; length <= 0x0580; length += 0x0100)
    {
      g_autofree char *header = g_strdup_printf ("%-*s", (int)length, "{" A "}");
      g_autoptr (GBytes) file = write_safetensors (header, 16);
      g_autoptr (GengaStateDict) dict = assert_loads (file);

      g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, 1);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *header;
    gsize block_size;
    const char *part;
  } rows[] = {
    { "[]", 0, "no header" },
    { " {}", 0, "no header" },
    { "{}", 0, "no network weights" },
    { "{}x", 0, "header" },
    { "{" A, 16, "header" },
    { "{" A ",}", 16, "header" },
    { "{" A "}}", 16, "header" },
    { "{" A "} x", 16, "header" },
    { "{" A "," A "}", 16, "overlap" },
    { "{" A "," ENTRY ("a", "F32", "1", "16", "20") "}", 20, "twice" },
    { "{" A "," ENTRY ("\\u0061", "F32", "1", "16", "20") "}", 20, "twice" },
    { "{" A "," ENTRY ("b", "F32", "1", "20", "24") "}", 24, "hole" },
    { "{" ENTRY ("a", "F32", "4", "4", "20") "}", 20, "hole" },
    { "{" A "," ENTRY ("b", "F32", "1", "12", "16") "}", 16, "overlap" },
    { "{" A "}", 17, "behind" },
    { "{" A "}", 15, "outside" },
    { "{" ENTRY ("a", "F32", "1", "4", "0") "}", 4, "outside" },
    { "{" ENTRY ("a", "F32", "1", "0", "18446744073709551615") "}", 4, "outside" },
    { "{" ENTRY ("a", "F32", "1", "0", "18446744073709551616") "}", 4, "header" },
    { "{" ENTRY ("a", "F32", "5", "0", "16") "}", 16, "shape" },
    { "{" ENTRY ("a", "F32", "4611686018427387904,4", "0", "0") "}", 0, "shape" },
    { "{" ENTRY ("a", "F32", "4611686018427387905", "0", "4") "}", 4, "shape" },
    { "{" ENTRY ("a", "U8", "9223372036854775807,2", "0", "16") "}", 16, "shape" },
    { "{" ENTRY ("a", "U8", "9223372036854775808", "0", "0") "}", 0, "header" },
    { "{" ENTRY ("a", "U8", "-1", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("a", "U8", "1.0", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("a", "U8", "1e0", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("a", "U8", "01", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("a", "U8", "1,", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("a", "U8", "1,1,1,1,1,1,1,1,1", "0", "1") "}", 1, "dimensions" },
    { "{" ENTRY ("a", "Q7", "1", "0", "1") "}", 1, "“Q7”" },
    { "{" ENTRY ("a", "F8_E4M3", "1", "0", "1") "}", 1, "“F8_E4M3”" },
    { "{" ENTRY ("a", "F8_E5M2", "1", "0", "1") "}", 1, "“F8_E5M2”" },
    { "{" ENTRY ("", "U8", "1", "0", "1") "}", 1, "name" },
    { "{" ENTRY ("\\u0000", "U8", "1", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("\\ud800", "U8", "1", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("\\udc00", "U8", "1", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("\\ud800\\u0061", "U8", "1", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("\\x", "U8", "1", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("\n", "U8", "1", "0", "1") "}", 1, "header" },
    { "{" ENTRY ("\xff", "U8", "1", "0", "1") "}", 1, "header" },
    { "{\"a", 1, "header" },
    { "{\"a\\", 1, "header" },
    { "{\"a\\u00", 1, "header" },
    { "{1:2}", 0, "header" },
    { "{\"a\"}", 0, "header" },
    { "{\"__metadata__\":{1:2}}", 0, "header" },
    { "{\"a\\u00zz\":1}", 0, "header" },
    { "{\"a\\ud83d\\u12", 0, "header" },
    { "{\"a\":{}}", 0, "header" },
    { "{\"a\":[]}", 0, "header" },
    { "{\"a\":null}", 0, "header" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[]}}", 0, "header" },
    { "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 1,
      "header" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"shape\":[],\"data_offsets\":[0,1]}}", 1, "header" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1],\"data_offsets\":[0,1]}}", 1,
      "header" },
    { EXTRA ("01"), 1, "header" },
    { EXTRA ("1."), 1, "header" },
    { EXTRA ("-"), 1, "header" },
    { EXTRA ("1e"), 1, "header" },
    { EXTRA ("nul"), 1, "header" },
    { EXTRA ("[1,]"), 1, "header" },
    { EXTRA ("[1"), 1, "header" },
    { EXTRA ("{1:2}"), 1, "header" },
    { EXTRA ("{\"y\"}"), 1, "header" },
    { EXTRA (""), 1, "header" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1,2]}}", 1, "header" },
    { "{\"__metadata__\":{\"a\":1}}", 0, "header" },
    { "{\"__metadata__\":{\"a\":{}}}", 0, "header" },
    { "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0, "header" },
    { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "header" },
    { "{\"__metadata__\":null}", 0, "header" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) file = write_safetensors (rows[i].header, rows[i].block_size);

      assert_refused (file, rows[i].part);
    }
}

/* The header's length: 0, behind the file, 2^63, and its cap. */
static void
test_lengths (void)
{
  static const guint64 lengths[] = { 0, 3, 1 << 20, G_GUINT64_CONSTANT (1) << 63, G_MAXUINT64 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      GByteArray *out = g_byte_array_new ();
      g_autoptr (GBytes) file = NULL;

      add_u64 (out, lengths[i]);
      add_text (out, "{}");
      file = finish (out);
      assert_refused (file, "header");
    }
}

static void
test_huge_header (void)
{
  gsize size = 101 * 1000 * 1000;
  guint8 *data = g_malloc (size + 8);
  guint64 length = GUINT64_TO_LE (size);
  g_autoptr (GBytes) file = g_bytes_new_take (data, size + 8);

  memset (data + 8, ' ', size);
  memcpy (data, &length, 8);
  data[8] = '{';
  data[size + 7] = '}';
  assert_refused (file, "longer than");
}

static void
test_deep (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *inside = g_strdup_printf ("{\"a\":{\"dtype\":\"U8\",\"shape\":%s", deep);
  g_autofree char *outside = g_strdup_printf ("{\"a\":%s", deep);
  g_autofree char *unknown = g_strdup_printf ("{\"a\":{\"x\":%s", deep);
  const char *const headers[] = { inside, outside, unknown };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (GBytes) file = write_safetensors (headers[i], 0);

      assert_refused (file, "header");
    }
}

/* Weights that are no numbers load: finding them is the engine's business. */
static void
test_nan (void)
{
  static const guint32 nan_bits = 0x7fc00000;
  GByteArray *out = g_byte_array_new ();
  const char *header = "{" ENTRY ("a", "F32", "1", "0", "4") "}";
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GengaStateDict) dict = NULL;
  float value;

  add_u64 (out, strlen (header));
  add_text (out, header);
  add_u32 (out, nan_bits);
  file = finish (out);
  dict = assert_loads (file);
  genga_tensor_copy_f32 (genga_state_dict_lookup (dict, "a"), &value);
  g_assert_true (value != value);
}

/* Every cut is refused; no changed bit makes a tensor reach outside its file. */
static void
test_damage (void)
{
  g_autoptr (GBytes) whole =
      write_safetensors ("{" A "," ENTRY ("b", "I16", "2,1", "16", "20") "}", 20);
  gsize size = g_bytes_get_size (whole);

  for (gsize n = 0; n < size; n++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (g_bytes_get_data (whole, NULL), n);

      assert_refused (cut, "");
    }
  for (gsize i = 0; i < size * 8; i++)
    {
      guint8 *copy = g_memdup2 (g_bytes_get_data (whole, NULL), size);
      g_autoptr (GBytes) changed = g_bytes_new_take (copy, size);
      g_autoptr (GengaStateDict) dict = NULL;

      copy[i / 8] ^= 1 << i % 8;
      dict = genga_state_dict_load_bytes (changed, "changed", NULL);
      for (guint k = 0; dict != NULL && k < genga_state_dict_get_n_tensors (dict); k++)
        {
          float values[20];

          g_assert_cmpint (genga_tensor_get_n_elements (genga_state_dict_get_tensor (dict, k)), <=,
                           20);
          genga_tensor_copy_f32 (genga_state_dict_get_tensor (dict, k), values);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safetensors/good", test_good);
  g_test_add_func ("/safetensors/unknown-fields", test_unknown_fields);
  g_test_add_func ("/safetensors/unaligned", test_unaligned);
  g_test_add_func ("/safetensors/like-pickle", test_like_pickle);
  g_test_add_func ("/safetensors/refused", test_refused);
  g_test_add_func ("/safetensors/lengths", test_lengths);
  g_test_add_func ("/safetensors/huge-header", test_huge_header);
  g_test_add_func ("/safetensors/deep", test_deep);
  g_test_add_func ("/safetensors/nan", test_nan);
  g_test_add_func ("/safetensors/damage", test_damage);
  return g_test_run ();
}
