/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scratch.h"
#include "core/fault.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

char *
scratch_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("genga-segments-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_all (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      gboolean is_folder =
          g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK);

      if (is_folder)
        remove_all (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

void
scratch_remove (char *folder)
{
  remove_all (folder);
  g_free (folder);
}

guint
scratch_count (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

void
scratch_write_bytes (const char *path, gconstpointer bytes, gsize size)
{
  FILE *file = g_fopen (path, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
}

void
scratch_write (const char *path, gsize size)
{
  g_autofree char *bytes = g_malloc0 (size + 1);

  scratch_write_bytes (path, bytes, size);
}

gboolean
scratch_exists (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

GengaVideoSegment *
scratch_new_segment (guint64 n_frames, gint64 first_pts, guint64 size)
{
  GengaVideoSegment *segment = g_new0 (GengaVideoSegment, 1);

  segment->n_frames = n_frames;
  segment->size = size;
  segment->pts = g_new (gint64, n_frames);
  segment->durations = g_new (gint64, n_frames);
  for (guint64 i = 0; i < n_frames; i++)
    {
      segment->pts[i] = first_pts + 2 * i;
      segment->durations[i] = 2;
    }
  segment->coding = g_bytes_new_static ("coding", strlen ("coding"));
  return segment;
}

void
scratch_fail (const char *place, guint n, gboolean goes_on)
{
  g_autofree char *list = g_strdup_printf ("%s:%u%s", place, n, goes_on ? "+" : "");

  genga_fault_set (n > 0 ? list : NULL);
}
