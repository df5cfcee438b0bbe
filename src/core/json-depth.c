/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/json-depth.h"

gboolean
genga_json_is_shallow (const char *data, gsize size, int depth)
{
  gboolean is_string = FALSE;
  int level = 0;

  for (gsize i = 0; i < size; i++)
    {
      if (is_string)
        {
          if (data[i] == '\\')
            i++;
          else if (data[i] == '"')
            is_string = FALSE;
        }
      else if (data[i] == '"')
        is_string = TRUE;
      else if (data[i] == '[' || data[i] == '{')
        level++;
      else if (data[i] == ']' || data[i] == '}')
        level--;
      if (level > depth)
        return FALSE;
    }
  return TRUE;
}
