/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table by which networks are recognised. For src/nets only. */
#pragma once

#include "nets/arch.h"

G_BEGIN_DECLS

/*
 * The first row of the recognition table that fits: its name, and in `arch` the family's functions
 * or NULL where it is not supported. NULL where no row fits.
 */
const char *genga_arch_recognise (GengaStateDict *dict, const GengaArch **arch);

G_END_DECLS
