/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames that stay planes: repeated pixels, and the colour samples that follow them. */
#include "steps/chroma-filter.h"
#include "steps/enlarge-planes.h"
#include "steps/plane-rows.h"

static const GengaChromaPlace places[] = { GENGA_CHROMA_FIRST, GENGA_CHROMA_MIDDLE,
                                           GENGA_CHROMA_LAST };

/* Small numbers that depend on nothing but their place. */
static int
hash (int x, int y, int plane)
{
  guint32 value = x * 2654435761u ^ y * 2246822519u ^ plane * 3266489917u;

  value ^= value >> 15;
  value *= 2246822519u;
  return value >> 16;
}

static GengaFrame *
make_frame (const GengaFrameInfo *info, int constant)
{
  GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES];
  g_autoptr (GError) error = NULL;
  GengaFrame *frame = genga_frame_new (info, &error);
  const int n_planes = genga_frame_info_get_planes (info, extents);
  const int mask = info->sample == GENGA_SAMPLE_U8 ? 255 : (1 << info->depth) - 1;

  g_assert_no_error (error);
  for (int i = 0; i < n_planes; i++)
    for (gsize y = 0; y < extents[i].n_rows; y++)
      for (gsize x = 0; x < extents[i].row_samples; x++)
        {
          const int value = constant >= 0 ? constant : hash (x, y, i) & mask;

          if (info->sample == GENGA_SAMPLE_U8)
            ((guint8 *)genga_frame_get_row (frame, i, y))[x] = value;
          else
            ((guint16 *)genga_frame_get_row (frame, i, y))[x] = value;
        }
  return frame;
}

static int
get (const GengaFrame *frame, int plane, int x, int y)
{
  return frame->info.sample == GENGA_SAMPLE_U8
             ? ((const guint8 *)genga_frame_get_row (frame, plane, y))[x]
             : ((const guint16 *)genga_frame_get_row (frame, plane, y))[x];
}

static GengaFrame *
enlarge (GengaFrame *take_source, int factor)
{
  g_autoptr (GError) error = NULL;
  GengaStep *step = genga_enlarge_planes_step_new (factor);
  GengaItem *item = genga_item_new (GENGA_ITEM_FRAME, NULL, take_source);
  GengaFrame *result;

  item = step->klass->process (step, item, &error);
  g_assert_no_error (error);
  result = genga_frame_ref (item->frame);
  genga_item_free (item);
  genga_step_free (step);
  return result;
}

/* ---- filters ---- */

/* Whatever the size: weights of one picture's samples that never go back, and add up to one. */
static void
test_filters (void)
{
  for (int n_in = 1; n_in <= 40; n_in++)
    for (int factor = 1; factor <= 5; factor++)
      for (gsize p = 0; p < G_N_ELEMENTS (places); p++)
        {
          g_autoptr (GengaChromaFilter) filter = genga_chroma_filter_new (n_in, factor, places[p]);

          g_assert_cmpint (filter->n_out, ==, n_in * factor);
          for (int i = 0; i < filter->n_out; i++)
            {
              double sum = 0;

              g_assert_cmpint (filter->starts[i], >=, i > 0 ? filter->starts[i - 1] : 0);
              g_assert_cmpint (filter->starts[i] + filter->n_taps, <=, n_in);
              for (int t = 0; t < filter->n_taps; t++)
                sum += filter->weights[i * filter->n_taps + t];
              g_assert_cmpfloat_with_epsilon (sum, 1, 1e-6);
            }
        }
}

/* Between two pixels, nothing is nearer to the left than to the right; ends are each other's. */
static void
test_mirrored (void)
{
  const struct
  {
    GengaChromaPlace place, mirrored;
  } pairs[] = { { GENGA_CHROMA_MIDDLE, GENGA_CHROMA_MIDDLE },
                { GENGA_CHROMA_FIRST, GENGA_CHROMA_LAST } };

  for (gsize p = 0; p < G_N_ELEMENTS (pairs); p++)
    {
      const int n = 50;
      g_autoptr (GengaChromaFilter) one = genga_chroma_filter_new (n, 2, pairs[p].place);
      g_autoptr (GengaChromaFilter) other = genga_chroma_filter_new (n, 2, pairs[p].mirrored);

      for (int i = 30; i < 70; i++)
        for (int k = 0; k < n; k++)
          {
            const int a = k - one->starts[i], b = n - 1 - k - other->starts[2 * n - 1 - i];
            const float left = a >= 0 && a < one->n_taps ? one->weights[i * one->n_taps + a] : 0;
            const float right = b >= 0 && b < other->n_taps
                                    ? other->weights[(2 * n - 1 - i) * other->n_taps + b]
                                    : 0;

            g_assert_cmpfloat_with_epsilon (left, right, 1e-6);
          }
    }
}

/* A row at once is what its weights say, sample by sample, at the borders and within. */
static void
test_row (void)
{
  for (int n_in = 1; n_in < 200; n_in += n_in < 40 ? 1 : 37)
    for (int factor = 1; factor <= 3; factor++)
      {
        g_autoptr (GengaChromaFilter) filter =
            genga_chroma_filter_new (n_in, factor, GENGA_CHROMA_FIRST);
        g_autofree float *in = g_new (float, n_in);
        g_autofree float *scratch = g_new (float, n_in);
        g_autofree float *out = g_new (float, filter->n_out);

        for (int i = 0; i < n_in; i++)
          in[i] = hash (i, 0, 0) & 255;
        genga_plane_row_filter (filter, in, scratch, out);
        for (int i = 0; i < filter->n_out; i++)
          {
            double sum = 0;

            for (int t = 0; t < filter->n_taps; t++)
              sum += filter->weights[i * filter->n_taps + t] * in[filter->starts[i] + t];
            g_assert_cmpfloat_with_epsilon (out[i], sum, 2e-3);
          }
      }
}

