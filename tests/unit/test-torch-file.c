/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Torch's two forms: tensors and false storages (reliability-tests, I9), and how names become
 * canonical (reference architectures, section 2).
 */
#include "model-writer.h"

#include "weights/state-dict.h"

#include <string.h>

/* A tensor as a file says it. What is NULL or 0 is the truth about 4 floats in storage "0". */
typedef struct
{
  const char *type;     /* "Float" */
  const char *key;      /* "0" */
  const char *location; /* "cpu" */
  gint64 n;             /* of the storage */
  gint64 offset;
  guint rank;
  gint64 shape[9];
  gint64 strides[9];
  const char *view; /* legacy: pickled view, "N" for none */
} Tensor;

static void
add_string (GByteArray *out, const char *text)
{
  ADD (out, "X");
  add_u32 (out, strlen (text));
  add_text (out, text);
}

static void
add_integer (GByteArray *out, gint64 value)
{
  ADD (out, "\x8a\010");
  add_u64 (out, (guint64)value);
}

static void
add_tuple (GByteArray *out, const gint64 *values, guint n)
{
  ADD (out, "(");
  for (guint i = 0; i < n; i++)
    add_integer (out, values[i]);
  ADD (out, "t");
}

static void
add_tensor (GByteArray *out, const Tensor *tensor)
{
  ADD (out, "ctorch._utils\n_rebuild_tensor_v2\n((");
  add_string (out, "storage");
  add_text (out, "ctorch\n");
  add_text (out, tensor->type != NULL ? tensor->type : "Float");
  add_text (out, "Storage\n");
  add_string (out, tensor->key != NULL ? tensor->key : "0");
  add_string (out, tensor->location != NULL ? tensor->location : "cpu");
  add_integer (out, tensor->n != 0 ? tensor->n : 4);
  if (tensor->view != NULL)
    add_text (out, tensor->view);
  ADD (out, "tQ");
  add_integer (out, tensor->offset);
  add_tuple (out, tensor->shape, tensor->rank);
  add_tuple (out, tensor->strides, tensor->rank);
  ADD (out, "\x89NtR");
}

/* {"w": tensor} */
static GByteArray *
write_stream (const Tensor *tensor)
{
  GByteArray *out = g_byte_array_new ();

  ADD (out, "\x80\002}");
  add_string (out, "w");
  add_tensor (out, tensor);
  ADD (out, "s.");
  return out;
}

static GBytes *
write_model (const Tensor *tensor)
{
  g_autoptr (GByteArray) stream = write_stream (tensor);

  return write_torch (stream->data, stream->len, 16);
}

/* The legacy form: `keys` is the pickled list of keys, `counts` what stands before each storage. */
static GBytes *
write_legacy (
    const Tensor *tensor, const char *keys, const gint64 *counts, guint n_counts, gsize cut)
{
  g_autoptr (GByteArray) stream = write_stream (tensor);
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GBytes) data = make_data (16);

  ADD (out, "\x80\002\x8a\012\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.");
  ADD (out, "\x80\002M\xe9\003.");
  ADD (out, "\x80\002}X\015\000\000\000little_endian\x88s.");
  g_byte_array_append (out, stream->data, stream->len);
  add_text (out, keys);
  for (guint i = 0; i < n_counts; i++)
    {
      add_u64 (out, (guint64)counts[i]);
      g_byte_array_append (out, g_bytes_get_data (data, NULL), 16);
    }
  g_byte_array_set_size (out, out->len - cut);
  return finish (out);
}

static void
test_torch_tensor (void)
{
  g_autoptr (GBytes) file =
      write_model (&(Tensor){ .rank = 2, .offset = 1, .shape = { 3, 1 }, .strides = { 1, 7 } });
  g_autoptr (GengaStateDict) dict = assert_loads (file);
  const GengaTensor *tensor = genga_state_dict_lookup (dict, "w");
  static const guint8 expected[] = { 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

  g_assert_cmpstr (tensor->name, ==, "w");
  g_assert_cmpint (tensor->dtype, ==, GENGA_DTYPE_F32);
  g_assert_cmpmem (tensor->data, 12, expected, 12);
  g_assert_true (genga_tensor_is_contiguous (tensor));
  g_assert_cmpuint (genga_state_dict_get_size_bytes (dict), ==, 12);
  g_assert_cmpuint (genga_state_dict_get_copied_bytes (dict), ==, 0);
}

/* Where it once was is no matter. */
static void
test_location (void)
{
  static const char *const locations[] = { "cuda:99", "mps", "meta", "/etc/passwd" };

  for (guint i = 0; i < G_N_ELEMENTS (locations); i++)
    {
      g_autoptr (GBytes) file = write_model (
          &(Tensor){ .location = locations[i], .rank = 1, .shape = { 4 }, .strides = { 1 } });
      g_autoptr (GengaStateDict) dict = assert_loads (file);

      g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, 1);
    }
}

