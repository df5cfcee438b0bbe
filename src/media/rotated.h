/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source mirrored and rotated as players show it, for results that cannot ask players to do it.
 */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/* Whether a player shows frames otherwise than they are. */
gboolean genga_rotated_is_needed (const GengaSourceInfo *info);

/* Whether frames can be rotated as the source asks: by right angles. */
gboolean genga_rotated_is_possible (const GengaSourceInfo *info);

/* Takes the source, and is it where nothing can be or has to be rotated. */
GengaSource *genga_rotated_new (GengaSource *take_inner);

G_END_DECLS
