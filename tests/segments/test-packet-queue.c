/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets that wait for their time, and times that are raised. */
#include "media/video/write/packet-queue.h"

#include <math.h>

static void
push (GengaPacketQueue *queue, int stream, gint64 dts)
{
  AVPacket *packet = av_packet_alloc ();

  g_assert_cmpint (av_new_packet (packet, 100), ==, 0);
  packet->stream_index = stream;
  packet->dts = dts;
  g_assert_true (genga_packet_queue_push (queue, packet, dts));
  g_assert_null (packet->data);
  av_packet_free (&packet);
}

/* The next packet, or -1. */
static gint64
pop (GengaPacketQueue *queue, double until, int stream)
{
  AVPacket *packet = av_packet_alloc ();
  gint64 dts = -1;

  if (genga_packet_queue_pop (queue, until, packet))
    {
      dts = packet->dts;
      g_assert_cmpint (packet->stream_index, ==, stream);
    }
  av_packet_free (&packet);
  return dts;
}

static void
test_order (void)
{
  g_autoptr (GengaPacketQueue) queue = genga_packet_queue_new (3);

  g_assert_cmpfloat (genga_packet_queue_get_time (queue, 2), ==, -INFINITY);
  push (queue, 2, 40);
  push (queue, 0, 1);
  push (queue, 0, 3);
  push (queue, 1, 2);
  push (queue, 1, 3);
  g_assert_cmpuint (genga_packet_queue_get_size (queue), ==, 500);
  g_assert_cmpint (genga_packet_queue_peek (queue, 1, 1)->dts, ==, 3);
  g_assert_null (genga_packet_queue_peek (queue, 1, 2));
  g_assert_cmpint (pop (queue, 10, 0), ==, 1);
  g_assert_cmpint (pop (queue, 10, 1), ==, 2);
  g_assert_cmpint (pop (queue, 10, 0), ==, 3);
  g_assert_cmpint (pop (queue, 10, 1), ==, 3);
  g_assert_cmpint (pop (queue, 10, 1), ==, -1);
  g_assert_cmpfloat (genga_packet_queue_get_time (queue, 2), ==, 40);
  genga_packet_queue_note (queue, 1, 50);
  g_assert_cmpfloat (genga_packet_queue_get_time (queue, 1), ==, 50);
  g_assert_cmpint (pop (queue, INFINITY, 2), ==, 40);
  g_assert_cmpuint (genga_packet_queue_get_size (queue), ==, 0);
}

/* A stream's packets stay in their order, whatever their times say; what is left is freed. */
static void
test_order_of_a_stream (void)
{
  g_autoptr (GengaPacketQueue) queue = genga_packet_queue_new (1);

  push (queue, 0, 5);
  push (queue, 0, 4);
  push (queue, 0, 6);
  g_assert_cmpint (pop (queue, 5, 0), ==, 5);
  g_assert_cmpint (pop (queue, 5, 0), ==, 4);
  g_assert_cmpint (pop (queue, 5, 0), ==, -1);
}

/* pts, dts, duration, raised by; for muxers that let times stand still, and for others. */
static void
test_raise (void)
{
  static const struct
  {
    gint64 before[3];
    gint64 still[4];
    gint64 strict[4];
  } cases[] = {
    { { 300, 300, 100 }, { 300, 300, 100, 0 }, { 300, 300, 100, 0 } },
    { { 1000, 1000, 0 }, { 1000, 1000, 0, 0 }, { 1000, 1000, 0, 0 } },
    { { 900, 900, 400 }, { 1000, 1000, 300, 100 }, { 1001, 1001, 299, 101 } },
    { { 950, 950, 20 }, { 1000, 1000, 0, 50 }, { 1002, 1002, 0, 52 } },
    /* shown later than decoded: only the decoding time moves */
    { { 1500, 990, 40 }, { 1500, 1000, 40, 10 }, { 1500, 1003, 40, 13 } },
    { { AV_NOPTS_VALUE, AV_NOPTS_VALUE, 40 },
      { AV_NOPTS_VALUE, 1000, 40, 0 },
      { AV_NOPTS_VALUE, 1004, 40, 1 } },
    { { 1600, AV_NOPTS_VALUE, 40 }, { 1600, 1600, 40, 0 }, { 1600, 1600, 40, 0 } },
  };

  for (int is_strict = 0; is_strict < 2; is_strict++)
    {
      gint64 last = AV_NOPTS_VALUE;

      for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          const gint64 *expected = is_strict ? cases[i].strict : cases[i].still;
          AVPacket packet = { .pts = cases[i].before[0],
                              .dts = cases[i].before[1],
                              .duration = cases[i].before[2] };
          gint64 raised = genga_packet_raise (&packet, &last, is_strict);

          g_assert_cmpint (packet.pts, ==, expected[0]);
          g_assert_cmpint (packet.dts, ==, expected[1]);
          g_assert_cmpint (packet.duration, ==, expected[2]);
          g_assert_cmpint (raised, ==, expected[3]);
          g_assert_cmpint (last, ==, packet.dts);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packet-queue/order", test_order);
  g_test_add_func ("/packet-queue/order-of-a-stream", test_order_of_a_stream);
  g_test_add_func ("/packet-queue/raise", test_raise);
  return g_test_run ();
}
