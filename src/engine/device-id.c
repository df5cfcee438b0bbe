/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/device-id.h"

void
genga_device_id_read (char id[GENGA_DEVICE_ID_SIZE], const char *word)
{
  if (g_str_equal (word, "cuda") || g_str_equal (word, "torch:cuda"))
    g_strlcpy (id, "torch:cuda:0", GENGA_DEVICE_ID_SIZE);
  else if (g_str_has_prefix (word, "cuda:"))
    g_snprintf (id, GENGA_DEVICE_ID_SIZE, "torch:%s", word);
  else
    g_strlcpy (id, word, GENGA_DEVICE_ID_SIZE);
}
