/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/disk-space.h"
#include "core/error.h"
#include "core/fault.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <linux/magic.h>
#include <math.h>
#include <sys/quota.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* It is tried again with this much room, or after so many looks: not all quotas show. */
#define ENOUGH_BYTES (16 << 20)
#define MAX_LOOKS 30

/* A second, in steps within which a cancelled job ends. */
#define STEPS 10
#define STEP_US 100000

/* What codecs with a fixed rate stay above, in parts of that rate. */
#define SURE_PART 0.6

/* A file of FAT has 32 bits for its size; exFAT is another file system. */
#define FAT_MAX_BYTES 4294967295.
#define TEST_MAX_BYTES 100000

struct _GengaDiskSpace
{
  char *folder;
  char *name; /* of the result, for messages */
  gboolean waits;
  GengaProgress *progress;
  double need;
  gboolean was_notified;
  gboolean has_given_up;
};

GengaDiskSpace *
genga_disk_space_new (const char *target, gboolean waits, GengaProgress *progress)
{
  GengaDiskSpace *self = g_new0 (GengaDiskSpace, 1);

  self->folder = g_path_get_dirname (target);
  self->name = g_filename_display_basename (target);
  self->waits = waits;
  self->progress = genga_progress_ref (progress);
  return self;
}

void
genga_disk_space_free (GengaDiskSpace *self)
{
  if (self == NULL)
    return;
  g_free (self->folder);
  g_free (self->name);
  genga_progress_unref (self->progress);
  g_free (self);
}

/* What a quota of the user or the group leaves; infinity where there is none, or none is told. */
static double
get_quota_bytes (int fd, int kind, guint id)
{
  double left = INFINITY;
#ifdef SYS_quotactl_fd
  struct dqblk quota = { 0 };

  if (syscall (SYS_quotactl_fd, fd, QCMD ((guint)Q_GETQUOTA, kind), id, &quota) == 0 &&
      (quota.dqb_valid & QIF_BLIMITS) != 0 && quota.dqb_bhardlimit > 0)
    left = MAX (0, quota.dqb_bhardlimit * 1024. - quota.dqb_curspace);
#endif
  return genga_fault ("small-quota") ? TEST_MAX_BYTES : left;
}

/* -1 where it is not known. */
static double
get_free_bytes (GengaDiskSpace *self)
{
  struct statvfs info;
  int fd = open (self->folder, O_PATH | O_CLOEXEC);
  double left = -1;

  if (fd < 0)
    return left;
  if (fstatvfs (fd, &info) == 0)
    {
      left = (double)info.f_bavail * info.f_frsize;
      left = MIN (left, get_quota_bytes (fd, USRQUOTA, geteuid ()));
      left = MIN (left, get_quota_bytes (fd, GRPQUOTA, getegid ()));
    }
  close (fd);
  return left;
}

static char *
dup_size (double bytes)
{
  return g_format_size (CLAMP (bytes, 0, 1e18));
}

gboolean
genga_disk_space_check (GengaDiskSpace *self, double bytes, gboolean is_known, GError **error)
{
  double free_bytes = get_free_bytes (self);
  g_autofree char *need = dup_size (bytes);
  g_autofree char *there = dup_size (free_bytes);

  if (free_bytes < 0 || bytes <= free_bytes)
    return TRUE;
  if (is_known && bytes * SURE_PART > free_bytes)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("Not enough disk space for “%s”: it needs about %s, but only %s is free."),
                   self->name, need, there);
      return FALSE;
    }
  genga_progress_notice (self->progress,
                         _ ("There may not be enough disk space for “%s”: it needs about %s, and "
                            "%s is free."),
                         self->name, need, there);
  return TRUE;
}

/* Of one file. */
static double
get_max_bytes (GengaDiskSpace *self)
{
  struct statfs info;

  if (genga_fault ("small-files"))
    return TEST_MAX_BYTES;
  return statfs (self->folder, &info) == 0 && info.f_type == MSDOS_SUPER_MAGIC ? FAT_MAX_BYTES
                                                                               : G_MAXDOUBLE;
}

