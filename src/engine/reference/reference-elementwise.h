/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What computes each number from the numbers at its own place. For src/engine/reference only. */
#pragma once

#include "engine/reference/reference-step.h"

G_BEGIN_DECLS

void genga_reference_activate (const GengaReferenceStep *step);
void genga_reference_affine (const GengaReferenceStep *step);
/* GENGA_OP_ADD to GENGA_OP_MAX. */
void genga_reference_combine (const GengaReferenceStep *step);

G_END_DECLS