static const struct
{
  Tensor tensor;
  const char *part;
} false_tensors[] = {
  { { .n = 5, .rank = 1, .shape = { 4 }, .strides = { 1 } }, "storage" },
  { { .n = G_MAXINT64 / 4, .rank = 1, .shape = { 4 }, .strides = { 1 } }, "storage" },
  { { .n = G_MAXINT64, .rank = 1, .shape = { 4 }, .strides = { 1 } }, "storage" },
  { { .n = -1, .rank = 1, .shape = { 4 }, .strides = { 1 } }, "storage" },
  { { .rank = 1, .shape = { 5 }, .strides = { 1 } }, "past the end" },
  { { .rank = 1, .shape = { 4 }, .strides = { 2 } }, "past the end" },
  { { .rank = 1, .shape = { 4 }, .strides = { 1 }, .offset = 1 }, "past the end" },
  { { .rank = 0, .offset = 4 }, "past the end" },
  { { .rank = 1, .shape = { 4 }, .strides = { 1 }, .offset = -1 }, "negative" },
  { { .rank = 1, .shape = { -1 }, .strides = { 1 } }, "negative" },
  { { .rank = 1, .shape = { 4 }, .strides = { -1 }, .offset = 3 }, "negative" },
  { { .rank = 1, .shape = { 4 }, .strides = { 1 }, .offset = G_MAXINT64 }, "past the end" },
  { { .rank = 1, .shape = { 2 }, .strides = { G_MAXINT64 }, .offset = 2 }, "past the end" },
  { { .rank = 1, .shape = { 4 }, .strides = { G_MAXINT64 } }, "overflows" },
  { { .rank = 2, .shape = { G_MAXINT64, 2 }, .strides = { 1, 1 } }, "overflows" },
  { { .rank = 2, .shape = { G_MAXINT32, G_MAXINT64 }, .strides = { 0, 0 } }, "overflows" },
  { { .rank = 3, .shape = { G_MAXINT64, 2, 0 }, .strides = { 1, 1, 1 } }, "overflows" },
  { { .rank = 2, .shape = { 2, G_MAXINT64 / 2 }, .strides = { G_MAXINT64, 3 } }, "overflows" },
  { { .rank = 1, .shape = { 1 << 30 }, .strides = { 0 } }, "overlap" },
  { { .rank = 2, .shape = { 2, 2 }, .strides = { 1, 1 } }, "overlap" },
  { { .rank = 2, .shape = { 2, 3 }, .strides = { 1, 1 } }, "overlap" },
  { { .rank = 9, .shape = { 1, 1, 1, 1, 1, 1, 1, 1, 1 } }, "shape" },
  { { .key = "1", .rank = 1, .shape = { 4 }, .strides = { 1 } }, "missing" },
  { { .key = "../data/0", .rank = 1, .shape = { 4 }, .strides = { 1 } }, "missing" },
  { { .key = "", .location = "meta", .rank = 1, .shape = { 4 }, .strides = { 1 } }, "missing" },
  { { .type = "Double", .rank = 1, .shape = { 4 }, .strides = { 1 } }, "smaller" },
  { { .type = "ComplexFloat", .rank = 1, .shape = { 4 }, .strides = { 1 } },
    "“torch.ComplexFloatStorage”" },
  { { .type = "QInt8", .rank = 1, .shape = { 4 }, .strides = { 1 } }, "“torch.QInt8Storage”" },
};

static void
test_false_storages (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (false_tensors); i++)
    {
      g_autoptr (GBytes) file = write_model (&false_tensors[i].tensor);

      assert_refused (file, false_tensors[i].part);
    }
}

