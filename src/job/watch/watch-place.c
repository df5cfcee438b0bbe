/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/watch/watch-place.h"
#include "core/error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether `path` is `folder` or lies below it. */
static gboolean
is_within (const char *path, const char *folder)
{
  const gsize length = strlen (folder);

  return strncmp (path, folder, length) == 0 &&
         (length == 1 || path[length] == '/' || path[length] == '\0');
}

static char *
dup_real (const char *path)
{
  char *real = realpath (path, NULL);
  char *copy = g_strdup (real);

  free (real);
  return copy;
}

static gboolean
find_root (GengaWatchPlace *self, const char *folder, GError **error)
{
  g_autofree char *name = g_filename_display_name (folder);

  self->root = dup_real (folder);
  if (self->root != NULL && g_file_test (self->root, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("Can't watch “%s”: %s."), name,
               g_strerror (self->root != NULL ? ENOTDIR : errno));
  return FALSE;
}

/* What others have put into the watched folder leads nowhere: a link there is not followed. */
static gboolean
make_results (GengaWatchPlace *self, const char *path, gboolean follows, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  int code = 0;

  if (g_mkdir_with_parents (path, 0777) != 0)
    code = errno;
  else if (!follows && g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    code = ELOOP;
  else if ((self->results = dup_real (path)) == NULL)
    code = errno;
  if (self->results != NULL)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't make the output folder “%s”: %s."),
               name, g_strerror (code));
  return FALSE;
}

gboolean
genga_watch_place_init (GengaWatchPlace *self,
                        const char *folder,
                        const char *results,
                        gboolean moves_done,
                        GError **error)
{
  g_autofree char *usual = NULL;
  g_autofree char *name = NULL;

  if (!find_root (self, folder, error))
    return FALSE;
  usual = g_build_filename (self->root, GENGA_WATCH_RESULTS_FOLDER, NULL);
  if (!make_results (self, results != NULL ? results : usual, results != NULL, error))
    return FALSE;
  if (moves_done)
    self->done = g_build_filename (self->root, GENGA_WATCH_DONE_FOLDER, NULL);
  if (!is_within (self->root, self->results) &&
      (self->done == NULL || !is_within (self->results, self->done)))
    return TRUE;
  name = g_filename_display_name (self->results);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("Results can't go to “%s”, where sources come from or go to. Choose another "
                  "folder for them."),
               name);
  return FALSE;
}

void
genga_watch_place_clear (GengaWatchPlace *self)
{
  g_clear_pointer (&self->root, g_free);
  g_clear_pointer (&self->results, g_free);
  g_clear_pointer (&self->done, g_free);
}
