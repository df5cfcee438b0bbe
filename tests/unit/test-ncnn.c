/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ncnn models that are written here: layers that come to the same are held against each other, and
 * what no translation can be right of is refused, layer and type.
 */
#include "../golden/net.h"
#include "model-writer.h"

#include "core/error.h"
#include "engine/reference/reference.h"
#include "nets/net-build.h"
#include "weights/load.h"

#include <math.h>
#include <string.h>

#define HEAD "7767517\n"
#define IN "Input in0 0 1 in0\n"
#define FIFTY "a-layer-whose-name-is-a-whole-story-in-five-parts."
#define LONG_NAME FIFTY FIFTY FIFTY FIFTY FIFTY
/* Three channels in, four out, 3x3; their weights are "w108 v4". */
#define CONV(name, in, out, more)                                                                  \
  "Convolution " name " 1 1 " in " " out " 0=4 1=3 5=1 6=108 " more "\n"
/* Four channels in, three out, 1x1; "w12 v3". */
#define LAST(in, out) "Convolution last 1 1 " in " " out " 0=3 1=1 5=1 6=12\n"

/* What numbers are multiplied with where ncnn rounds them. */
#define BETWEEN 200

/* Small numbers, other ones for each place in the file. */
static float
make_number (guint at)
{
  return (float)((at * 37 + 11) % 41) / 64 - 0.3125f;
}

/* Of a number that 16 bits hold exactly, and that is not tiny. */
static guint16
make_half (float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return value == 0 ? 0
                    : (guint16)((bits >> 16 & 0x8000) | ((bits >> 23 & 0xff) - 112) << 10 |
                                (bits >> 13 & 0x3ff));
}

/*
 * Weights as a list says them: "w12", with a flag and as 32-bit numbers; "h12", as 16-bit ones;
 * "t12", by a table; "f12", with the flag for 32 bits; "v4", without a flag; "n4", numbers that are
 * all positive; "s1", numbers that are left out; "i12", whole numbers of 8 bits with their flag,
 * "c4" their scales, and "q12" what they are then, of four channels or three; "z1", the scale of
 * what lies between layers. The n-th number is the same in all forms.
 */
static void
add_weights (GByteArray *out, const char *list)
{
  g_auto (GStrv) parts = g_strsplit (list, " ", -1);
  guint at = 0;

  for (guint i = 0; parts[i] != NULL && parts[i][0] != '\0'; i++)
    {
      char form = parts[i][0];
      guint n = (guint)g_ascii_strtoull (parts[i] + 1, NULL, 10);
      gsize start;

      if (strchr ("wfhtiq", form) != NULL)
        add_u32 (out, form == 'w' || form == 'q' ? 0
                      : form == 'f'              ? 0x0002c056
                      : form == 'h'              ? 0x01306b47
                      : form == 'i'              ? 0x000d4b38
                                                 : 7);
      for (guint k = 0; form == 't' && k < 256; k++)
        {
          float value = make_number (k);

          g_byte_array_append (out, (const guint8 *)&value, sizeof value);
        }
      start = out->len;
      for (guint k = 0; k < n; k++, at++)
        {
          float value = make_number (at % 41);
          guint8 index = (guint8)(at % 41);
          guint16 half = make_half (value);

          gint8 whole = (gint8)(64 * value);

          if (form == 's')
            continue;
          if (form == 'c')
            value = (float)(64 << k);
          if (form == 'z')
            value = BETWEEN;
          if (form == 'q')
            value = (float)whole / (float)(64 << k / (n / (n % 4 == 0 ? 4 : 3)));
          if (form == 'n')
            value = 1 + value;
          if (form == 'h')
            g_byte_array_append (out, (const guint8 *)&half, sizeof half);
          else if (form == 't')
            g_byte_array_append (out, &index, 1);
          else if (form == 'i')
            g_byte_array_append (out, (const guint8 *)&whole, 1);
          else
            g_byte_array_append (out, (const guint8 *)&value, sizeof value);
        }
      while ((out->len - start) % 4 != 0)
        g_byte_array_append (out, (const guint8 *)"", 1);
    }
}

/* Both files in an archive, which is a folder to the readers. */
static GBytes *
write_pair (const char *layers, const char *weights)
{
  g_auto (GStrv) lines = g_strsplit (layers, "\n", -1);
  g_autofree char *text = g_strdup_printf (HEAD "%u 1000\n%s", g_strv_length (lines) - 1, layers);
  GByteArray *bin = g_byte_array_new ();
  g_autoptr (GBytes) param_bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GBytes) bin_bytes = NULL;

  add_weights (bin, weights);
  bin_bytes = g_byte_array_free_to_bytes (bin);

  const Record records[] = { { .name = "net/a.param", .data = param_bytes },
                             { .name = "net/a.bin", .data = bin_bytes, .deflate = TRUE } };
  return write_zip (records, G_N_ELEMENTS (records), NULL);
}

