/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GENGA_OP_REAL_FFT and GENGA_OP_REAL_IFFT, by the definition. For src/engine/reference only. */
#pragma once

#include "engine/reference/reference-step.h"

G_BEGIN_DECLS

/* FALSE: no memory. */
gboolean genga_reference_real_fft (const GengaReferenceStep *step);
gboolean genga_reference_real_ifft (const GengaReferenceStep *step);

G_END_DECLS
