/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "fuzz-tensors.h"

#include "weights/pickle/torch-dict.h"

#define STORAGE_SIZE 4096

/* Every storage is the same few bytes: small enough for most views to be refused. */
static GengaTorchStorage *
find_storage (const GengaPickleStorage *storage, gpointer user_data, GError **error)
{
  return user_data;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPickle) pickle = genga_pickle_parse (data, size, &error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GengaStateDict) dict = NULL;
  g_autofree guint8 *storage = NULL;
  GengaTorchStorage found;

  g_assert_true ((pickle == NULL) == (error != NULL));
  if (pickle == NULL)
    return 0;
  g_assert_cmpuint (genga_pickle_get_length (pickle), <=, size);

  bytes = g_bytes_new_static (data, size);
  dict = genga_state_dict_new (bytes);
  storage = g_malloc0 (STORAGE_SIZE);
  found = (GengaTorchStorage){ storage, STORAGE_SIZE };
  if (genga_torch_dict_fill (dict, genga_pickle_get_root (pickle), find_storage, &found, &error) &&
      genga_state_dict_finish (dict, &error))
    fuzz_read_tensors (dict);
  return 0;
}
