/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaKinds: what kinds of sources a queue holds, told by their first bytes in a thread.
 *
 * Properties: `has-pictures`, `has-videos`. An empty queue is one of pictures.
 *
 * Thread rule: main context only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_TYPE_KINDS (genga_kinds_get_type ())
G_DECLARE_FINAL_TYPE (GengaKinds, genga_kinds, GENGA, KINDS, GObject)

/* `jobs` is a list of GengaJob, which is watched. */
GengaKinds *genga_kinds_new (GListModel *jobs);

gboolean genga_kinds_has_pictures (GengaKinds *self);
gboolean genga_kinds_has_videos (GengaKinds *self);

G_END_DECLS
