/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a job's result goes, and whether it can go there (FMT-9, F7). Thread rule: any thread. */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

/* The format that the options, else the target's name, else the source's format ask for. */
GengaFormat genga_target_choose_format (GengaOptions *options,
                                        const char *wished_target,
                                        GengaFormat source_format);

/* The results that jobs are about to write, so that no two get one name. */
typedef struct _GengaNameReservations GengaNameReservations;

GengaNameReservations *genga_name_reservations_new (void);
void genga_name_reservations_free (GengaNameReservations *self);
/* FALSE where the file is claimed already, by whatever spelling of its path. */
gboolean genga_name_reservations_add (GengaNameReservations *self, const char *path);
void genga_name_reservations_remove (GengaNameReservations *self, const char *path);

/*
 * STEM + suffix + the format's ending in the options' output folder, else beside the source, with a
 * number where that is claimed. The stem is `name`, where the options ask for one of a list, else
 * the source's. The path is claimed for the caller.
 */
char *genga_target_reserve_path (const char *source,
                                 const char *name,
                                 GengaOptions *options,
                                 GengaFormat format,
                                 GengaNameReservations *claims);

/* The same with any ending (".mkv"). */
char *genga_target_reserve_path_with_ending (const char *source,
                                             const char *name,
                                             GengaOptions *options,
                                             const char *ending,
                                             GengaNameReservations *claims);

/* `path` with `format`'s ending in the place of another format's, or after it. */
char *genga_target_replace_suffix (const char *path, GengaFormat format);

/*
 * What can be known before the work: the folder is there and writable, nothing is replaced without
 * consent, the source is never replaced by accident. Errors: GENGA_ERROR_OUTPUT.
 */
gboolean
genga_target_check (const char *target, const char *source, GengaOptions *options, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaNameReservations, genga_name_reservations_free)

G_END_DECLS
