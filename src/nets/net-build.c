/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/net-build.h"

#include "core/error.h"
#include "nets/arch.h"
#include "nets/graph-passes.h"

GengaGraph *
genga_net_build (const GengaNetSpec *spec,
                 GengaStateDict *dict,
                 gboolean with_weights,
                 GError **error)
{
  const GengaArch *arch = genga_arch_lookup (spec->family);
  GengaArchBuild build = { .dict = dict };

  if (arch == NULL || (dict == NULL && !arch->is_builtin))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL, "No graph of %s.",
                   arch != NULL ? arch->get_name (spec) : "no network");
      return NULL;
    }
  build.graph = genga_graph_builder_new (spec->in_channels, with_weights);
  arch->build (&build, spec);
  return genga_graph_simplify (genga_graph_builder_finish (build.graph));
}
