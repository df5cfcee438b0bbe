/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Videos that become pictures: an animated one (GIF, APNG, WebP), or a folder with one for each
 * frame (media/sequence/frame-folder.h), which goes on where it was interrupted.
 *
 * Thread rule: as for GengaWork; reading and writing may overlap.
 */
#pragma once

#include "job/job.h"
#include "job/plan/plan.h"
#include "media/media.h"
#include "media/video.h"

G_BEGIN_DECLS

/* How the pictures of a folder of frames are written. */
GengaPictureSave genga_frames_choose_save (GengaJob *job);

/* The video that the frames of a folder are of, one for one; NULL: none. `has_rate`: times are new.
 */
const char *
genga_frames_get_companion (GengaJob *job, const GengaOrigin *origin, gboolean has_rate);

typedef struct _GengaPictureOutput GengaPictureOutput;

/*
 * What `plan` says: an animated picture, or a folder. `source` is borrowed, and may be moved to the
 * first frame that is missing. Errors: GENGA_ERROR_USAGE, GENGA_ERROR_OUTPUT.
 */
GengaPictureOutput *genga_picture_output_new (const GengaVideo *video,
                                              GengaSource *source,
                                              GengaJob *job,
                                              const GengaPlan *plan,
                                              const char *target,
                                              GError **error);
void genga_picture_output_free (GengaPictureOutput *self);

/* Frames that are there from an earlier time. */
guint64 genga_picture_output_get_n_done (GengaPictureOutput *self);

gboolean genga_picture_output_write (GengaPictureOutput *self, GengaFrame *frame, GError **error);
gboolean genga_picture_output_finish (GengaPictureOutput *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPictureOutput, genga_picture_output_free)

G_END_DECLS
