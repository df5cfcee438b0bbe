/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The packets of a source's file that are copied, in the order of their times. The file is opened a
 * second time for them, so that nothing has to wait in memory for the frames that belong to it.
 *
 * Files put streams far from one another, and subtitles long before they are shown. So much is read
 * that no stream of sound or pictures waits for another, within bounds of time and memory.
 *
 * Thread rule: one thread at a time; the file is read in a guard's thread (media/guard.h).
 */
#pragma once

#include "media/source.h"
#include "media/video/av.h"
#include "media/video/write/packet-queue.h"

G_BEGIN_DECLS

typedef struct _GengaPacketSource GengaPacketSource;

/*
 * Opens origin->stream_source and reads its first packets. Errors: GENGA_ERROR_INPUT,
 * _INCOMPLETE (it is another file by now), G_IO_ERROR_CANCELLED.
 */
GengaPacketSource *
genga_packet_source_new (const GengaOrigin *origin, GengaProgress *progress, GError **error);
/* `self` may be NULL. */
void genga_packet_source_free (GengaPacketSource *self);

/* What is open; borrowed. */
AVFormatContext *genga_packet_source_get_format (const GengaPacketSource *self);
/* The stream that is upscaled, or -1. */
int genga_packet_source_get_upscaled (const GengaPacketSource *self);
/* What was read ahead; borrowed. Its times are the file's. */
const GengaPacketQueue *genga_packet_source_get_queue (const GengaPacketSource *self);

/* Whether that was the whole file. */
gboolean genga_packet_source_has_ended (const GengaPacketSource *self);

/* Which streams are wanted, for each of the file's; nothing is read ahead after that. */
void genga_packet_source_choose (GengaPacketSource *self, const gboolean *is_wanted);

/*
 * The next packet that is wanted and not after `until`, in seconds of the result: 1, or 0 where
 * there is none by now, or -1. Its times are the file's. Errors: as for opening.
 */
int
genga_packet_source_next (GengaPacketSource *self, double until, AVPacket *packet, GError **error);

/* At the end: whether the file could be read and is what it was. Errors: GENGA_ERROR_INCOMPLETE. */
gboolean genga_packet_source_check (GengaPacketSource *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPacketSource, genga_packet_source_free)

G_END_DECLS
