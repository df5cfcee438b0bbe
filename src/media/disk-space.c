/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/disk-space.h"
#include "core/error.h"
#include "core/fault.h"

#include <glib/gi18n-lib.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

/* It is tried again with this much room, or after so many looks: quotas do not show. */
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

/* -1 where it is not known. */
static double
get_free_bytes (GengaDiskSpace *self)
{
  struct statvfs info;

  return statvfs (self->folder, &info) == 0 ? (double)info.f_bavail * info.f_frsize : -1;
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

gboolean
genga_disk_space_check_file (GengaDiskSpace *self, double bytes, gboolean is_known, GError **error)
{
  double most_bytes = get_max_bytes (self);
  g_autofree char *need = dup_size (bytes);
  g_autofree char *most = dup_size (most_bytes);

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
