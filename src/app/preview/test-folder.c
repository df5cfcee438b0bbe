/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/preview/test-folder.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define PREFIX "test-"
#define DAY_SECONDS (24 * 60 * 60)

void
genga_test_folder_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_remove (path);
    }
  g_rmdir (folder);
}

/* What a test that was killed has left. */
static void
remove_old (const char *parent)
{
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *name;
  GStatBuf info;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);
      if (g_str_has_prefix (name, PREFIX) && g_stat (path, &info) == 0 &&
          info.st_mtime < now - DAY_SECONDS)
        genga_test_folder_remove (path);
    }
}

char *
genga_test_folder_new (GError **error)
{
  g_autofree char *parent = g_build_filename (g_get_user_cache_dir (), "genga", NULL);
  char *template = g_build_filename (parent, PREFIX "XXXXXX", NULL);

  remove_old (parent);
  if (g_mkdir_with_parents (parent, 0700) == 0 && g_mkdtemp (template) != NULL)
    return template;
  g_autofree char *display = g_filename_display_name (parent);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               _ ("Can't run the test: the folder “%s” can't be created."), display);
  g_free (template);
  return NULL;
}
