/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What takes the pixels of a map as a list, wherever they lie. For src/engine/reference only. */
#pragma once

#include "engine/reference/reference-step.h"

G_BEGIN_DECLS

/* FALSE: no memory. */
gboolean genga_reference_cross_attention (const GengaReferenceStep *step);
gboolean genga_reference_sorted_attention (const GengaReferenceStep *step);
gboolean genga_reference_softmax (const GengaReferenceStep *step);

void genga_reference_matmul (const GengaReferenceStep *step);
void genga_reference_list (const GengaReferenceStep *step);

G_END_DECLS
