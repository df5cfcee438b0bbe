/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which kernel sets there are, and layers from the best of them. Thread rule: any thread. */
#pragma once

#include "engine/cpu/kernels/kernels.h"

G_BEGIN_DECLS

/*
 * The best set that this CPU runs, or what the environment variable GENGA_KERNELS names, if it runs
 * that; excluded ones aside. "plain" runs everywhere and has every layer.
 */
const GengaKernelSet *genga_kernels_get_best (void);

/* A set by name; NULL where this build or this CPU has none. */
const GengaKernelSet *genga_kernels_find (const char *name);

/* The sets that this CPU runs, best first, NULL at the end. */
const GengaKernelSet *const *genga_kernels_list (void);

/* From now on nobody gets the set, or a layer of it, who does not ask for it; never "plain". */
void genga_kernels_exclude (const GengaKernelSet *set);
gboolean genga_kernels_is_excluded (const GengaKernelSet *set);

/*
 * A layer from `set`, or from the next set below that has it: never NULL. The caller has checked
 * the spec: sizes within reason, no pointer missing.
 */
GengaConv *genga_kernels_conv_new (const GengaKernelSet *set, const GengaConvSpec *spec);

G_END_DECLS
