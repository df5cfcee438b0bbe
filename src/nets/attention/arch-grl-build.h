/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GRL's graph. For src/nets only. */
#pragma once

#include "nets/arch-build.h"
#include "nets/attention/arch-tail.h"
#include "nets/spec-data.h"

G_BEGIN_DECLS

GengaTail genga_arch_grl_get_tail (const GengaNetSpec *spec);
void genga_arch_grl_build (const GengaArchBuild *build, const GengaNetSpec *spec);

G_END_DECLS
