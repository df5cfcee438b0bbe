/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times of made-up packets in files of recordings that were put one after the other. */
#include "media/video/read/timeline.h"

/* Stream 0 is picture, in 1/1000 s; stream 1 is sound, in 1/500 s. */
typedef struct
{
  AVFormatContext *format;
  GengaTimeline *timeline;
  gint64 position;
} Fixture;

static void
set_up (Fixture *self, gconstpointer kind)
{
  self->format = avformat_alloc_context ();
  self->format->iformat = av_find_input_format (kind);
  g_assert_nonnull (self->format->iformat);
  for (int i = 0; i < 2; i++)
    avformat_new_stream (self->format, NULL)->time_base = (AVRational){ 1, i == 0 ? 1000 : 500 };
  self->timeline = genga_timeline_new (self->format);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  genga_timeline_free (self->timeline);
  genga_timeline_free (NULL);
  self->format->iformat = NULL;
  avformat_free_context (self->format);
}

/* A packet of 40 ms at a place of the file; whether a recording begins with it. */
static gboolean
move_at (Fixture *self, gint64 position, int stream, gint64 pts, gint64 dts, AVPacket *packet)
{
  *packet = (AVPacket){ .stream_index = stream,
                        .pts = pts,
                        .dts = dts,
                        .duration = stream == 0 ? 40 : 20,
                        .pos = position };
  return genga_timeline_move (self->timeline, packet);
}

/* The packet that follows in the file, decoded and shown at `time`: where it comes to lie. */
static gint64
move (Fixture *self, int stream, gint64 time, gboolean expected)
{
  AVPacket packet;

  self->position += 188;
  g_assert_cmpint (move_at (self, self->position, stream, time, time, &packet), ==, expected);
  g_assert_cmpint (packet.pts, ==, packet.dts);
  return packet.pts;
}

