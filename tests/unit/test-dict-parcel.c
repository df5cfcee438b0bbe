/* SPDX-License-Identifier: GPL-3.0-or-later */
/* State dicts between processes: nothing is lost on the way, and nothing is believed. */
#include "weights/load.h"
#include "weights/ncnn/ncnn-model.h"
#include "weights/onnx/onnx-model.h"
#include "weights/parcel/dict-parcel.h"

#include <string.h>

#define NCNN_NAMES "['in', 'out']"
#define NCNN_INPUT "('Input', 'i', @au [], 1, @a(ibadms) [], 0., 0.)"
#define NCNN_PRELU "('PReLU', 'p', [0], 1, [(0, false, [2.], nothing)], 0., 0.)"
#define NCNN(names, layers) "just (2, <(" names ", @a(ssauua(ibadms)dd) [" layers "])>)"
#define VECTOR "('0.p.slopes', 1, [2], [1], 0, 0)"
#define DICT(name, companions, tensors, nodes)                                                     \
  "(b'" name "', {'name': 'N'}, @a(ayb) [" companions "], @a(syaxaxut) [" tensors "], " nodes ")"

#define ONNX_INPUT "('x', 1, [1, 3, -1, -1])"
#define ONNX_RESULT "('y', 1, [1, 3, -1, -1])"
#define ONNX_RELU "('n', 'Relu', ['x'], ['y'], [])"
#define ATTRIBUTE(type, tensor, floats, ints)                                                      \
  "('n', 'Mul', ['x', 'w'], ['y'], [('a', " type ", 0., 0, '', " tensor ", @ay " floats            \
  ", @ax " ints ")])"
#define ONNX(nodes, input, result)                                                                 \
  "just (1, <(13, @a(ssasasa(sudxsm(syaxaxut)ayax)) [" nodes "], @(siax) " input                   \
  ", @(siax) " result ")>)"
#define WEIGHT "('w', 1, [2], [1], 0, 0)"

static GPtrArray *
make_blocks (void)
{
  static const float numbers[4] = { 1, 2, 3, 4 };
  GPtrArray *blocks = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  g_ptr_array_add (blocks, g_bytes_new (numbers, sizeof numbers));
  g_ptr_array_add (blocks, g_bytes_new (NULL, 0));
  return blocks;
}

static GengaStateDict *
read_text (const char *text, GError **error)
{
  g_autoptr (GPtrArray) blocks = make_blocks ();
  GError *failure = NULL;
  g_autoptr (GVariant) parcel =
      g_variant_parse (G_VARIANT_TYPE (GENGA_DICT_PARCEL_TYPE), text, NULL, NULL, &failure);

  g_assert_no_error (failure);
  return genga_dict_parcel_read (parcel, blocks, "/models/m.pth", error);
}

/* What was let in goes on, and is the same again. */
static void
pass_on (GengaStateDict *dict)
{
  g_autoptr (GPtrArray) blocks = NULL;
  g_autoptr (GPtrArray) again_blocks = NULL;
  g_autoptr (GVariant) parcel = g_variant_ref_sink (genga_dict_parcel_new (dict, &blocks));
  g_autoptr (GVariant) again_parcel = NULL;
  g_autoptr (GengaStateDict) again = NULL;
  GError *error = NULL;

  again = genga_dict_parcel_read (parcel, blocks, genga_state_dict_get_path (dict), &error);
  g_assert_no_error (error);
  g_assert_cmpint (genga_state_dict_get_nodes (again, NULL), ==,
                   genga_state_dict_get_nodes (dict, NULL));
  again_parcel = g_variant_ref_sink (genga_dict_parcel_new (again, &again_blocks));
  g_assert_cmpvariant (parcel, again_parcel);
}

