/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line of time through files in which times begin anew: recordings that were put one after the
 * other (transport and program streams). Two readers of the same packets in the same order move
 * them by the same amounts, so that picture and sound stay together although each has a reader of
 * its own.
 */
#pragma once

#include "media/video/av.h"

G_BEGIN_DECLS

typedef struct _GengaTimeline GengaTimeline;

/* `format` is borrowed and has to live as long. */
GengaTimeline *genga_timeline_new (const AVFormatContext *format);
void genga_timeline_free (GengaTimeline *self);

/*
 * Moves a packet that was just read to its time since the first recording's begin. Files whose
 * times do not begin anew by their kind are left alone. TRUE when a recording begins with this
 * packet that was not known before.
 */
gboolean genga_timeline_move (GengaTimeline *self, AVPacket *packet);

/* Reading goes on elsewhere in the file. */
void genga_timeline_jump (GengaTimeline *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaTimeline, genga_timeline_free)

G_END_DECLS
