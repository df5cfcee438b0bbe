/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/net-build.h"

#include "core/error.h"
#include "core/fault.h"
#include "nets/arch.h"
#include "nets/graph-passes.h"

#include <glib/gi18n-lib.h>

/* What is made of a weight while a graph is built: a copy in f64, and two in f32. */
#define BYTES_PER_WEIGHT (sizeof (double) + 2 * sizeof (float))

/*
 * A file that has been read is a bound for what is made of it. Asked once, so that nothing after it
 * has to be ready for a small allocation that fails.
 */
static gboolean
check_memory (GengaStateDict *dict, GError **error)
{
  gint64 n_weights = 0;
  g_autofree gpointer trial = NULL;

  for (guint i = 0; i < genga_state_dict_get_n_tensors (dict); i++)
    n_weights += genga_tensor_get_n_elements (genga_state_dict_get_tensor (dict, i));
  trial = g_try_malloc_n (MAX (1, n_weights), BYTES_PER_WEIGHT);
  if (trial != NULL && !genga_fault ("no-weights"))
    return TRUE;
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                       _ ("Not enough memory for the model's weights."));
  return FALSE;
}

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
  if (with_weights && dict != NULL && !check_memory (dict, error))
    return NULL;
  if (arch->translate != NULL)
    {
      GengaNetSpec told = *spec;
      GengaGraph *graph = arch->translate (dict, with_weights, &told, error);

      return graph != NULL ? genga_graph_simplify (graph) : NULL;
    }
  build.graph = genga_graph_builder_new (spec->in_channels, with_weights);
  arch->build (&build, spec);
  return genga_graph_simplify (genga_graph_builder_finish (build.graph));
}
