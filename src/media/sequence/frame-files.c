/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/sequence/frame-files.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "frame_"

char *
genga_frame_files_dup_name (guint64 n, GengaFormat format)
{
  return g_strdup_printf (PREFIX "%05" G_GUINT64_FORMAT "%s", n, genga_format_get_suffix (format));
}

static gboolean
is_own_name (const char *name)
{
  static const GengaFormat formats[] = { GENGA_FORMAT_PNG, GENGA_FORMAT_JPEG, GENGA_FORMAT_WEBP };

  if (!g_str_has_prefix (name, PREFIX))
    return FALSE;
  guint64 n = g_ascii_strtoull (name + strlen (PREFIX), NULL, 10);
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *own = genga_frame_files_dup_name (n, formats[i]);
      if (g_str_equal (name, own))
        return TRUE;
    }
  return FALSE;
}

/* A file that is not there any more does no harm. */
static gboolean
is_plain_file (int fd, const char *name)
{
  struct stat info;

  return fstatat (fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 ? S_ISREG (info.st_mode)
                                                             : errno == ENOENT;
}

static gboolean
set_error (const char *folder, const char *format, GError **error)
{
  g_autofree char *name = g_filename_display_name (folder);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, format, name);
#pragma GCC diagnostic pop
  return FALSE;
}

static gboolean
check (int fd, const char *folder, const GengaFrameList *list, GError **error)
{
  g_autofree char *name = g_filename_display_name (folder);

  for (guint i = 0; i < list->frames->len; i++)
    {
      const char *file = g_array_index (list->frames, GengaListedFrame, i).file;

      if (is_own_name (file) && is_plain_file (fd, file))
        continue;
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("The list in the folder “%s” names “%s”, which Genga did not write. Nothing "
                      "was removed; choose another folder."),
                   name, file);
      return FALSE;
    }
  return is_plain_file (fd, GENGA_FRAME_LIST) ||
         set_error (folder,
                    _ ("The list in the folder “%s” is not a regular file. Nothing was removed; "
                       "choose another folder."),
                    error);
}

static gboolean
remove_files (int fd, const GengaFrameList *list, gboolean with_list)
{
  for (guint i = 0; i < list->frames->len; i++)
    if (unlinkat (fd, g_array_index (list->frames, GengaListedFrame, i).file, 0) != 0 &&
        errno != ENOENT)
      return FALSE;
  return !with_list || unlinkat (fd, GENGA_FRAME_LIST, 0) == 0 || errno == ENOENT;
}

gboolean
genga_frame_files_remove (const char *folder,
                          const GengaFrameList *list,
                          gboolean with_list,
                          GError **error)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  gboolean ok;

  if (fd < 0)
    return set_error (folder,
                      g_file_test (folder, G_FILE_TEST_IS_SYMLINK)
                          ? _ ("“%s” is a symbolic link; frames are not removed through it. Name "
                               "the folder itself.")
                          : _ ("Can't write to the folder “%s”."),
                      error);
  ok = check (fd, folder, list, error) &&
       (remove_files (fd, list, with_list) ||
        set_error (folder, _ ("Can't write to the folder “%s”."), error));
  close (fd);
  return ok;
}
