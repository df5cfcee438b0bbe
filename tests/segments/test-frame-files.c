/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a folder's list may have removed: frames with names of Genga's own, and nothing else. */
#include "core/error.h"
#include "media/sequence/frame-files.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  GengaFrameList *list;
} Fixture;

static char *
dup_path (Fixture *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
put (Fixture *self, const char *name)
{
  g_autofree char *path = dup_path (self, name);

  g_assert_true (g_file_set_contents (path, "x", -1, NULL));
}

static gboolean
is_there (Fixture *self, const char *name)
{
  g_autofree char *path = dup_path (self, name);

  return g_file_test (path, G_FILE_TEST_IS_SYMLINK) || g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = scratch_new ();
  self->list = genga_frame_list_new ();
  put (self, GENGA_FRAME_LIST);
  put (self, "frame_00000.png");
  put (self, "frame_00001.jpg");
  put (self, "frame_00007.webp");
  put (self, "mine.png");
  genga_frame_list_add (self->list, "frame_00000.png", 0, 1);
  genga_frame_list_add (self->list, "frame_00001.jpg", 1, 1);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  scratch_remove (self->folder);
  genga_frame_list_free (self->list);
}

static void
test_removed (Fixture *self, gconstpointer data)
{
  GError *error = NULL;

  genga_frame_list_add (self->list, "frame_00002.png", 2, 1); /* gone already */
  g_assert_true (genga_frame_files_remove (self->folder, self->list, FALSE, &error));
  g_assert_no_error (error);
  g_assert_false (is_there (self, "frame_00000.png"));
  g_assert_false (is_there (self, "frame_00001.jpg"));
  g_assert_true (is_there (self, GENGA_FRAME_LIST));
  g_assert_true (genga_frame_files_remove (self->folder, self->list, TRUE, &error));
  g_assert_no_error (error);
  g_assert_false (is_there (self, GENGA_FRAME_LIST));
  g_assert_true (is_there (self, "frame_00007.webp")); /* of which the list knows nothing */
  g_assert_true (is_there (self, "mine.png"));
}

static void
assert_nothing_removed (Fixture *self, const char *folder)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (genga_frame_files_remove (folder, self->list, TRUE, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_true (is_there (self, "frame_00000.png"));
  g_assert_true (is_there (self, "frame_00001.jpg"));
  g_assert_true (is_there (self, GENGA_FRAME_LIST));
}

/* One name that is not Genga's, and all stays. */
static void
test_names (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "mine.png",
                                       "../mine.png",
                                       "frame_0.png",
                                       "frame_000007.webp",
                                       "frame_00000.tiff",
                                       "frame_00000.png/",
                                       "frame_-0001.png",
                                       "frame_+0001.png",
                                       "frame_",
                                       "",
                                       "." };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      genga_frame_list_add (self->list, names[i], 2, 1);
      assert_nothing_removed (self, self->folder);
      g_array_set_size (self->list->frames, 2);
    }
  g_assert_true (is_there (self, "mine.png"));
}

/* Own names, but what has them is no plain file. */
static void
test_kinds (Fixture *self, gconstpointer data)
{
  g_autofree char *path = dup_path (self, "frame_00002.png");
  g_autofree char *list = dup_path (self, GENGA_FRAME_LIST);

  genga_frame_list_add (self->list, "frame_00002.png", 2, 1);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_nothing_removed (self, self->folder);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_cmpint (symlink ("mine.png", path), ==, 0);
  assert_nothing_removed (self, self->folder);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_unlink (list), ==, 0);
  g_assert_cmpint (symlink ("mine.png", list), ==, 0);
  assert_nothing_removed (self, self->folder);
  g_assert_true (is_there (self, "mine.png"));
}

static void
test_folders (Fixture *self, gconstpointer data)
{
  g_autofree char *link = g_strconcat (self->folder, "-link", NULL);
  g_autofree char *missing = g_strconcat (self->folder, "-missing", NULL);
  g_autofree char *file = dup_path (self, "mine.png");

  g_assert_cmpint (symlink (self->folder, link), ==, 0);
  assert_nothing_removed (self, link);
  assert_nothing_removed (self, missing);
  assert_nothing_removed (self, file);
  g_assert_cmpint (g_unlink (link), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/frame-files/removed", Fixture, NULL, set_up, test_removed, tear_down);
  g_test_add ("/frame-files/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/frame-files/kinds", Fixture, NULL, set_up, test_kinds, tear_down);
  g_test_add ("/frame-files/folders", Fixture, NULL, set_up, test_folders, tear_down);
  return g_test_run ();
}
