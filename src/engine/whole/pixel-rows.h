/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a network has made, on its way into a frame. Thread rule: any thread. */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

/* Where a padded coordinate comes from: reflection for as long as it lasts, then repetition. */
static inline int
genga_pad_get_source (int i, int length)
{
  return i < length ? i : MAX (0, 2 * length - 2 - i);
}

/*
 * Clamps f32 samples to [0, 1], in place. FALSE where one of them is no number; then what they are
 * is undefined.
 */
gboolean genga_rows_clamp (const GengaView *view);

/* Numbers in [0, 1] as samples of another type: U8, U16 (rounded to nearest) or F32 as they are. */
void genga_rows_store (const float *in, gsize n, GengaSample sample, void *out);

/*
 * Writes a network's f32 pixels, clamped, into another view of U8, U16 or F32: the pixels as they
 * are; one channel as channel `channel` of `to`; or the luma of three, each clamped, as one.
 */
void genga_rows_translate (const GengaView *from, const GengaView *to, int channel);

G_END_DECLS
