/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "fuzz-tensors.h"

#include "weights/safetensors.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GengaStateDict) dict = genga_state_dict_new (bytes);
  g_autoptr (GError) error = NULL;

  if (genga_safetensors_read (dict, bytes, &error) && genga_state_dict_finish (dict, &error))
    fuzz_read_tensors (dict);
  else
    g_assert_nonnull (error);
  return 0;
}
