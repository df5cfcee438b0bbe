/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graphs of HiT-SR. For src/nets/attention only. */
#pragma once

#include "nets/arch-build.h"
#include "nets/spec-data.h"

G_BEGIN_DECLS

/* The side of block `index`'s windows; no layer has more of them. */
#define GENGA_HIT_MAX_BLOCKS 6
int genga_hit_get_window (int index);
/* Pixels that are summed up to one key, along each side. */
int genga_hit_get_cell (int index);

void genga_arch_hit_build (const GengaArchBuild *build, const GengaNetSpec *spec);

G_END_DECLS
