/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parts of videos: what the options “from”, “to” and “clip-at” ask for.
 *
 * A preview clip is a job like any other: options with “clip-at” set (a time in seconds, as text)
 * make it render the seconds around that time, through the same stages and with the same result as
 * the whole video has there, into the job's requested target, else into one whose name ends in
 * GENGA_CLIP_SUFFIX. Sound and subtitles are in it. genga_job_new() with such options is all that a
 * window needs for it; a frame at a time comes from genga_source_seek().
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/options.h"
#include "media/source.h"

G_BEGIN_DECLS

#define GENGA_CLIP_SUFFIX "_clip"
#define GENGA_CLIP_SECONDS 5

/* Whether the options ask for a preview clip. */
gboolean genga_trim_is_clip (GengaOptions *options);

/* From where to where in a video the clip goes that the options ask for, in seconds. */
void
genga_trim_get_clip (const GengaSourceInfo *info, GengaOptions *options, double *from, double *to);

/*
 * From where to where the options ask for, in seconds; `*to` 0 = to the end. `info` of the whole
 * video, or NULL where its length is not known.
 */
void
genga_trim_get_range (const GengaSourceInfo *info, GengaOptions *options, double *from, double *to);

/* Limits a source, which is taken; `path` is for messages. Errors: as genga_trimmed_new(). */
GengaSource *
genga_trim_new (GengaSource *take_source, const char *path, GengaOptions *options, GError **error);

G_END_DECLS
