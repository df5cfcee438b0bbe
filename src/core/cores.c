/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/cores.h"

#include <sched.h>

/* The processors of the core that a processor belongs to, as the kernel writes them. */
static char *
dup_core (const char *root, int processor)
{
  g_autofree char *path = g_strdup_printf (
      "%s/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", root, processor);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) : NULL;
}

guint
genga_cores_count (const char *root)
{
  g_autoptr (GHashTable) cores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  cpu_set_t set;

  if (sched_getaffinity (0, sizeof set, &set) != 0)
    return G_MAXUINT;
  for (int i = 0; i < CPU_SETSIZE; i++)
    if (CPU_ISSET (i, &set))
      {
        char *core = dup_core (root, i);

        if (core == NULL)
          return G_MAXUINT;
        g_hash_table_add (cores, core);
      }
  return MAX (1, g_hash_table_size (cores));
}
