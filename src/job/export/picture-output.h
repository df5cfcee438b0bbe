/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Videos that become pictures: an animated one (GIF, APNG, WebP), or a folder with one for each
 * frame (media/sequence/frame-folder.h), which goes on where it was interrupted.
 *
 * Thread rule: as for GengaWork; reading and writing may overlap.
 */
#pragma once

#include "job/job.h"
#include "job/plan.h"
#include "media/media.h"
#include "media/video.h"

G_BEGIN_DECLS

/*
 * Whether options and the wished target (or NULL) ask for a folder of frames in the place of a
 * video.
 */
gboolean genga_frames_are_wanted (GengaOptions *options, const char *wished);

/* A wished target as a path, without slashes at its end. */
char *genga_frames_dup_target (const char *wished);

/*
 * The kind of animated picture that is asked for, or GENGA_CONTAINER_AUTO for a video: by option,
 * by the wished target's name, else animated pictures stay such.
 */
GengaContainer
genga_animation_choose (GengaOptions *options, const char *wished, const GengaSourceInfo *info);

/* The ending of a derived name (".gif"; "" for a folder). */
const char *genga_animation_get_ending (GengaContainer container, const GengaSourceInfo *info);

/* How the pictures of a folder of frames are written. */
GengaPictureSave genga_frames_choose_save (GengaJob *job);

/* The video that the frames of a folder are of, one for one; NULL: none. `has_rate`: times are new.
 */
const char *
genga_frames_get_companion (GengaJob *job, const GengaOrigin *origin, gboolean has_rate);

typedef struct _GengaPictureOutput GengaPictureOutput;

/*
 * `container`: of an animated picture, or AUTO for a folder. `source` is borrowed, and may be moved
 * to the first frame that is missing. Errors: GENGA_ERROR_USAGE, GENGA_ERROR_OUTPUT.
 */
GengaPictureOutput *genga_picture_output_new (const GengaVideo *video,
                                              GengaSource *source,
                                              GengaJob *job,
                                              const GengaPlan *plan,
                                              const char *target,
                                              GengaContainer container,
                                              GError **error);
void genga_picture_output_free (GengaPictureOutput *self);

/* Frames that are there from an earlier time. */
guint64 genga_picture_output_get_n_done (GengaPictureOutput *self);

gboolean genga_picture_output_write (GengaPictureOutput *self, GengaFrame *frame, GError **error);
gboolean genga_picture_output_finish (GengaPictureOutput *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPictureOutput, genga_picture_output_free)

G_END_DECLS
