/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks that need no weights: they enlarge as any program does. */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch.h"

static void
build_nearest (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  genga_graph_resize (build->graph, 0, GENGA_RESIZE_NEAREST, spec->scale, 1);
}

static void
build_bicubic (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  genga_graph_resize (build->graph, 0, GENGA_RESIZE_BICUBIC, spec->scale, 1);
}

static const char *
get_nearest_name (const GengaNetSpec *spec)
{
  return "nearest";
}

static const char *
get_bicubic_name (const GengaNetSpec *spec)
{
  return "bicubic";
}

const GengaArch genga_arch_nearest = {
  .family = GENGA_FAMILY_NEAREST,
  .is_builtin = TRUE,
  .get_name = get_nearest_name,
  .build = build_nearest,
};

const GengaArch genga_arch_bicubic = {
  .family = GENGA_FAMILY_BICUBIC,
  .is_builtin = TRUE,
  .get_name = get_bicubic_name,
  .build = build_bicubic,
};
