/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attention inside windows and between channels. For src/engine/reference only. */
#pragma once

#include "engine/reference/reference-step.h"

G_BEGIN_DECLS

/* Both answer FALSE where there is no memory. */
gboolean genga_reference_window_attention (const GengaReferenceStep *step);
gboolean genga_reference_channel_attention (const GengaReferenceStep *step);

/* To numbers whose sum is 1. */
void genga_reference_apply_softmax (double *values, gsize n);

G_END_DECLS
