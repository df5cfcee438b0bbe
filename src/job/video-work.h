/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One video's work: what the stages of a pipeline do for it, from its file to the file of its
 * result.
 *
 * Thread rule: as for GengaWork; reading, the steps and writing may overlap.
 */
#pragma once

#include "core/item.h"
#include "job/name-reservations.h"
#include "job/chain.h"
#include "media/video.h"

G_BEGIN_DECLS

typedef struct _GengaVideoWork GengaVideoWork;

/*
 * Opens the source, plans, opens `chain` (borrowed), reserves the target's name in `target`
 * (borrowed) and prepares the target; everything that can be refused is refused here.
 */
GengaVideoWork *
genga_video_work_new (GengaJob *job, GengaChain *chain, GengaReservation *target, GError **error);
void genga_video_work_free (GengaVideoWork *self);

/* The next frame. NULL at the end, and with an error; a source that was cut off is one. */
GengaItem *genga_video_work_read (GengaVideoWork *self, GError **error);

/*
 * What the plan's steps make of a frame, in their order. Where a frame may be made of earlier ones
 * that only look like it, it is never made of those of another segment: the result is the same
 * wherever the work was interrupted.
 */
GengaItem *genga_video_work_process (GengaVideoWork *self, GengaItem *take_item, GError **error);

/* Frames that were the ones before, and went around the steps. */
guint64 genga_video_work_get_n_repeated (GengaVideoWork *self);

/* Frames of the result that are written; those of an earlier run count. */
guint64 genga_video_work_get_n_frames (GengaVideoWork *self);

gboolean genga_video_work_write (GengaVideoWork *self, GengaFrame *frame, GError **error);

/*
 * Ends the file. TRUE with GENGA_ERROR_INCOMPLETE: it is there, and made of a source with damaged
 * frames.
 */
gboolean genga_video_work_finish (GengaVideoWork *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoWork, genga_video_work_free)

G_END_DECLS