/* A limit of the process, for every file that it writes. */
static gboolean
check_limit (GengaDiskSpace *self, double bytes, gboolean is_known, GError **error)
{
  struct rlimit limit;
  g_autofree char *need = dup_size (bytes);
  g_autofree char *most = NULL;

  if (getrlimit (RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
      bytes <= (double)limit.rlim_cur)
    return TRUE;
  most = dup_size (limit.rlim_cur);
  if (is_known && bytes * SURE_PART > (double)limit.rlim_cur)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("“%s” needs about %s, but files may have at most %s here (ulimit -f). Raise "
                      "that limit."),
                   self->name, need, most);
      return FALSE;
    }
  genga_progress_notice (self->progress,
                         _ ("“%s” may become too large: it needs about %s, and files may have at "
                            "most %s here (ulimit -f)."),
                         self->name, need, most);
  return TRUE;
}

gboolean
genga_disk_space_check_file (GengaDiskSpace *self, double bytes, gboolean is_known, GError **error)
{
  double most_bytes = get_max_bytes (self);
  g_autofree char *need = dup_size (bytes);
  g_autofree char *most = dup_size (most_bytes);

  if (!check_limit (self, bytes, is_known, error))
    return FALSE;
  if (bytes <= most_bytes)
    return TRUE;
  if (is_known && bytes * SURE_PART > most_bytes)
    {
      g_set_error (
          error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
          _ ("“%s” needs about %s, but its folder is on a FAT file system, which has files "
             "of at most %s. Choose a folder on another one."),
          self->name, need, most);
      return FALSE;
    }
  genga_progress_notice (self->progress,
                         _ ("“%s” may become too large: its folder is on a FAT file system, which "
                            "has files of at most %s, and it needs about %s."),
                         self->name, most, need);
  return TRUE;
}

void
genga_disk_space_set_need (GengaDiskSpace *self, double bytes)
{
  self->need = bytes;
}

static gboolean
is_cancelled (GengaDiskSpace *self)
{
  return g_cancellable_is_cancelled (genga_progress_get_cancellable (self->progress));
}

static void
tell_full (GengaDiskSpace *self)
{
  g_autofree char *need = dup_size (self->need);
  g_autofree char *there = dup_size (get_free_bytes (self));

  if (!self->was_notified)
    genga_progress_notice (self->progress,
                           _ ("The disk is full: “%s” needs about %s more, and %s is free. It "
                              "continues by itself once there is enough space."),
                           self->name, need, there);
  self->was_notified = TRUE;
}

gboolean
genga_disk_space_wait (gpointer data)
{
  GengaDiskSpace *self = data;

  if (!self->waits)
    {
      self->has_given_up = TRUE;
      return FALSE;
    }
  tell_full (self);
  for (int look = 0; look < MAX_LOOKS; look++)
    {
      for (int step = 0; step < STEPS && !is_cancelled (self); step++)
        g_usleep (STEP_US);
      if (is_cancelled (self) || get_free_bytes (self) >= ENOUGH_BYTES)
        break;
    }
  return !is_cancelled (self);
}

void
genga_disk_space_go_on (GengaDiskSpace *self)
{
  if (self->was_notified)
    genga_progress_notice (self->progress, _ ("There is enough disk space again: “%s” continues."),
                           self->name);
  self->was_notified = FALSE;
}

gboolean
genga_disk_space_explain (GengaDiskSpace *self, GError **error)
{
  g_autofree char *need = dup_size (self->need);
  g_autofree char *there = dup_size (get_free_bytes (self));

  if (!self->has_given_up)
    return FALSE;
  g_set_error (
      error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
      _ ("The disk is full: “%s” needs about %s more, and %s is free. Free some space and start it "
         "again."),
      self->name, need, there);
  return TRUE;
}
