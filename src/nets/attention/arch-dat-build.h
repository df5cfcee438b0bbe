/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DAT's graph. For src/nets only. */
#pragma once

#include "nets/arch-build.h"
#include "nets/spec-data.h"

G_BEGIN_DECLS

void genga_arch_dat_build (const GengaArchBuild *build, const GengaNetSpec *spec);

G_END_DECLS
