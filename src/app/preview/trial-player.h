/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaTrialPlayer: the clip of a trial run: a part of a video and its result, playing beside each
 * other, again and again.
 *
 * A thread ("genga-trial") reads both, frame by frame, and is a few frames ahead; each pair is
 * shown when its time has come, or once it is there: a slow machine plays slowly and leaves nothing
 * out.
 *
 * Property `playing`. Signals: `frame` (GengaPicture *before, GengaPicture *after, double seconds
 * in the source); `failed` (const char *sentence).
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/compare/picture.h"
#include "core/options.h"

G_BEGIN_DECLS

#define GENGA_TYPE_TRIAL_PLAYER (genga_trial_player_get_type ())
G_DECLARE_FINAL_TYPE (GengaTrialPlayer, genga_trial_player, GENGA, TRIAL_PLAYER, GObject)

/*
 * `result` was made of `source` with `options`, which name the part, and lies in `folder`, which
 * goes with the clip. It does not play yet.
 */
GengaTrialPlayer *genga_trial_player_new (const char *source,
                                          const char *result,
                                          GengaOptions *options,
                                          const char *folder);

void genga_trial_player_set_playing (GengaTrialPlayer *self, gboolean is_playing);
gboolean genga_trial_player_is_playing (GengaTrialPlayer *self);

/* Waits for the thread; before the program ends. */
void genga_trial_player_shut_down (GengaTrialPlayer *self);

G_END_DECLS
