/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The figures of a video's work: counts for statistics, and the frame mapping.
 *
 * Thread rule: any thread, on the caller's objects.
 */
#pragma once

#include "job/job.h"
#include "steps/step.h"

G_BEGIN_DECLS

/* Takes over what the upscale step counts; `upscale` NULL: no network. */
void genga_frame_stats_take (GengaJobFacts *facts, GengaStep *upscale);

/* The share of frames that repeat others, in per cent. */
double genga_frame_stats_get_duplicate_percentage (const GengaJobFacts *facts);

/*
 * Where the frame mapping of a result goes: beside a file, in a folder. Free with g_free().
 */
char *genga_frame_stats_dup_mapping_path (const char *target);

/*
 * Writes the frame mapping: which frame's result each of the frames shows, and which were made in
 * part of earlier ones. `origins`: of GengaReuseOrigin. Errors: GENGA_ERROR_OUTPUT.
 */
gboolean genga_frame_stats_write_mapping (const char *path, const GArray *origins, GError **error);

/* Adds to `sum` what has become more in `now` since `before`: all that is counted or lasts. */
void genga_frame_stats_add_difference (GengaJobFacts *sum,
                                       const GengaJobFacts *now,
                                       const GengaJobFacts *before);

G_END_DECLS