static void
test_legacy (void)
{
  static const gint64 counts[] = { 4, 4 };
  static const gint64 false_counts[] = { 3, 5, 0, -1, G_MAXINT64, G_MININT64 };
  const char keys[] = "(lp0\nV0\na.";
  const Tensor whole = { .rank = 1, .shape = { 4 }, .strides = { 1 }, .view = "N" };
  g_autoptr (GBytes) good = write_legacy (&whole, keys, counts, 1, 0);
  g_autoptr (GengaStateDict) dict = assert_loads (good);
  static const guint8 expected[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

  g_assert_cmpmem (genga_state_dict_get_tensor (dict, 0)->data, 16, expected, 16);
  for (guint i = 0; i < G_N_ELEMENTS (false_counts); i++)
    {
      g_autoptr (GBytes) file = write_legacy (&whole, keys, &false_counts[i], 1, 0);

      assert_refused (file, "disagrees");
    }
  for (gsize cut = 1; cut < g_bytes_get_size (good); cut++)
    {
      g_autoptr (GBytes) file = write_legacy (&whole, keys, counts, 1, cut);

      assert_refused (file, "");
    }
  for (guint i = 0; i < G_N_ELEMENTS (false_tensors); i++)
    {
      Tensor tensor = false_tensors[i].tensor;
      g_autoptr (GBytes) file = NULL;

      tensor.view = "N";
      file = write_legacy (&tensor, keys, counts, 1, 0);
      assert_refused (file, "");
    }
}

/* A view is a part of a storage; the list of keys names each storage once. */
static void
test_legacy_views (void)
{
  static const gint64 counts[] = { 4, 4 };
  static const struct
  {
    Tensor tensor;
    const char *keys;
    const char *part; /* NULL: loads */
  } rows[] = {
    { { .rank = 1, .shape = { 3 }, .strides = { 1 }, .view = "(Vv\nK\001K\003t" },
      "(lV0\na.",
      NULL },
    { { .rank = 1, .shape = { 4 }, .strides = { 1 }, .view = "(Vv\nK\001K\003t" },
      "(lV0\na.",
      "past the end" },
    { { .rank = 1, .shape = { 1 }, .strides = { 1 }, .view = "(Vv\nK\002K\003t" },
      "(lV0\na.",
      "view" },
    { { .rank = 1, .shape = { 1 }, .strides = { 1 }, .view = "(Vv\nJ\xff\xff\xff\xffK\001t" },
      "(lV0\na.",
      "view" },
    { { .rank = 1, .shape = { 1 }, .strides = { 1 }, .view = "(Vv\nt" }, "(lV0\na.", "view" },
    { { .rank = 1, .shape = { 1 }, .strides = { 1 }, .view = "N" }, "(lV0\naV0\na.", "list" },
    { { .rank = 1, .shape = { 1 }, .strides = { 1 }, .view = "N" }, "(lV1\na.", "list" },
    { { .rank = 1, .shape = { 1 }, .strides = { 1 }, .view = "N" }, "(lI0\na.", "list" },
    { { .rank = 1, .shape = { 1 }, .strides = { 1 }, .view = "N" }, "(l.", "missing" },
    { { .rank = 1, .shape = { 1 }, .strides = { 1 }, .view = "N" }, "(d.", "missing" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) file = write_legacy (&rows[i].tensor, rows[i].keys, counts, 2, 0);

      if (rows[i].part != NULL)
        assert_refused (file, rows[i].part);
      else
        {
          g_autoptr (GengaStateDict) dict = assert_loads (file);

          g_assert_cmpint (((const guint8 *)genga_state_dict_get_tensor (dict, 0)->data)[0], ==, 4);
        }
    }
}

/* The three pickles before the object. */
static void
test_legacy_headers (void)
{
#define MAGIC "\x80\002\x8a\012\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
  static const struct
  {
    const guint8 *data;
    gsize size;
    const char *part;
  } rows[] = {
    { BYTES ("\x80\002K\001."), "PyTorch did not write" },
    { BYTES ("\x80\002\x8a\012xxxxxxxxxx."), "PyTorch did not write" },
    { BYTES (MAGIC), "too early" },
    { BYTES (MAGIC "M\xe8\003."), "protocol" },
    { BYTES (MAGIC "N."), "protocol" },
    { BYTES (MAGIC "M\xe9\003.N."), "header" },
    { BYTES (MAGIC "M\xe9\003.}Vlittle_endian\nI00\ns."), "big-endian" },
    { BYTES (MAGIC "M\xe9\003.}.}."), "too early" },
    { BYTES (MAGIC "M\xe9\003.}.}.N."), "list" },
    { BYTES (MAGIC "M\xe9\003.}.}.]."), "no network weights" },
    { BYTES ("L119547037146038801333356L\n.I1001\n.}.}.]."), "no network weights" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) file = g_bytes_new_static (rows[i].data, rows[i].size);

      assert_refused (file, rows[i].part);
    }
}

/* Several tensors in one storage are fine; two opinions about one are not. */
static void
test_legacy_shared (void)
{
  const Tensor first = { .key = "7", .rank = 1, .shape = { 2 }, .strides = { 1 }, .view = "N" };
  const Tensor others[] = {
    { .key = "7", .rank = 1, .shape = { 2 }, .strides = { 1 }, .offset = 2, .view = "N" },
    { .key = "70", .rank = 1, .shape = { 2 }, .strides = { 1 }, .view = "N" },
    { .key = "7", .type = "Int", .rank = 1, .shape = { 2 }, .strides = { 1 }, .view = "N" },
    { .key = "7", .n = 3, .rank = 1, .shape = { 2 }, .strides = { 1 }, .view = "N" },
  };
  g_autoptr (GBytes) data = make_data (16);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      GByteArray *out = g_byte_array_new ();
      g_autoptr (GBytes) file = NULL;
      g_autoptr (GengaStateDict) dict = NULL;

      ADD (out, MAGIC "M\xe9\003.}.}(");
      add_string (out, "a");
      add_tensor (out, &first);
      add_string (out, "b");
      add_tensor (out, &others[i]);
      add_text (out, i == 1 ? "u.](V70\nV7\ne." : "u.](V7\ne.");
      for (guint k = 0; k < (i == 1 ? 2 : 1); k++)
        {
          add_u64 (out, 4);
          g_byte_array_append (out, g_bytes_get_data (data, NULL), 16);
        }
      file = finish (out);
      if (i >= 2)
        {
          assert_refused (file, "two ways");
          continue;
        }
      dict = assert_loads (file);
      g_assert_cmpmem (genga_state_dict_lookup (dict, "b")->data, 4,
                       i == 0 ? "\10\11\12\13" : "\0\1\2\3", 4);
    }
}

