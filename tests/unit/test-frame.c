/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/error.h"
#include "core/frame.h"
#include <string.h>

static GengaFrameInfo
make_info (int width, int height, GengaSample sample, GengaLayout layout)
{
  return (GengaFrameInfo){ .width = width, .height = height, .sample = sample, .layout = layout };
}

static void
test_sizes (void)
{
  static const struct
  {
    GengaLayout layout;
    GengaSample sample;
    int width, height;
    gsize size;
  } cases[] = {
    { GENGA_LAYOUT_GREY, GENGA_SAMPLE_U8, 1, 1, 64 },
    { GENGA_LAYOUT_GREY_ALPHA, GENGA_SAMPLE_U8, 33, 2, 2 * 128 },
    { GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8, 64, 3, 3 * 192 },
    { GENGA_LAYOUT_RGB, GENGA_SAMPLE_F32, 16, 2, 2 * 192 },
    { GENGA_LAYOUT_RGBA, GENGA_SAMPLE_U16, 9, 5, 5 * 128 },
    { GENGA_LAYOUT_RGBA, GENGA_SAMPLE_F16, 8, 5, 5 * 64 },
    { GENGA_LAYOUT_NV12, GENGA_SAMPLE_U8, 65, 3, 128 * 3 + 128 * 2 },
    { GENGA_LAYOUT_P010, GENGA_SAMPLE_U16, 33, 3, 128 * 3 + 128 * 2 },
    { GENGA_LAYOUT_YUV420P, GENGA_SAMPLE_U8, 129, 5, 192 * 5 + 2 * 128 * 3 },
    { GENGA_LAYOUT_YUV422P, GENGA_SAMPLE_U8, 129, 5, 192 * 5 + 2 * 128 * 5 },
    { GENGA_LAYOUT_YUV444P, GENGA_SAMPLE_U16, 33, 5, 3 * 128 * 5 },
    { GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8, 0, 1, G_MAXSIZE },
    { GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8, 1, -1, G_MAXSIZE },
    { GENGA_LAYOUT_RGBA, GENGA_SAMPLE_F32, G_MAXINT, G_MAXINT, G_MAXSIZE },
    { GENGA_LAYOUT_YUV444P, GENGA_SAMPLE_F32, G_MAXINT, G_MAXINT, G_MAXSIZE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GengaFrameInfo info =
          make_info (cases[i].width, cases[i].height, cases[i].sample, cases[i].layout);

      g_assert_cmpuint (genga_frame_info_get_size (&info), ==, cases[i].size);
    }
}

static void
test_rows (void)
{
  GengaFrameInfo info = make_info (5, 3, GENGA_SAMPLE_U16, GENGA_LAYOUT_YUV420P);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaFrame) planar = genga_frame_new (&info, &error);
  g_autoptr (GengaFrame) dense = NULL;

  g_assert_no_error (error);
  for (int i = 0; i < 3; i++)
    {
      g_assert_cmpuint ((gsize)planar->planes[i] % 64, ==, 0);
      g_assert_cmpuint (planar->strides[i], ==, 64);
    }
  g_assert_null (planar->planes[3]);
  g_assert_true (planar->pts == G_MININT64);
  g_assert_true (genga_colour_equal (&planar->colour, &genga_colour_srgb));

  info.layout = GENGA_LAYOUT_RGB;
  dense = genga_frame_new_dense (&info, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dense->strides[0], ==, 5 * 3 * 2);
  g_assert_true (genga_frame_get_row (dense, 0, 2) == dense->planes[0] + 60);
}

