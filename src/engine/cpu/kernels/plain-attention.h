/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attention, and products of matrices, in plain C. Thread rule: any thread. */
#pragma once

#include "engine/cpu/kernels/kernels.h"

G_BEGIN_DECLS

void genga_plain_attend (const GengaAttend *self);
void genga_plain_multiply (const GengaProduct *self);

G_END_DECLS