/* Files of other kinds have one line of time, whatever it is like. */
static void
test_other_kind (Fixture *self, gconstpointer data)
{
  static const gint64 times[] = { 0, 40, 5000, 0, 40 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    g_assert_cmpint (move (self, 0, times[i], FALSE), ==, times[i]);
}

static void
test_one_recording (Fixture *self, gconstpointer data)
{
  for (gint64 time = 3600000; time < 3602000; time += 40)
    {
      g_assert_cmpint (move (self, 0, time, FALSE), ==, time);
      g_assert_cmpint (move (self, 1, time / 2, FALSE), ==, time / 2);
    }
  /* A gap is a gap. */
  g_assert_cmpint (move (self, 0, 9000000, FALSE), ==, 9000000);
}

/* Frames are shown in another order than decoded; times jitter; some are missing. */
static void
test_no_new_recording (Fixture *self, gconstpointer data)
{
  AVPacket packet;

  g_assert_false (move_at (self, 0, 0, 80, 0, &packet));
  g_assert_false (move_at (self, 188, 0, 20, 40, &packet));
  g_assert_cmpint (packet.pts, ==, 20);
  g_assert_false (move_at (self, 376, 0, 60, 0, &packet)); /* 40 ms back */
  g_assert_cmpint (packet.dts, ==, 0);
  g_assert_false (move_at (self, 564, 0, AV_NOPTS_VALUE, AV_NOPTS_VALUE, &packet));
  g_assert_cmpint (packet.pts, ==, AV_NOPTS_VALUE);
  g_assert_cmpint (packet.dts, ==, AV_NOPTS_VALUE);
  g_assert_false (move_at (self, -1, 0, 100, 100, &packet));
  g_assert_cmpint (packet.pts, ==, 100);
}

/* The next recording begins where the one before ended, for all streams by the same time. */
static void
test_anew (Fixture *self, gconstpointer data)
{
  for (gint64 time = 5000; time < 6000; time += 40)
    {
      move (self, 0, time, FALSE);
      move (self, 1, time / 2, FALSE);
    }
  for (int recording = 1; recording <= 3; recording++)
    for (gint64 time = 100; time < 1100; time += 40)
      {
        gint64 expected = 5000 + 1000 * recording + time - 100;
        g_assert_cmpint (move (self, 0, time, time == 100), ==, expected);
        g_assert_cmpint (move (self, 1, time / 2, FALSE), ==, expected / 2);
      }
}

/* A part of B-frames: what has no decoding time goes along. */
static void
test_anew_reordered (Fixture *self, gconstpointer data)
{
  AVPacket packet;

  g_assert_false (move_at (self, 0, 0, 5080, 5000, &packet));
  g_assert_false (move_at (self, 188, 0, 5040, 5040, &packet));
  g_assert_true (move_at (self, 376, 0, 80, 0, &packet));
  g_assert_cmpint (packet.dts, ==, 5080);
  g_assert_cmpint (packet.pts, ==, 5160);
  g_assert_false (move_at (self, 564, 0, 40, AV_NOPTS_VALUE, &packet));
  g_assert_cmpint (packet.pts, ==, 5120);
}

/* What is read later may lie before: a packet is whole when the next one of its stream begins. */
static void
test_overlap (Fixture *self, gconstpointer data)
{
  AVPacket packet;

  for (gint64 time = 0; time < 960; time += 40)
    {
      move (self, 0, time, FALSE);
      move (self, 1, time / 2, FALSE);
    }
  g_assert_cmpint (move (self, 0, 960, FALSE), ==, 960);
  /* The first picture of the next recording, then the last sound of the one before. */
  g_assert_true (move_at (self, 20000, 0, 0, 0, &packet));
  g_assert_cmpint (packet.pts, ==, 1000);
  g_assert_false (move_at (self, 19000, 1, 480, 480, &packet));
  g_assert_cmpint (packet.pts, ==, 480);
  /* Sound of the next one that lies before its picture. */
  g_assert_false (move_at (self, 19500, 1, 0, 0, &packet));
  g_assert_cmpint (packet.pts, ==, 500);
  g_assert_false (move_at (self, 21000, 0, 40, 40, &packet));
  g_assert_cmpint (packet.pts, ==, 1040);
  g_assert_false (move_at (self, 22000, 1, 20, 20, &packet));
  g_assert_cmpint (packet.pts, ==, 520);
}

/* Whoever jumps back finds the recordings where they were, and passes over none again. */
static void
test_jump (Fixture *self, gconstpointer data)
{
  AVPacket packet;

  for (int i = 0; i < 75; i++)
    move (self, 0, i % 25 * 40, i == 25 || i == 50);
  for (int i = 74; i >= 0; i -= 7)
    {
      genga_timeline_jump (self->timeline);
      g_assert_false (move_at (self, 188 * (i + 1), 0, i % 25 * 40, i % 25 * 40, &packet));
      g_assert_cmpint (packet.pts, ==, 40 * i);
    }
}

/* After a jump across a place that nobody has read, it is found on the way there. */
static void
test_jump_ahead (Fixture *self, gconstpointer data)
{
  AVPacket packet;

  for (int i = 0; i < 10; i++)
    move (self, 0, 40 * i, FALSE);
  genga_timeline_jump (self->timeline);
  g_assert_false (move_at (self, 188 * 21, 0, 800, 800, &packet));
  g_assert_true (move_at (self, 188 * 22, 0, 0, 0, &packet));
  g_assert_cmpint (packet.pts, ==, 840);
  genga_timeline_jump (self->timeline);
  g_assert_false (move_at (self, 188 * 15, 0, 600, 600, &packet));
  g_assert_cmpint (packet.pts, ==, 600);
  g_assert_false (move_at (self, 188 * 23, 0, 40, 40, &packet));
  g_assert_cmpint (packet.pts, ==, 880);
}

/* A reader of sound alone moves it as one that reads everything: by the same places. */
static void
test_two_readers (Fixture *self, gconstpointer data)
{
  Fixture other = { 0 };

  set_up (&other, "mpegts");
  for (int i = 0; i < 60; i++)
    {
      gboolean is_first = i == 20 || i == 40;
      gint64 time = i % 20 * 40;
      gint64 picture = move (self, 0, time, is_first);
      gint64 there = move (&other, 0, time, is_first);

      g_assert_cmpint (picture, ==, there);
      g_assert_cmpint (move (self, 1, time / 2, FALSE), ==, move (&other, 1, time / 2, FALSE));
    }
  tear_down (&other, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, kind, func) g_test_add ("/timeline/" name, Fixture, kind, set_up, func, tear_down)
  ADD ("other-kind", "matroska", test_other_kind);
  ADD ("one-recording", "mpegts", test_one_recording);
  ADD ("no-new-recording", "mpegts", test_no_new_recording);
  ADD ("anew", "mpegts", test_anew);
  ADD ("anew-reordered", "mpeg", test_anew_reordered);
  ADD ("overlap", "mpegts", test_overlap);
  ADD ("jump", "mpegts", test_jump);
  ADD ("jump-ahead", "mpegts", test_jump_ahead);
  ADD ("two-readers", "mpegts", test_two_readers);
#undef ADD
  return g_test_run ();
}
