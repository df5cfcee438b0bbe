/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A result in memory: the last frame, once all is done, as a file would hold it. */
#include "job/memory-sink.h"

static GengaFrame *
make_frame (GengaSample sample, double value)
{
  GengaFrameInfo info = { .width = 1, .height = 1, .sample = sample, .layout = GENGA_LAYOUT_GREY };
  GengaFrame *frame = genga_frame_new_dense (&info, NULL);
  gpointer pixel = frame->planes[0];

  if (sample == GENGA_SAMPLE_U8)
    *(guint8 *)pixel = value;
  else
    *(float *)pixel = value;
  frame->pts = 77;
  return frame;
}

static void
write_one (GengaSink *sink, GengaSample sample, double value)
{
  g_autoptr (GengaFrame) frame = make_frame (sample, value);

  g_assert_true (genga_sink_write (sink, frame, NULL));
}

static void
test_last (void)
{
  g_autoptr (GengaMemoryFrame) memory = genga_memory_frame_new ();
  GengaSink *sink = genga_memory_sink_new (memory, 0, 0);

  g_assert_true (genga_sink_begin (sink, NULL));
  write_one (sink, GENGA_SAMPLE_U8, 3);
  write_one (sink, GENGA_SAMPLE_U8, 4);
  g_assert_null (genga_memory_frame_dup (memory));
  g_assert_true (genga_sink_finish (sink, NULL));
  g_assert_cmpuint (sink->n_done, ==, 2);
  g_assert_null (sink->written);
  genga_sink_free (sink);

  g_autoptr (GengaFrame) frame = genga_memory_frame_dup (memory);
  g_assert_cmpuint (*frame->planes[0], ==, 4);
  g_assert_cmpint (frame->pts, ==, 77);
}

/* What was not finished is not there. */
static void
test_unfinished (void)
{
  g_autoptr (GengaMemoryFrame) memory = genga_memory_frame_new ();
  GengaSink *sink = genga_memory_sink_new (memory, 0, 0);

  write_one (sink, GENGA_SAMPLE_U8, 3);
  genga_sink_free (sink);
  g_assert_null (genga_memory_frame_dup (memory));
}

static void
test_samples (void)
{
  static const struct
  {
    GengaSample sample;
    double value;
    int bit_depth;
    GengaSample expected;
    guint number;
  } cases[] = {
    { GENGA_SAMPLE_U8, 200, 0, GENGA_SAMPLE_U8, 200 },
    { GENGA_SAMPLE_U8, 200, 16, GENGA_SAMPLE_U16, 200 * 257 },
    { GENGA_SAMPLE_F32, 0.5, 8, GENGA_SAMPLE_U8, 128 },
    { GENGA_SAMPLE_F32, 0.25, 0, GENGA_SAMPLE_U16, 16384 },
    { GENGA_SAMPLE_F32, 1.5, 8, GENGA_SAMPLE_U8, 255 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GengaMemoryFrame) memory = genga_memory_frame_new ();
      GengaSink *sink = genga_memory_sink_new (memory, cases[i].bit_depth, 0);

      write_one (sink, cases[i].sample, cases[i].value);
      g_assert_true (genga_sink_finish (sink, NULL));
      genga_sink_free (sink);
      g_autoptr (GengaFrame) frame = genga_memory_frame_dup (memory);
      gpointer pixel = frame->planes[0];
      g_assert_cmpint (frame->info.sample, ==, cases[i].expected);
      g_assert_cmpint (frame->pts, ==, 77);
      g_assert_cmpuint (frame->info.sample == GENGA_SAMPLE_U8 ? *(guint8 *)pixel
                                                              : *(guint16 *)pixel,
                        ==, cases[i].number);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/memory-sink/last", test_last);
  g_test_add_func ("/memory-sink/unfinished", test_unfinished);
  g_test_add_func ("/memory-sink/samples", test_samples);
  return g_test_run ();
}
