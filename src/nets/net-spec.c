/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/net-spec.h"

#include "core/error.h"
#include "nets/arch.h"
#include "nets/detect.h"
#include "nets/graph-analysis.h"
#include "nets/graph-passes.h"
#include "nets/import.h"
#include "nets/net-build.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Rows that back ends make at a time which compute row by row. */
#define ROWS_AT_A_TIME 4

#define MAX_LOGGED_KEYS 1000

static void
log_keys (GengaStateDict *dict, const char *file)
{
  guint n = genga_state_dict_get_n_tensors (dict);

  g_debug ("%s: the keys of an unknown architecture, %u:", file, n);
  for (guint i = 0; i < MIN (n, MAX_LOGGED_KEYS); i++)
    {
      const GengaTensor *tensor = genga_state_dict_get_tensor (dict, i);
      g_autofree char *name = genga_weights_quote (tensor->name, strlen (tensor->name));
      g_autoptr (GString) shape = g_string_new (NULL);

      for (guint j = 0; j < tensor->rank; j++)
        g_string_append_printf (shape, " %" G_GINT64_FORMAT, tensor->shape[j]);
      g_debug ("  %s %s%s", name, genga_dtype_get_name (tensor->dtype), shape->str);
    }
}

/* What no engine can run, whatever the family. */
static void
check_picture (GengaArchReader *reader, const GengaNetSpec *spec)
{
  int channels = spec->in_channels;

  if (channels != spec->out_channels || (channels != 1 && channels != 3 && channels != 4))
    genga_arch_fail_variant (reader, "%d channels in, %d out", channels, spec->out_channels);
  if (spec->scale > GENGA_ARCH_MAX_SCALE)
    genga_arch_fail_variant (reader, "scale %d", spec->scale);
}

/* What the graph tells. */
static void
take_facts (GengaNetSpec *spec, const GengaGraph *graph)
{
  GengaGraphAnalysis analysis;

  genga_graph_analyse (graph, &analysis);
  g_assert (analysis.scale.num == spec->scale && analysis.scale.den == 1);
  spec->minimum = analysis.minimum;
  spec->multiple_of = analysis.multiple_of;
  spec->grid = analysis.grid;
  spec->radius = analysis.radius;
  spec->fp16_safe = analysis.fp16_safe;
  spec->bf16_safe = analysis.bf16_safe;
  spec->has_attention = analysis.has_attention;
  spec->is_convolutional = analysis.is_convolutional;
  spec->macs_per_pixel = analysis.macs_per_pixel;
  spec->bytes_per_pixel = genga_graph_get_bytes_per_pixel (graph, sizeof (float));
  spec->half_bytes_per_pixel = genga_graph_get_bytes_per_pixel (graph, sizeof (guint16));
  spec->bytes_per_column = genga_graph_get_bytes_per_column (graph, sizeof (float), ROWS_AT_A_TIME);
  spec->half_bytes_per_column =
      genga_graph_get_bytes_per_column (graph, sizeof (guint16), ROWS_AT_A_TIME);
}

/* The graph is built without weights. */
static gboolean
fill_facts (GengaNetSpec *spec, GengaStateDict *dict, GError **error)
{
  g_autoptr (GengaGraph) graph = genga_net_build (spec, dict, FALSE, error);
  const GengaArch *arch = genga_arch_lookup (spec->family);

  if (graph == NULL)
    return FALSE;
  take_facts (spec, graph);
  if (arch->fp16 != GENGA_FP16_BY_GRAPH)
    spec->fp16_safe = arch->fp16 == GENGA_FP16_SAFE;
  spec->is_rough_in_bf16 = arch->is_rough_in_bf16;
  return TRUE;
}

static gint64
count_parameters (GengaStateDict *dict)
{
  gint64 n = 0;

  for (guint i = 0; i < genga_state_dict_get_n_tensors (dict); i++)
    {
      const GengaTensor *tensor = genga_state_dict_get_tensor (dict, i);

      if (tensor->dtype <= GENGA_DTYPE_BF16)
        n += genga_tensor_get_n_elements (tensor);
    }
  return n;
}