/* What the network makes of a picture; a failure ends the test. */
static TestMap *
run (const char *layers, const char *weights, int height, int width)
{
  const GengaBackend *backend = genga_reference_backend_get ();
  g_autoptr (GBytes) file = write_pair (layers, weights);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load_bytes (file, "a.zip", &error);
  g_autoptr (GengaGraph) graph = NULL;
  g_autoptr (TestMap) input = NULL;
  TestMap *output;
  GengaBackendModel *model;
  GengaNetSpec spec;

  g_assert_no_error (error);
  genga_net_spec_detect (&spec, dict, "a.zip", &error);
  g_assert_no_error (error);
  graph = genga_net_build (&spec, dict, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (height, >=, spec.minimum);
  g_assert_cmpint (height % spec.multiple_of, ==, 0);
  g_assert_cmpint (width % spec.multiple_of, ==, 0);
  model = backend->model_load (graph, "reference", GENGA_PRECISION_FP32, 1, &error);
  g_assert_no_error (error);
  input = test_map_new_picture (height, width, spec.in_channels);
  output = test_map_new (height * spec.scale, width * spec.scale, spec.out_channels);
  test_map_run (backend, model, input, output, &error);
  g_assert_no_error (error);
  backend->model_free (model);
  return output;
}

/* Two ways of writing one network; `*_weights` are alike where the second are NULL. */
typedef struct
{
  const char *name;
  const char *left;
  const char *left_weights;
  const char *right;
  const char *right_weights;
} Pair;

static const Pair pairs[] = {
  { "half", IN CONV ("a", "in0", "a", "4=1") LAST ("a", "out0"), "w108 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=1") LAST ("a", "out0"), "h108 v4 h12 v3" },
  { "table", IN CONV ("a", "in0", "a", "4=1") LAST ("a", "out0"), "w108 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=1") LAST ("a", "out0"), "t108 v4 f12 v3" },
  /* ncnn rounds weights that are not whole yet when it loads them. */
  { "eight-bits-later", IN CONV ("a", "in0", "a", "4=1 8=1") LAST ("a", "out0"),
    "i108 v4 c4 z1 w12 v3", IN CONV ("a", "in0", "a", "4=1 8=1") LAST ("a", "out0"),
    "q108 v4 c4 z1 w12 v3" },
  { "eight-bits-depthwise", IN "ConvolutionDepthWise d 1 1 in0 out0 0=3 1=3 4=1 5=1 6=27 7=3 8=1\n",
    "i27 v3 c3 z1", IN "ConvolutionDepthWise d 1 1 in0 out0 0=3 1=3 4=1 5=1 6=27 7=3 8=1\n",
    "q27 v3 c3 z1" },
  { "pad-same", IN CONV ("a", "in0", "a", "4=1") LAST ("a", "out0"), "w108 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=-233") LAST ("a", "out0"), NULL },
  { "pad-sides",
    IN "Padding p 1 1 in0 p 0=2 1=0 2=1 3=1\n" CONV ("a", "p", "a", "") LAST ("a", "out0"),
    "w108 v4 w12 v3", IN CONV ("a", "in0", "a", "4=1 14=2 15=1 16=0") LAST ("a", "out0"), NULL },
  /* What is lost at the borders is replaced by the borders. */
  { "border", IN CONV ("a", "in0", "a", "") LAST ("a", "out0"), "w108 v4 w12 v3",
    IN "Padding p 1 1 in0 p 0=1 1=1 2=1 3=1 4=1\n" CONV ("a", "p", "a", "") LAST ("a", "out0"),
    NULL },
  { "fused", IN CONV ("a", "in0", "a", "4=1 9=2 -23310=1,0.25") LAST ("a", "out0"),
    "w108 v4 w12 v3", IN CONV ("a", "in0", "b", "4=1") "ReLU r 1 1 b a 0=0.25\n" LAST ("a", "out0"),
    NULL },
  { "fused-clip", IN CONV ("a", "in0", "a", "4=1 9=3 -23310=2,0.1,0.6") LAST ("a", "out0"),
    "w108 v4 w12 v3",
    IN CONV ("a", "in0", "b", "4=1") "Clip r 1 1 b a 0=0.1 1=0.6\n" LAST ("a", "out0"), NULL },
  { "fused-swish", IN CONV ("a", "in0", "a", "4=1 9=6 -23310=2,0.2,0.5") LAST ("a", "out0"),
    "w108 v4 w12 v3", IN CONV ("a", "in0", "b", "4=1") "HardSwish r 1 1 b a\n" LAST ("a", "out0"),
    NULL },
  { "swish", IN CONV ("a", "in0", "a", "4=1") "Swish s 1 1 a b\n" LAST ("b", "out0"),
    "w108 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=1") "Sigmoid s 1 1 a b\nBinaryOp m 2 1 a b c 0=2\n" LAST ("c",
                                                                                           "out0"),
    NULL },
  { "residual",
    IN CONV ("a", "in0", "a", "4=1")
        LAST ("a", "b") "Eltwise e 2 1 b in0 out0 0=1 -23301=2,0.2,1\n",
    "w108 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=1")
        LAST ("a", "b") "BinaryOp m 1 1 b c 0=2 1=1 2=0.2\nBinaryOp s 2 1 c in0 out0 0=0\n",
    NULL },
  { "reversed",
    IN CONV ("a", "in0", "a", "4=1") LAST ("a", "b") "BinaryOp m 1 1 b out0 0=7 1=1 2=0.5\n",
    "w108 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=1")
        LAST ("a", "b") "BinaryOp n 1 1 b c 0=2 1=1 2=-1\nBinaryOp m 1 1 c out0 0=0 1=1 2=0.5\n",
    NULL },
  { "numbers",
    IN "MemoryData m 0 1 m 0=1 1=1 2=3\nBinaryOp s 2 1 in0 m d 0=1\n" CONV ("a", "d", "a", "4=1")
        LAST ("a", "out0"),
    "v3 w108 v4 w12 v3",
    IN "MemoryData m 0 1 m 0=3\nBinaryOp s 2 1 m in0 d 0=7\n" CONV ("a", "d", "a", "4=1")
        LAST ("a", "out0"),
    NULL },
  { "numbers-flagged",
    IN "MemoryData m 0 1 m 0=3 21=0\nBinaryOp s 2 1 in0 m d 0=1\n" CONV ("a", "d", "a", "4=1")
        LAST ("a", "out0"),
    "h3 w108 v4 w12 v3",
    IN "MemoryData m 0 1 m 0=3\nBinaryOp s 2 1 in0 m d 0=1\n" CONV ("a", "d", "a", "4=1")
        LAST ("a", "out0"),
    "v3 w108 v4 w12 v3" },
  { "long-name", IN CONV (LONG_NAME, "in0", "a", "4=1") LAST ("a", "out0"), "w108 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=1") LAST ("a", "out0"), NULL },
  { "divided",
    IN "MemoryData m 0 1 m 0=3\nBinaryOp s 2 1 in0 m d 0=3\n" CONV ("a", "d", "a", "4=1")
        LAST ("a", "out0"),
    "n3 w108 v4 w12 v3",
    IN "MemoryData m 0 1 m 0=3\nUnaryOp r 1 1 in0 i 0=15\nBinaryOp s 2 1 m i p 0=2\n"
       "UnaryOp q 1 1 p d 0=15\n" CONV ("a", "d", "a", "4=1") LAST ("a", "out0"),
    NULL },
  { "squeeze",
    IN CONV ("a",
             "in0",
             "a",
             "4=1") "Pooling p 1 1 a p 0=1 4=1\n"
                    "InnerProduct i 1 1 p i 0=4 1=1 2=16 9=4\nScale s 2 1 a i b 0=-233\n" LAST (
                        "b", "out0"),
    "w108 v4 w16 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=1") "Reduction p 1 1 a p 0=3 1=0 -23303=2,1,2 4=1\n"
                                     "Convolution i 1 1 p j 0=4 1=1 5=1 6=16\nSigmoid g 1 1 j "
                                     "i\nBinaryOp s 2 1 a i b 0=2\n" LAST ("b", "out0"),
    NULL },
  { "prelu-one", IN CONV ("a", "in0", "a", "4=1") "PReLU p 1 1 a b 0=1\n" LAST ("b", "out0"),
    "w108 v4 v1 w12 v3",
    IN CONV ("a", "in0", "a", "4=1") "ReLU p 1 1 a b 0=-0.09375\n" LAST ("b", "out0"),
    "w108 v4 s1 w12 v3" },
  { "instance-norm",
    IN CONV ("a", "in0", "a", "4=1") "InstanceNorm n 1 1 a b 0=4 1=1e-5\n" LAST ("b", "out0"),
    "w108 v4 v4 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=1") "GroupNorm n 1 1 a b 0=4 1=4 2=1e-5 3=1\n" LAST ("b", "out0"),
    NULL },
  { "turned-norm",
    IN CONV ("a", "in0", "a", "4=1") "Permute t 1 1 a c 0=3\nLayerNorm n 1 1 c d 0=4 1=1e-6 2=0\n"
                                     "Permute u 1 1 d b 0=4\n" LAST ("b", "out0"),
    "w108 v4 w12 v3",
    IN CONV ("a",
             "in0",
             "a",
             "4=1") "Permute t 1 1 a c 0=3\nLayerNorm n 1 1 c d 0=4 1=1e-6 2=0\n"
                    "Permute k 1 1 d e 0=0\nPermute u 1 1 e b 0=4\nDropout x 1 1 b f\n" LAST (
                        "f", "out0"),
    NULL },
  /* Without what a border has a part in, the map is as without the border. */
  { "crop-lists",
    IN CONV ("a", "in0", "a", "4=1") "Crop c 1 1 a b -23309=2,1,1 -23310=2,-1,-1 "
                                     "-23311=2,-2,2\n" LAST (
                                         "b", "l") "Padding p 1 1 l out0 0=1 1=1 2=1 3=1 4=1\n",
    "w108 v4 w12 v3",
    IN CONV ("a", "in0", "b", "") LAST ("b", "l") "Padding p 1 1 l out0 0=1 1=1 2=1 3=1 4=1\n",
    NULL },
  { "crop-map",
    IN CONV ("v", "in0", "v", "")
        CONV ("a", "in0", "a", "4=1") "Crop c 2 1 a v b 0=1 1=1\n"
                                      "BinaryOp s 2 1 b v d 0=0\n" LAST (
                                          "d", "l") "Padding p 1 1 l out0 0=1 1=1 2=1 3=1 4=1\n",
    "w108 v4 w108 v4 w12 v3",
    IN CONV ("v", "in0", "v", "") CONV (
        "a", "in0", "a", "4=1") "Crop c 2 1 a v b 19=\"1,1\" 20=\"+(1h,1),+(1,1w)\" 21=\"1,2\"\n"
                                "BinaryOp s 2 1 b v d 0=0\n" LAST (
                                    "d", "l") "Padding p 1 1 l out0 0=1 1=1 2=1 3=1 4=1\n",
    NULL },
  { "slices",
    IN CONV ("a", "in0", "a", "4=1") "Slice s 1 2 a b c -23300=2,1,-233 1=0\n"
                                     "Concat k 2 1 c b d 0=0\n" LAST ("d", "out0"),
    "w108 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=1") "Split t 1 2 a e f\n"
                                     "Crop b 1 1 e b -23309=1,0 -23310=1,1 -23311=1,0\n"
                                     "Crop c 1 1 f c -23309=1,1 -23310=1,2147483647 -23311=1,0\n"
                                     "Concat k 2 1 c b d 0=-3\n" LAST ("d", "out0"),
    NULL },
  { "shuffle",
    IN CONV ("a", "in0", "a", "4=1 9=1") "PixelShuffle p 1 1 a p 0=2\nReorg r 1 1 p b 0=2\n" LAST (
        "b", "out0"),
    "w108 v4 w12 v3", IN CONV ("a", "in0", "a", "4=1 9=1") LAST ("a", "out0"), NULL },
  /* As many groups as channels is a convolution of each. */
  { "depthwise",
    IN "ConvolutionDepthWise d 1 1 in0 d 0=3 1=3 4=1 5=1 6=27 7=3\n" CONV ("a", "d", "a", "4=1")
        LAST ("a", "out0"),
    "w27 v3 w108 v4 w12 v3",
    IN "Slice s 1 3 in0 x y z -23300=3,1,1,1\nConvolution x 1 1 x i 0=1 1=3 4=1 6=9\n"
       "Convolution y 1 1 y j 0=1 1=3 4=1 6=9\nConvolution z 1 1 z k 0=1 1=3 4=1 6=9\n"
       "Concat c 3 1 i j k e\nBias b 1 1 e d 0=3\n" CONV ("a", "d", "a", "4=1") LAST ("a", "out0"),
    "w9 w9 w9 v3 w108 v4 w12 v3" },
  { "transposed-sides", IN "Deconvolution d 1 1 in0 out0 0=3 1=3 3=2 4=1 18=1 5=1 6=81\n", "w81 v3",
    IN "Deconvolution d 1 1 in0 d 0=3 1=3 3=2 4=0 5=1 6=81\n"
       "Crop c 1 1 d out0 -23309=2,1,1 -23310=2,-233,-233 -23311=2,1,2\n",
    NULL },
  { "interp",
    IN CONV ("a", "in0", "a", "4=1") LAST ("a", "z") "Interp i 1 1 z out0 0=1 1=2.0 2=2.0\n",
    "w108 v4 w12 v3",
    IN CONV ("a", "in0", "a", "4=1") LAST (
        "a", "z") "Concat c 4 1 z z z z c\n"
                  "Slice s 1 12 c a0 b d e f g h i j k l m -23300=12,1,1,1,1,1,1,1,1,1,1,1,-233\n"
                  "Concat o 12 1 a0 e h k b f i l d g j m p\nPixelShuffle q 1 1 p out0 0=2\n",
    NULL },
};

