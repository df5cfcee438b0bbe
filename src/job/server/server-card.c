/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/server/server-card.h"
#include "engine/engine.h"

char *
genga_server_dup_card (guint number)
{
  static const char *const kinds[] = { "torch:cuda:", "vulkan:" };
  g_autoptr (GArray) devices = genga_engine_list_devices ();

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint i = 0; i < devices->len; i++)
      if (g_str_has_prefix (g_array_index (devices, GengaDeviceInfo, i).id, kinds[k]))
        return g_strdup_printf ("%s%u", kinds[k], number);
  return g_strdup_printf ("%s%u", kinds[0], number);
}
