/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Room on the disk for one result: what it may need, and what is done when there is none left.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "core/progress.h"

G_BEGIN_DECLS

typedef struct _GengaDiskSpace GengaDiskSpace;

/*
 * For the result `target`. `waits`: a full disk is waited out, with a notice, until there is room
 * or the job is cancelled; else it ends the job.
 */
GengaDiskSpace *genga_disk_space_new (const char *target, gboolean waits, GengaProgress *progress);
void genga_disk_space_free (GengaDiskSpace *self);

/*
 * Before the start: refuses what cannot fit, and says what may not. `bytes` is what will be
 * written; `is_known`: within bounds that the codec keeps. Errors: GENGA_ERROR_OUTPUT.
 */
gboolean
genga_disk_space_check (GengaDiskSpace *self, double bytes, gboolean is_known, GError **error);

/*
 * Before the start: refuses a result that the file system of its folder has no files for (FAT's end
 * at 4 GB), and says what may be too large. `bytes` of the result alone, `is_known` as above.
 * Errors: GENGA_ERROR_OUTPUT.
 */
gboolean
genga_disk_space_check_file (GengaDiskSpace *self, double bytes, gboolean is_known, GError **error);

/* What is still to be written, for messages. */
void genga_disk_space_set_need (GengaDiskSpace *self, double bytes);

/* The disk is full: TRUE to try once more. `data` is the GengaDiskSpace. */
gboolean genga_disk_space_wait (gpointer data);

/* Says that it goes on, where it was said that the disk is full. */
void genga_disk_space_go_on (GengaDiskSpace *self);

/* Whether the disk being full has ended the job; then puts the sentence about it in `*error`. */
gboolean genga_disk_space_explain (GengaDiskSpace *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaDiskSpace, genga_disk_space_free)

G_END_DECLS