static void
test_pair (gconstpointer data)
{
  const Pair *pair = data;
  const char *right_weights =
      pair->right_weights != NULL ? pair->right_weights : pair->left_weights;
  g_autoptr (TestMap) left = run (pair->left, pair->left_weights, 12, 14);
  g_autoptr (TestMap) right = run (pair->right, right_weights, 12, 14);

  test_map_assert_close (left, right, 1e-5, 1e-6);
}

/* out[o][2y + i][2x + j] = bias[o] + the sum of in[c][y][x] * weight[o][c][i][j] */
static void
check_transposed (const char *layer, int groups)
{
  g_autofree char *layers = g_strconcat (IN, layer, NULL);
  const guint n_weights = 36 / (guint)groups;
  g_autofree char *weights = g_strdup_printf ("w%u v3", n_weights);
  g_autoptr (TestMap) output = run (layers, weights, 4, 5);
  g_autoptr (TestMap) input = test_map_new_picture (4, 5, 3);
  g_autoptr (TestMap) expected = test_map_new (8, 10, 3);
  const int n_in = 3 / groups;

  for (int y = 0; y < 8; y++)
    for (int x = 0; x < 10; x++)
      for (int o = 0; o < 3; o++)
        {
          float sum = make_number ((n_weights + (guint)o) % 41);

          for (int c = 0; c < n_in; c++)
            {
              int from = groups == 1 ? c : o;
              guint at = (guint)(((o * n_in + c) * 2 + y % 2) * 2 + x % 2);

              sum += input->data[((y / 2) * 5 + x / 2) * 3 + from] * make_number (at % 41);
            }
          expected->data[(y * 10 + x) * 3 + o] = sum;
        }
  test_map_assert_close (output, expected, 1e-5, 1e-6);
}

