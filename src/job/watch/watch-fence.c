/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/watch/watch-fence.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static gboolean
can_open (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const gboolean is_refused = fd < 0 && (errno == EACCES || errno == EPERM);

  if (fd >= 0)
    close (fd);
  return !is_refused;
}

static gboolean
is_other_folder (const struct stat *info, const GengaWatchStamp *stamp)
{
  return info->st_dev != stamp->device || info->st_ino != stamp->node;
}

/* A folder that is watched may be away for a while; results can't be made anew. */
gboolean
genga_watch_fence_check (const GengaWatchFence *self,
                         const char *root,
                         const char *results,
                         const char **lost,
                         int *code)
{
  struct stat info;

  *lost = root;
  *code = GENGA_ERROR_INPUT;
  if (stat (root, &info) == 0 && (is_other_folder (&info, &self->folder) || !can_open (root)))
    return FALSE;
  *lost = results;
  *code = GENGA_ERROR_OUTPUT;
  if (stat (results, &info) != 0)
    return stat (root, &info) != 0;
  return !is_other_folder (&info, &self->output) && (!self->opens_results || can_open (results));
}

void
genga_watch_fence_init (GengaWatchFence *self, const char *root, const char *results)
{
  struct stat info;

  if (stat (root, &info) == 0)
    self->folder = genga_watch_stamp_new (&info);
  if (stat (results, &info) == 0)
    self->output = genga_watch_stamp_new (&info);
  self->opens_results = can_open (results);
}
