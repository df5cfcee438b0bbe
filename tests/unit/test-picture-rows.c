/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows between pictures and tensors, sample by sample against what their header says. */
#include "engine/cpu/kernels/half.h"
#include "engine/cpu/kernels/picture-rows.h"

#include <math.h>
#include <string.h>

#define WIDTH 77
#define MOST 4 /* factor */

static const GengaSample sample_types[] = { GENGA_SAMPLE_U8, GENGA_SAMPLE_U16, GENGA_SAMPLE_F16,
                                            GENGA_SAMPLE_F32 };

/* Interleaved, with a fourth sample between the pixels, backwards, planar. */
typedef enum
{
  INTERLEAVED,
  PADDED,
  BACKWARDS,
  PLANAR,
  N_LAYOUTS
} Layout;

static gsize
get_size (GengaSample sample)
{
  return sample == GENGA_SAMPLE_U8 ? 1 : sample == GENGA_SAMPLE_F32 ? 4 : 2;
}

static GengaPictureRow
make_row (Layout layout, GengaSample sample, guint width, guint8 **block)
{
  const gsize size = get_size (sample);
  GengaPictureRow row = { .stride = layout == PLANAR   ? 1
                                    : layout == PADDED ? 4
                                                       : 3,
                          .n_channels = 3,
                          .sample = sample };

  *block = g_malloc0 (width * 4 * size);
  for (guint c = 0; c < 3; c++)
    row.channels[c] = *block + size * (layout == PLANAR      ? c * width
                                       : layout == BACKWARDS ? 2 - c
                                                             : c);
  return row;
}

static double
get_sample (const GengaPictureRow *row, guint c, gsize x)
{
  const gsize at = x * row->stride;

  switch (row->sample)
    {
    case GENGA_SAMPLE_U8:
      return ((const guint8 *)row->channels[c])[at];
    case GENGA_SAMPLE_U16:
      return ((const guint16 *)row->channels[c])[at];
    case GENGA_SAMPLE_F16:
      return genga_half_to_float (((const guint16 *)row->channels[c])[at]);
    case GENGA_SAMPLE_F32:
    default:
      return ((const float *)row->channels[c])[at];
    }
}

/* What a value is in a picture of these samples. */
static double
get_wanted (float value, GengaSample sample)
{
  const double most = sample == GENGA_SAMPLE_U8 ? 255 : 65535;

  if (sample == GENGA_SAMPLE_F32)
    return value;
  if (sample == GENGA_SAMPLE_F16)
    return genga_half_to_float (genga_half_from_float (value));
  return isnan (value) ? 0 : (int)(CLAMP (value, 0, 1) * (float)most + 0.5f);
}

static void
test_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sample_types); i++)
    for (guint layout = 0; layout < N_LAYOUTS; layout++)
      {
        g_autofree guint8 *block = NULL;
        GengaPictureRow row = make_row (layout, sample_types[i], WIDTH, &block);
        float out[WIDTH * 5];
        const double most = row.sample == GENGA_SAMPLE_U8    ? 255
                            : row.sample == GENGA_SAMPLE_U16 ? 65535
                                                             : 1;

        for (gsize k = 0; k < WIDTH * 4 * get_size (row.sample); k++)
          block[k] = row.sample == GENGA_SAMPLE_F32 ? 0x3e : (guint8)(k * 7 % 61);
        memset (out, 0, sizeof out);
        genga_rows_read (&row, 0, 30, out, 5);
        genga_rows_read (&row, 30, WIDTH, out, 5);
        for (gsize x = 0; x < WIDTH; x++)
          for (guint c = 0; c < 5; c++)
            g_assert_cmpfloat (out[x * 5 + c], ==,
                               c < 3 ? (float)get_sample (&row, c, x) / (float)most : 0);
      }
}

/* A tensor's values, with some beyond the picture's range. */
static float
get_value (gsize x, guint c)
{
  return x == 5 && c == 1 ? NAN : (float)((x * 31 + c * 17) % 101) / 80 - 0.125f;
}

static void
check_write (GengaSample sample, Layout layout, guint factor, GengaStore store, gboolean has_base)
{
  const guint channels = 3 * factor * factor;
  float in[WIDTH * 48], base[WIDTH * 4];
  guint16 halves[WIDTH * 48];
  GengaPictureRow rows[MOST];
  guint8 *blocks[MOST];

  for (guint dy = 0; dy < factor; dy++)
    rows[dy] = make_row (layout, sample, WIDTH * factor, &blocks[dy]);
  for (gsize x = 0; x < WIDTH; x++)
    {
      for (guint c = 0; c < channels; c++)
        {
          halves[x * 48 + c] = genga_half_from_float (get_value (x, c));
          in[x * 48 + c] = store == GENGA_STORE_F16 ? genga_half_to_float (halves[x * 48 + c])
                                                    : get_value (x, c);
        }
      for (guint c = 0; c < 4; c++)
        base[x * 4 + c] = has_base ? 0.25f * c : 0;
    }
  for (guint part = 0; part < 2; part++)
    genga_rows_write_shuffled (store == GENGA_STORE_F16 ? (void *)halves : in, store, 48,
                               has_base ? base : NULL, 4, factor, part * 40, part ? WIDTH : 40,
                               rows);
  for (guint dy = 0; dy < factor; dy++)
    {
      for (gsize x = 0; x < WIDTH * factor; x++)
        for (guint c = 0; c < 3; c++)
          {
            const gsize from = x / factor;
            const float value =
                in[from * 48 + (c * factor + dy) * factor + x % factor] + base[from * 4 + c];
            const double wanted = get_wanted (value, sample), got = get_sample (&rows[dy], c, x);

            g_assert_true (got == wanted || (isnan (got) && isnan (wanted)));
          }
      g_free (blocks[dy]);
    }
}

static void
test_write (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sample_types); i++)
    for (guint layout = 0; layout < N_LAYOUTS; layout++)
      for (guint factor = 1; factor <= MOST; factor++)
        for (guint k = 0; k < 4; k++)
          check_write (sample_types[i], layout, factor, k % 2 ? GENGA_STORE_F16 : GENGA_STORE_F32,
                       k / 2);
}

static void
test_shuffle (void)
{
  float in[10 * 80], rows[2][20 * 32];
  void *const out[2] = { rows[0], rows[1] };

  for (guint i = 0; i < G_N_ELEMENTS (in); i++)
    in[i] = i;
  memset (rows, 0xff, sizeof rows);
  genga_rows_shuffle (in, GENGA_STORE_F32, 80, 20, 2, 0, 10, out, 32);
  for (guint y = 0; y < 2; y++)
    for (guint x = 0; x < 20; x++)
      for (guint c = 0; c < 32; c++)
        g_assert_cmpfloat (rows[y][x * 32 + c], ==,
                           c < 20 ? in[x / 2 * 80 + c * 4 + y * 2 + x % 2] : 0);
}

static void
test_repeat (void)
{
  guint16 in[4 * 16], out[12 * 32] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (in); i++)
    in[i] = (guint16)(i + 1);
  genga_rows_repeat (in, GENGA_STORE_F16, 16, 12, 3, 0, 4, out, 32);
  for (guint x = 0; x < 12; x++)
    for (guint c = 0; c < 32; c++)
      g_assert_cmpuint (out[x * 32 + c], ==, c < 16 ? in[x / 3 * 16 + c] : 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-rows/read", test_read);
  g_test_add_func ("/picture-rows/write", test_write);
  g_test_add_func ("/picture-rows/shuffle", test_shuffle);
  g_test_add_func ("/picture-rows/repeat", test_repeat);
  return g_test_run ();
}