static void
test_transposed (void)
{
  check_transposed ("Deconvolution d 1 1 in0 out0 0=3 1=2 3=2 5=1 6=36\n", 1);
  check_transposed ("DeconvolutionDepthWise d 1 1 in0 out0 0=3 1=2 3=2 5=1 6=12 7=3\n", 3);
}

/* ---- whole numbers of 8 bits ---- */

static int
make_whole (double number)
{
  return (int)CLAMP (round (number), -127, 127);
}

/* Rounded pixels times rounded weights; `at` is where those begin among the numbers. */
static double
sum_products (const TestMap *input, int y, int x, int o, int kernel, guint at)
{
  int sum = 0;

  for (int c = 0; c < input->channels; c++)
    for (int i = 0; i < kernel; i++)
      for (int k = 0; k < kernel; k++)
        {
          const int from_y = y + i - kernel / 2, from_x = x + k - kernel / 2;
          const guint tap = (guint)(((o * input->channels + c) * kernel + i) * kernel + k);

          if (from_y < 0 || from_x < 0 || from_y >= input->height || from_x >= input->width)
            continue;
          sum += make_whole (BETWEEN *
                             input->data[(from_y * input->width + from_x) * input->channels + c]) *
                 (int)(64 * make_number ((at + tap) % 41));
        }
  return sum / (double)(BETWEEN * (64 << o));
}

