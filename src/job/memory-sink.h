/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results that stay in memory. */
#pragma once

#include "media/sink.h"

G_BEGIN_DECLS

/* Where such a result is found: reference-counted, and of any thread. */
typedef struct _GengaMemoryFrame GengaMemoryFrame;

GengaMemoryFrame *genga_memory_frame_new (void);
GengaMemoryFrame *genga_memory_frame_ref (GengaMemoryFrame *self);
void genga_memory_frame_unref (GengaMemoryFrame *self);

/* The last frame of a sink that was finished; NULL where there is none. */
GengaFrame *genga_memory_frame_dup (GengaMemoryFrame *self);
/* Where a sink of another process was finished. */
void genga_memory_frame_set (GengaMemoryFrame *self, GengaFrame *frame);

/*
 * Keeps the last frame, which is in `memory` once it is finished, with the samples that a lossless
 * file has: of `bit_depth` bits, 8 or 16; 0 = 8 for frames of 8 bits, else 16. With a `height`,
 * frames are rows of one picture of that height, from top to bottom.
 */
GengaSink *genga_memory_sink_new (GengaMemoryFrame *memory, int bit_depth, int height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaMemoryFrame, genga_memory_frame_unref)

G_END_DECLS
