/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets that were read before it is their time. Each stream's stay in their order; across streams
 * they come out by time, however far a file has put them from one another.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "media/video/av.h"

G_BEGIN_DECLS

typedef struct _GengaPacketQueue GengaPacketQueue;

GengaPacketQueue *genga_packet_queue_new (guint n_streams);
/* `self` may be NULL. */
void genga_packet_queue_free (GengaPacketQueue *self);

/* Takes the content of a packet of stream packet->stream_index, whose time is `seconds`. FALSE:
 * there is no memory. */
gboolean genga_packet_queue_push (GengaPacketQueue *self, AVPacket *packet, double seconds);
/* Notes a packet that nobody wants: only that its stream was read so far. */
void genga_packet_queue_note (GengaPacketQueue *self, guint stream, double seconds);
/* The earliest packet that is not after `until`; FALSE where there is none. */
gboolean genga_packet_queue_pop (GengaPacketQueue *self, double until, AVPacket *packet);
/* Packet `index` of a stream, counted from the next one; borrowed, NULL where there is none. */
const AVPacket *genga_packet_queue_peek (const GengaPacketQueue *self, guint stream, guint index);

/* The latest time that was read of a stream; -INFINITY where there is none yet. */
double genga_packet_queue_get_time (const GengaPacketQueue *self, guint stream);
/* Bytes of all packets in it. */
gsize genga_packet_queue_get_size (const GengaPacketQueue *self);

/*
 * Raises a packet's decoding time to what a muxer takes after `*last`, by as little as possible:
 * to the same time, or where `is_strict` to the next one. It is not shown before that, and ends
 * when it ended. The first packet's `*last` is AV_NOPTS_VALUE. Returns by how much.
 */
gint64 genga_packet_raise (AVPacket *packet, gint64 *last, gboolean is_strict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPacketQueue, genga_packet_queue_free)

G_END_DECLS