/* As ncnn counts: both layers on whole numbers, and the first one's result is rounded as well. */
static void
test_eight_bits (void)
{
  g_autoptr (TestMap) output = run (
      IN CONV ("a", "in0", "a", "4=1 8=101 9=2 -23310=1,0.25") "Convolution last 1 1 a out0 0=3 "
                                                               "1=1 5=1 6=12 8=1\n",
      "i108 v4 c4 z2 i12 v3 c3 z1", 12, 14);
  g_autoptr (TestMap) input = test_map_new_picture (12, 14, 3);
  g_autoptr (TestMap) middle = test_map_new (12, 14, 4);
  g_autoptr (TestMap) expected = test_map_new (12, 14, 3);
  guint n_cut = 0;

  for (int y = 0; y < 12; y++)
    for (int x = 0; x < 14; x++)
      {
        float *at = middle->data + (y * 14 + x) * 4;

        for (int o = 0; o < 4; o++)
          {
            double sum = sum_products (input, y, x, o, 3, 0) + make_number ((108 + (guint)o) % 41);

            sum *= sum < 0 ? 0.25 : 1;
            n_cut += fabs (sum * BETWEEN) > 127;
            at[o] = (float)(make_whole (sum * BETWEEN) / (double)BETWEEN);
          }
        for (int o = 0; o < 3; o++)
          expected->data[(y * 14 + x) * 3 + o] =
              (float)(sum_products (middle, y, x, o, 1, 118) + make_number ((130 + (guint)o) % 41));
      }
  g_assert_cmpuint (n_cut, >, 0);
  test_map_assert_close (output, expected, 1e-5, 1e-6);
}

/* ---- networks that are known by their layers ---- */

#define LEAK " 9=2 -23310=1,0.1\n"
#define K3(name, in) "Convolution " name " 1 1 " in " " name " 0=4 1=3 5=1 6=144" LEAK
#define K2(name, in) "Convolution " name " 1 1 " in " " name " 0=4 1=2 3=2 5=1 6=64" LEAK
#define UP(name, in) "Deconvolution " name " 1 1 " in " " name " 0=4 1=2 3=2 5=1 6=64" LEAK
#define SUM(name, a, b) "BinaryOp " name " 2 1 " a " " b " " name " 0=0\n"
/* The map less n on every side, which has the size of `like`. */
#define BY_LISTS(name, in, like, n)                                                                \
  "Crop " name " 1 1 " in " " name " -23309=2," n "," n " -23310=2,-" n ",-" n " -23311=2,1,2\n"
