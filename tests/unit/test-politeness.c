/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Priorities that only fall, and what /sys says of batteries. */
#include "core/confine/launcher.h"
#include "job/politeness/battery.h"
#include "job/politeness/priority.h"

#include <glib/gstdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define IDLE (3 << 13)

typedef struct
{
  const char *name;
  const char *type;
  const char *scope;
  const char *status;
  const char *online;
} Supply;

static void
write_fact (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  if (*text != '\0')
    g_assert_true (g_file_set_contents (path, line, -1, NULL));
}

static gboolean
is_used (const Supply *supplies, guint n)
{
  g_autofree char *root = g_dir_make_tmp ("genga-supplies-XXXXXX", NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *folder =
          g_build_filename (root, "sys/class/power_supply", supplies[i].name, NULL);

      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      write_fact (folder, "type", supplies[i].type);
      write_fact (folder, "scope", supplies[i].scope);
      write_fact (folder, "status", supplies[i].status);
      write_fact (folder, "online", supplies[i].online);
    }
  return genga_battery_is_used (root);
}

static void
test_battery (void)
{
  const Supply battery = { "BAT0", "Battery", "", "Discharging", "" };
  const Supply full = { "BAT0", "Battery", "", "Full", "" };
  const Supply mouse = { "hidpp", "Battery", "Device", "Discharging", "1" };
  const Supply off = { "AC", "Mains", "", "", "0" };
  const Supply on = { "AC", "Mains", "", "", "1" };
  const Supply usb = { "ucsi", "USB", "", "", "1" };

  g_assert_false (is_used (NULL, 0));
  g_assert_true (is_used ((Supply[]){ battery }, 1));
  g_assert_true (is_used ((Supply[]){ off, battery }, 2));
  g_assert_false (is_used ((Supply[]){ on, battery }, 2)); /* it takes more than the socket gives */
  g_assert_false (is_used ((Supply[]){ off, battery, usb }, 3));
  g_assert_false (is_used ((Supply[]){ on, full }, 2));
  g_assert_false (is_used ((Supply[]){ mouse }, 1));
  g_assert_true (is_used ((Supply[]){ mouse, battery }, 2));
}

typedef struct
{
  GMutex mutex;
  GCond cond;
  pid_t thread;
  gboolean may_end;
} Other;

static gpointer
run_other (gpointer data)
{
  Other *other = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&other->mutex);

  other->thread = gettid ();
  g_cond_broadcast (&other->cond);
  while (!other->may_end)
    g_cond_wait (&other->cond, &other->mutex);
  return NULL;
}

/* Threads that were there before are lowered, too, and what starts programs; nothing is ever
 * raised. */
static void
test_priority (void)
{
  Other other = { 0 };
  const pid_t launcher = genga_launcher_get_process ();
  g_autoptr (GThread) thread = g_thread_new ("other", run_other, &other);

  g_mutex_lock (&other.mutex);
  while (other.thread == 0)
    g_cond_wait (&other.cond, &other.mutex);
  g_mutex_unlock (&other.mutex);
  const int before = getpriority (PRIO_PROCESS, 0);
  genga_priority_lower (0, GENGA_IONICE_NORMAL);
  g_assert_cmpint (getpriority (PRIO_PROCESS, 0), ==, before);
  genga_priority_lower (18, GENGA_IONICE_IDLE);
  genga_priority_lower (17, GENGA_IONICE_LOW);
  g_assert_cmpint (getpriority (PRIO_PROCESS, 0), ==, MAX (18, before));
  g_assert_cmpint (getpriority (PRIO_PROCESS, other.thread), ==, MAX (18, before));
  g_assert_cmpint (syscall (SYS_ioprio_get, 1, other.thread) & ~7, ==, IDLE);
  g_assert_cmpint (getpriority (PRIO_PROCESS, launcher), ==, MAX (18, before));
  g_assert_cmpint (syscall (SYS_ioprio_get, 1, launcher) & ~7, ==, IDLE);
  g_mutex_lock (&other.mutex);
  other.may_end = TRUE;
  g_cond_broadcast (&other.cond);
  g_mutex_unlock (&other.mutex);
  g_thread_join (g_steal_pointer (&thread));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  genga_launcher_open ("true");
  g_test_add_func ("/politeness/battery", test_battery);
  g_test_add_func ("/politeness/priority", test_priority);
  return g_test_run ();
}
