/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a job's result goes, and whether it can go there. Thread rule: any thread. */
#pragma once

#include "core/options.h"
#include "core/name-template.h"
#include "job/name-reservations.h"
#include "job/target-hints.h"

G_BEGIN_DECLS

/* The format that the options, else the target's name, else the source's format ask for. */
GengaFormat genga_target_choose_format (GengaOptions *options,
                                        const char *requested_target,
                                        GengaFormat source_format);

/* What a derived name is made for, and of. */
typedef struct
{
  const char *source;
  const GengaTargetHints *hints;
  const char *ending;   /* ".mkv", "_clip.mkv"; "" for a folder */
  GengaNameFacts facts; /* for templates; without `stem`, `index` and `date`, which follow */
  gboolean is_video;
  const char *frames; /* settings of a folder of frames, which goes on with equal ones; or NULL */
} GengaTargetRequest;

/*
 * Reserves a path for a job that names none: the stem that the options ask for + `ending`, in the
 * options' output folder, else beside the source, or below it; with a number where another job has
 * the name, or a file where the options ask for a number. The folder need not be there.
 */
void genga_target_reserve (GengaReservation *target,
                           const GengaTargetRequest *request,
                           GengaOptions *options);

/*
 * The same for a path that the user named: with a number only for a file that is there. `frames`
 * as in GengaTargetRequest.
 */
void genga_target_reserve_named (GengaReservation *target,
                                 const char *path,
                                 const char *frames,
                                 GengaOptions *options);

/* `path` with `format`'s ending in the place of another format's, or after it. */
char *genga_target_replace_suffix (const char *path, GengaFormat format);

/*
 * What can be known before the work: the folder is there, or can be made where the options name
 * one; it is writable, nothing is replaced without consent, the source is never replaced by
 * accident. Errors: GENGA_ERROR_EXISTS, GENGA_ERROR_OUTPUT.
 */
gboolean
genga_target_check (const char *target, const char *source, GengaOptions *options, GError **error);

/* Makes the folder of a path that passed the check. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_target_make_folder (const char *target, GengaOptions *options, GError **error);

G_END_DECLS
