/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ncnn models: a description, then a NUL and the weights. Without that NUL the weights are as many
 * zeros as the description asks for, so that layers are translated whose weights no fuzzer guesses.
 */
#include "fuzz.h"
#include "fuzz-tensors.h"

#include "nets/net-build.h"
#include "nets/net-spec.h"
#include "weights/ncnn/ncnn-param.h"
#include "weights/ncnn/ncnn-weights.h"

#include <stdio.h>
#include <string.h>

#define MAX_ZEROS (1 << 18)

static GBytes *
make_zeros (gsize size)
{
  return g_bytes_new_take (g_malloc0 (MAX (size, 1)), size);
}

/* How many of MAX_ZEROS bytes the layers leave, as the error says. */
static gsize
find_size (const guint8 *text, gsize size)
{
  g_autoptr (GBytes) zeros = make_zeros (MAX_ZEROS);
  g_autoptr (GengaStateDict) dict = genga_state_dict_new (zeros);
  g_autoptr (GengaNcnnModel) model = genga_ncnn_param_read (text, size, NULL);
  g_autoptr (GError) error = NULL;
  const char *number;

  if (model == NULL || genga_ncnn_weights_read (model, dict, zeros, &error))
    return MAX_ZEROS;
  number = strstr (error->message, "ncnn: ");
  return number != NULL && strstr (number, "are left") != NULL
             ? MAX_ZEROS - g_ascii_strtoull (number + strlen ("ncnn: "), NULL, 10)
             : MAX_ZEROS;
}

static void
build (GengaStateDict *dict)
{
  g_autoptr (GError) error = NULL;
  GengaNetSpec spec;

  if (!genga_net_spec_detect (&spec, dict, "fuzz", &error))
    {
      g_assert_nonnull (error);
      return;
    }
  g_autoptr (GengaGraph) graph = genga_net_build (&spec, dict, TRUE, &error);

  g_assert_no_error (error);
  g_assert_cmpint (genga_graph_get_result (graph)->channels, ==, spec.out_channels);
  g_assert_cmpint (spec.scale, >, 0);
  g_assert_cmpint (spec.minimum, >, 0);
  g_assert_cmpint (spec.multiple_of, >, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *end = memchr (data, '\0', size);
  gsize n_text = end != NULL ? (gsize)(end - data) : size;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaNcnnModel) model = genga_ncnn_param_read (data, n_text, &error);
  g_autoptr (GBytes) weights = NULL;
  g_autoptr (GengaStateDict) dict = NULL;

  g_assert_true ((model == NULL) == (error != NULL));
  if (model == NULL)
    return 0;
  weights = end != NULL ? g_bytes_new (end + 1, size - n_text - 1)
                        : make_zeros (find_size (data, n_text));
  dict = genga_state_dict_new (weights);
  if (!genga_ncnn_weights_read (model, dict, weights, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  fuzz_read_tensors (dict);
  genga_state_dict_take_nodes (dict, GENGA_NODES_NCNN, g_steal_pointer (&model),
                               (GDestroyNotify)genga_ncnn_model_free);
  if (genga_state_dict_finish (dict, &error))
    build (dict);
  return 0;
}
