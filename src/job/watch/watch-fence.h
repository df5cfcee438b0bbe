/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the folders of a watch are those that a process was confined to, rather than others that
 * have got their names.
 *
 * Thread rule: any thread. Blocks.
 */
#pragma once

#include "job/watch/watch-file.h"

G_BEGIN_DECLS

typedef struct
{
  GengaWatchStamp folder;
  GengaWatchStamp output;
  gboolean opens_results;
} GengaWatchFence;

/* As they are now. */
void genga_watch_fence_init (GengaWatchFence *self, const char *root, const char *results);

/* FALSE: `*lost` is the one that has gone or is another one, `*code` the GengaError of that. */
gboolean genga_watch_fence_check (const GengaWatchFence *self,
                                  const char *root,
                                  const char *results,
                                  const char **lost,
                                  int *code);

G_END_DECLS
