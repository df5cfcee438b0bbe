/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A picture's rows on their way from who makes them to an encoder that asks for them: frames of one
 * width, one below the other. At most two wait.
 *
 * Thread rule: one thread gives rows and one takes them.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

typedef struct _GengaRowFeed GengaRowFeed;

GengaRowFeed *genga_row_feed_new (void);
/* Once neither side uses it. */
void genga_row_feed_free (GengaRowFeed *self);

/* The giver: the next rows, once there is room. FALSE: nobody takes them any more. */
gboolean genga_row_feed_give (GengaRowFeed *self, GengaFrame *frame);
/* The giver: there are no more. */
void genga_row_feed_end (GengaRowFeed *self);

/*
 * The taker: the frame that has row `y` of the picture, and which row is its first; NULL: there are
 * no such rows. Frames above are let go: rows are asked for from top to bottom. Owned.
 */
GengaFrame *genga_row_feed_take (GengaRowFeed *self, int y, int *first);
/* The taker: it asks for no more. */
void genga_row_feed_close (GengaRowFeed *self);
/* Any thread. */
gboolean genga_row_feed_is_closed (GengaRowFeed *self);

G_END_DECLS
