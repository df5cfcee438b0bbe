/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/watch/watch-opening.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

typedef struct
{
  char *root;
  char *name;
  GengaWatchStamp stamp;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *self = data;

  g_free (self->root);
  g_free (self->name);
  g_free (self);
}

static int
open_again (gpointer data, GError **error)
{
  const Opening *self = data;
  g_autoptr (GengaWatchFile) file = genga_watch_file_open (self->root, self->name);
  g_autofree char *shown = g_filename_display_basename (self->name);

  if (file != NULL && genga_watch_stamp_is_same (&file->stamp, &self->stamp))
    return g_steal_fd (&file->fd);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” is not the file any more that had come into the folder."), shown);
  return -1;
}

void
genga_watch_opening_set (GengaJob *job, const char *root, const GengaWatchFile *file)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->root = g_strdup (root);
  opening->name = g_strdup (file->name);
  opening->stamp = file->stamp;
  genga_job_set_open_func (job, open_again, opening, opening_free);
}
