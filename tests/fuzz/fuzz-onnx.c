/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX files, from the protocol buffer to the graph of their nodes. */
#include "core/error.h"
#include "fuzz.h"
#include "fuzz-tensors.h"
#include "nets/net-build.h"
#include "nets/net-spec.h"
#include "weights/onnx/onnx.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GengaStateDict) dict = genga_state_dict_new (bytes);
  g_autoptr (GengaGraph) graph = NULL;
  g_autoptr (GError) error = NULL;
  GengaNetSpec spec;

  if (!genga_onnx_read (dict, bytes, &error) || !genga_state_dict_finish (dict, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  fuzz_read_tensors (dict);
  if (!genga_net_spec_detect (&spec, dict, "fuzz", &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  g_assert_cmpint (spec.scale, >, 0);
  g_assert_cmpint (spec.minimum, >, 0);
  g_assert_cmpint (spec.multiple_of, >, 0);
  graph = genga_net_build (&spec, dict, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (genga_graph_get_result (graph)->channels, ==, spec.out_channels);
  return 0;
}
