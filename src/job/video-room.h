/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Room on the disk for one result: what it may need, and what is done when there is none left.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "core/progress.h"

G_BEGIN_DECLS

typedef struct _GengaRoom GengaRoom;

/*
 * For the result `target`. `waits`: a full disk is waited out, with a notice, until there is room
 * or the job is cancelled; else it ends the job.
 */
GengaRoom *genga_room_new (const char *target, gboolean waits, GengaProgress *progress);
void genga_room_free (GengaRoom *self);

/*
 * Before the start: refuses what cannot fit, and says what may not. `bytes` is what will be
 * written; `is_known`: within bounds that the codec keeps. Errors: GENGA_ERROR_OUTPUT.
 */
gboolean genga_room_check (GengaRoom *self, double bytes, gboolean is_known, GError **error);

/* What is still to be written, for messages. */
void genga_room_set_need (GengaRoom *self, double bytes);

/* The disk is full: TRUE to try once more. `data` is the GengaRoom. */
gboolean genga_room_wait (gpointer data);

/* Says that it goes on, where it was said that the disk is full. */
void genga_room_go_on (GengaRoom *self);

/* Whether the disk being full has ended the job; then puts the sentence about it in `*error`. */
gboolean genga_room_explain (GengaRoom *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaRoom, genga_room_free)

G_END_DECLS
