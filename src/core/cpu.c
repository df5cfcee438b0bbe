/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/cpu.h"

#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

/* The value of `key` in a file of "key: value" lines, without leading blanks. */
static char *
dup_field (const char *path, const char *key)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;

  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *colon = strchr (lines[i], ':');
      if (colon != NULL && g_str_has_prefix (lines[i], key))
        return g_strstrip (g_strdup (colon + 1));
    }
  return NULL;
}

/* The process's folder in the unified control-group hierarchy, or NULL. */
static char *
dup_cgroup_dir (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/self/cgroup", &text, NULL, NULL))
    return NULL;

  const char *unified = strstr (text, "0::/");
  if (unified == NULL)
    return NULL;

  g_autofree char *relative = g_strndup (unified + 3, strcspn (unified + 3, "\n"));
  return g_build_filename ("/sys/fs/cgroup", relative, NULL);
}

/* The smallest number in the file `name` of our control group and its ancestors. */
static guint64
get_cgroup_limit (const char *name, guint64 (*parse) (const char *text))
{
  guint64 limit = G_MAXUINT64;
  g_autofree char *dir = dup_cgroup_dir ();

  while (dir != NULL && g_str_has_prefix (dir, "/sys/fs/cgroup"))
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);
      g_autofree char *text = NULL;
      if (g_file_get_contents (path, &text, NULL, NULL))
        limit = MIN (limit, parse (text));

      char *parent = g_path_get_dirname (dir);
      g_free (dir);
      dir = parent;
    }
  return limit;
}

static guint64
parse_bytes (const char *text)
{
  return g_str_has_prefix (text, "max") ? G_MAXUINT64 : g_ascii_strtoull (text, NULL, 10);
}

static guint64
parse_cpu_quota (const char *text)
{
  unsigned long long quota, period;

  if (sscanf (text, "%llu %llu", &quota, &period) != 2 || period == 0)
    return G_MAXUINT64;
  return MAX (1, (quota + period - 1) / period);
}

guint
genga_cpu_get_n_threads (void)
{
  cpu_set_t set;
  guint n = g_get_num_processors ();

  if (sched_getaffinity (0, sizeof set, &set) == 0)
    n = CPU_COUNT (&set);
  return MAX (1, MIN (n, get_cgroup_limit ("cpu.max", parse_cpu_quota)));
}

gboolean
genga_cpu_has_fast_bf16 (void)
{
  g_autofree char *flags = dup_field ("/proc/cpuinfo", "flags");

  return flags != NULL &&
         (strstr (flags, " avx512_bf16") != NULL || strstr (flags, " amx_bf16") != NULL);
}

char *
genga_cpu_dup_name (void)
{
  char *name = dup_field ("/proc/cpuinfo", "model name");

  return name != NULL ? name : g_strdup ("CPU");
}

static guint64
get_meminfo (const char *key)
{
  g_autofree char *value = dup_field ("/proc/meminfo", key);

  return value != NULL ? g_ascii_strtoull (value, NULL, 10) * 1024 : 0;
}

guint64
genga_memory_get_total (void)
{
  return MIN (get_meminfo ("MemTotal"), get_cgroup_limit ("memory.max", parse_bytes));
}

guint64
genga_memory_get_available (void)
{
  guint64 available = get_meminfo ("MemAvailable");
  guint64 limit = get_cgroup_limit ("memory.max", parse_bytes);

  if (limit != G_MAXUINT64)
    {
      g_autofree char *dir = dup_cgroup_dir ();
      g_autofree char *path = g_build_filename (dir, "memory.current", NULL);
      g_autofree char *text = NULL;
      guint64 used = g_file_get_contents (path, &text, NULL, NULL) ? parse_bytes (text) : 0;
      available = MIN (available, limit > used ? limit - used : 0);
    }
  return available;
}

void
genga_memory_tune_allocator (void)
{
  mallopt (M_MMAP_THRESHOLD, 1 << 30);
  mallopt (M_TRIM_THRESHOLD, G_MAXINT);
}
