/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaTester: upscales one picture whole, or the seconds of a video around a place, exactly as a
 * job does, and keeps nothing of it but what is shown (UI-27).
 *
 * Properties: `running`; `fraction`, 0 to 1. Signal `ended` (GObject *result, const char
 * *sentence): a GengaPicture or a GengaClip, or why there is none, or neither after a stop.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/picture.h"
#include "core/options.h"
#include "engine/tile-store.h"

G_BEGIN_DECLS

#define GENGA_TYPE_TESTER (genga_tester_get_type ())
G_DECLARE_FINAL_TYPE (GengaTester, genga_tester, GENGA, TESTER, GObject)

GengaTester *genga_tester_new (void);

/*
 * Nothing while a test runs. `seconds`: the place in a video; < 0 for a picture. `tiles` (may be
 * NULL) are those that a preview has computed; what the test computes stays with them or, where
 * they are for something else, in a store of its own.
 */
void genga_tester_start (GengaTester *self,
                         const char *source,
                         double seconds,
                         GengaOptions *options,
                         GengaTileStore *tiles);
/* Ends between two layers of the network. */
void genga_tester_stop (GengaTester *self);

/* As stop, and waits for it; before the program ends. No signal follows. */
void genga_tester_shut_down (GengaTester *self);

gboolean genga_tester_is_running (GengaTester *self);
double genga_tester_get_fraction (GengaTester *self);

/* Of the last test; NULL before. The tiles may be given back. */
GengaOptions *genga_tester_get_options (GengaTester *self);
const char *genga_tester_get_source (GengaTester *self);
GengaTileStore *genga_tester_get_tiles (GengaTester *self);
void genga_tester_forget_tiles (GengaTester *self);

G_END_DECLS
