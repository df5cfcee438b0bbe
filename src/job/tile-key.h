/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tiles of a run depend on, as a text: two runs with equal texts compute the same tiles.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "job/chain.h"

G_BEGIN_DECLS

/*
 * The files of `source` and of the model that `options` name, as they are now: path, size, times,
 * the file's number. Looks at them. Free with g_free().
 */
char *genga_tile_key_dup_fingerprint (const char *source, GengaOptions *options);

/*
 * Of a run by `chain`, which was opened after the files were stamped: they, what it chose, and
 * every option that reaches the network. Free with g_free().
 */
char *genga_tile_key_new (const char *fingerprint, const GengaChain *chain);

/* Whether both make the same pixels of a picture, files apart. */
gboolean genga_tile_key_look_same (GengaOptions *a, GengaOptions *b);

/* Whether, besides, frames of videos give the same, as far as a single one shows. */
gboolean genga_tile_key_look_same_in_video (GengaOptions *a, GengaOptions *b);

G_END_DECLS
