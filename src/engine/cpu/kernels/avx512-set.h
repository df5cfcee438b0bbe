/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For CPUs with AVX-512 F, BW, DQ, VL and VNNI. */
#pragma once

#include "engine/cpu/kernels/kernels.h"

G_BEGIN_DECLS

extern const GengaKernelSet genga_kernels_avx512;

G_END_DECLS
