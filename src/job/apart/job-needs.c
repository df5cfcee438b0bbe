/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/job-needs.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the results; all of them are beneath it. */
static char *
dup_folder (GengaJob *job)
{
  const char *target = genga_job_get_requested_target (job);
  const char *folder =
      genga_options_get_string (genga_job_get_options (job), GENGA_OPTION_OUTPUT_DIR);
  g_autofree char *path = NULL;

  if (target != NULL)
    path = g_path_get_dirname (target);
  else if (folder != NULL)
    path = g_strdup (folder);
  else
    path = g_path_get_dirname (genga_job_get_source (job));
  return g_canonicalize_filename (path, NULL);
}

static char **
dup_strings (GHashTable *set)
{
  g_autofree char **strings = (char **)g_hash_table_get_keys_as_array (set, NULL);

  return g_strdupv (strings);
}

static void
add (GHashTable *set, const char *string)
{
  if (string != NULL)
    g_hash_table_add (set, g_strdup (string));
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
genga_job_needs_collect (GPtrArray *jobs, GengaJobSetup *setup)
{
  g_autoptr (GHashTable) sources = new_set ();
  g_autoptr (GHashTable) folders = new_set ();
  g_autoptr (GHashTable) outputs = new_set ();
  g_autoptr (GHashTable) models = new_set ();

  for (guint i = 0; i < jobs->len; i++)
    {
      GengaOptions *options = genga_job_get_options (jobs->pdata[i]);
      const char *made = genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR);
      g_autofree char *folder = dup_folder (jobs->pdata[i]);

      /* Where it can't be made, the job says so. */
      if (made != NULL)
        g_mkdir_with_parents (made, 0777);
      add (sources, genga_job_get_source (jobs->pdata[i]));
      add (folders, folder);
      add (outputs, genga_job_get_requested_target (jobs->pdata[i]));
      add (models, genga_options_get_string (options, GENGA_OPTION_MODEL));
    }
  setup->sources = dup_strings (sources);
  setup->folders = dup_strings (folders);
  setup->outputs = dup_strings (outputs);
  setup->models = dup_strings (models);
}

/* What of the path is below the folder; NULL: it is not. */
static char *
dup_below (const char *folder, const char *path)
{
  g_autofree char *canonical = g_canonicalize_filename (path, NULL);
  const gsize length = strlen (folder);

  if (strncmp (canonical, folder, length) != 0 || (length > 1 && canonical[length] != '/'))
    return NULL;
  return g_strdup (canonical + length + (length > 1));
}

gboolean
genga_job_needs_cover (GengaJob *job, const char *path)
{
  g_autofree char *folder = dup_folder (job);
  g_autofree char *below = dup_below (folder, path);

  return below != NULL;
}

/* One after the other, since opening follows links in all but the last. */
static gboolean
holds (const char *folder, char **parts)
{
  int fd = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct stat info = { 0 };

  for (guint i = 0; parts[i] != NULL && fd >= 0; i++)
    {
      int next = openat (fd, parts[i], O_PATH | O_NOFOLLOW | O_CLOEXEC);

      close (fd);
      fd = next;
    }
  if (fd < 0)
    return FALSE;
  if (fstat (fd, &info) != 0)
    info.st_mode = 0;
  close (fd);
  return S_ISREG (info.st_mode) || S_ISDIR (info.st_mode);
}

gboolean
genga_job_needs_hold (GengaJob *job, const char *path)
{
  g_autofree char *folder = dup_folder (job);
  g_autofree char *below = dup_below (folder, path);
  g_auto (GStrv) parts = below != NULL ? g_strsplit (below, "/", -1) : NULL;

  return parts != NULL && holds (folder, parts);
}
