/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Of which kind the result of a video is: a video, an animated picture (GIF, APNG, WebP), or a
 * folder with a picture for each frame.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/options.h"
#include "media/source.h"

G_BEGIN_DECLS

/*
 * Whether options and the requested target (or NULL) ask for a folder of frames in the place of a
 * video.
 */
gboolean genga_frames_are_wanted (GengaOptions *options, const char *requested);

/* A requested target as a path, without slashes at its end. */
char *genga_frames_dup_target (const char *requested);

/*
 * The kind of animated picture that is asked for, or GENGA_CONTAINER_AUTO for a video: by option,
 * by the requested target's name, else animated pictures stay such.
 */
GengaContainer
genga_animation_choose (GengaOptions *options, const char *requested, const GengaSourceInfo *info);

/*
 * All kinds that are made (GengaOptionResults) of a source of this kind and container, as far as it
 * is known before it is opened: pictures of a video's frames may come beside it.
 */
guint genga_result_kinds_find (GengaOptions *options,
                               const char *requested,
                               GengaSourceKind kind,
                               const char *container);

/* The ending of a derived name (".gif"; "" for a folder). */
const char *genga_animation_get_ending (GengaContainer container, const GengaSourceInfo *info);

G_END_DECLS
