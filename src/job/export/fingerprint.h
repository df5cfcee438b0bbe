/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a finished segment depends on: source, model, options, encoder, engine. Segments are only
 * ever used with others whose fingerprint is the same.
 *
 * A fingerprint is one line of ASCII, to be recorded whole and compared by
 * genga_print_forms_match(), for it also says what earlier versions would have recorded. Options
 * at their default, Genga's version and the order of the options are not in it.
 *
 * Thread rule: any thread, on frozen options.
 */
#pragma once

#include "job/chain.h"

G_BEGIN_DECLS

/*
 * The fingerprint of all that changes a byte of the picture, which `chain` makes. `coding` is the
 * encoder's part. Files count by what is in them (of a source, its size and pieces of it), not by
 * names and times. Free with g_free(). NULL where one cannot be read, which does not mean that
 * anything has changed. Errors: GENGA_ERROR_INPUT.
 */
char *genga_fingerprint_dup (const char *source,
                             const GengaChain *chain,
                             const char *coding,
                             GError **error);

/* The options that were set, as genga_options_restore() takes them, for a result of a known name.
 */
char *genga_fingerprint_dup_options (GengaOptions *options);

G_END_DECLS
