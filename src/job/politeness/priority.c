/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/politeness/priority.h"
#include "core/confine/launcher.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/ioprio.h, which older systems do not have. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_CLASS_SHIFT 13
#define IOPRIO_CLASS_BEST_EFFORT 2
#define IOPRIO_CLASS_IDLE 3
#define IOPRIO_LOWEST 7

static gboolean
lower_nice (pid_t thread, int nice)
{
  return getpriority (PRIO_PROCESS, thread) < nice && setpriority (PRIO_PROCESS, thread, nice) == 0;
}

static gboolean
lower_disk (pid_t thread, GengaIonice ionice)
{
  const int wanted = ionice == GENGA_IONICE_IDLE
                         ? IOPRIO_CLASS_IDLE << IOPRIO_CLASS_SHIFT
                         : (IOPRIO_CLASS_BEST_EFFORT << IOPRIO_CLASS_SHIFT) | IOPRIO_LOWEST;
  const long now = syscall (SYS_ioprio_get, IOPRIO_WHO_PROCESS, thread);

  /* Numbers grow as priorities fall. */
  return ionice != GENGA_IONICE_NORMAL && now >= 0 && now < wanted &&
         syscall (SYS_ioprio_set, IOPRIO_WHO_PROCESS, thread, wanted) == 0;
}

static gboolean
lower_all (int nice, GengaIonice ionice)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name;
  gboolean is_any = FALSE;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      const pid_t thread = (pid_t)g_ascii_strtoll (name, NULL, 10);

      is_any |= lower_nice (thread, nice);
      is_any |= lower_disk (thread, ionice);
    }
  return is_any;
}

/* A thread that is started meanwhile by one that was not lowered yet is found the next time. */
void
genga_priority_lower (int nice, GengaIonice ionice)
{
  const pid_t launcher = genga_launcher_get_process ();

  if (nice <= 0 && ionice == GENGA_IONICE_NORMAL)
    return;
  if (launcher > 0)
    {
      lower_nice (launcher, nice);
      lower_disk (launcher, ionice);
    }
  while (lower_all (nice, ionice))
    ;
}
