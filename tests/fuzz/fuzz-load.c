/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "fuzz-tensors.h"
#include "weights/load.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load_bytes (bytes, "fuzz", &error);

  g_assert_true ((dict == NULL) == (error != NULL));
  if (dict != NULL)
    fuzz_read_tensors (dict);
  return 0;
}
