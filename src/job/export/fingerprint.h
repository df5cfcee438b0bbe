/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a finished segment depends on: source, model, options, programs. Segments are only ever used
 * with others whose settings are the same.
 *
 * Thread rule: any thread, on frozen options.
 */
#pragma once

#include "job/plan.h"

G_BEGIN_DECLS

/*
 * A checksum of all that changes a byte of the picture. `coding` is the encoder's part. Files count
 * by what is in them (of a source, its size and pieces of it), not by names and times. Free with
 * g_free(). NULL where one cannot be read, which does not mean that anything has changed. Errors:
 * GENGA_ERROR_INPUT.
 */
char *genga_fingerprint_dup (const char *source,
                             const GengaPlan *plan,
                             GengaOptions *options,
                             const char *coding,
                             GError **error);

/*
 * A checksum of what a file holds, taken from its size and pieces of it; NULL where there is no
 * plain file that can be read. Free with g_free().
 */
char *genga_fingerprint_dup_print (const char *path);

/* The options that were set, as genga_options_restore() takes them, for a result of a known name.
 */
char *genga_fingerprint_dup_options (GengaOptions *options);

G_END_DECLS