/* What is well goes through, so that the next test tells faults. */
static void
test_sound (void)
{
  static const char *const sound[] = {
    DICT ("m.pth", "", VECTOR, "nothing"),
    DICT ("other.param", "(b'other.bin', true)", VECTOR,
          NCNN (NCNN_NAMES, NCNN_INPUT ", " NCNN_PRELU)),
    DICT ("other.param", "(b'm\\351.bin', false)", VECTOR,
          NCNN (NCNN_NAMES, NCNN_INPUT ", " NCNN_PRELU)),
    DICT ("m.pth", "", "('module.a', 8, [4, 2], [1, 8], 0, 0)", "nothing"),
    DICT ("m.pth", "", "('a', 1, [0, 3], [1, 1], 1, 0)", "nothing"),
    DICT ("m.pth", "", WEIGHT, ONNX (ONNX_RELU, ONNX_INPUT, ONNX_RESULT)),
    DICT ("m.pth", "", WEIGHT,
          ONNX (ATTRIBUTE ("4", "just " WEIGHT, "[]", "[]"), ONNX_INPUT, ONNX_RESULT)),
    DICT ("m.pth", "", WEIGHT,
          ONNX (ATTRIBUTE ("6", "nothing", "[0, 0, 128, 63]", "[]"), ONNX_INPUT, ONNX_RESULT)),
  };

  for (guint i = 0; i < G_N_ELEMENTS (sound); i++)
    {
      GError *error = NULL;
      g_autoptr (GengaStateDict) dict = read_text (sound[i], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (genga_state_dict_get_path (dict), ==,
                       i == 1 || i == 2 ? "/models/other.param" : "/models/m.pth");
      g_assert_cmpstr (genga_state_dict_get_metadata (dict, "name"), ==, "N");
      g_assert_cmpuint (genga_state_dict_get_n_companions (dict), ==, i == 1 || i == 2);
      pass_on (dict);
    }
}

static void
test_hostile (void)
{
  static const struct
  {
    const char *text;
    const char *words; /* of the error */
  } hostile[] = {
    { DICT ("../m.pth", "", VECTOR, "nothing"), "no file" },
    { DICT ("", "", VECTOR, "nothing"), "no file" },
    { DICT ("..", "", VECTOR, "nothing"), "no file" },
    { DICT ("m.pth", "(b'../w', false)", VECTOR, "nothing"), "outside the folder" },
    { DICT ("m.pth", "(b'a', false), (b'b', false)", VECTOR, "nothing"), "too many files" },
    /* what would be removed along with the model */
    { DICT ("m.pth", "(b'm.pth.bin', true)", VECTOR, "nothing"), "another model" },
    { DICT ("m.pth", "(b'm.pth.bin', true)", WEIGHT, ONNX (ONNX_RELU, ONNX_INPUT, ONNX_RESULT)),
      "another model" },
    { DICT ("other.param", "(b'w.bin', true)", VECTOR,
            NCNN (NCNN_NAMES, NCNN_INPUT ", " NCNN_PRELU)),
      "another model" },
    { "(b'm.pth', {'a': '', 'a': ''}, [], [" VECTOR "], nothing)", "twice" },
    { DICT ("m.pth", "", "", "nothing"), "no network weights" },
    { DICT ("m.pth", "", "('', 1, [2], [1], 0, 0)", "nothing"), "impossible name" },
    { DICT ("m.pth", "", VECTOR ", " VECTOR, "nothing"), "there twice" },
    { DICT ("m.pth", "", "('a', 10, [2], [1], 0, 0)", "nothing"), "impossible tensor" },
    { DICT ("m.pth", "", "('a', 1, [1, 1, 1, 1, 1, 1, 1, 1, 1], [1], 0, 0)", "nothing"),
      "impossible tensor" },
    { DICT ("m.pth", "", "('a', 1, [2, 1], [1], 0, 0)", "nothing"), "impossible tensor" },
    { DICT ("m.pth", "", "('a', 1, [2], [1], 2, 0)", "nothing"), "impossible tensor" },
    { DICT ("m.pth", "", "('a', 1, [2], [1], 0, 17)", "nothing"), "outside its block" },
    { DICT ("m.pth", "", "('a', 1, [1], [1], 0, 2)", "nothing"), "outside its block" },
    { DICT ("m.pth", "", "('a', 1, [5], [1], 0, 0)", "nothing"), "past the end" },
    { DICT ("m.pth", "", "('a', 1, [4], [1], 0, 4)", "nothing"), "past the end" },
    { DICT ("m.pth", "", "('a', 1, [-1], [1], 0, 0)", "nothing"), "negative" },
    { DICT ("m.pth", "", "('a', 1, [2, 2], [1, 1], 0, 0)", "nothing"), "overlap" },
    { DICT ("m.pth", "", "('a', 1, [4294967296, 4294967296], [4294967296, 1], 0, 0)", "nothing"),
      "overflows" },
    { DICT ("m.pth", "", VECTOR, "just (7, <1>)"), "another kind" },
    { DICT ("m.pth", "", VECTOR, "just (2, <1>)"), "no layers" },
    { DICT ("m.pth", "", VECTOR, "just (1, <1>)"), "no nodes" },
    /* ncnn: what no layer before makes, makes too much or too little, other weights */
    { DICT ("m.pth", "", VECTOR, NCNN (NCNN_NAMES, NCNN_PRELU ", " NCNN_INPUT)), "impossible" },
    { DICT ("m.pth", "", VECTOR, NCNN ("['in']", NCNN_INPUT ", " NCNN_PRELU)), "impossible" },
    { DICT ("m.pth", "", VECTOR, NCNN ("['in', 'out', 'more']", NCNN_INPUT ", " NCNN_PRELU)),
      "impossible" },
    { DICT ("m.pth", "", VECTOR, NCNN ("['in']", NCNN_INPUT)), "weights of no layer" },
    { DICT ("m.pth", "", "('a', 1, [3], [1], 0, 0)", NCNN (NCNN_NAMES, NCNN_INPUT ", " NCNN_PRELU)),
      "other weights" },
    { DICT ("m.pth", "", "('a', 4, [2], [1], 0, 0)", NCNN (NCNN_NAMES, NCNN_INPUT ", " NCNN_PRELU)),
      "other weights" },
    { DICT ("m.pth", "", VECTOR,
            NCNN (NCNN_NAMES, NCNN_INPUT ", " NCNN_PRELU
                                         ", ('PReLU', 'q', [0], 0, [(0, false, [2.], nothing)], "
                                         "0., 0.)")),
      "other weights" },
    { DICT ("m.pth", "", VECTOR,
            NCNN (NCNN_NAMES, NCNN_INPUT
                  ", ('PReLU', 'p', [0], 1, [(0, false, [2.], nothing), (0, false, [2.], "
                  "nothing)], 0., 0.)")),
      "impossible" },
    { DICT ("m.pth", "", VECTOR,
            NCNN (NCNN_NAMES,
                  NCNN_INPUT ", ('PReLU', 'p', [0], 1, [(64, false, [2.], nothing)], 0., 0.)")),
      "impossible" },
    { DICT ("m.pth", "", VECTOR,
            NCNN (NCNN_NAMES,
                  NCNN_INPUT ", ('PReLU', 'p', [0], 1, [(0, false, [2., 2.], nothing)], 0., 0.)")),
      "impossible" },
    { DICT ("m.pth", "", VECTOR,
            NCNN (NCNN_NAMES,
                  NCNN_INPUT ", ('PReLU', 'p', [0], 1, [(0, false, [2.], just 'a')], 0., 0.)")),
      "impossible" },
    { DICT ("m.pth", "", VECTOR,
            NCNN (NCNN_NAMES,
                  NCNN_INPUT ", ('PReLU', 'p', [0], 1, [(0, false, [inf], nothing)], 0., 0.)")),
      "impossible" },
    { DICT ("m.pth", "", VECTOR,
            NCNN (NCNN_NAMES,
                  NCNN_INPUT ", ('PReLU', 'p', [0], 1, [(0, false, [2.], nothing)], -1., 0.)")),
      "impossible" },
    /* ONNX: read and never made, made twice, no picture, impossible attributes */
    { DICT ("m.pth", "", WEIGHT, ONNX ("('n', 'Relu', ['z'], ['y'], [])", ONNX_INPUT, ONNX_RESULT)),
      "never made before" },
    { DICT ("m.pth", "", WEIGHT, ONNX (ONNX_RELU ", " ONNX_RELU, ONNX_INPUT, ONNX_RESULT)),
      "made twice" },
    { DICT ("m.pth", "", WEIGHT, ONNX (ONNX_RELU, "('w', 1, [1])", ONNX_RESULT)), "0 inputs" },
    { DICT ("m.pth", "", WEIGHT, ONNX (ONNX_RELU, ONNX_INPUT, "('z', 1, [1])")),
      "result is never made" },
    { DICT ("m.pth", "", WEIGHT, ONNX (ONNX_RELU, "('x', 1, [-2])", ONNX_RESULT)), "negative" },
    { DICT ("m.pth", "", WEIGHT,
            ONNX (ONNX_RELU, "('x', 1, [1, 1, 1, 1, 1, 1, 1, 1, 1])", ONNX_RESULT)),
      "too many dimensions" },
    { DICT ("m.pth", "", WEIGHT,
            ONNX (ATTRIBUTE ("4", "nothing", "[]", "[]"), ONNX_INPUT, ONNX_RESULT)),
      "tensor is missing" },
    { DICT ("m.pth", "", WEIGHT,
            ONNX (ATTRIBUTE ("7", "nothing", "[0, 0, 128, 63]", "[]"), ONNX_INPUT, ONNX_RESULT)),
      "list of another type" },
    { DICT ("m.pth", "", WEIGHT,
            ONNX (ATTRIBUTE ("6", "nothing", "[]", "[1, 2]"), ONNX_INPUT, ONNX_RESULT)),
      "list of another type" },
    { DICT ("m.pth", "", WEIGHT,
            ONNX (ATTRIBUTE ("2", "nothing", "[]", "[1]"), ONNX_INPUT, ONNX_RESULT)),
      "list of another type" },
    { DICT ("m.pth", "", WEIGHT,
            ONNX (ATTRIBUTE ("8", "nothing", "[0, 0, 128, 63]", "[]"), ONNX_INPUT, ONNX_RESULT)),
      "list of another type" },
    { DICT ("m.pth", "", WEIGHT,
            ONNX (ATTRIBUTE ("9", "nothing", "[]", "[]"), ONNX_INPUT, ONNX_RESULT)),
      "impossible attribute" },
    { DICT ("m.pth", "", WEIGHT,
            ONNX (ATTRIBUTE ("6", "nothing", "[1, 2, 3]", "[]"), ONNX_INPUT, ONNX_RESULT)),
      "impossible attribute" },
    { DICT ("m.pth", "", WEIGHT,
            ONNX (ATTRIBUTE ("6", "nothing", "[1, 2, 3, 4]", "[1]"), ONNX_INPUT, ONNX_RESULT)),
      "impossible attribute" },
    { DICT ("m.pth", "", WEIGHT,
            ONNX (ATTRIBUTE ("4", "just ('w', 1, [9], [1], 0, 0)", "[]", "[]"), ONNX_INPUT,
                  ONNX_RESULT)),
      "past the end" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaStateDict) dict = read_text (hostile[i].text, &error);

      g_test_message ("%s", hostile[i].text);
      g_assert_null (dict);
      g_assert_nonnull (error);
      if (strstr (error->message, hostile[i].words) == NULL)
        g_error ("“%s” is not about “%s”", error->message, hostile[i].words);
    }
}

/* No blocks at all; a node, and a network, of more than any has. */
static void
test_counts (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) refs = g_string_new ("[");
  g_autoptr (GVariant) parcel = NULL;
  g_autofree char *text = NULL;

  parcel = g_variant_parse (G_VARIANT_TYPE (GENGA_DICT_PARCEL_TYPE),
                            DICT ("m.pth", "", VECTOR, "nothing"), NULL, NULL, NULL);
  g_assert_null (genga_dict_parcel_read (parcel, none, "/models/m.pth", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  for (guint i = 0; i <= 256; i++)
    g_string_append_printf (refs, "%s'x'", i > 0 ? ", " : "");
  text = g_strdup_printf (
      "(b'm.pth', {}, [], [" WEIGHT
      "], just (1, <(13, @a(ssasasa(sudxsm(syaxaxut)ayax)) [('n', 'Max', %s], ['y'], [])], "
      "@(siax) " ONNX_INPUT ", @(siax) " ONNX_RESULT ")>))",
      refs->str);
  g_assert_null (read_text (text, &error));
  g_assert_nonnull (strstr (error->message, "too many inputs"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dict-parcel/sound", test_sound);
  g_test_add_func ("/dict-parcel/hostile", test_hostile);
  g_test_add_func ("/dict-parcel/counts", test_counts);
  return g_test_run ();
}
