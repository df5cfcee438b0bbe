/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pickle machine against streams written byte by byte: reliability-tests, I8. The hostile ones
 * are put into a torch file, so that the whole way of a file that somebody downloads is measured.
 */
#include "model-writer.h"

#include "core/error.h"
#include "weights/pickle/pickle.h"
#include "weights/state-dict.h"
#include "weights/load.h"

#include <string.h>

typedef struct
{
  const guint8 *data;
  gsize size;
} Stream;

static GengaPickle *
parse (const guint8 *stream, gsize size)
{
  g_autoptr (GError) error = NULL;
  GengaPickle *pickle = genga_pickle_parse (stream, size, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (genga_pickle_get_length (pickle), ==, size);
  return pickle;
}

static void
assert_integer (const guint8 *stream, gsize size, gint64 expected)
{
  g_autoptr (GengaPickle) pickle = parse (stream, size);

  g_assert_cmpint (genga_pickle_get_root (pickle)->kind, ==, GENGA_PICKLE_INT);
  g_assert_cmpint (genga_pickle_get_root (pickle)->integer, ==, expected);
}

/* Values as Python's documentation of the opcodes states them. */
static void
test_integers (void)
{
  assert_integer (BYTES ("I-12\n."), -12);
  assert_integer (BYTES ("L123456789012L\n."), G_GINT64_CONSTANT (123456789012));
  assert_integer (BYTES ("J\xff\xff\xff\xff."), -1);
  assert_integer (BYTES ("K\xff."), 255);
  assert_integer (BYTES ("M\xff\xff."), 65535);
  assert_integer (BYTES ("\x8a\x00."), 0);
  assert_integer (BYTES ("\x8a\x01\xff."), -1);
  assert_integer (BYTES ("\x8a\x02\xff\x00."), 255);
  assert_integer (BYTES ("\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80."), G_MININT64);
  assert_integer (BYTES ("\x8b\x01\x00\x00\x00\x80."), -128);
}

static void
test_scalars (void)
{
  static const struct
  {
    Stream stream;
    GengaPickleKind kind;
    const char *bytes;
  } rows[] = {
    { { BYTES ("N.") }, GENGA_PICKLE_NONE, NULL },
    { { BYTES ("\x88.") }, GENGA_PICKLE_BOOL, NULL },
    { { BYTES ("I01\n.") }, GENGA_PICKLE_BOOL, NULL },
    { { BYTES ("F1.5\n.") }, GENGA_PICKLE_FLOAT, NULL },
    { { BYTES ("Vxy\n.") }, GENGA_PICKLE_STRING, "xy" },
    { { BYTES ("U\002xy.") }, GENGA_PICKLE_STRING, "xy" },
    { { BYTES ("T\002\0\0\0xy.") }, GENGA_PICKLE_STRING, "xy" },
    { { BYTES ("X\002\0\0\0xy.") }, GENGA_PICKLE_STRING, "xy" },
    { { BYTES ("\x8c\002xy.") }, GENGA_PICKLE_STRING, "xy" },
    { { BYTES ("\x8d\002\0\0\0\0\0\0\0xy.") }, GENGA_PICKLE_STRING, "xy" },
    { { BYTES ("C\002xy.") }, GENGA_PICKLE_BYTES, "xy" },
    { { BYTES ("B\002\0\0\0xy.") }, GENGA_PICKLE_BYTES, "xy" },
    { { BYTES ("\x8e\002\0\0\0\0\0\0\0xy.") }, GENGA_PICKLE_BYTES, "xy" },
    { { BYTES ("L12345678901234567890L\n.") }, GENGA_PICKLE_BIG_INT, "12345678901234567890" },
    { { BYTES ("\x8a\011xxxxxxxxx.") }, GENGA_PICKLE_BIG_INT, "xxxxxxxxx" },
    { { BYTES ("].") }, GENGA_PICKLE_LIST, NULL },
    { { BYTES ("}.") }, GENGA_PICKLE_DICT, NULL },
    { { BYTES (").") }, GENGA_PICKLE_TUPLE, NULL },
    { { BYTES ("\x8f(K\001K\002\x90.") }, GENGA_PICKLE_SET, NULL },
    { { BYTES ("N(NN1.") }, GENGA_PICKLE_NONE, NULL },
    { { BYTES ("N(0.") }, GENGA_PICKLE_NONE, NULL },
    { { BYTES ("N20.") }, GENGA_PICKLE_NONE, NULL },
    { { BYTES ("Pan id\n.") }, GENGA_PICKLE_OPAQUE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GengaPickle) pickle = parse (rows[i].stream.data, rows[i].stream.size);
      const GengaPickleValue *root = genga_pickle_get_root (pickle);

      g_assert_cmpint (root->kind, ==, rows[i].kind);
      if (rows[i].bytes != NULL)
        g_assert_cmpmem (root->bytes, root->length, rows[i].bytes, strlen (rows[i].bytes));
    }
}

static void
test_float (void)
{
  g_autoptr (GengaPickle) pickle = parse (BYTES ("G\x3f\xf8\0\0\0\0\0\0."));

  g_assert_cmpint (genga_pickle_get_root (pickle)->kind, ==, GENGA_PICKLE_FLOAT);
  g_assert_cmpfloat (genga_pickle_get_root (pickle)->number, ==, 1.5);
}

/* {"k": [1, 2]} in every protocol and shape that Python has written it. */
static void
test_containers (void)
{
  static const Stream streams[] = {
    { BYTES ("(dp0\nVk\np1\n(lp2\nI1\naI2\nas.") },
    { BYTES ("}q\001(X\001\0\0\0kq\002]q\003(K\001K\002eu.") },
    { BYTES ("\x80\004\x95\020\0\0\0\0\0\0\0}\x94\x8c\001k\x94]\x94(K\001K\002es.") },
    { BYTES ("(Vk\n(I1\nI2\nld.") },
    { BYTES ("}Vk\n]q\002sh\002K\001aK\002a0.") },
    { BYTES ("ccollections\nOrderedDict\n)R(Vk\n(K\001K\002lu}b.") },
    { BYTES ("\x80\004\x8c\013collections\x8c\013OrderedDict\x93)\x81(Vk\n(K\001K\002lu.") },
    { BYTES ("\x80\004\x8c\013collections\x8c\013OrderedDict\x93)}\x92(Vk\n(K\001K\002lu.") },
    { BYTES ("ccollections\nOrderedDict\n((lp0\n(lp1\nVk\na(lp2\nK\001aK\002aaatR.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      g_autoptr (GengaPickle) pickle = parse (streams[i].data, streams[i].size);
      const GengaPickleValue *value = genga_pickle_get_root (pickle);

      g_assert_cmpint (value->kind, ==, GENGA_PICKLE_DICT);
      value = genga_pickle_lookup (value, "k");
      g_assert_nonnull (value);
      g_assert_cmpint (value->kind, ==, GENGA_PICKLE_LIST);
      g_assert_cmpuint (value->items->n, ==, 2);
      g_assert_cmpint (value->items->values[0].integer, ==, 1);
      g_assert_cmpint (value->items->values[1].integer, ==, 2);
    }
}

/* A list inside itself is not followed, and not freed twice. */
static void
test_cycle (void)
{
  g_autoptr (GengaPickle) pickle = parse (BYTES ("]q\000h\000a."));

  g_assert_cmpuint (genga_pickle_get_root (pickle)->items->n, ==, 1);
}

/* A torch file's data.pkl is refused. */
static void
assert_stream_refused (const guint8 *stream, gsize size, const char *part)
{
  g_autoptr (GBytes) file = write_torch (stream, size, 16);

  assert_refused (file, part);
}

static void
test_foreign_opcodes (void)
{
  static const char accepted[] = "\x80\x95.(012N\x88\x89IJKML\x8a\x8bGFX\x8c\x8dVUTCB\x8e}])\x8f"
                                 "dlt\x85\x86\x87suae\x90qrp\x94hjgc\x93R\x81\x92"
                                 "bQP";

  for (guint opcode = 0; opcode < 256; opcode++)
    {
      guint8 stream[] = { 0x80, 2, '(', 'U', 1, 'a', 'U', 1, 'a', 0, 0, 0, 0, 0 };

      if (opcode != 0 && strchr (accepted, (int)opcode) != NULL)
        continue;
      stream[9] = (guint8)opcode;
      assert_stream_refused (stream, sizeof stream, "opcode");
    }
}

/* Broken streams: each of them is refused for what it is. */
static void
test_broken (void)
{
  static const struct
  {
    Stream stream;
    const char *part;
  } rows[] = {
    { { BYTES ("") }, "too early" },
    { { BYTES ("\x80\002}") }, "too early" },
    { { BYTES ("\x80\006N.") }, "protocol" },
    { { BYTES ("\x80\004\x95\377\0\0\0\0\0\0\0N.") }, "frame" },
    { { BYTES ("\x80\004\x95\377\377\377\377\377\377\377\377N.") }, "frame" },
    { { BYTES ("\x80\002Nr\377\377\377\377.") }, "memo" },
    { { BYTES ("\x80\002Np4294967295\n.") }, "memo" },
    { { BYTES ("\x80\002Np99999999999\n.") }, "memo" },
    { { BYTES ("\x80\002Np-1\n.") }, "memo" },
    { { BYTES ("\x80\002h\000.") }, "memo" },
    { { BYTES ("\x80\002j\377\377\377\377.") }, "memo" },
    { { BYTES ("\x80\002g7\n.") }, "memo" },
    { { BYTES ("\x80\002X\377\377\377\377abc.") }, "too long" },
    { { BYTES ("\x80\002X\377\377\377\177abc.") }, "too early" },
    { { BYTES ("\x80\004\x8d\377\377\377\377\377\377\377\377abc.") }, "too long" },
    { { BYTES ("\x80\004\x8e\0\0\0\0\001\0\0\0abc.") }, "too long" },
    { { BYTES ("\x80\002\x8b\377\377\377\377abc.") }, "number" },
    { { BYTES ("I1x\n.") }, "number" },
    { { BYTES ("F1x\n.") }, "number" },
    { { BYTES ("I\n.") }, "number" },
    { { BYTES ("I12") }, "line" },
    { { BYTES ("\x80\002}(K\001K\002K\003u.") }, "key" },
    { { BYTES ("\x80\002(K\001d.") }, "key" },
    { { BYTES ("\x80\002.") }, "left over" },
    { { BYTES ("\x80\002NN.") }, "left over" },
    { { BYTES ("\x80\002(N.") }, "left over" },
    { { BYTES ("\x80\0020.") }, "empty" },
    { { BYTES ("\x80\0022.") }, "empty" },
    { { BYTES ("\x80\002a.") }, "empty" },
    { { BYTES ("\x80\002]a.") }, "empty" },
    { { BYTES ("\x80\002](a.") }, "empty" },
    { { BYTES ("\x80\002N(\x85.") }, "empty" },
    { { BYTES ("\x80\002\x87.") }, "empty" },
    { { BYTES ("\x80\002R.") }, "empty" },
    { { BYTES ("\x80\002b.") }, "empty" },
    { { BYTES ("\x80\002Q.") }, "empty" },
    { { BYTES ("\x80\002q\000.") }, "empty" },
    { { BYTES ("\x80\0021.") }, "mark" },
    { { BYTES ("\x80\002t.") }, "mark" },
    { { BYTES ("\x80\002]u.") }, "mark" },
    { { BYTES ("\x80\002]e.") }, "mark" },
    { { BYTES ("\x80\002(e.") }, "empty" },
    { { BYTES ("\x80\002NNNs.") }, "holds none" },
    { { BYTES ("\x80\002]NNs.") }, "holds none" },
    { { BYTES ("\x80\002}Na.") }, "holds none" },
    { { BYTES ("\x80\002)Na.") }, "holds none" },
    { { BYTES ("\x80\002}}b.") }, "attributes" },
    { { BYTES ("\x80\002]}b.") }, "attributes" },
    { { BYTES ("\x80\002K\001}b.") }, "attributes" },
    { { BYTES ("ctorch\nFloatStorage\n}b.") }, "attributes" },
    { { BYTES ("\x80\002K\001)R.") }, "no function" },
    { { BYTES ("ccollections\nOrderedDict\nNR.") }, "no tuple" },
    { { BYTES ("ccollections\nOrderedDict\nK\001\x85R.") }, "OrderedDict" },
    { { BYTES ("ccollections\nOrderedDict\n]K\001a\x85R.") }, "OrderedDict" },
    { { BYTES ("ccollections\nOrderedDict\n]]\x86R.") }, "OrderedDict" },
    { { BYTES ("\x80\004K\001K\002\x93.") }, "class" },
    { { BYTES ("\x80\004\x8c\000\x8c\000\x93.") }, "class" },
    { { BYTES ("c\nx\n.") }, "class" },
    { { BYTES ("F\n.") }, "number" },
    { { BYTES ("\x80") }, "too early" },
    { { BYTES ("\x80\002\x8a\002x") }, "too early" },
    { { BYTES ("\x80\002G123") }, "too early" },
    { { BYTES ("\x80\002M1") }, "too early" },
    { { BYTES ("\x80\002U") }, "too early" },
    { { BYTES ("\x80\004\x95\001") }, "too early" },
    { { BYTES ("ctorch._tensor\n_rebuild_from_type_v2\n)R.") }, "tensor" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_stream_refused (rows[i].stream.data, rows[i].stream.size, rows[i].part);
}

/* In every protocol and through every door. The payload leaves a file, if anything ran it. */
static void
test_dangerous_calls (void)
{
#define PAYLOAD "touch ${TMPDIR:-/tmp}/PWNED_BY_PICKLE"
  static const Stream streams[] = {
    { BYTES ("cposix\nsystem\n(V" PAYLOAD "\ntR.") },
    { BYTES ("\x80\001cos\nsystem\n(V" PAYLOAD "\ntR.") },
    { BYTES ("\x80\002cposix\nsystem\nX\045\0\0\0" PAYLOAD "\x85R.") },
    { BYTES ("\x80\003cnt\nsystem\nX\045\0\0\0" PAYLOAD "\x85R.") },
    { BYTES ("\x80\003cbuiltins\neval\nX\045\0\0\0" PAYLOAD "\x85R.") },
    { BYTES ("\x80\004\x8c\005posix\x8c\006system\x93\x8c\045" PAYLOAD "\x85R.") },
    { BYTES ("\x80\005\x8c\002os\x8c\006system\x93\x8c\045" PAYLOAD "\x85R.") },
    { BYTES ("\x80\004\x8c\012subprocess\x8c\005Popen\x93\x8c\045" PAYLOAD "\x85}\x92.") },
    { BYTES ("\x80\004\x8c\012subprocess\x8c\005Popen\x93\x8c\045" PAYLOAD "\x85\x81.") },
    /* The two names out of the memo. */
    { BYTES ("\x80\004\x8c\002os\x94\x8c\006system\x94"
             "00h\000h\001\x93.") },
    /* Never called, and inside something else. */
    { BYTES ("\x80\002}(U\001acos\nsystem\nu.") },
    /* A harmless module's attribute. */
    { BYTES ("\x80\004\x8c\023torch.serialization\x8c\011os.system\x93.") },
    { BYTES ("\x80\004\x8c\005torch\x8c\022serialization.os.x\x93.") },
    { BYTES ("\x80\004\x8c\005torch\x8c\014__loader__.x\x93.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    assert_stream_refused (streams[i].data, streams[i].size, "not safe");
  /* Doors that are shut altogether. */
  assert_stream_refused (BYTES ("(V" PAYLOAD "\niposix\nsystem\n."), "opcode");
  assert_stream_refused (BYTES ("\x80\002(cos\nsystem\nV" PAYLOAD "\no."), "not safe");
  assert_stream_refused (BYTES ("\x80\002\x82\001."), "opcode");
}

static void
test_dangerous_names (void)
{
  static const char *const names[] = {
    "os\nsystem",
    "posix\npopen",
    "nt\nsystem",
    "subprocess\ncall",
    "sys\nexit",
    "shutil\nrmtree",
    "socket\nsocket",
    "importlib\nimport_module",
    "runpy\nrun_path",
    "pty\nspawn",
    "ctypes\nCDLL",
    "builtins\nexec",
    "builtins\ncompile",
    "builtins\ngetattr",
    "builtins\n__import__",
    "builtins\nopen",
    "__builtin__\neval",
    "__builtin__\nfile",
    "__builtin__\nexecfile",
    "os.path\njoin",
    "webbrowser\nopen",
    "pickle\nloads",
    "marshal\nloads",
    "pip\nmain",
    "torch\n__loader__",
    "operator\nattrgetter",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *stream = g_strdup_printf ("\x80\002c%s\n.", names[i]);
      g_autofree char *name = g_strdelimit (g_strdup (names[i]), "\n", '.');

      assert_stream_refused ((const guint8 *)stream, strlen (stream), name);
    }
}

/* A call of something unknown stays what it is: a value without content. */
static void
test_opaque (void)
{
  static const Stream streams[] = {
    { BYTES ("cdatetime\ndatetime\n(K\001tR.") },
    { BYTES ("cargparse\nNamespace\n)\x81}(U\001aK\001ub.") },
    { BYTES ("\x80\004\x8c\010datetime\x8c\010datetime\x93)}\x92.") },
    { BYTES ("ccollections\ndefaultdict\n)R(U\001aK\001u(K\001e\x8f(K\001\x90"
             "0.") },
    { BYTES ("cdatetime\ndatetime\n)R)R)R.") },
    { BYTES ("c__builtin__\nset\n]\x85R.") },
    { BYTES ("ctorch._utils\n_rebuild_tensor_v2\n((Vmodule\nNtQK\000))NNtR.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      g_autoptr (GengaPickle) pickle = parse (streams[i].data, streams[i].size);

      g_assert_cmpint (genga_pickle_get_root (pickle)->kind, ==, GENGA_PICKLE_OPAQUE);
    }
}

static void
assert_repeated_refused (const char *head, const char *body, guint n, const char *part)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  add_text (stream, head);
  for (guint i = 0; i < n; i++)
    add_text (stream, body);
  ADD (stream, ".");
  assert_stream_refused (stream->data, stream->len, part);
}

/* 200,000 of everything: deep, high or many. assert_refused() watches time and memory. */
static void
test_heaps (void)
{
  g_autoptr (GByteArray) lists = g_byte_array_new ();

  assert_repeated_refused ("\x80\002", "(", 200000, "marks nest");
  assert_repeated_refused ("\x80\002N", "\x85", 200000, "nest too deeply");
  assert_repeated_refused ("\x80\002", "]", 200000, "pickle:");
  assert_repeated_refused ("\x80\002", "}", 1000000, "pickle:");
  assert_repeated_refused ("\x80\002", "N", 1000000, "stack is too high");
  assert_repeated_refused ("\x80\002N", "2", 1000000, "stack is too high");
  assert_repeated_refused ("\x80\002N", "\x94", 1000000, "pickle:");
  assert_repeated_refused ("\x80\002]", "h\001", 200000, "memo");
  assert_repeated_refused ("\x80\002]q\001", "h\001a", 200000, "nest too deeply");
  assert_repeated_refused ("\x80\002",
                           "]q\001"
                           "0",
                           500000, "pickle:");
  assert_repeated_refused ("\x80\002", "ca\nb\n0", 100000, "left over");
  /* Copies of one long list, each of which costs a few bytes only. */
  ADD (lists, "\x80\002ccollections\nOrderedDict\nq\001"
              "0(");
  for (guint i = 0; i < 5000; i++)
    ADD (lists, ")NN\x86");
  ADD (lists, "lq\002\x85q\003"
              "0");
  for (guint i = 0; i < 20000; i++)
    ADD (lists, "h\001h\003R0");
  assert_stream_refused (lists->data, lists->len, "OrderedDict");
}

/* 200,000 lists inside each other, built from the inside, where only the depth can tell. */
static void
test_deep_lists (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  ADD (stream, "\x80\002]q\001"
               "0");
  for (guint i = 0; i < 200000; i++)
    ADD (stream, "]h\001aq\001"
                 "0");
  ADD (stream, "N.");
  assert_stream_refused (stream->data, stream->len, "nest too deeply");
}

/* Every cut and every changed bit of a real stream: anything but a crash, and at no price. */
static void
test_damage (void)
{
  static const guint8 stream[] =
      "\x80\002ccollections\nOrderedDict\nq\000)Rq\001(X\001\000\000\000wq\002ctorch._utils\n"
      "_rebuild_tensor_v2\nq\003((X\007\000\000\000storageq\004ctorch\nFloatStorage\nq\005X\001\000"
      "\000\000"
      "0q\006X\003\000\000\000cpuq\007K\004tq\010QK\000K\002K\002\x86q\011K\002K\001\x86q"
      "\012\x89h\000)Rq\013tq\014Rq\015u}q\016X\011\000\000\000_metadataq\017h\000)Rsb.";
  gsize size = sizeof stream - 1;

  for (gsize n = 0; n < size; n++)
    assert_stream_refused (stream, n, "pickle:");
  for (gsize i = 0; i < size * 8; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (stream, size);
      g_autoptr (GBytes) file = NULL;
      g_autoptr (GengaStateDict) dict = NULL;
      g_autoptr (GError) error = NULL;

      copy[i / 8] ^= 1 << i % 8;
      file = write_torch (copy, size, 16);
      dict = genga_state_dict_load_bytes (file, "changed.pth", &error);
      if (dict == NULL)
        g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pickle/integers", test_integers);
  g_test_add_func ("/pickle/scalars", test_scalars);
  g_test_add_func ("/pickle/float", test_float);
  g_test_add_func ("/pickle/containers", test_containers);
  g_test_add_func ("/pickle/cycle", test_cycle);
  g_test_add_func ("/pickle/foreign-opcodes", test_foreign_opcodes);
  g_test_add_func ("/pickle/broken", test_broken);
  g_test_add_func ("/pickle/dangerous-calls", test_dangerous_calls);
  g_test_add_func ("/pickle/dangerous-names", test_dangerous_names);
  g_test_add_func ("/pickle/opaque", test_opaque);
  g_test_add_func ("/pickle/heaps", test_heaps);
  g_test_add_func ("/pickle/deep-lists", test_deep_lists);
  g_test_add_func ("/pickle/damage", test_damage);
  return g_test_run ();
}
