/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixtures.h"

#include <math.h>
#include <string.h>

typedef struct
{
  GRand *rand;
  GString *header;
  GByteArray *data;
} Writer;

/* Values of a normal-looking spread around `mean`. */
static void
add_tensor (
    Writer *writer, const char *name, const char *shape, guint n, double mean, double spread)
{
  guint begin = writer->data->len;

  for (guint i = 0; i < n; i++)
    {
      double sum = 0;
      for (int k = 0; k < 4; k++)
        sum += g_rand_double_range (writer->rand, -1, 1);
      float value = mean + spread * sum / 2;
      g_byte_array_append (writer->data, (const guint8 *)&value, sizeof value);
    }
  g_string_append_printf (
      writer->header, "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%u,%u]}",
      writer->header->len > 1 ? "," : "", name, shape, begin, writer->data->len);
}

static void
add_layer (Writer *writer, int index, int n_in, int n_out, gboolean has_slope)
{
  double spread = sqrt (2.0 / (9 * n_in));
  g_autofree char *weight = g_strdup_printf ("body.%d.weight", index);
  g_autofree char *bias = g_strdup_printf ("body.%d.bias", index);
  g_autofree char *slope = g_strdup_printf ("body.%d.weight", index + 1);
  g_autofree char *weight_shape = g_strdup_printf ("%d,%d,3,3", n_out, n_in);
  g_autofree char *shape = g_strdup_printf ("%d", n_out);

  add_tensor (writer, weight, weight_shape, n_out * n_in * 9, 0, has_slope ? spread : spread / 4);
  add_tensor (writer, bias, shape, n_out, 0, 0.05);
  if (has_slope)
    add_tensor (writer, slope, shape, n_out, 0.25, 0.1);
}

static void
writer_init (Writer *writer, guint32 seed)
{
  writer->rand = g_rand_new_with_seed (seed);
  writer->header = g_string_new ("{");
  writer->data = g_byte_array_new ();
}

/* Writes the file `name` into a new temporary folder, answers its path and ends the writer. */
static char *
writer_finish (Writer *writer, const char *name)
{
  g_autofree char *dir = g_dir_make_tmp ("genga-test-XXXXXX", NULL);
  char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GByteArray) file = g_byte_array_new ();

  g_string_append_c (writer->header, '}');
  guint64 length = GUINT64_TO_LE (writer->header->len);
  g_byte_array_append (file, (const guint8 *)&length, sizeof length);
  g_byte_array_append (file, (const guint8 *)writer->header->str, writer->header->len);
  g_byte_array_append (file, writer->data->data, writer->data->len);
  g_assert_true (g_file_set_contents (path, (const char *)file->data, file->len, NULL));

  g_byte_array_unref (writer->data);
  g_string_free (writer->header, TRUE);
  g_rand_free (writer->rand);
  return path;
}

char *
genga_test_write_compact (
    guint32 seed, int n_channels, int n_features, int n_conv, int scale, gboolean poison)
{
  Writer writer;

  writer_init (&writer, seed);
  add_layer (&writer, 0, n_channels, n_features, TRUE);
  for (int i = 0; i < n_conv; i++)
    add_layer (&writer, 2 * i + 2, n_features, n_features, TRUE);
  add_layer (&writer, 2 * n_conv + 2, n_features, n_channels * scale * scale, FALSE);
  if (poison)
    {
      float nan = NAN;
      memcpy (writer.data->data + writer.data->len - sizeof nan, &nan, sizeof nan);
    }
  return writer_finish (&writer, "compact.safetensors");
}

static void
add_conv (Writer *writer, const char *name, int n_in, int n_out)
{
  g_autofree char *weight = g_strdup_printf ("%s.weight", name);
  g_autofree char *bias = g_strdup_printf ("%s.bias", name);
  g_autofree char *weight_shape = g_strdup_printf ("%d,%d,3,3", n_out, n_in);
  g_autofree char *shape = g_strdup_printf ("%d", n_out);

  add_tensor (writer, weight, weight_shape, n_out * n_in * 9, 0, sqrt (1.0 / (9 * n_in)));
  add_tensor (writer, bias, shape, n_out, 0, 0.05);
}

char *
genga_test_write_unshuffled_esrgan (guint32 seed)
{
  enum
  {
    N_FEATURES = 8,
    GROWTH = 4,
  };
  Writer writer;

  writer_init (&writer, seed);
  add_conv (&writer, "conv_first", 3 * 4, N_FEATURES);
  for (int rdb = 1; rdb <= 3; rdb++)
    for (int conv = 1; conv <= 5; conv++)
      {
        g_autofree char *name = g_strdup_printf ("body.0.rdb%d.conv%d", rdb, conv);
        add_conv (&writer, name, N_FEATURES + (conv - 1) * GROWTH, conv < 5 ? GROWTH : N_FEATURES);
      }
  add_conv (&writer, "conv_body", N_FEATURES, N_FEATURES);
  add_conv (&writer, "conv_up1", N_FEATURES, N_FEATURES);
  add_conv (&writer, "conv_up2", N_FEATURES, N_FEATURES);
  add_conv (&writer, "conv_hr", N_FEATURES, N_FEATURES);
  add_conv (&writer, "conv_last", N_FEATURES, 3);
  return writer_finish (&writer, "esrgan.safetensors");
}