#define BY_MAP(name, in, like, n) "Crop " name " 2 1 " in " " like " " name " 0=" n " 1=" n "\n"

#define ENTRY(name, in, more) "Convolution " name " 1 1 " in " " name " 0=4 1=3 5=1 " more LEAK
#define SMALL(CUT, in, bottom)                                                                     \
  ENTRY ("u1", in, "6=108")                                                                        \
  K3 ("u2", "u1")                                                                                  \
  K2 ("u3", "u2")                                                                                  \
  K3 ("u4", "u3")                                                                                  \
  K3 ("u5", "u4")                                                                                  \
  UP ("u6", "u5") CUT ("u7", "u2", "u6", "4") SUM ("u8", "u6", "u7") K3 ("u9", "u8") bottom
#define LARGE(CUT, entry, bottom)                                                                  \
  entry K3 ("v2", "v1") K2 ("v3", "v2") K3 ("v4", "v3") K3 ("v5", "v4") K2 ("v6", "v5")            \
      K3 ("v7", "v6") K3 ("v8", "v7") UP ("v9", "v8") CUT ("va", "v5", "v9", "4")                  \
          SUM ("vb", "va", "v9") K3 ("vc", "vb") K3 ("vd", "vc") UP ("ve", "vd")                   \
              CUT ("vf", "v2", "ve", "16") SUM ("vg", "vf", "ve") K3 ("vh", "vg") bottom
#define DOUBLE(CUT, in)                                                                            \
  SMALL (CUT, in, "Deconvolution m 1 1 u9 m 0=3 1=4 3=2 4=3 5=1 6=192\n")                          \
  LARGE (CUT, ENTRY ("v1", "m", "6=108"), "Convolution n 1 1 vh n 0=3 1=3 5=1 6=108\n")            \
  CUT ("o", "m", "n", "20") "BinaryOp p 2 1 n o out0 0=0\n"
#define SAME(CUT, in)                                                                              \
  SMALL (CUT, in, "Convolution m 1 1 u9 m 0=3 1=3 5=1 6=108\n")                                    \
  LARGE (CUT, ENTRY ("v1", "m", "6=108"), "Convolution n 1 1 vh n 0=3 1=3 5=1 6=108\n")            \
  CUT ("o", "m", "n", "20") "BinaryOp p 2 1 n o out0 0=0\n"
#define QUADRUPLE(in, out)                                                                         \
  SMALL (BY_LISTS, in, "Deconvolution m 1 1 u9 m 0=4 1=4 3=2 4=3 5=1 6=256\n")                     \
  LARGE (BY_LISTS, ENTRY ("v1", "m", "6=144"), "Convolution n 1 1 vh n 0=4 1=3 5=1 6=144\n")       \
  BY_LISTS ("o", "m", "n", "20")                                                                   \
  SUM ("p", "n", "o")                                                                              \
  "Convolution q 1 1 p q 0=12 1=3 5=1 6=432\n" BY_LISTS ("r", "q", "",                             \
                                                         "1") "PixelShuffle s 1 1 r " out " 0=2\n"

#define SMALL_WEIGHTS "w108 v4 w144 v4 w64 v4 w144 v4 w144 v4 w64 v4 w144 v4 "
#define LARGE_WEIGHTS                                                                              \
  "v4 w144 v4 w64 v4 w144 v4 w144 v4 w64 v4 w144 v4 w144 v4 w64 v4 w144 v4 w144 v4 w64 v4 "        \
  "w144 v4 "
#define BORDER(kind, n) "Padding pad 1 1 in0 pad 0=" n " 1=" n " 2=" n " 3=" n " 4=" kind "\n"

/* With the borders written out, they are like any other network, and get none. */
static const Pair known[] = {
  { "cugan-2x", IN DOUBLE (BY_LISTS, "in0"), SMALL_WEIGHTS "w192 v3 w108 " LARGE_WEIGHTS "w108 v3",
    IN BORDER ("2", "18") DOUBLE (BY_LISTS, "pad"), NULL },
  { "waifu2x-2x", IN DOUBLE (BY_MAP, "in0"), SMALL_WEIGHTS "w192 v3 w108 " LARGE_WEIGHTS "w108 v3",
    IN BORDER ("1", "18") DOUBLE (BY_MAP, "pad"), NULL },
  { "waifu2x-1x", IN SAME (BY_MAP, "in0"), SMALL_WEIGHTS "w108 v3 w108 " LARGE_WEIGHTS "w108 v3",
    IN BORDER ("1", "28") SAME (BY_MAP, "pad"), NULL },
  { "cugan-4x", IN QUADRUPLE ("in0", "out0"),
    SMALL_WEIGHTS "w256 v4 w144 " LARGE_WEIGHTS "w144 v4 w432 v12",
    IN BORDER ("2", "19") QUADRUPLE ("pad", "s") "Interp i 1 1 in0 i 0=1 1=4.0 2=4.0\n"
                                                 "BinaryOp t 2 1 s i out0 0=0\n",
    NULL },
};

