/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a job's result goes, and whether it can go there. Thread rule: any thread. */
#pragma once

#include "core/options.h"
#include "job/name-reservations.h"

G_BEGIN_DECLS

/* The format that the options, else the target's name, else the source's format ask for. */
GengaFormat genga_target_choose_format (GengaOptions *options,
                                        const char *requested_target,
                                        GengaFormat source_format);

/*
 * Reserves a path for a job that names none: STEM + suffix + `ending` (".mkv") in the options'
 * output folder, else beside the source, with a number where another job has the name. The stem is
 * `name`, where the options ask for one of a list, else the source's.
 */
void genga_target_reserve (GengaReservation *target,
                           const char *source,
                           const char *name,
                           GengaOptions *options,
                           const char *ending);

/* `path` with `format`'s ending in the place of another format's, or after it. */
char *genga_target_replace_suffix (const char *path, GengaFormat format);

/*
 * What can be known before the work: the folder is there and writable, nothing is replaced without
 * consent, the source is never replaced by accident. Errors: GENGA_ERROR_OUTPUT.
 */
gboolean
genga_target_check (const char *target, const char *source, GengaOptions *options, GError **error);

G_END_DECLS
