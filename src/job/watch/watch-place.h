/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folders of a watch: what is watched, where results go, and where sources go that are done.
 * They are apart from one another, so that nothing is made of results.
 *
 * Thread rule: any thread. Blocks.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* All absolute and without links. */
typedef struct
{
  char *root;
  char *results;
  char *done; /* below `root`; NULL: sources stay. It is made when it is needed. */
} GengaWatchPlace;

/* What the folder of done sources is called in the watched one, and that of results unless another
 * one is chosen. */
#define GENGA_WATCH_DONE_FOLDER "done"
#define GENGA_WATCH_RESULTS_FOLDER "upscaled"

/*
 * Makes the folder of results; `results` NULL: the usual one. Errors: GENGA_ERROR_INPUT,
 * GENGA_ERROR_OUTPUT, GENGA_ERROR_USAGE where results would lie where sources come from.
 */
gboolean genga_watch_place_init (GengaWatchPlace *self,
                                 const char *folder,
                                 const char *results,
                                 gboolean moves_done,
                                 GError **error);
void genga_watch_place_clear (GengaWatchPlace *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaWatchPlace, genga_watch_place_clear)

G_END_DECLS
