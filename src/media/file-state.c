/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/file-state.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

void
genga_file_state_look (const char *path, struct stat *state)
{
  if (stat (path, state) != 0)
    *state = (struct stat){ 0 };
}

gboolean
genga_file_state_has_changed (const char *path, const struct stat *before)
{
  struct stat now;

  return stat (path, &now) == 0 && S_ISREG (now.st_mode) && now.st_dev == before->st_dev &&
         now.st_ino == before->st_ino &&
         (now.st_size != before->st_size || now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
          now.st_mtim.tv_nsec != before->st_mtim.tv_nsec);
}

gboolean
genga_file_state_set_changed_error (const char *name, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
               _ ("“%s” changed while it was being read."), name);
  return FALSE;
}

gboolean
genga_file_state_set_cut_off_error (const char *name, double seconds, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
               _ ("Incomplete source: “%s” ends after %.1f seconds but should be longer. It was "
                  "cut off or not copied completely."),
               name, seconds);
  return FALSE;
}
