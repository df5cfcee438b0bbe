/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What reads a map between its pixels. For src/engine/reference only. */
#pragma once

#include "engine/reference/reference-step.h"

G_BEGIN_DECLS

void genga_reference_resize (const GengaReferenceStep *step);
void genga_reference_dysample (const GengaReferenceStep *step);

G_END_DECLS
