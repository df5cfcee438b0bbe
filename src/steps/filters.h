/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps around the network, in this order: transparency set aside, [upscale], enhance,
 * resize to the exact size, transparency put back.
 */
#pragma once

#include "steps/enhance.h"
#include "steps/step.h"

G_BEGIN_DECLS

/* A layout without its transparency, which is set aside. */
GengaLayout genga_layout_get_without_alpha (GengaLayout layout);

/*
 * Sets transparency aside; it never passes through a network or a filter. Where it is not
 * to be kept, transparent pixels are put on white.
 */
GengaStep *genga_split_alpha_step_new (gboolean keep);

GengaStep *
genga_enhance_step_new (const GengaEnhance *enhance, guint n_threads, GCancellable *cancellable);

/* To exactly width x height pixels. */
GengaStep *
genga_resize_step_new (int width, int height, guint n_threads, GCancellable *cancellable);

/*
 * Puts the transparency that was set aside back, enlarged to the frame's size. For sources that
 * have some.
 */
GengaStep *genga_join_alpha_step_new (guint n_threads, GCancellable *cancellable);

G_END_DECLS
