/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaClip: a part of a video and what became of it, playing beside each other, again and again.
 *
 * A thread ("genga-clip") reads both, frame by frame, and is a few frames ahead; each pair is shown
 * when its time has come, or once it is there: a slow machine plays slowly and leaves nothing out.
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

#define GENGA_TYPE_CLIP (genga_clip_get_type ())
G_DECLARE_FINAL_TYPE (GengaClip, genga_clip, GENGA, CLIP, GObject)

/*
 * `result` was made of `source` with `options`, which name the part, and lies in `folder`, which
 * goes with the clip. It does not play yet.
 */
GengaClip *
genga_clip_new (const char *source, const char *result, GengaOptions *options, const char *folder);

void genga_clip_set_playing (GengaClip *self, gboolean is_playing);
gboolean genga_clip_is_playing (GengaClip *self);

/* Waits for the thread; before the program ends. */
void genga_clip_shut_down (GengaClip *self);

G_END_DECLS
