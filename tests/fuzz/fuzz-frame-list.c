/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list in a folder of frames: what is read is written, and read again, as it was. */
#include "fuzz-scratch.h"
#include "fuzz.h"
#include "media/sequence/frame-files.h"
#include "media/sequence/frame-list.h"

#include <glib/gstdio.h>

static void
check_order (const GengaFrameList *list)
{
  for (guint i = 0; i < list->frames->len; i++)
    {
      const GengaListedFrame *frame = &g_array_index (list->frames, GengaListedFrame, i);

      g_assert_cmpint (frame->duration, >, 0);
      g_assert_null (strchr (frame->file, '/'));
      if (i > 0)
        g_assert_cmpint (frame->pts, >, (frame - 1)->pts);
    }
}

static GengaFrameList *
read_text (const char *text)
{
  g_autofree char *path = fuzz_write_file (GENGA_FRAME_LIST, text, strlen (text));
  g_autoptr (GError) error = NULL;
  GengaFrameList *list = genga_frame_list_read (fuzz_get_folder (), &error);

  g_assert_no_error (error);
  g_assert_nonnull (list);
  return list;
}

/* The first time, what is missing gets its default. */
static void
check_again (const GengaFrameList *list)
{
  g_autofree char *text = genga_frame_list_format (list);
  g_autoptr (GengaFrameList) again = read_text (text);
  g_autofree char *full = genga_frame_list_format (again);
  g_autoptr (GengaFrameList) same = read_text (full);
  g_autofree char *twice = genga_frame_list_format (same);

  g_assert_cmpuint (again->frames->len, ==, list->frames->len);
  g_assert_cmpstr (twice, ==, full);
}

/* Whatever a list says, what is not called as frames are stays. */
static void
check_removal (const GengaFrameList *list)
{
  g_autofree char *other = fuzz_write_file ("other.png", "", 0);
  gboolean has_other = FALSE;

  for (guint i = 0; i < list->frames->len; i++)
    has_other |= g_str_equal (g_array_index (list->frames, GengaListedFrame, i).file, "other.png");
  g_assert_false (genga_frame_files_remove (fuzz_get_folder (), list, TRUE, NULL) && has_other);
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
  g_unlink (other);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *path = fuzz_write_file (GENGA_FRAME_LIST, data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaFrameList) list = genga_frame_list_read (fuzz_get_folder (), &error);

  if (list != NULL)
    {
      check_order (list);
      check_again (list);
      check_removal (list);
    }
  g_assert_false (list != NULL && error != NULL);
  return 0;
}
