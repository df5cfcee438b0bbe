/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames that came before, bit for bit: their result is handed on once more, with their own times,
 * instead of being made again. The last one is compared itself; of others, which make loops and
 * credits, only prints are kept, and results in the form that the sink gave them (GengaFrameTwin).
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "core/item.h"
#include "job/chain.h"

G_BEGIN_DECLS

typedef struct _GengaDuplicates GengaDuplicates;

/* `chain` is borrowed. Results of earlier frames than the last one take `max_bytes`, about. */
GengaDuplicates *genga_duplicates_new (const GengaChain *chain, guint64 max_bytes);
void genga_duplicates_free (GengaDuplicates *self);

/* What the plan's steps make of an item, as genga_step_chain_run(). */
GengaItem *genga_duplicates_run (GengaDuplicates *self, GengaItem *take_item, GError **error);

/* The next frame is made anew, whatever it is like. */
void genga_duplicates_forget (GengaDuplicates *self);

/* Frames whose result was there. */
guint64 genga_duplicates_get_n (GengaDuplicates *self);

G_END_DECLS
