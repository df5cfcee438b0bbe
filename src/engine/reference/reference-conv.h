/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution and its transpose. For src/engine/reference only. */
#pragma once

#include "engine/reference/reference-step.h"

G_BEGIN_DECLS

/* GENGA_OP_CONV2D and GENGA_OP_DECONV2D. FALSE: no memory. */
gboolean genga_reference_conv (const GengaReferenceStep *step);

G_END_DECLS
