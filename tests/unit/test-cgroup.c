/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Control groups as files below a folder of ours, in both versions of the interface. */
#include "core/cgroup.h"

#include <glib/gstdio.h>

typedef struct
{
  char *root;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->root = g_dir_make_tmp ("genga-test-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_DIR) ? g_dir_open (path, 0, NULL) : NULL;

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  remove_tree (self->root);
  g_free (self->root);
}

static void
put (Fixture *self, const char *path, const char *text)
{
  g_autofree char *file = g_build_filename (self->root, path, NULL);
  g_autofree char *dir = g_path_get_dirname (file);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_file_set_contents (file, text, -1, &error);
  g_assert_no_error (error);
}

#define NO_LIMIT G_MAXUINT64

static void
assert_limits (Fixture *self, guint n_cpus, guint64 limit, guint64 left)
{
  g_assert_cmpuint (genga_cgroup_get_n_cpus (self->root), ==, n_cpus);
  g_assert_cmpuint (genga_cgroup_get_memory_limit (self->root), ==, limit);
  g_assert_cmpuint (genga_cgroup_get_memory_left (self->root), ==, left);
}

static void
test_none (Fixture *self, gconstpointer data)
{
  assert_limits (self, G_MAXUINT, NO_LIMIT, NO_LIMIT);

  put (self, "proc/self/cgroup", "");
  assert_limits (self, G_MAXUINT, NO_LIMIT, NO_LIMIT);

  put (self, "proc/self/cgroup", "0::/user.slice\n");
  put (self, "sys/fs/cgroup/user.slice/cpu.max", "max 100000\n");
  put (self, "sys/fs/cgroup/user.slice/memory.max", "max\n");
  put (self, "sys/fs/cgroup/user.slice/memory.current", "123456\n");
  assert_limits (self, G_MAXUINT, NO_LIMIT, NO_LIMIT);
}

static void
test_v2 (Fixture *self, gconstpointer data)
{
  put (self, "proc/self/cgroup", "0::/a.slice/b.scope\n");
  put (self, "sys/fs/cgroup/a.slice/b.scope/cpu.max", "250000 100000\n");
  put (self, "sys/fs/cgroup/a.slice/b.scope/memory.max", "1000000\n");
  put (self, "sys/fs/cgroup/a.slice/b.scope/memory.current", "300000\n");
  assert_limits (self, 3, 1000000, 700000);

  /* What was read from files may be dropped. */
  put (self, "sys/fs/cgroup/a.slice/b.scope/memory.stat",
       "anon 100000\nfile 200000\ninactive_file 150000\nactive_file 50000\n");
  assert_limits (self, 3, 1000000, 850000);

  put (self, "sys/fs/cgroup/a.slice/b.scope/cpu.max", "1000 100000\n");
  put (self, "sys/fs/cgroup/a.slice/b.scope/memory.current", "2000000\n");
  assert_limits (self, 1, 1000000, 0);
}

/* The group above has more room and less left. */
static void
test_ancestors (Fixture *self, gconstpointer data)
{
  put (self, "proc/self/cgroup", "0::/a/b\n");
  put (self, "sys/fs/cgroup/a/b/cpu.max", "800000 100000\n");
  put (self, "sys/fs/cgroup/a/cpu.max", "200000 100000\n");
  put (self, "sys/fs/cgroup/a/b/memory.max", "1000000\n");
  put (self, "sys/fs/cgroup/a/b/memory.current", "100000\n");
  put (self, "sys/fs/cgroup/a/memory.max", "5000000\n");
  put (self, "sys/fs/cgroup/a/memory.current", "4900000\n");
  assert_limits (self, 2, 1000000, 100000);
}

static void
test_v1 (Fixture *self, gconstpointer data)
{
  put (self, "proc/self/cgroup",
       "9:name=systemd:/\n4:memory:/job\n2:cpu,cpuacct:/job\n3:cpuset:/job\n0::/\n");
  put (self, "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  put (self, "sys/fs/cgroup/memory/memory.usage_in_bytes", "5000\n");
  put (self, "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
  put (self, "sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  assert_limits (self, G_MAXUINT, NO_LIMIT, NO_LIMIT);

  put (self, "sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1000000\n");
  put (self, "sys/fs/cgroup/memory/job/memory.usage_in_bytes", "600000\n");
  put (self, "sys/fs/cgroup/memory/job/memory.stat",
       "cache 1\ninactive_file 100000\ntotal_inactive_file 200000\n");
  put (self, "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "150000\n");
  assert_limits (self, 2, 1000000, 600000);
}

/* A container that sees the host's path, and its own group as the root. */
static void
test_container (Fixture *self, gconstpointer data)
{
  put (self, "proc/self/cgroup", "0::/docker/0123456789abcdef\n");
  put (self, "sys/fs/cgroup/cpu.max", "100000 100000\n");
  put (self, "sys/fs/cgroup/memory.max", "1000000\n");
  put (self, "sys/fs/cgroup/memory.current", "1\n");
  assert_limits (self, 1, 1000000, 999999);

  put (self, "proc/self/cgroup", "0::/../../elsewhere\n");
  assert_limits (self, 1, 1000000, 999999);
}

static void
test_nonsense (Fixture *self, gconstpointer data)
{
  put (self, "proc/self/cgroup", "nonsense\n::\n0:\n4:memory\n0::/a\n");
  put (self, "sys/fs/cgroup/a/cpu.max", "100000 0\n");
  put (self, "sys/fs/cgroup/a/memory.max", "1000\n");
  put (self, "sys/fs/cgroup/a/memory.stat", "inactive_file\nx\ninactive_file 99999999\n");
  assert_limits (self, G_MAXUINT, 1000, 1000);

  put (self, "sys/fs/cgroup/a/cpu.max", "");
  assert_limits (self, G_MAXUINT, 1000, 1000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/cgroup/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("none", test_none);
  ADD ("v2", test_v2);
  ADD ("ancestors", test_ancestors);
  ADD ("v1", test_v1);
  ADD ("container", test_container);
  ADD ("nonsense", test_nonsense);
#undef ADD

  return g_test_run ();
}