static void
test_out_of_memory (void)
{
  GengaFrameInfo info = make_info (G_MAXINT, G_MAXINT, GENGA_SAMPLE_F32, GENGA_LAYOUT_RGBA);
  g_autoptr (GError) overflow = NULL;
  g_autoptr (GError) refused = NULL;

  g_assert_null (genga_frame_new (&info, &overflow));
  g_assert_error (overflow, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);

  /* 2^62 bytes: representable, and more than any address space has. */
  info.layout = GENGA_LAYOUT_GREY;
  info.sample = GENGA_SAMPLE_U8;
  g_assert_null (genga_frame_new_dense (&info, &refused));
  g_assert_error (refused, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
  g_assert_nonnull (strstr (refused->message, "2147483647"));
}

static void
test_make_writable (void)
{
  const GengaFrameInfo info = make_info (7, 4, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaFrame) first = genga_frame_new_dense (&info, &error);
  g_autoptr (GengaFrame) second = NULL;
  guint8 *pixels = first->planes[0];

  first->icc = g_bytes_new_static ("profile", 7);
  first->pts = 42;
  memset (pixels, 9, first->strides[0] * 4);

  first = genga_frame_make_writable (first, &error);
  g_assert_no_error (error);
  g_assert_true (first->planes[0] == pixels);

  second = genga_frame_make_writable (genga_frame_ref (first), &error);
  g_assert_no_error (error);
  g_assert_true (second != first);
  g_assert_cmpuint (second->strides[0], ==, first->strides[0]);
  g_assert_cmpmem (second->planes[0], 84, first->planes[0], 84);
  g_assert_true (second->icc == first->icc);
  g_assert_cmpint (second->pts, ==, 42);
  second->planes[0][0] = 1;
  g_assert_cmpint (first->planes[0][0], ==, 9);

  /* Nobody shares any more: the references that were taken are gone again. */
  g_assert_true (genga_frame_make_writable (first, &error) == first);
}

static void
test_copy_properties (void)
{
  const GengaFrameInfo info = make_info (2, 2, GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY);
  g_autoptr (GengaFrame) source = genga_frame_new (&info, NULL);
  g_autoptr (GengaFrame) target = genga_frame_new (&info, NULL);

  source->exif = g_bytes_new_static ("exif", 4);
  source->colour.primaries = 12;
  source->duration = 3;
  source->time_base_num = 1001;
  source->time_base_den = 24000;
  target->icc = g_bytes_new_static ("old", 3);

  genga_frame_copy_properties (target, source);
  genga_frame_copy_properties (target, source);
  g_assert_null (target->icc);
  g_assert_true (target->exif == source->exif);
  g_assert_cmpint (target->colour.primaries, ==, 12);
  g_assert_cmpint (target->duration, ==, 3);
  g_assert_cmpint (target->time_base_num, ==, 1001);
  g_assert_cmpint (target->time_base_den, ==, 24000);
}

/* A share outlives its frame, has times of its own, and is never written through. */
static void
test_share (void)
{
  GengaFrameInfo info = {
    .width = 5, .height = 3, .sample = GENGA_SAMPLE_U8, .layout = GENGA_LAYOUT_RGB
  };
  GError *error = NULL;
  GengaFrame *frame = genga_frame_new (&info, &error);
  GengaFrame *share, *copy;

  g_assert_no_error (error);
  memset (genga_frame_get_row (frame, 0, 0), 7, 15);
  frame->pts = 1;
  share = genga_frame_share (frame);
  share->pts = 2;
  g_assert_cmpint (frame->pts, ==, 1);
  g_assert_true (share->planes[0] == frame->planes[0]);
  genga_frame_unref (frame);

  copy = genga_frame_make_writable (genga_frame_ref (share), &error);
  g_assert_no_error (error);
  g_assert_true (copy->planes[0] != share->planes[0]);
  g_assert_cmpint (copy->pts, ==, 2);
  g_assert_cmpmem (genga_frame_get_row (copy, 0, 0), 15, genga_frame_get_row (share, 0, 0), 15);
  share = genga_frame_make_writable (share, &error);
  g_assert_true (share->planes[0] != copy->planes[0]);
  genga_frame_unref (share);
  genga_frame_unref (copy);
}

/* Any sample, and what lies behind the last one of a row does not count. */
static void
test_print (void)
{
  const GengaFrameInfo info = make_info (33, 5, GENGA_SAMPLE_U8, GENGA_LAYOUT_YUV420P);
  g_autoptr (GengaFrame) a = genga_frame_new (&info, NULL);
  g_autoptr (GengaFrame) b = genga_frame_new (&info, NULL);
  static const struct
  {
    int plane, y, x;
  } places[] = { { 0, 0, 0 }, { 0, 4, 32 }, { 1, 2, 16 }, { 2, 0, 7 }, { 2, 2, 16 } };

  for (int i = 0; i < 3; i++)
    {
      memset (a->planes[i], 7, a->strides[i] * (i > 0 ? 3 : 5));
      memset (b->planes[i], 9, b->strides[i] * (i > 0 ? 3 : 5));
      for (int y = 0; y < (i > 0 ? 3 : 5); y++)
        memset (genga_frame_get_row (b, i, y), 7, i > 0 ? 17 : 33);
    }
  const GengaFramePrint print = genga_frame_get_print (a);
  const GengaFramePrint same = genga_frame_get_print (b);

  g_assert_cmpmem (&print, sizeof print, &same, sizeof same);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      guint8 *sample =
          (guint8 *)genga_frame_get_row (a, places[i].plane, places[i].y) + places[i].x;

      *sample ^= 1;
      const GengaFramePrint other = genga_frame_get_print (a);
      g_assert_cmpint (memcmp (&print, &other, sizeof print), !=, 0);
      *sample ^= 1;
    }

  /* Uppermost bits of both halves of a word, and of the word after it in the same lane. */
  static const int signs[] = { 3, 7, 32 + 3, 32 + 7 };
  const GengaFrameInfo wide = make_info (64, 1, GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY);
  g_autoptr (GengaFrame) c = genga_frame_new (&wide, NULL);

  memset (c->planes[0], 7, 64);
  const GengaFramePrint first = genga_frame_get_print (c);
  for (guint which = 1; which < 16; which++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
        c->planes[0][signs[i]] = 7 ^ ((which >> i & 1) != 0 ? 0x80 : 0);
      const GengaFramePrint second = genga_frame_get_print (c);
      g_assert_cmpint (memcmp (&first, &second, sizeof first), !=, 0);
    }
}

static void
test_twin (void)
{
  const GengaFrameInfo info = make_info (2, 2, GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY);
  g_autoptr (GengaFrame) first = genga_frame_new (&info, NULL);
  g_autoptr (GengaFrame) second = genga_frame_new (&info, NULL);
  GengaFrame *frame = genga_frame_new (&info, NULL);
  GengaFrameTwin *twin = frame->twin = genga_frame_twin_new ();

  genga_frame_twin_ref (twin);
  g_assert_null (genga_frame_twin_get (twin));
  genga_frame_twin_set (twin, first);
  genga_frame_twin_set (twin, second);
  genga_frame_unref (frame);
  g_autoptr (GengaFrame) found = genga_frame_twin_get (twin);
  g_assert_true (found == first);
  genga_frame_twin_unref (twin);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/frame/sizes", test_sizes);
  g_test_add_func ("/frame/rows", test_rows);
  g_test_add_func ("/frame/out-of-memory", test_out_of_memory);
  g_test_add_func ("/frame/make-writable", test_make_writable);
  g_test_add_func ("/frame/share", test_share);
  g_test_add_func ("/frame/print", test_print);
  g_test_add_func ("/frame/twin", test_twin);
  g_test_add_func ("/frame/copy-properties", test_copy_properties);

  return g_test_run ();
}
