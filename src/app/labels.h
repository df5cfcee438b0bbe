/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Labels: what values are called in the window. Results are translated and owned by the caller.
 */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

/* "1920 × 1080" */
char *genga_label_dup_size (int width, int height);

/* "0:07", "1:02:30" */
char *genga_label_dup_duration (double seconds);

/* The value of an enumeration that options take ("FP16", "Automatic"). */
char *genga_label_dup_choice (GType type, int value);

/* What a job is doing, in a few words. */
char *genga_label_dup_state (GengaJob *job);

G_END_DECLS
