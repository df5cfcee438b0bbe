/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames that are the ones before them, bit for bit: their result is handed on once more, with
 * their own times, instead of being made again.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "core/item.h"
#include "job/plan.h"

G_BEGIN_DECLS

typedef struct _GengaVideoRepeats GengaVideoRepeats;

/* `plan` is borrowed. */
GengaVideoRepeats *genga_video_repeats_new (const GengaPlan *plan);
void genga_video_repeats_free (GengaVideoRepeats *self);

/* What the plan's steps make of an item, as genga_step_chain_run(). */
GengaItem *genga_video_repeats_run (GengaVideoRepeats *self, GengaItem *take_item, GError **error);

/* The next frame is made anew, whatever it is like. */
void genga_video_repeats_forget (GengaVideoRepeats *self);

/* Frames whose result was there. */
guint64 genga_video_repeats_get_n (GengaVideoRepeats *self);

G_END_DECLS
