/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Labels: what values are called in the window. Results are translated and owned by the caller.
 */
#pragma once

#include "job/job.h"
#include "job/preview/grabbed-frame.h"

G_BEGIN_DECLS

/* "1920 × 1080" */
char *genga_label_dup_size (int width, int height);

/* "0:07", "1:02:30" */
char *genga_label_dup_duration (double seconds);

/* The same of what is over: below 10 seconds "0.4 s". */
char *genga_label_dup_elapsed (double seconds);

/* "0:07.25", "1:02:30.00" */
char *genga_label_dup_position (double seconds);

/* The value of an enumeration that options take ("FP16", "Automatic"). */
char *genga_label_dup_choice (GType type, int value);

/* A value as genga_options_format() has it ("main10": "Main 10"). */
char *genga_label_dup_value (GengaOption option, const char *value);

/* Length and rate of a video: "1:24, 23.976 fps"; "" where neither is known. */
char *genga_label_dup_length (const GengaSourceInfo *info);

/* How far a video is ("4.2 fps, 120 of 1440 frames, 12.4 MB"), or NULL. */
char *genga_label_dup_frames (GengaJob *job);

/* What a job is doing, in a few words. */
char *genga_label_dup_state (GengaJob *job);

G_END_DECLS
