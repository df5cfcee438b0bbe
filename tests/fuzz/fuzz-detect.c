/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Detection on names and shapes out of nowhere: each line of the input is a name and its sizes,
 * "body.0.weight 64 3 3 3". Sizes may be huge where one of them is 0, as in a real file.
 */
#include "fuzz.h"

#include "nets/net-build.h"
#include "nets/net-spec.h"

#include <string.h>

#define MAX_ELEMENTS 65536

/* Small numbers, in a buffer of exactly their size. */
static const float *
make_elements (GengaStateDict *dict, gint64 n)
{
  float *elements = g_new (float, MAX (n, 1));

  for (gint64 i = 0; i < MAX (n, 1); i++)
    elements[i] = (float)(i % 13);
  genga_state_dict_take_buffer (dict, elements, n * sizeof (float));
  return elements;
}

static void
add_line (GengaStateDict *dict, const char *line)
{
  GengaTensor tensor = { .dtype = GENGA_DTYPE_F32 };
  const char *at = strchr (line, ' ');
  gsize length = at != NULL ? (gsize)(at - line) : strlen (line);

  while (at != NULL && tensor.rank < GENGA_TENSOR_MAX_RANK)
    {
      char *end;

      tensor.shape[tensor.rank] = g_ascii_strtoll (at, &end, 10);
      if (end == at || tensor.shape[tensor.rank] < 0)
        break;
      tensor.rank++;
      at = end;
    }
  /* As the readers see to it: no size overflows. */
  if (!genga_tensor_set_contiguous_strides (&tensor) ||
      genga_tensor_get_n_elements (&tensor) > MAX_ELEMENTS)
    return;
  tensor.data = make_elements (dict, genga_tensor_get_n_elements (&tensor));
  genga_state_dict_add (dict, &tensor, line, length, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GengaStateDict) dict = genga_state_dict_new (bytes);
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GError) error = NULL;
  GengaNetSpec spec;

  for (guint i = 0; lines[i] != NULL; i++)
    add_line (dict, lines[i]);
  if (!genga_state_dict_finish (dict, &error))
    return 0;
  if (!genga_net_spec_detect (&spec, dict, "fuzz", &error))
    g_assert_nonnull (error);
  else
    {
      g_assert_cmpint (spec.scale, >, 0);
      g_assert_cmpint (spec.in_channels, >, 0);
      g_autoptr (GengaGraph) graph = genga_net_build (&spec, dict, TRUE, &error);

      g_assert_no_error (error);
      g_assert_cmpint (genga_graph_get_result (graph)->channels, ==, spec.out_channels);
      g_assert_cmpint (spec.minimum, >, 0);
      g_assert_cmpint (spec.multiple_of, >, 0);
    }
  return 0;
}
