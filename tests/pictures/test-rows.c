/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that are written by rows. */
#include "support.h"

#include <glib/gstdio.h>

/* A file that is written by rows has the bytes of one that is written at once. */
static void
test_by_rows (void)
{
  static const GengaFormat formats[] = { GENGA_FORMAT_PNG, GENGA_FORMAT_JPEG, GENGA_FORMAT_TIFF,
                                         GENGA_FORMAT_WEBP, GENGA_FORMAT_JXL };
  g_autofree char *folder = support_make_output_folder ();
  const GengaMedia *media = support_media ();

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (331, 200, GENGA_SAMPLE_F32, GENGA_LAYOUT_RGBA);
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    for (int step = 1; step < 200; step += 66)
      {
        const GengaPictureSave params = {
          .format = formats[i], .quality = 80, .png_level = 6, .png_optimise = step == 1
        };
        g_autofree char *whole = support_save (frame, folder, "whole", &params);
        g_autofree char *path = g_build_filename (folder, "rows", NULL);
        g_autofree char *written = NULL, *expected = NULL, *found = NULL;
        gsize n_expected, n_found;
        g_autoptr (GError) error = NULL;
        GengaPictureWriter *writer = NULL;

        for (int y = 0; y < 200; y += step)
          {
            const GengaRect rect = { 0, y, 331, MIN (step, 200 - y) };
            g_autoptr (GengaFrame) rows = genga_frame_crop (frame, &rect, &error);

            if (writer == NULL)
              writer = media->writer_new (rows, 200, path, &params, NULL, &error);
            g_assert_no_error (error);
            g_assert_true (media->writer_write (writer, rows, &error));
          }
        g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
        g_assert_true (media->writer_finish (writer, &written, &error));
        media->writer_free (writer);
        g_assert_true (g_file_get_contents (whole, &expected, &n_expected, NULL));
        g_assert_true (g_file_get_contents (written, &found, &n_found, NULL));
        g_assert_cmpmem (found, n_found, expected, n_expected);
        g_unlink (whole);
        g_unlink (written);
      }
}

/* What was not finished leaves nothing, whatever encoder waits for more. */
static void
test_broken_off (void)
{
  static const GengaFormat formats[] = { GENGA_FORMAT_PNG, GENGA_FORMAT_JPEG, GENGA_FORMAT_TIFF };
  g_autofree char *folder = support_make_output_folder ();
  const GengaMedia *media = support_media ();

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) rows = support_new_frame (50, 40, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      const GengaPictureSave params = { .format = formats[i], .quality = 80 };
      g_autofree char *path = g_build_filename (folder, "rows", NULL);
      g_autoptr (GError) error = NULL;
      GengaPictureWriter *writer = media->writer_new (rows, 100, path, &params, NULL, &error);

      g_assert_no_error (error);
      g_assert_true (media->writer_write (writer, rows, &error));
      media->writer_free (writer);
    }
  g_assert_cmpuint (support_count_files (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  int result;

  support_init (&argc, &argv);
  g_test_add_func ("/pictures/rows/same-bytes", test_by_rows);
  g_test_add_func ("/pictures/rows/broken-off", test_broken_off);
  result = g_test_run ();
  support_finish ();
  return result;
}
