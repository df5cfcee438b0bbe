/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Animated pictures are read again before they replace anything: what is wrong with them is found.
 */
#include "core/error.h"
#include "media/animation/animation-check.h"
#include "media/video/write/animation-writer.h"
#include "scratch.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define N_FRAMES 5
#define EQUAL 2 /* looks like the one before it */

/* In units of 1/100 s. */
static const gint64 lengths[N_FRAMES] = { 7, 40, 3, 25, 12 };

static const struct
{
  GengaContainer container;
  const char *kind;
} kinds[] = { { GENGA_CONTAINER_GIF, "gif" },
              { GENGA_CONTAINER_APNG, "apng" },
              { GENGA_CONTAINER_WEBP, "webp" } };

static gboolean
write_frames (
    GengaContainer container, const char *path, guint loop_count, gboolean is_still, GError **error)
{
  const GengaSourceInfo info = { .width = 16,
                                 .height = 8,
                                 .layout = GENGA_LAYOUT_RGB,
                                 .bits = 8,
                                 .time_base_num = 1,
                                 .time_base_den = 100,
                                 .loop_count = loop_count };
  const GengaAnimationWrite params = { .container = container,
                                       .quality = 90,
                                       .png_level = 1,
                                       .bit_depth = 8,
                                       .width = 16,
                                       .height = 8,
                                       .overwrite = TRUE };
  const GengaFrameInfo shape = {
    .width = 16, .height = 8, .layout = GENGA_LAYOUT_RGB, .sample = GENGA_SAMPLE_F32
  };
  g_autoptr (GengaSink) sink = genga_animation_writer_new (&info, path, &params, error);
  gint64 time = 900;

  g_assert_nonnull (sink);
  for (int i = 0; i < N_FRAMES; i++)
    {
      g_autoptr (GengaFrame) frame = genga_frame_new (&shape, NULL);

      for (int y = 0; y < shape.height; y++)
        for (int x = 0; x < shape.width * 3; x++)
          ((float *)genga_frame_get_row (frame, 0, y))[x] =
              is_still ? 0.5f : (float)(i - (i == EQUAL)) / N_FRAMES;
      frame->pts = time;
      frame->duration = lengths[i];
      frame->time_base_num = 1;
      frame->time_base_den = 100;
      time += lengths[i];
      g_assert_true (genga_sink_write (sink, frame, NULL));
    }
  return genga_sink_finish (sink, error);
}

static gboolean
write_all (GengaContainer container, const char *path, guint loop_count, GError **error)
{
  return write_frames (container, path, loop_count, FALSE, error);
}

static GArray *
make_lengths (void)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (double));

  for (int i = 0; i < N_FRAMES; i++)
    {
      double seconds = lengths[i] / 100.;

      g_array_append_val (array, seconds);
    }
  return array;
}

static gboolean
check (const char *path, const GengaExpectedAnimation *expected)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean is_right = genga_animation_check (fd, expected);

  close (fd);
  return is_right;
}

static void
test_found (void)
{
  char *folder = scratch_new ();
  g_autofree char *path = g_build_filename (folder, "out", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GArray) array = make_lengths ();
      GengaExpectedAnimation expected = { kinds[i].kind, 3, array, i == 2 };
      g_autofree char *bytes = NULL;
      gsize size = 0;

      g_assert_true (write_all (kinds[i].container, path, 3, NULL));
      g_assert_true (check (path, &expected));

      expected.loop_count = 4;
      g_assert_false (check (path, &expected));
      expected.loop_count = 3;
      expected.kind = kinds[(i + 1) % 3].kind;
      g_assert_false (check (path, &expected));
      expected.kind = kinds[i].kind;
      expected.may_merge = FALSE;
      g_assert_true (check (path, &expected) == (i != 2));
      expected.may_merge = i == 2;

      for (int n = 0; n < N_FRAMES; n++)
        {
          g_array_index (array, double, n) += 0.01;
          g_assert_false (check (path, &expected));
          g_array_index (array, double, n) -= 0.01;
        }
      g_array_set_size (array, N_FRAMES + 1);
      g_array_index (array, double, N_FRAMES) = 0.07;
      g_assert_false (check (path, &expected));
      g_array_set_size (array, N_FRAMES - 1);
      g_assert_false (check (path, &expected));
      g_array_unref (g_steal_pointer (&array));
      expected.lengths = array = make_lengths ();

      g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
      for (gsize cut = 1; cut < size; cut += 31)
        {
          scratch_write_bytes (path, bytes, size - cut);
          g_assert_false (check (path, &expected));
        }
      g_unlink (path);
    }
  scratch_remove (folder);
}

/* Where nothing moves, WebP has one picture left; that is no loss. */
static void
test_still (void)
{
  char *folder = scratch_new ();
  g_autofree char *path = g_build_filename (folder, "out", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GArray) array = make_lengths ();
      const GengaExpectedAnimation expected = { kinds[i].kind, 3, array, i == 2 };
      g_autoptr (GError) error = NULL;
      g_autofree char *bytes = NULL;
      gsize size = 0;

      write_frames (kinds[i].container, path, 3, TRUE, &error);
      g_assert_no_error (error);
      g_assert_true (check (path, &expected));
      g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
      scratch_write_bytes (path, bytes, size - 2);
      g_assert_false (check (path, &expected));
      g_unlink (path);
    }
  scratch_remove (folder);
}

static void
test_kept (void)
{
  char *folder = scratch_new ();
  g_autofree char *path = g_build_filename (folder, "out", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint loop_count = 0; loop_count < 2; loop_count++)
      {
        g_autoptr (GError) error = NULL;
        g_autofree char *text = NULL;

        scratch_write_bytes (path, "earlier", 7);
        scratch_fail ("refused-result", 1, FALSE);
        g_assert_false (write_all (kinds[i].container, path, loop_count, &error));
        g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
        scratch_fail ("", 0, FALSE);
        g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
        g_assert_cmpstr (text, ==, "earlier");
        g_assert_cmpuint (scratch_count (folder), ==, 1);
        g_assert_true (write_all (kinds[i].container, path, loop_count, NULL));
        g_unlink (path);
      }
  /* More than files have room for. */
  g_assert_true (write_all (GENGA_CONTAINER_APNG, path, G_MAXUINT, NULL));
  scratch_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/animation/found", test_found);
  g_test_add_func ("/animation/still", test_still);
  g_test_add_func ("/animation/kept", test_kept);
  return g_test_run ();
}
