/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps around the network, in this order: hidden colours filled, transparency set aside (or
 * put on a background), [upscale], enhance, transparency put back, resize to the exact size.
 */
#pragma once

#include "steps/enhance.h"
#include "steps/step.h"

G_BEGIN_DECLS

/* A layout without its transparency, which is set aside. */
GengaLayout genga_layout_get_without_alpha (GengaLayout layout);

/* Fills the colours of pixels that are wholly transparent (steps/alpha-fill.h), before all else. */
GengaStep *genga_fill_hidden_step_new (void);

/*
 * Sets transparency aside, so that colours and alpha go through a network apart. With
 * `has_ground`, colours are put on black, which the network's step takes away again.
 */
GengaStep *genga_split_alpha_step_new (gboolean has_ground);

/*
 * The same for one item, whose frame has transparency and may be rows of a picture; `ground` is the
 * whole picture's, or NULL.
 */
gboolean genga_split_alpha (GengaItem *item, GengaFrame *ground, GError **error);

/*
 * Puts transparent pixels on a background for good. A layout that it has then: grey stays grey on
 * a grey background.
 */
GengaStep *genga_composite_step_new (const float background[3]);
GengaLayout genga_layout_get_composited (GengaLayout layout, const float background[3]);

GengaStep *
genga_enhance_step_new (const GengaEnhance *enhance, guint n_threads, GCancellable *cancellable);

/* Puts transparency back, which has the frame's size. For sources that have some. */
GengaStep *genga_join_alpha_step_new (void);

/* To exactly width x height pixels, colours weighed by transparency. */
GengaStep *
genga_resize_step_new (int width, int height, guint n_threads, GCancellable *cancellable);

G_END_DECLS
