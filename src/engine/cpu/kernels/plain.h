/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every layer in plain C: what runs on any CPU, and what the other sets are compared with. */
#pragma once

#include "engine/cpu/kernels/kernels.h"

G_BEGIN_DECLS

extern const GengaKernelSet genga_kernels_plain;

G_END_DECLS
