/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-hyper.h"
#include "nets/arch.h"
#include "nets/onnx/onnx-translate.h"
#include "weights/onnx/onnx-model.h"

static const char *
get_name (const GengaNetSpec *spec)
{
  (void)spec;
  return "ONNX";
}

static GengaGraph *
translate (GengaStateDict *dict, gboolean with_weights, GengaNetSpec *spec, GError **error)
{
  gconstpointer nodes;

  genga_state_dict_get_nodes (dict, &nodes);
  return genga_onnx_translate (nodes, dict, with_weights, &spec->onnx, error);
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  genga_hyper_int (func, user_data, "opset", spec->onnx.opset);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("opset %d", spec->onnx.opset));
  if (spec->onnx.height > 0 && spec->onnx.width > 0)
    g_ptr_array_add (tags, g_strdup_printf ("%dx%d", spec->onnx.width, spec->onnx.height));
}

const GengaArch genga_arch_onnx = {
  .family = GENGA_FAMILY_ONNX,
  .get_name = get_name,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
  .translate = translate,
};