/* Of a transposed convolution: its weights have both channels the other way round. */
static void
add_kernel (Writer *writer, const char *name, int n_in, int n_out, int kernel, gboolean transposed)
{
  g_autofree char *weight = g_strdup_printf ("%s.weight", name);
  g_autofree char *bias = g_strdup_printf ("%s.bias", name);
  g_autofree char *weight_shape = g_strdup_printf ("%d,%d,%d,%d", transposed ? n_in : n_out,
                                                   transposed ? n_out : n_in, kernel, kernel);
  g_autofree char *shape = g_strdup_printf ("%d", n_out);
  int n_taps = transposed ? 1 : kernel * kernel;

  add_tensor (writer, weight, weight_shape, n_out * n_in * kernel * kernel, 0,
              sqrt (2.0 / (n_taps * n_in)));
  add_tensor (writer, bias, shape, n_out, 0, 0.05);
}

char *
genga_test_write_cugan (guint32 seed)
{
  static const struct
  {
    const char *name;
    int n_in, n_out, kernel;
    gboolean transposed;
  } layers[] = {
    { "unet1.conv1.conv.0", 3, 4, 3 },   { "unet1.conv1.conv.2", 4, 4, 3 },
    { "unet1.conv1_down", 4, 4, 2 },     { "unet1.conv2.conv.0", 4, 4, 3 },
    { "unet1.conv2.conv.2", 4, 4, 3 },   { "unet1.conv2_up", 4, 4, 2, TRUE },
    { "unet1.conv3", 4, 4, 3 },          { "unet1.conv_bottom", 4, 3, 4, TRUE },
    { "unet2.conv1.conv.0", 3, 4, 3 },   { "unet2.conv1.conv.2", 4, 4, 3 },
    { "unet2.conv1_down", 4, 4, 2 },     { "unet2.conv2.conv.0", 4, 4, 3 },
    { "unet2.conv2.conv.2", 4, 4, 3 },   { "unet2.conv2_down", 4, 4, 2 },
    { "unet2.conv3.conv.0", 4, 4, 3 },   { "unet2.conv3.conv.2", 4, 4, 3 },
    { "unet2.conv3_up", 4, 4, 2, TRUE }, { "unet2.conv4.conv.0", 4, 4, 3 },
    { "unet2.conv4.conv.2", 4, 4, 3 },   { "unet2.conv4_up", 4, 4, 2, TRUE },
    { "unet2.conv5", 4, 4, 3 },          { "unet2.conv_bottom", 4, 3, 3 },
  };
  Writer writer;

  writer_init (&writer, seed);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    add_kernel (&writer, layers[i].name, layers[i].n_in, layers[i].n_out, layers[i].kernel,
                layers[i].transposed);
  return writer_finish (&writer, "cugan.safetensors");
}

GengaFrame *
genga_test_make_frame (guint32 seed, int width, int height, GengaLayout layout, GengaSample sample)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GengaFrameInfo info = { .width = width, .height = height, .sample = sample, .layout = layout };
  int n = genga_layout_get_n_channels (layout);
  GengaFrame *frame = genga_frame_new (&info, NULL);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < n; c++)
        {
          double value = 0.5 + 0.3 * sin (x * 0.11 + c) + 0.15 * cos (y * 0.07 * (c + 1));
          value += ((x / 9 + y / 13) % 3 == 0 ? 0.1 : 0) + g_rand_double_range (rand, -.05, .05);
          value = CLAMP (value, 0, 1);
          gsize i = (gsize)x * n + c;
          guint8 *row = genga_frame_get_row (frame, 0, y);
          if (sample == GENGA_SAMPLE_U8)
            row[i] = value * 255 + 0.5;
          else if (sample == GENGA_SAMPLE_U16)
            ((guint16 *)row)[i] = value * 65535 + 0.5;
          else
            ((float *)row)[i] = value;
        }
  return frame;
}

char *
genga_test_find_shared (const char *relative)
{
  const char *root = g_getenv ("GENGA_SHARED");
  g_autofree char *path = root != NULL ? g_build_filename (root, relative, NULL) : NULL;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the shared data is not here");
      return NULL;
    }
  return g_steal_pointer (&path);
}

double
genga_test_get_max_difference (GengaFrame *a, GengaFrame *b)
{
  int n = a->info.width * genga_layout_get_n_channels (a->info.layout);
  double most = 0;

  g_assert_cmpint (a->info.width, ==, b->info.width);
  g_assert_cmpint (a->info.height, ==, b->info.height);
  g_assert_cmpint (a->info.layout, ==, b->info.layout);
  for (int y = 0; y < a->info.height; y++)
    {
      const float *p = genga_frame_get_row (a, 0, y);
      const float *q = genga_frame_get_row (b, 0, y);
      for (int i = 0; i < n; i++)
        most = MAX (most, fabs (p[i] - q[i]));
    }
  return 255 * most;
}

void
genga_test_assert_part (GengaFrame *whole, GengaFrame *part, int x, int y)
{
  gsize pixel = genga_layout_get_n_channels (whole->info.layout) * sizeof (float);

  for (int row = 0; row < part->info.height; row++)
    g_assert_cmpmem (genga_frame_get_row (part, 0, row), part->info.width * pixel,
                     (guint8 *)genga_frame_get_row (whole, 0, y + row) + x * pixel,
                     part->info.width * pixel);
}

GengaFrame *
genga_test_run_part (GengaSession *session, GengaFrame *frame, const GengaRect *wanted)
{
  GError *error = NULL;
  int width = frame->info.width, height = frame->info.height;
  GengaRect needed = genga_session_get_source_rect (session, width, height, wanted);
  g_autoptr (GengaFrame) crop = genga_frame_crop (frame, &needed, NULL);
  GengaRegion source = { crop, needed.x, needed.y, width, height };
  GengaFrame *part = genga_session_run_region (session, &source, wanted, GENGA_SAMPLE_F32, &error);

  g_assert_no_error (error);
  return part;
}
