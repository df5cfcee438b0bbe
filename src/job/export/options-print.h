/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What fingerprints say of options (job/export/fingerprint.h), and those that are of options alone.
 *
 * Thread rule: any thread, on frozen options.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

/*
 * A fingerprint has forms, the newest first, with blanks between them: "3:SUM 2:SUM". A recorded
 * one is compared in its own newest form, so what an earlier version has finished still counts.
 *
 * This one changes with what segments are like where nothing else tells: with every change of ours
 * that gives other bytes for the same options, that of an option's default among them. Earlier
 * forms go with that, for their segments do not fit any more.
 */
#define GENGA_OPTIONS_PRINT_FORMAT "3"

/*
 * The options that count (array of GengaOption), by name, for rows of the table may change places.
 * Those at their default are left out, so that one that is new takes nothing away.
 */
GArray *genga_options_print_list (GengaOptions *options);

/* Whether an option may change a result: what belongs to some ways of reuse does so only there. */
gboolean genga_options_has_say (GengaOptions *options, GengaOption option);
/* Those of the earlier form in its order; what came later is told where it is in use. */
GArray *genga_options_print_list_earlier (GengaOptions *options);

/* Both sums in one line; free with g_free(). */
char *genga_options_print_dup_forms (const char *now, const char *earlier);

/* The fingerprint of a folder of frames in a video's place: options, and the source by name, size
 * and time. */
char *genga_options_print_dup_frames (const char *source, GengaOptions *options);

G_END_DECLS
