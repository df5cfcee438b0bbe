/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model as it comes from a process that read it: a block of bytes, then the value that says what
 * lies in it; up to the graph of its network. */
#include "fuzz.h"
#include "fuzz-tensors.h"
#include "nets/net-build.h"
#include "nets/net-spec.h"
#include "weights/parcel/dict-parcel.h"

#define BLOCK_SIZE 256

static void
build (GengaStateDict *dict)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaGraph) graph = NULL;
  GengaNetSpec spec;

  if (!genga_net_spec_detect (&spec, dict, "fuzz", &error))
    {
      g_assert_nonnull (error);
      return;
    }
  graph = genga_net_build (&spec, dict, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (genga_graph_get_result (graph)->channels, ==, spec.out_channels);
}

/* What was let in goes on to another process without a word. */
static void
pass_on (GengaStateDict *dict)
{
  g_autoptr (GPtrArray) blocks = NULL;
  g_autoptr (GVariant) parcel = g_variant_ref_sink (genga_dict_parcel_new (dict, &blocks));
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) again = genga_dict_parcel_read (parcel, blocks, "/models/m", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (genga_state_dict_get_n_tensors (again), ==,
                    genga_state_dict_get_n_tensors (dict));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) raw = NULL;
  g_autoptr (GVariant) parcel = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = NULL;

  if (size < BLOCK_SIZE)
    return 0;
  g_ptr_array_add (blocks, g_bytes_new (data, BLOCK_SIZE));
  g_ptr_array_add (blocks, g_bytes_new_take (g_malloc0 (4096), 4096));
  bytes = g_bytes_new (data + BLOCK_SIZE, size - BLOCK_SIZE);
  raw = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (GENGA_DICT_PARCEL_TYPE), bytes, FALSE));
  parcel = g_variant_get_normal_form (raw);
  dict = genga_dict_parcel_read (parcel, blocks, "/models/m", &error);
  g_assert_true ((dict == NULL) == (error != NULL));
  if (dict != NULL)
    {
      fuzz_read_tensors (dict);
      pass_on (dict);
      build (dict);
    }
  return 0;
}
