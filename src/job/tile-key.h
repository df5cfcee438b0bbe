/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tiles of a run depend on, as a text: two runs with equal texts compute the same tiles.
 *
 * Thread rule: any thread; looks at the source's and the model's file.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

/*
 * For `source` under frozen `options`: the files as they are now (path, size, time of change) and
 * every option that reaches the network. Free with g_free().
 */
char *genga_tile_key_new (const char *source, GengaOptions *options);

G_END_DECLS