/* A file with the network's own nodes: what it is comes out of its graph. */
static gboolean
detect_nodes (GengaNetSpec *spec,
              const GengaArch *arch,
              GengaStateDict *dict,
              const char *name,
              GError **error)
{
  GengaNetSpec found = { .family = arch->family };
  g_autoptr (GengaGraph) graph = NULL;
  GengaArchReader reader;
  GError *reason = NULL;
  GengaSizeRatio scale;

  graph = arch->translate (dict, FALSE, &found, &reason);
  if (graph == NULL)
    {
      g_propagate_prefixed_error (error, reason, "%s: ", name);
      return FALSE;
    }
  graph = genga_graph_simplify (g_steal_pointer (&graph));
  scale = genga_graph_get_result (graph)->size;
  found.scale = scale.num;
  found.in_channels = genga_graph_get_in_channels (graph);
  found.out_channels = genga_graph_get_result (graph)->channels;
  found.n_parameters = count_parameters (dict);

  genga_arch_reader_init (&reader, dict, name);
  reader.family = arch->get_name (&found);
  if (scale.den != 1)
    genga_arch_fail_variant (&reader, "scale %d/%d", scale.num, scale.den);
  check_picture (&reader, &found);
  reason = g_steal_pointer (&reader.error);
  genga_arch_reader_clear (&reader);
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  take_facts (&found, graph);
  *spec = found;
  return TRUE;
}

gboolean
genga_net_spec_detect (GengaNetSpec *spec, GengaStateDict *dict, const char *name, GError **error)
{
  GengaArchReader reader;
  const GengaArch *arch = genga_import_lookup (genga_state_dict_get_nodes (dict, NULL));
  const char *family;
  GengaNetSpec found = { 0 };
  gboolean ok;

  if (arch != NULL)
    return detect_nodes (spec, arch, dict, name, error);
  family = genga_arch_recognise (dict, &arch);

  if (family == NULL)
    {
      log_keys (dict, name);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                   _ ("%s: unknown architecture. Genga does not know the network that these "
                      "weights belong to."),
                   name);
      return FALSE;
    }
  if (arch == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                   /* Translators: the file and the network's name, like “DRCT”. */
                   _ ("%s: %s model: not supported yet. Genga knows this network, but can't run "
                      "it."),
                   name, family);
      return FALSE;
    }

  genga_arch_reader_init (&reader, dict, name);
  reader.family = family;
  found.family = arch->family;
  arch->read (&reader, &found);
  check_picture (&reader, &found);
  ok = genga_arch_finish (&reader, error) && fill_facts (&found, dict, error);
  if (ok)
    {
      found.n_parameters = reader.n_parameters;
      *spec = found;
    }
  genga_arch_reader_clear (&reader);
  return ok;
}

void
genga_net_spec_init_builtin (GengaNetSpec *spec, GengaFamily family, int scale)
{
  g_return_if_fail (family == GENGA_FAMILY_NEAREST || family == GENGA_FAMILY_BICUBIC);
  g_return_if_fail (scale >= 1);

  *spec = (GengaNetSpec){
    .family = family,
    .scale = scale,
    .in_channels = 3,
    .out_channels = 3,
  };
  fill_facts (spec, NULL, NULL);
}

const char *
genga_net_spec_get_family_name (const GengaNetSpec *spec)
{
  const GengaArch *arch = genga_arch_lookup (spec->family);

  return arch != NULL ? arch->get_name (spec) : "none";
}

void
genga_net_spec_foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaArch *arch = genga_arch_lookup (spec->family);

  if (arch != NULL && !arch->is_builtin)
    arch->foreach_hyper (spec, func, user_data);
}

char **
genga_net_spec_dup_tags (const GengaNetSpec *spec)
{
  const GengaArch *arch = genga_arch_lookup (spec->family);
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  if (arch != NULL && !arch->is_builtin)
    arch->add_tags (spec, tags);
  g_ptr_array_add (tags, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&tags), FALSE);
}

gboolean
genga_net_spec_check_channels (const GengaNetSpec *spec, GError **error)
{
  if (spec->in_channels == spec->out_channels && (spec->in_channels == 1 || spec->in_channels == 3))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
               _ ("This %s model maps %d channels to %d; pictures need 3 to 3, or 1 to 1."),
               genga_net_spec_get_family_name (spec), spec->in_channels, spec->out_channels);
  return FALSE;
}
