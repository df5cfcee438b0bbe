/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/cpu.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_threads (void)
{
  guint n = genga_cpu_get_n_threads ();

  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpuint (n, <=, g_get_num_processors ());
}

/* Allows itself the first `n` of the processors in `allowed` and answers how many it sees. */
static int
count_in_child (const cpu_set_t *allowed, int n)
{
  int status;
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      cpu_set_t set;

      CPU_ZERO (&set);
      for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT (&set) < n; cpu++)
        if (CPU_ISSET (cpu, allowed))
          CPU_SET (cpu, &set);
      _exit (sched_setaffinity (0, sizeof set, &set) == 0 ? genga_cpu_get_n_threads () : 255);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
test_affinity (void)
{
  cpu_set_t allowed;
  int n = genga_cpu_get_n_threads ();

  if (sched_getaffinity (0, sizeof allowed, &allowed) != 0)
    {
      g_test_skip ("the processors of this machine do not fit in a cpu_set_t");
      return;
    }
  g_assert_cmpint (count_in_child (&allowed, 1), ==, 1);
  if (n > 1)
    g_assert_cmpint (count_in_child (&allowed, 2), ==, 2);
  g_assert_cmpuint (genga_cpu_get_n_threads (), ==, n);
}

static void
test_memory (void)
{
  const guint64 mebibyte = 1 << 20;
  guint64 total = genga_memory_get_total ();
  guint64 available = genga_memory_get_available ();

  g_assert_cmpuint (total, >, 64 * mebibyte);
  g_assert_cmpuint (total, <, G_MAXINT64);
  g_assert_cmpuint (available, >, 0);
  g_assert_cmpuint (available, <=, total);
}

/* Whether the kernel lists one of these among what the first processor can do. */
static gboolean
has_flag (const char *const *wanted)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "flags\t"))
      {
        g_auto (GStrv) flags = g_strsplit_set (*line, " \t:", -1);
        for (int i = 0; wanted[i] != NULL; i++)
          if (g_strv_contains ((const char *const *)flags, wanted[i]))
            return TRUE;
        return FALSE;
      }
  return FALSE;
}

static void
test_bf16 (void)
{
  const char *const wanted[] = { "avx512_bf16", "amx_bf16", NULL };

  g_assert_cmpint (genga_cpu_has_fast_bf16 (), ==, has_flag (wanted));
}

static void
test_name (void)
{
  g_autofree char *name = genga_cpu_dup_name ();

  g_assert_cmpuint (strlen (name), >, 0);
  g_assert_null (strchr (name, '\n'));
}

#define MAP_BYTES (50 * 1024 * 1024)

static glong
count_faults (void)
{
  struct rusage usage;

  getrusage (RUSAGE_THREAD, &usage);
  return usage.ru_minflt;
}

/*
 * Map after map as a network has them, each freed when the next one is there: how often the kernel
 * has to give memory from the third on.
 */
static gpointer
use_maps (gpointer user_data)
{
  glong *n_faults = user_data;
  char *last = NULL;

  for (int i = 0; i < 8; i++)
    {
      char *map = g_malloc (MAP_BYTES);

      memset (map, i, MAP_BYTES);
      g_free (last);
      last = map;
      if (i == 1)
        *n_faults = -count_faults ();
    }
  *n_faults += count_faults ();
  g_free (last);
  return NULL;
}

static void
test_allocator (void)
{
  glong n_faults = 0;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("the address sanitizer has an allocator of its own");
  return;
#endif
  g_thread_join (g_thread_new ("maps", use_maps, &n_faults));
  g_assert_cmpint (n_faults, >=, 6 * MAP_BYTES / sysconf (_SC_PAGESIZE));
  genga_memory_keep_large ();
  g_thread_join (g_thread_new ("maps", use_maps, &n_faults));
  g_assert_cmpint (n_faults, <, 2 * MAP_BYTES / sysconf (_SC_PAGESIZE));
}

int
main (int argc, char *argv[])
{
  genga_memory_tune_allocator ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cpu/threads", test_threads);
  g_test_add_func ("/cpu/affinity", test_affinity);
  g_test_add_func ("/cpu/memory", test_memory);
  g_test_add_func ("/cpu/bf16", test_bf16);
  g_test_add_func ("/cpu/name", test_name);
  g_test_add_func ("/cpu/allocator", test_allocator);

  return g_test_run ();
}
