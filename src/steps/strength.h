/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strength: how much of the network's result there is. The rest is a plain enlargement of what the
 * network got, by Lanczos (steps/resize.h) to the size that all passes come to:
 *   result = strength * made + (1 - strength) * enlarged
 * It comes straight after the network: before filters and the exact size, and in the colours that
 * the network works in; both are clamped to [0, 1] before. Where the network has made transparency,
 * this is blended as well, and colours have the weight of their alpha. At a strength of 0 an opaque
 * picture is the plain enlargement; at 1 nothing is done, so callers leave it out.
 *
 * Thread rule: any thread, on the caller's frames; results do not depend on `n_threads`.
 */
#pragma once

#include "core/item.h"
#include "core/rect.h"
#include "engine/session-types.h"

G_BEGIN_DECLS

/*
 * Blends `colour` and `alpha` (NULL: it stays), f32 frames that nobody else has: the part `place`
 * of what the network made of a picture, `factor` times as large. `region` has the picture's
 * pixels, all or those that genga_resize_part_get_source() says of the part, and `item` what else
 * there is of them: transparency, and whether they are on a ground. Errors:
 * GENGA_ERROR_OUT_OF_MEMORY, G_IO_ERROR_CANCELLED.
 */
gboolean genga_strength_apply (const GengaRegion *region,
                               const GengaItem *item,
                               int factor,
                               double strength,
                               const GengaRect *place,
                               GengaFrame *colour,
                               GengaFrame *alpha,
                               guint n_threads,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
