/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/cgroup.h"

#include <stdio.h>
#include <string.h>

/* Reads a limit in one group's folder; G_MAXUINT64 where it has none. */
typedef guint64 (*ReadLimit) (const char *dir);

static char *
dup_file (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

/*
 * The folder of our group according to a line "ID:CONTROLLERS:PATH" of /proc/self/cgroup, or NULL
 * where the line is about other controllers. Version 2 has one hierarchy and names none.
 */
static char *
dup_group_dir (const char *mount, const char *controller, const char *line)
{
  g_auto (GStrv) fields = g_strsplit (line, ":", 3);

  if (g_strv_length (fields) != 3)
    return NULL;
  if (*fields[1] == '\0')
    return g_build_filename (mount, fields[2], NULL);

  g_auto (GStrv) controllers = g_strsplit (fields[1], ",", -1);
  return g_strv_contains ((const char *const *)controllers, controller)
             ? g_build_filename (mount, controller, fields[2], NULL)
             : NULL;
}

/* In a container the path may be the host's: then only the mount point itself is there. */
static guint64
get_tightest (const char *root, const char *controller, ReadLimit read_limit)
{
  g_autofree char *text = dup_file (root, "/proc/self/cgroup");
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  g_autofree char *mount = g_strconcat (root, "/sys/fs/cgroup", NULL);
  guint64 limit = G_MAXUINT64;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *dir = dup_group_dir (mount, controller, lines[i]);
      while (dir != NULL && g_str_has_prefix (dir, mount))
        {
          limit = MIN (limit, read_limit (dir));

          char *parent = g_path_get_dirname (dir);
          g_free (dir);
          dir = parent;
        }
      g_free (dir);
    }
  return limit;
}

static guint64
read_cpu_limit (const char *dir)
{
  g_autofree char *text = dup_file (dir, "cpu.max");
  g_autofree char *old_quota = dup_file (dir, "cpu.cfs_quota_us");
  g_autofree char *old_period = dup_file (dir, "cpu.cfs_period_us");
  gint64 quota = -1, period = 0; /* "max", and -1 in version 1, are no limit */

  if (text != NULL)
    sscanf (text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, &quota, &period);
  else if (old_quota != NULL && old_period != NULL)
    {
      quota = g_ascii_strtoll (old_quota, NULL, 10);
      period = g_ascii_strtoll (old_period, NULL, 10);
    }
  return quota > 0 && period > 0 ? (quota - 1) / period + 1 : G_MAXUINT64;
}

static guint64
read_memory_limit (const char *dir)
{
  g_autofree char *text = dup_file (dir, "memory.max");
  guint64 bytes;

  if (text == NULL)
    text = dup_file (dir, "memory.limit_in_bytes");
  if (text == NULL || g_str_has_prefix (text, "max"))
    return G_MAXUINT64;
  bytes = g_ascii_strtoull (text, NULL, 10);
  return bytes < G_MAXINT64 / 2 ? bytes : G_MAXUINT64; /* version 1 writes a huge number for none */
}

/* Bytes of files that were read and may be dropped at any time. */
static guint64
read_cache_bytes (const char *dir)
{
  g_autofree char *text = dup_file (dir, "memory.stat");
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  guint64 bytes = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      /* Version 1 has both; the total includes the groups below, as the usage does. */
      if (g_str_has_prefix (lines[i], "inactive_file ") ||
          g_str_has_prefix (lines[i], "total_inactive_file "))
        bytes = MAX (bytes, g_ascii_strtoull (strchr (lines[i], ' '), NULL, 10));
    }
  return bytes;
}

static guint64
read_memory_left (const char *dir)
{
  guint64 limit = read_memory_limit (dir);
  g_autofree char *text = dup_file (dir, "memory.current");

  if (limit == G_MAXUINT64)
    return limit;
  if (text == NULL)
    text = dup_file (dir, "memory.usage_in_bytes");

  guint64 used = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
  used -= MIN (used, read_cache_bytes (dir));
  return limit > used ? limit - used : 0;
}

guint
genga_cgroup_get_n_cpus (const char *root)
{
  return MIN (get_tightest (root, "cpu", read_cpu_limit), G_MAXUINT);
}

guint64
genga_cgroup_get_memory_limit (const char *root)
{
  return get_tightest (root, "memory", read_memory_limit);
}

guint64
genga_cgroup_get_memory_left (const char *root)
{
  return get_tightest (root, "memory", read_memory_left);
}
