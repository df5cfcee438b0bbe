/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/cpu.h"
#include "core/cgroup.h"
#include "core/cores.h"
#include "core/fault.h"

#include <malloc.h>
#include <sched.h>
#include <string.h>

/* Blocks of so many bytes are mapped one by one. */
#define MAPPED_BYTES (4 << 20)

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

/* Both limits are read once: their files are many, and the pictures of a batch ask again and again.
 */
static guint
get_quota (void)
{
  static gsize quota;

  if (g_once_init_enter (&quota))
    g_once_init_leave (&quota, genga_cgroup_get_n_cpus (""));
  return (guint)quota;
}

guint
genga_cpu_get_n_threads (void)
{
  cpu_set_t set;
  guint n = g_get_num_processors ();

  if (sched_getaffinity (0, sizeof set, &set) == 0)
    n = CPU_COUNT (&set);
  return MAX (1, MIN (n, get_quota ()));
}

guint
genga_cpu_get_n_cores (void)
{
  return MIN (genga_cpu_get_n_threads (), genga_cores_count (""));
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
  static gsize total; /* and 1, since it may not be known */

  if (g_once_init_enter (&total))
    g_once_init_leave (&total,
                       MIN (get_meminfo ("MemTotal"), genga_cgroup_get_memory_limit ("")) + 1);
  return total - 1;
}

guint64
genga_memory_get_available (void)
{
  if (genga_fault ("no-memory"))
    return 0;

  guint64 others_leave = MIN (get_meminfo ("MemAvailable"), genga_cgroup_get_memory_left (""));

  /* The allocator was told to keep what is freed: that is ours to use again. */
  return MIN (others_leave + mallinfo2 ().fordblks, genga_memory_get_total ());
}

guint64
genga_memory_get_peak (void)
{
  g_autofree char *text = dup_field ("/proc/self/status", "VmHWM");

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) * 1024 : 0;
}

void
genga_memory_tune_allocator (void)
{
  mallopt (M_MMAP_THRESHOLD, MAPPED_BYTES);
  mallopt (M_TRIM_THRESHOLD, G_MAXINT);
  /* What a thread frees of an arena of its own goes back whatever the threshold is. */
  mallopt (M_ARENA_MAX, 1);
}

void
genga_memory_keep_large (void)
{
  mallopt (M_MMAP_THRESHOLD, 1 << 30);
}

void
genga_cpu_tune_threads (void)
{
  g_setenv ("OMP_WAIT_POLICY", "PASSIVE", FALSE);
}
