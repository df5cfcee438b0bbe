/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graphs that are made of specs and weights. */
#include "core/error.h"
#include "core/fault.h"
#include "made-dict.h"
#include "nets/net-build.h"

#include <string.h>

static GengaGraph *
build (const GengaNetSpec *spec, GengaStateDict *dict, gboolean with_weights)
{
  g_autoptr (GError) error = NULL;
  GengaGraph *graph = genga_net_build (spec, dict, with_weights, &error);

  g_assert_no_error (error);
  return graph;
}

/* "conv2d activation add", of all operations. */
static char *
list_ops (const GengaGraph *graph)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < graph->n_ops; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            genga_op_kind_get_name (graph->ops[i].kind));
  return g_string_free (text, FALSE);
}

static void
assert_ops (const GengaGraph *graph, const char *expected)
{
  g_autofree char *found = list_ops (graph);

  g_assert_cmpstr (found, ==, expected);
}

static void
assert_constant (const GengaGraph *graph, guint constant, GengaStateDict *dict, const char *key)
{
  const GengaTensor *tensor = genga_state_dict_lookup (dict, key);
  const GengaConstant *found = &graph->constants[constant];

  g_assert_nonnull (tensor);
  g_assert_cmpuint (found->rank, ==, tensor->rank);
  for (guint i = 0; i < tensor->rank; i++)
    g_assert_cmpint (found->shape[i], ==, tensor->shape[i]);
  g_assert_cmpmem (found->data, found->n_elements * sizeof (float), tensor->data,
                   genga_tensor_get_n_elements (tensor) * sizeof (float));
}

static void
test_compact (void)
{
  MadeDict made;
  GengaNetSpec spec;

  made_dict_init (&made, 1);
  made_dict_add_compact (&made, 3, 8, 1, 2);
  made_dict_detect (&made, &spec);
  g_autoptr (GengaStateDict) dict = made.dict;
  g_autoptr (GengaGraph) graph = build (&spec, dict, TRUE);

  assert_ops (graph, "input conv2d activation conv2d activation conv2d pixel-shuffle resize add");
  g_assert_cmpint (genga_graph_get_in_channels (graph), ==, 3);
  g_assert_cmpint (genga_graph_get_result (graph)->channels, ==, 3);
  g_assert_cmpint (genga_graph_get_result (graph)->size.num, ==, 2);
  g_assert_cmpint (genga_graph_get_result (graph)->size.den, ==, 1);
  assert_constant (graph, graph->ops[3].weight, dict, "body.2.weight");
  assert_constant (graph, graph->ops[3].bias, dict, "body.2.bias");
  assert_constant (graph, graph->ops[4].weight, dict, "body.3.weight");
}

/* The same graph, but no numbers. */
static void
test_without_weights (void)
{
  MadeDict made;
  GengaNetSpec spec;

  made_dict_init (&made, 2);
  made_dict_add_compact (&made, 1, 4, 3, 4);
  made_dict_detect (&made, &spec);
  g_autoptr (GengaStateDict) dict = made.dict;
  g_autoptr (GengaGraph) full = build (&spec, dict, TRUE);
  g_autoptr (GengaGraph) empty = build (&spec, dict, FALSE);

  g_autofree char *ops = list_ops (full);

  assert_ops (empty, ops);
  for (guint i = 0; i < empty->n_ops; i++)
    {
      g_assert_cmpuint (empty->ops[i].weight, ==, full->ops[i].weight);
      g_assert_cmpint (empty->ops[i].channels, ==, full->ops[i].channels);
    }
  g_assert_cmpuint (empty->n_constants, ==, full->n_constants);
  for (guint i = 0; i < empty->n_constants; i++)
    {
      g_assert_null (empty->constants[i].data);
      g_assert_cmpuint (empty->constants[i].n_elements, ==, full->constants[i].n_elements);
    }
}

static void
test_builtin (void)
{
  static const GengaFamily families[] = { GENGA_FAMILY_NEAREST, GENGA_FAMILY_BICUBIC };
  static const GengaResizeKind kinds[] = { GENGA_RESIZE_NEAREST, GENGA_RESIZE_BICUBIC };

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      GengaNetSpec spec;

      genga_net_spec_init_builtin (&spec, families[i], 3);
      g_autoptr (GengaGraph) graph = build (&spec, NULL, TRUE);

      assert_ops (graph, "input resize");
      g_assert_cmpint (graph->ops[1].resize.kind, ==, kinds[i]);
      g_assert_cmpint (graph->ops[1].size.num, ==, 3);
      g_assert_cmpint (graph->ops[1].size.den, ==, 1);
    }
}

/* A spec of nothing, and one whose weights are not there. */
static void
test_refused (void)
{
  static const GengaFamily families[] = { GENGA_FAMILY_NONE, GENGA_FAMILY_COMPACT };

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      GengaNetSpec spec = { .family = families[i] };
      g_autoptr (GError) error = NULL;

      g_assert_null (genga_net_build (&spec, NULL, TRUE, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL);
    }
}

static void
test_no_memory (void)
{
  MadeDict made;
  GengaNetSpec spec;
  g_autoptr (GError) error = NULL;

  made_dict_init (&made, 1);
  made_dict_add_compact (&made, 3, 8, 1, 2);
  made_dict_detect (&made, &spec);
  g_autoptr (GengaStateDict) dict = made.dict;

  genga_fault_set ("no-weights:1");
  g_assert_null (genga_net_build (&spec, dict, TRUE, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
  /* A graph without weights needs none. */
  genga_fault_set ("no-weights:1");
  g_autoptr (GengaGraph) plan = build (&spec, dict, FALSE);
  genga_fault_set (NULL);
  g_autoptr (GengaGraph) graph = build (&spec, dict, TRUE);
  g_assert_cmpuint (graph->n_ops, ==, plan->n_ops);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net-build/compact", test_compact);
  g_test_add_func ("/net-build/without-weights", test_without_weights);
  g_test_add_func ("/net-build/builtin", test_builtin);
  g_test_add_func ("/net-build/refused", test_refused);
  g_test_add_func ("/net-build/no-memory", test_no_memory);
  return g_test_run ();
}
