/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "fuzz-tensors.h"
#include "weights/state-dict.h"

#define MAX_ELEMENTS (1 << 20)

static void
read_corner (const GengaTensor *tensor)
{
  const volatile guint8 *bytes = tensor->data;
  gint64 last = 0;

  for (guint i = 0; i < tensor->rank; i++)
    last += (tensor->shape[i] - 1) * tensor->strides[i];
  (void)bytes[0];
  (void)bytes[(last + 1) * (gint64)genga_dtype_get_size (tensor->dtype) - 1];
}

static void
read_all (const GengaTensor *tensor, gint64 n)
{
  g_autofree float *values = g_new (float, n);

  genga_tensor_copy_f32 (tensor, values);
}

void
fuzz_read_tensors (GengaStateDict *dict)
{
  for (guint i = 0; i < genga_state_dict_get_n_tensors (dict); i++)
    {
      const GengaTensor *tensor = genga_state_dict_get_tensor (dict, i);
      gint64 n = genga_tensor_get_n_elements (tensor);

      g_assert_cmpint (n, >=, 0);
      g_assert_cmpuint ((guintptr)tensor->data % genga_dtype_get_size (tensor->dtype), ==, 0);
      if (n > 0)
        read_corner (tensor);
      if (n > 0 && n <= MAX_ELEMENTS)
        read_all (tensor, n);
    }
}
