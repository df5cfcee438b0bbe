/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/onnx/onnx-model.h"

#include <string.h>

const GengaOnnxAttribute *
genga_onnx_node_find (const GengaOnnxNode *node, const char *name)
{
  for (guint i = 0; i < node->n_attributes; i++)
    if (g_str_equal (node->attributes[i].name, name))
      return &node->attributes[i];
  return NULL;
}
