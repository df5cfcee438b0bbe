/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moves numbers and computes none. For src/engine/reference only. */
#pragma once

#include "engine/reference/reference-step.h"

G_BEGIN_DECLS

void genga_reference_concat (const GengaReferenceStep *step);
void genga_reference_slice (const GengaReferenceStep *step);
void genga_reference_pixel_shuffle (const GengaReferenceStep *step);
void genga_reference_pixel_unshuffle (const GengaReferenceStep *step);
void genga_reference_pad (const GengaReferenceStep *step);
void genga_reference_crop (const GengaReferenceStep *step);

void genga_reference_grid_to_windows (const GengaReferenceStep *step);
void genga_reference_windows_to_grid (const GengaReferenceStep *step);

G_END_DECLS