static void
test_known (gconstpointer data)
{
  const Pair *pair = data;
  g_autoptr (TestMap) left = run (pair->left, pair->left_weights, 20, 24);
  g_autoptr (TestMap) right = run (pair->right, pair->left_weights, 20, 24);

  test_map_assert_close (left, right, 1e-5, 1e-6);
}

/* ---- refusals ---- */

static void
assert_not_run (const char *layers, const char *weights, const char *part)
{
  g_autoptr (GBytes) file = write_pair (layers, weights);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load_bytes (file, "a.zip", &error);
  GengaNetSpec spec;

  g_assert_false (dict != NULL && genga_net_spec_detect (&spec, dict, "a.zip", &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” is not in “%s”", part, error->message);
}

/* Behind a convolution; every sentence names the layer and its type. */
static void
test_refused_layers (void)
{
  static const struct
  {
    const char *layer;
    const char *part;
  } rows[] = {
    { "DetectionOutput x 1 1 a b\n", "“DetectionOutput”" },
    { "Softmax x 1 1 a b 0=0\n", "“Softmax”" },
    { "BinaryOp x 2 1 a a b 0=10\n", "parameter 0" },
    { "BinaryOp x 1 1 a b 0=3 1=1 2=0\n", "parameter 2" },
    { "BinaryOp x 2 1 a in0 b 0=0\n", "4 and 3 channels" },
    { "BinaryOp x 1 1 a b\n", "1 inputs" },
    { "Concat x 2 1 a a b 0=1\n", "another axis" },
    { "Slice x 1 2 a b c -23300=2,1,1\n", "parameter 0" },
    { "Slice x 1 2 a b c -23300=2,4,-233\n", "parameter 0" },
    { "Crop x 1 1 a b -23309=1,0 -23310=1,64 -23311=1,1\n", "size of the picture" },
    { "Crop x 1 1 a b -23309=1,0 -23310=1,-2000 -23311=1,1\n", "size of the picture" },
    { "Crop x 1 1 a b -23309=1,0 -23310=1,2 -23311=1,3\n", "no axis 3" },
    { "Crop x 1 1 a b 19=\"0\" 20=\"*(0h\" 21=\"1\"\n", "parameter 20" },
    { "Crop x 1 1 a b 19=\"0\" 20=\"//(0h,0)\" 21=\"1\"\n", "parameter 20" },
    { "Crop x 1 1 a b 19=\"0\" 20=\"5h\" 21=\"1\"\n", "parameter 20" },
    { "Interp x 1 1 a b 0=1 3=64 4=64\n", "parameter 3" },
    { "Interp x 1 1 a b 0=1 1=1.5 2=2.0\n", "parameter 1" },
    { "Interp x 1 1 a b 0=2 1=1e-9 2=1e-9\n", "parameter 1" },
    { "Interp x 1 1 a b 0=4 1=2.0 2=2.0\n", "parameter 0" },
    { "PixelShuffle x 1 1 a b 0=3\n", "parameter 0" },
    { "PixelShuffle x 1 1 a b 0=2 1=1\n", "parameter 1" },
    { "Pooling x 1 1 a b 0=0 4=1\n", "parameter 0" },
    { "Pooling x 1 1 a b 0=0 1=2 2=2\n", "parameter 5" },
    { "Permute x 1 1 a b 0=1\n", "parameter 0" },
    { "LayerNorm x 1 1 a b 0=4 2=0\n", "norm over rows" },
    { "Reshape x 1 1 a b 0=-1\n", "axes of a whole map" },
    { "InnerProduct x 1 1 a b 0=4 2=16\n", "whole map" },
    { "Convolution x 1 1 a b 0=2 1=1 6=16\n", "8 channels, but gets 4" },
    { "Convolution x 1 1 a b 0=4 1=1 3=17 6=16\n", "parameter 3" },
    { "Convolution x 1 1 a b 0=4 1=1 3=2 13=1 6=16\n", "parameter 13" },
    { "Convolution x 1 1 a b 0=4 1=1 4=1 18=0.5 6=16\n", "parameter 18" },
    { "Convolution x 1 1 a b 0=4 1=1 6=16 9=2\n", "parameter 10" },
    { "Convolution x 1 1 a b 0=4 1=1 6=16 9=7\n", "parameter 9" },
    { "Permute y 1 1 a c 0=3\nConvolution x 1 1 c b 0=4 1=1 6=16\n", "no map of features" },
    { "Padding x 1 1 a b 0=1 5=0.5\n", "parameter 5" },
    { "Padding x 1 1 a b 0=-1\n", "parameter 0" },
    { "Convolution x 1 1 a b 0=4.5 1=1 6=16\n", "no whole number" },
    { "Convolution x 1 1 a b 0=4 1=1 6=1x\n", "no whole number" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gboolean has_weights =
          strstr (rows[i].layer, " 6=16") != NULL || strstr (rows[i].layer, "InnerProduct") != NULL;
      g_autofree char *layers =
          g_strconcat (IN, CONV ("a", "in0", "a", "4=1"), rows[i].layer, LAST ("b", "out0"), NULL);

      assert_not_run (layers, has_weights ? "w108 v4 w16 w12 v3" : "w108 v4 w12 v3", rows[i].part);
    }
}

static void
test_refused_files (void)
{
  static const struct
  {
    const char *layers;
    const char *weights;
    const char *part;
  } rows[] = {
    { IN, "", "no network weights" },
    { IN CONV ("a", "in0", "a", "4=1"), "w108 v4", "3 channels in, 4 out" },
    { IN CONV ("a", "in0", "a", "4=1") LAST ("a", "b") LAST ("a", "c"), "w108 v4 w12 v3 w12 v3",
      "just one result" },
    { IN "MemoryData m 0 1 out0 0=3\n", "v3", "no picture" },
    { IN CONV ("a", "in0", "a", "4=1"), "w108 v4 v1", "left behind" },
    { IN CONV ("a", "in0", "a", "4=1"), "w108 v3", "end too early" },
    { IN CONV ("a", "in0", "a", "4=1"), "i108 v4", "without scales" },
    { IN CONV ("a", "in0", "a", "4=1 8=1"), "i108 v4 c3", "end too early" },
    { IN CONV ("a", "in0", "a", "4=1"), "t20 v4", "end too early" },
    { IN CONV ("a", "in0", "a", "4=1"), "h20", "end too early" },
    { IN CONV ("a", "in0", "a", "4=1"), "i20", "end too early" },
    { IN CONV ("a", "in0", "a", "4=1"), "w108", "end too early" },
    { IN "MemoryData m 0 1 m 0=3 11=2\n" LAST ("in0", "out0"), "v3", "false sizes" },
    { IN "MemoryData m 0 1 m 0=3 21=0\n" LAST ("in0", "out0"), "i3", "without scales" },
    { IN "InnerProduct i 1 1 in0 out0 0=3 1=1 2=10\n", "w9 v3", "does not fit" },
    { IN CONV ("a", "in0", "a", "4=1 8=1"), "i108 v4 c4", "end too early" },
    { IN CONV ("a", "in0", "a", "4=1 8=101"), "i108 v4 c4 z1", "end too early" },
    { IN CONV ("a", "in0", "a", "4=1 8=1"), "i108 v4 c4 s71 v1", "between layers" },
    { IN CONV ("a", "none", "a", "4=1"), "w108 v4", "no layer before it" },
    { IN CONV ("a", "in0", "in0", "4=1"), "w108 v4", "of one name" },
    { IN CONV ("a", "in0", "a", "4=1 4=2"), "w108 v4", "twice" },
    { IN CONV ("a", "in0", "a", "99=1"), "w108 v4", "impossible number" },
    { IN CONV ("a", "in0", "a", "-23310=2,1"), "w108 v4", "another length" },
    { IN CONV ("a", "in0", "a", "-23310=4000000000,1"), "w108 v4", "another length" },
    { IN CONV ("a", "in0", "a", "-23310=1,x"), "w108 v4", "no number" },
    { IN CONV ("a", "in0", "a", "x"), "w108 v4", "without a number" },
    { IN "Convolution a\n", "w108 v4", "this is no layer" },
    { IN "Convolution a 1 1 in0\n", "w108 v4", "something else" },
    { IN "Convolution a 1 1 in0 a 0=4 1=300 6=108\n", "w108", "false sizes" },
    { IN "Convolution a 1 1 in0 a 0=4 1=3 6=-108\n", "w108", "false sizes" },
    { IN "Convolution a 1 1 in0 a 0=2147483647 1=3 6=108\n", "w108", "does not fit" },
    { IN "MemoryData m 0 1 m 0=65536 1=65536\n", "", "false sizes" },
    { IN "PReLU p 1 1 in0 a 0=0\n", "", "number of weights" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_not_run (rows[i].layers, rows[i].weights, rows[i].part);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *path = g_strdup_printf ("/ncnn/%s", pairs[i].name);

      g_test_add_data_func (path, &pairs[i], test_pair);
    }
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *path = g_strdup_printf ("/ncnn/known/%s", known[i].name);

      g_test_add_data_func (path, &known[i], test_known);
    }
  g_test_add_func ("/ncnn/transposed", test_transposed);
  g_test_add_func ("/ncnn/eight-bits", test_eight_bits);
  g_test_add_func ("/ncnn/refused-layers", test_refused_layers);
  g_test_add_func ("/ncnn/refused-files", test_refused_files);
  return g_test_run ();
}