/* A re-packed file: each record is inflated once, however many tensors lie in it. */
static void
test_deflated (void)
{
  const Tensor tensor = { .rank = 1, .shape = { 2 }, .strides = { 1 }, .offset = 1 };
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GBytes) pickle = NULL;
  g_autoptr (GBytes) storage = make_data (16);
  g_autoptr (GBytes) order = g_bytes_new_static (BYTES ("little"));

  ADD (stream, "\x80\002}(");
  for (guint i = 0; i < 3; i++)
    {
      add_string (stream, ((const char *const[]){ "a", "b", "c" })[i]);
      add_tensor (stream, &tensor);
    }
  ADD (stream, "u.");
  pickle = g_bytes_new (stream->data, stream->len);
  for (guint lie = 0; lie < 2; lie++)
    {
      const Record records[] = { { "m/data.pkl", pickle, TRUE },
                                 { "m/data/0", storage, TRUE, .crc = lie },
                                 { "m/byteorder", order, TRUE } };
      g_autoptr (GBytes) file = write_zip (records, 3, NULL);
      g_autoptr (GengaStateDict) dict = NULL;

      if (lie)
        {
          assert_refused (file, "checksum");
          continue;
        }
      dict = assert_loads (file);
      g_assert_cmpuint (genga_state_dict_get_copied_bytes (dict), ==, 16);
      g_assert_cmpmem (genga_state_dict_lookup (dict, "c")->data, 4, "\4\5\6\7", 4);
    }
}

/* A stream in which "@" stands for a tensor and "%" for a string's opcode, length and text. */
static GBytes *
write_pattern (const char *pattern)
{
  const Tensor tensor = { .rank = 1, .shape = { 4 }, .strides = { 1 } };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  ADD (out, "\x80\002");
  for (const char *p = pattern; *p != '\0'; p++)
    {
      if (*p == '@')
        add_tensor (out, &tensor);
      else if (*p == '%')
        {
          const char *end = strchr (p, ' ');
          g_autofree char *text = g_strndup (p + 1, end - p - 1);

          add_string (out, text);
          p = end;
        }
      else
        g_byte_array_append (out, (const guint8 *)p, 1);
    }
  ADD (out, ".");
  return write_torch (out->data, out->len, 16);
}

