/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames that stay as pictures beside a video: a folder of its name with “.frames”,
 * and in it one for the upscaled frames and one for those of the source
 * (media/sequence/frame-folder.h).
 *
 * A frame is on the disk before it is coded, so whatever ends the job leaves the pictures of all
 * frames that it has reached. The same job later goes on with them. Upscaled frames that are there
 * only until the video is complete go after that, and nothing else does.
 *
 * Thread rule: genga_frame_dump_begin() and _source() belong to the thread that reads, _result()
 * and what is about the end to the one that writes; making and freeing are not beside them.
 */
#pragma once

#include "job/job.h"
#include "job/chain.h"
#include "media/video.h"

G_BEGIN_DECLS

typedef struct _GengaFrameDump GengaFrameDump;

/* Which frames stay; `options` are the job's. */
GengaKeepFrames genga_frame_dump_get_wanted (GengaOptions *options);

/*
 * `n_done`: frames of the video that an earlier run has finished.
 * Errors: as of genga_frame_folder_open().
 */
GengaFrameDump *genga_frame_dump_new (GengaJob *job,
                                      const GengaSource *source,
                                      const GengaChain *chain,
                                      const char *target,
                                      guint64 n_done,
                                      GError **error);

/* Folders without a frame go. */
void genga_frame_dump_free (GengaFrameDump *self);

/*
 * Before the first frame, which is number `first` of the video: `n_done`, unless the video begins
 * anew, and the frames with it. Errors: GENGA_ERROR_OUTPUT.
 */
gboolean genga_frame_dump_begin (GengaFrameDump *self, guint64 first, GError **error);

/* The next frame of the source, and the next one of the result. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_frame_dump_source (GengaFrameDump *self, GengaFrame *frame, GError **error);
gboolean genga_frame_dump_result (GengaFrameDump *self, GengaFrame *frame, GError **error);

/* All frames have come; where some are missing, they are no complete source. Errors:
 * GENGA_ERROR_OUTPUT. */
gboolean genga_frame_dump_finish (GengaFrameDump *self, GError **error);

/* The video is complete: what was kept until then goes. */
void genga_frame_dump_tidy (GengaFrameDump *self);

/* The same for a video that will not be completed. `options` are the job's. */
void genga_frame_dump_discard (const char *target, GengaOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaFrameDump, genga_frame_dump_free)

G_END_DECLS
