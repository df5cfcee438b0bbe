/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A source whose calls may never come back is opened and used in a thread of its own, which is left
 * to itself where nothing happens in it (media/guard.h).
 */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/* Makes the source that is watched; in the guard's thread. */
typedef GengaSource *(*GengaWatchdogOpenFunc) (const char *path,
                                               const GengaSourceParams *params,
                                               GError **error);

/* Errors: those of `open`, and what genga_guard_run() has. */
GengaSource *genga_watchdog_open (GengaWatchdogOpenFunc open,
                                  const char *path,
                                  const GengaSourceParams *params,
                                  GError **error);

G_END_DECLS