/* nunif says beside the weights what they are of; others' notes are theirs. */
static void
test_nunif (void)
{
  g_autoptr (GBytes) file = write_pattern ("}(%nunif_model K\001%name %waifu2x.upcunet %kwargs "
                                           "}(%no_clip \x89%blocks K\007%l ]u%state_dict }(%a @uu");
  g_autoptr (GBytes) other = write_pattern ("}(%name %waifu2x.upcunet %state_dict }(%a @uu");
  g_autoptr (GengaStateDict) dict = assert_loads (file);
  g_autoptr (GengaStateDict) plain = assert_loads (other);

  g_assert_cmpstr (genga_state_dict_get_metadata (dict, "name"), ==, "waifu2x.upcunet");
  g_assert_cmpstr (genga_state_dict_get_metadata (dict, "kwargs.no_clip"), ==, "False");
  g_assert_cmpstr (genga_state_dict_get_metadata (dict, "kwargs.blocks"), ==, "7");
  g_assert_null (genga_state_dict_get_metadata (dict, "kwargs.l"));
  g_assert_null (genga_state_dict_get_metadata (dict, "state_dict"));
  g_assert_null (genga_state_dict_get_metadata (plain, "name"));
}

static void
test_names (void)
{
  static const struct
  {
    const char *pattern;
    const char *names;
  } rows[] = {
    { "}(%a @%b @u", "a b" },
    { "}(%params }(%a @u%params_ema }(%b @uu", "b" },
    { "}(%net }(%a @u%model }(%b @uu", "b" },
    { "}(%model }(%a @u%params }(%b @uu", "b" },
    { "}(%params }(%a @u%params-ema }(%b @uu", "b" },
    { "}(%params_ema }(%a @u%state_dict }(%b @uu", "b" },
    { "}(%state_dict }(%a @u%model_state_dict }(%b @uu", "b" },
    { "}(%params K\001%net }(%a @uu", "a" },       /* the first that is a dictionary */
    { "}(%state_dict }(%params }(%a @uuu", NULL }, /* once only */
    { "}(%x }(%a @uu", "a" },                      /* the only key */
    { "}(%x }(%a @u%y K\001u", NULL },
    { "}(%module.a @%module.b @u", "a b" },
    { "}(%module.a @%b @u", "module.a b" },
    { "}(%netG.a @u", "a" },
    { "}(%module.netG.a @u", "a" },
    { "}(%netG.module.a @u", "module.a" },
    { "}(%params_ema.a @%params_ema.b @u", "a b" },
    { "}(%params.a @u", "a" },
    { "}(%params.a @%params_ema.b @u", "params.a params_ema.b" },
    { "}(%module. @u", "module." },
    { "}(%_orig_mod.a @%_orig_mod.b @u", "a b" },
    { "}(%module._orig_mod.a @u", "a" },
    { "}(%_orig_mod.module.a @u", "a" },
    { "}(%a._orig_mod.b @%c @u", "a.b c" },
    { "}(%a_orig_mod.b @u", "a_orig_mod.b" },
    { "}(%_orig_mod. @u", "_orig_mod." },
    { "}(%a @%n K\001%t N%l ]%d }u", "a" }, /* plain values are no weights */
    { "ccollections\nOrderedDict\n)R(%a @u}%_metadata }sb", "a" },
    { "}(%state_dict }(%a @u%when cdatetime\ndatetime\n)Ru", "a" },
    { "}(%a ctorch._utils\n_rebuild_parameter\n(@\x88NtRu", "a" },
    { "}(%a ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_parameter\n"
      "ctorch\nTensor\n(@\x88Nt}tRu",
      "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) file = write_pattern (rows[i].pattern);
      g_autoptr (GengaStateDict) dict = NULL;
      g_auto (GStrv) names = NULL;

      if (rows[i].names == NULL)
        {
          assert_refused (file, "no network weights");
          continue;
        }
      dict = assert_loads (file);
      names = g_strsplit (rows[i].names, " ", -1);
      g_assert_cmpuint (genga_state_dict_get_n_tensors (dict), ==, g_strv_length (names));
      for (guint k = 0; names[k] != NULL; k++)
        {
          g_assert_cmpstr (genga_state_dict_get_tensor (dict, k)->name, ==, names[k]);
          g_assert_true (genga_state_dict_lookup (dict, names[k]) ==
                         genga_state_dict_get_tensor (dict, k));
        }
    }
}

/* New versions of torch leave the type out of the storage. */
static void
test_untyped (void)
{
  g_autoptr (GBytes) file = write_pattern (
      "}(%a ctorch._utils\n_rebuild_tensor_v3\n((%storage ctorch.storage\nUntypedStorage\n%0 %cpu "
      "K\020tQK\001ctorch\nSize\n(K\002\x85tR(K\003tI00\nNctorch\nint16\ntRu");
  g_autoptr (GengaStateDict) dict = assert_loads (file);
  const GengaTensor *tensor = genga_state_dict_get_tensor (dict, 0);

  g_assert_cmpint (tensor->dtype, ==, GENGA_DTYPE_I16);
  g_assert_cmpint (tensor->shape[0], ==, 2);
  g_assert_cmpmem (tensor->data, 8, "\2\3\4\5\6\7\10\11", 8);
}

static void
test_refused_dictionaries (void)
{
  static const struct
  {
    const char *pattern;
    const char *part;
  } rows[] = {
    { "}(%a @%a @u", "twice" },
    { "}(K\001@u", "keys" },
    { "}(% @u", "name" },
    { "}(%\xff @u", "name" },
    { "]@a", "no network weights" },
    { "@", "no network weights" },
    { "}", "no network weights" },
    { "}(%a @%b cdatetime\ndatetime\n)Ru", "“datetime.datetime”" },
    { "}(%a ctorch\nfloat32\nu", "“torch.float32”" },
    { "ctorch.nn.modules.conv\nConv2d\n)\x81}b", "“torch.nn.modules.conv.Conv2d”" },
    { "}(%a ctorch._utils\n_rebuild_sparse_tensor\n)Ru", "_rebuild_sparse_tensor" },
    { "}(%a ctorch._utils\n_rebuild_meta_tensor_no_storage\n)Ru", "_rebuild_meta_tensor" },
    { "}(%a ctorch._utils\n_rebuild_tensor_v2\n(K\001I0\n))NNtRu", "tensor" },
    { "}(%a ctorch._utils\n_rebuild_tensor_v2\n)Ru", "tensor" },
    { "}(%a ctorch._utils\n_rebuild_parameter\n(K\001NNtRu", "parameter" },
    { "}(%a ctorch\nSize\n(K\001tRu", "size" },
    { "}(%a (%storage tQu", "storage" },
    { "}(%a ctorch._utils\n_rebuild_tensor_v3\n((%storage ctorch.storage\nUntypedStorage\n%0 %cpu "
      "K\020tQI0\n(t(tI00\nNctorch\nuint16\ntRu",
      "“torch.uint16”" },
    { "}(%a ctorch._utils\n_rebuild_tensor_v2\n((%storage ctorch.storage\nUntypedStorage\n%0 %cpu "
      "K\020tQI0\n(t(tI00\nNtRu",
      "tensor" },
    { "}(%a ctorch._utils\n_rebuild_tensor_v3\n((%storage ctorch.storage\nUntypedStorage\n%0 %cpu "
      "K\020(%v K\003K\004ttQI0\n(t(tI00\nNctorch\nfloat32\ntRu",
      "inside an element" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) file = write_pattern (rows[i].pattern);

      assert_refused (file, rows[i].part);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch-file/tensor", test_torch_tensor);
  g_test_add_func ("/torch-file/location", test_location);
  g_test_add_func ("/torch-file/false-storages", test_false_storages);
  g_test_add_func ("/torch-file/legacy", test_legacy);
  g_test_add_func ("/torch-file/legacy-views", test_legacy_views);
  g_test_add_func ("/torch-file/names", test_names);
  g_test_add_func ("/torch-file/nunif", test_nunif);
  g_test_add_func ("/torch-file/untyped", test_untyped);
  g_test_add_func ("/torch-file/legacy-headers", test_legacy_headers);
  g_test_add_func ("/torch-file/legacy-shared", test_legacy_shared);
  g_test_add_func ("/torch-file/deflated", test_deflated);
  g_test_add_func ("/torch-file/refused-dictionaries", test_refused_dictionaries);
  return g_test_run ();
}