/* ---- frames ---- */

/* Brightness is repeated, and so is colour that every pixel has. */
static void
test_repeated (void)
{
  const GengaLayout layouts[] = { GENGA_LAYOUT_YUV420P, GENGA_LAYOUT_YUV422P,
                                  GENGA_LAYOUT_YUV444P };

  for (gsize k = 0; k < G_N_ELEMENTS (layouts); k++)
    for (int depth = 8; depth <= 10; depth += 2)
      for (int factor = 1; factor <= 5; factor++)
        {
          const GengaFrameInfo info = {
            .width = 70,
            .height = 6,
            .layout = layouts[k],
            .sample = depth > 8 ? GENGA_SAMPLE_U16 : GENGA_SAMPLE_U8,
            .depth = depth > 8 ? depth : 0,
          };
          g_autoptr (GengaFrame) source = make_frame (&info, -1);
          g_autoptr (GengaFrame) result = enlarge (genga_frame_ref (source), factor);

          g_assert_cmpint (result->info.width, ==, 70 * factor);
          g_assert_cmpint (result->info.height, ==, 6 * factor);
          g_assert_cmpint (result->info.depth, ==, info.depth);
          for (int plane = 0; plane < (layouts[k] == GENGA_LAYOUT_YUV444P ? 3 : 1); plane++)
            for (int y = 0; y < 6 * factor; y++)
              for (int x = 0; x < 70 * factor; x++)
                g_assert_cmpint (get (result, plane, x, y), ==,
                                 get (source, plane, x / factor, y / factor));
        }
}

/* One colour stays that colour, however extreme. */
static void
test_constant (void)
{
  const int values[] = { 0, 1, 77, 254, 255 };
  const GengaFrameInfo info = {
    .width = 90, .height = 34, .layout = GENGA_LAYOUT_YUV420P, .sample = GENGA_SAMPLE_U8
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GengaFrame) result = enlarge (make_frame (&info, values[i]), 3);

      for (int plane = 0; plane < 3; plane++)
        for (int y = 0; y < (plane == 0 ? 102 : 51); y++)
          for (int x = 0; x < (plane == 0 ? 270 : 135); x++)
            g_assert_cmpint (get (result, plane, x, y), ==, values[i]);
    }
}

/* Both directions in one go are one after the other. */
static void
test_shared_colour (void)
{
  const GengaFrameInfo info = { .width = 80,
                                .height = 44,
                                .layout = GENGA_LAYOUT_YUV420P,
                                .sample = GENGA_SAMPLE_U16,
                                .depth = 12 };
  g_autoptr (GengaFrame) source = make_frame (&info, -1);
  g_autoptr (GengaFrame) result = enlarge (genga_frame_ref (source), 2);
  g_autoptr (GengaChromaFilter) columns = genga_chroma_filter_new (40, 2, GENGA_CHROMA_FIRST);
  g_autoptr (GengaChromaFilter) rows = genga_chroma_filter_new (22, 2, GENGA_CHROMA_MIDDLE);

  for (int plane = 1; plane < 3; plane++)
    for (int y = 0; y < 44; y++)
      for (int x = 0; x < 80; x++)
        {
          double sum = 0;

          for (int v = 0; v < rows->n_taps; v++)
            for (int h = 0; h < columns->n_taps; h++)
              sum += (double)rows->weights[y * rows->n_taps + v] *
                     columns->weights[x * columns->n_taps + h] *
                     get (source, plane, columns->starts[x] + h, rows->starts[y] + v);
          g_assert_cmpfloat_with_epsilon (get (result, plane, x, y), CLAMP (sum, 0, 4095), 0.51);
        }
}

static void
test_equal (void)
{
  const GengaFrameInfo info = {
    .width = 6, .height = 4, .layout = GENGA_LAYOUT_YUV420P, .sample = GENGA_SAMPLE_U8
  };
  g_autoptr (GengaFrame) one = make_frame (&info, -1);
  g_autoptr (GengaFrame) other = make_frame (&info, -1);
  guint8 *last = (guint8 *)genga_frame_get_row (other, 2, 1) + 2;

  other->pts = 7;
  g_assert_true (genga_frame_is_equal (one, other));
  *last ^= 1;
  g_assert_false (genga_frame_is_equal (one, other));
  *last ^= 1;
  other->colour.range = GENGA_RANGE_LIMITED;
  g_assert_false (genga_frame_is_equal (one, other));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/planes/filters", test_filters);
  g_test_add_func ("/planes/mirrored", test_mirrored);
  g_test_add_func ("/planes/row", test_row);
  g_test_add_func ("/planes/repeated", test_repeated);
  g_test_add_func ("/planes/constant", test_constant);
  g_test_add_func ("/planes/shared-colour", test_shared_colour);
  g_test_add_func ("/planes/equal", test_equal);

  return g_test_run ();
}
