/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/gpu-nodes.h"

/* Nodes that compute, from this number on. */
#define NODES "/sys/class/drm/renderD%u"
#define FIRST 128
#define MOST 16

static char *
find_node (guint index)
{
  for (guint i = 0; i < MOST; i++)
    {
      g_autofree char *path = g_strdup_printf (NODES, FIRST + i);

      if (g_file_test (path, G_FILE_TEST_EXISTS) && index-- == 0)
        return g_steal_pointer (&path);
    }
  return NULL;
}

guint
genga_gpu_nodes_count (void)
{
  guint n = 0;

  for (guint i = 0; i < MOST; i++)
    {
      g_autofree char *path = g_strdup_printf (NODES, FIRST + i);

      n += g_file_test (path, G_FILE_TEST_EXISTS);
    }
  return n;
}

static guint
read_number (const char *node, const char *name)
{
  g_autofree char *path = g_build_filename (node, "device", name, NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_ascii_strtoull (text, NULL, 16) : 0;
}

char *
genga_gpu_nodes_dup_name (guint index)
{
  g_autofree char *node = find_node (index);
  guint vendor = node != NULL ? read_number (node, "vendor") : 0;
  const char *maker = "GPU";

  if (vendor == 0)
    return g_strdup (maker);
  if (vendor == 0x1002)
    maker = "AMD GPU";
  else if (vendor == 0x8086)
    maker = "Intel GPU";
  else if (vendor == 0x10de)
    maker = "NVIDIA GPU";
  return g_strdup_printf ("%s (%04x:%04x)", maker, vendor, read_number (node, "device"));
}
