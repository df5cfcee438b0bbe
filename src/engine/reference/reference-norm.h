/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and variances. For src/engine/reference only. */
#pragma once

#include "engine/reference/reference-step.h"

G_BEGIN_DECLS

/* GENGA_OP_LAYER_NORM, GENGA_OP_RMS_NORM and GENGA_OP_GROUP_NORM. */
void genga_reference_norm (const GengaReferenceStep *step);
void genga_reference_global_mean (const GengaReferenceStep *step);

G_END_DECLS
