/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes one number of several pixels' without weights. For src/engine/reference only. */
#pragma once

#include "engine/reference/reference-step.h"

G_BEGIN_DECLS

void genga_reference_pool (const GengaReferenceStep *step);

G_END_DECLS
