/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sets of x86-64. */
#pragma once

#include "engine/cpu/kernels/kernels.h"

G_BEGIN_DECLS

extern const GengaKernelSet genga_kernels_avx512; /* F, BW, DQ, VL and VNNI */
extern const GengaKernelSet genga_kernels_avx2;   /* with FMA and F16C */

G_END_DECLS
