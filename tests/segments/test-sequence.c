/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that are the frames of a video: their names, their order, their times, their end. */
#include "core/error.h"
#include "media/numbered.h"
#include "media/sequence/frame-folder.h"
#include "media/sequence/sequence.h"
#include "scratch.h"

#include <string.h>

#define BMP_SIZE 62 /* two pixels, each row padded to 8 bytes */

static void
set_up (char **folder, gconstpointer data)
{
  *folder = scratch_new ();
}

static void
tear_down (char **folder, gconstpointer data)
{
  scratch_remove (*folder);
}

/* A BMP of two pixels side by side, or one above the other, both of this grey. */
static void
put_picture (const char *folder, const char *name, guint8 grey, gboolean is_tall)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  guint8 bmp[BMP_SIZE] = { 'B', 'M', BMP_SIZE };

  bmp[10] = 54;
  bmp[14] = 40;
  bmp[18] = is_tall ? 1 : 2;
  bmp[22] = is_tall ? 2 : 1;
  bmp[26] = 1;
  bmp[28] = 24;
  memset (bmp + 54, grey, BMP_SIZE - 54);
  scratch_write_bytes (path, bmp, sizeof bmp);
}

/* ---- frames that are known by number ---- */

static GengaFrame *
read_fake (gpointer data, guint n, GError **error)
{
  GengaFrameInfo info = {
    .width = 1, .height = 1, .sample = GENGA_SAMPLE_F32, .layout = GENGA_LAYOUT_RGB
  };
  GengaFrame *frame = genga_frame_new (&info, error);

  ((float *)genga_frame_get_row (frame, 0, 0))[0] = n;
  return frame;
}

/* Four frames of different length, and a gap before the first. */
static GengaSource *
open_fake (gboolean is_cut_off)
{
  static const gint64 times[] = { 100, 140, 150, 400, 440 };
  GengaNumbered frames = {
    .info = { .width = 1, .height = 1, .n_frames = 4, .time_base_num = 1, .time_base_den = 1000 },
    .times = g_memdup2 (times, sizeof times),
    .name = g_strdup ("fake"),
    .is_cut_off = is_cut_off,
    .read = read_fake,
  };

  return genga_numbered_new (&frames);
}

static void
assert_next (GengaSource *source, guint n, gint64 pts, gint64 duration)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaFrame) frame = genga_source_read (source, &error);

  g_assert_no_error (error);
  g_assert_nonnull (frame);
  g_assert_cmpfloat (((float *)genga_frame_get_row (frame, 0, 0))[0], ==, n);
  g_assert_cmpint (frame->pts, ==, pts);
  g_assert_cmpint (frame->duration, ==, duration);
  g_assert_cmpint (frame->time_base_den, ==, 1000);
}

static void
assert_end (GengaSource *source)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_source_read (source, &error));
  g_assert_no_error (error);
}

static void
test_times (void)
{
  g_autoptr (GengaSource) source = open_fake (FALSE);
  GengaSourceCount count;

  g_assert_cmpint (source->info.start_pts, ==, 100);
  g_assert_cmpfloat_with_epsilon (source->info.seconds, 0.34, 1e-9);
  assert_next (source, 0, 100, 40);
  assert_next (source, 1, 140, 10);
  assert_next (source, 2, 150, 250);
  assert_next (source, 3, 400, 40);
  assert_end (source);
  assert_end (source);
  genga_source_get_count (source, &count);
  g_assert_cmpuint (count.n_frames, ==, 4);
  g_assert_true (genga_source_check_complete (source, TRUE, NULL));
}

static void
test_seek (void)
{
  static const struct
  {
    gint64 pts;
    int next; /* 4: the end */
  } cases[] = { { G_MININT64, 0 }, { 100, 0 }, { 101, 1 }, { 140, 1 },       { 141, 2 },
                { 151, 3 },        { 400, 3 }, { 401, 4 }, { G_MAXINT64, 4 } };
  static const gint64 times[] = { 100, 140, 150, 400, 440 };
  g_autoptr (GengaSource) source = open_fake (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int n = cases[i].next;
      GengaSourceCount count;

      g_assert_true (genga_source_seek (source, cases[i].pts, TRUE, NULL));
      if (n == 4)
        assert_end (source);
      else
        assert_next (source, n, times[n], times[n + 1] - times[n]);
      genga_source_get_count (source, &count);
      g_assert_cmpuint (count.n_frames, ==, n < 4);
    }
}

static void
test_cut_off (void)
{
  g_autoptr (GengaSource) source = open_fake (TRUE);
  g_autoptr (GError) error = NULL;

  g_assert_true (genga_source_seek (source, 400, TRUE, NULL));
  assert_next (source, 3, 400, 40);
  assert_end (source);
  /* Who stopped before has got all there was. */
  g_assert_true (genga_source_check_complete (source, FALSE, NULL));
  g_assert_false (genga_source_check_complete (source, TRUE, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE);
}

/* ---- names ---- */

static void
test_patterns (void)
{
  static const struct
  {
    const char *path;
    const char *name; /* of results; NULL: no pattern */
  } cases[] = {
    { "shot/frame_%04d.png", "shot/frame.png" },
    { "a%d.png", "a.png" },
    { "%5d.png", "frames.png" },
    { "shot/%d.png", "shot/frames.png" },
    { "a - %02d b.png", "a b.png" },
    { "a.png", NULL },
    { "a%d/b.png", NULL },
    { "a%d_%d.png", NULL },
    { "a%s.png", NULL },
    { "a%", NULL },
    { "a%13d.png", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = genga_sequence_dup_name (cases[i].path);

      g_assert_cmpint (genga_sequence_is_pattern (cases[i].path), ==, cases[i].name != NULL);
      g_assert_cmpstr (name, ==, cases[i].name != NULL ? cases[i].name : cases[i].path);
    }
}

static char *
dup_names (const char *path)
{
  g_autoptr (GPtrArray) files = genga_sequence_list_files (path);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *name = g_path_get_basename (files->pdata[i]);
      g_string_append_printf (names, "%s ", name);
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
test_order (char **folder, gconstpointer data)
{
  static const char *const names[] = { "f10.png", "f2.PNG", "f1.tif", ".f0.png", "notes.txt" };
  g_autofree char *pattern = g_build_filename (*folder, "g%d.bmp", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    put_picture (*folder, names[i], 0, FALSE);
  g_autofree char *all = dup_names (*folder);
  g_assert_cmpstr (all, ==, "f1.tif f2.PNG f10.png ");
  /* Something else is in it. */
  g_assert_false (genga_sequence_is_one (*folder, TRUE));

  put_picture (*folder, "g7.bmp", 0, FALSE);
  put_picture (*folder, "g8.bmp", 0, FALSE);
  put_picture (*folder, "g10.bmp", 0, FALSE);
  g_autofree char *without_gap = dup_names (pattern);
  g_assert_cmpstr (without_gap, ==, "g7.bmp g8.bmp ");
}

static void
test_is_one (char **folder, gconstpointer data)
{
  g_autofree char *list = g_build_filename (*folder, "frames.ffconcat", NULL);

  put_picture (*folder, "1.bmp", 0, FALSE);
  g_assert_false (genga_sequence_is_one (*folder, TRUE)); /* one picture is no video */
  put_picture (*folder, "2.bmp", 0, FALSE);
  g_assert_true (genga_sequence_is_one (*folder, TRUE));
  g_assert_false (genga_sequence_is_one (*folder, FALSE));
  scratch_write (list, 1);
  g_assert_true (genga_sequence_is_one (*folder, FALSE));
}

/* ---- pictures ---- */

static void
test_pictures (char **folder, gconstpointer data)
{
  g_autofree char *pattern = g_build_filename (*folder, "%d.bmp", NULL);
  GengaSourceParams params = { .rate_num = 24000, .rate_den = 1001 };
  g_autoptr (GError) error = NULL;

  put_picture (*folder, "1.bmp", 51, FALSE);
  put_picture (*folder, "2.bmp", 255, FALSE);
  put_picture (*folder, "3.bmp", 0, TRUE);
  g_autoptr (GengaSource) source = genga_sequence_open (pattern, &params, &error);
  g_assert_no_error (error);
  g_assert_cmpint (source->info.n_frames, ==, 3);
  g_assert_cmpint (source->info.time_base_num, ==, 1001);
  g_assert_cmpint (source->info.time_base_den, ==, 24000);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GengaFrame) frame = genga_source_read (source, &error);
      g_assert_no_error (error);
      g_assert_cmpint (frame->pts, ==, i);
      g_assert_cmpint (frame->duration, ==, 1);
      g_assert_cmpfloat (((float *)genga_frame_get_row (frame, 0, 0))[5], ==, i == 0 ? 0.2f : 1.f);
    }
  /* The third one has another shape. */
  g_assert_null (genga_source_read (source, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
}

static void
test_refused (char **folder, gconstpointer data)
{
  g_autofree char *pattern = g_build_filename (*folder, "%d.bmp", NULL);
  GengaSourceParams params = { 0 };
  g_autoptr (GError) no_rate = NULL;
  g_autoptr (GError) none = NULL;

  g_assert_null (genga_sequence_open (pattern, &params, &none));
  g_assert_error (none, GENGA_ERROR, GENGA_ERROR_INPUT);
  put_picture (*folder, "1.bmp", 0, FALSE);
  g_assert_null (genga_sequence_open (pattern, &params, &no_rate));
  g_assert_error (no_rate, GENGA_ERROR, GENGA_ERROR_USAGE);
}

/* ---- what is written ---- */

static gboolean
write_frames (const char *path, guint from, const char *damaged, GError **error)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GengaProgress) progress = genga_progress_new (cancellable);
  const GengaSourceInfo info = { .width = 1,
                                 .height = 1,
                                 .layout = GENGA_LAYOUT_RGB,
                                 .bits = 8,
                                 .n_frames = 4,
                                 .time_base_num = 1,
                                 .time_base_den = 24 };
  const GengaFrameFolderSetup setup = {
    .source = "film.mkv",
    .info = &info,
    .save = { .format = GENGA_FORMAT_PNG, .bit_depth = 8, .progress = progress },
    .path = path,
    .settings = "3:film",
    .width = 1,
    .height = 1,
  };
  g_autoptr (GengaFrameFolder) frames = genga_frame_folder_open (&setup, error);

  g_assert_nonnull (frames);
  g_assert_cmpuint (genga_frame_folder_get_list (frames)->frames->len, ==, from);
  for (guint n = from; n < 4; n++)
    {
      g_autoptr (GengaFrame) frame = read_fake (NULL, n, NULL);

      frame->pts = n;
      frame->duration = 1;
      g_assert_true (genga_frame_folder_put (frames, n, frame, error));
    }
  if (damaged != NULL)
    {
      g_autofree char *file = g_build_filename (path, damaged, NULL);

      scratch_write (file, 0);
    }
  return genga_frame_folder_finish (frames, error);
}

/* It is read again at the end, and what is not there is made again by the next run. */
static void
test_read_again (char **folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (*folder, "frames", NULL);
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;

  g_assert_false (write_frames (path, 0, "frame_00002.png", &first));
  g_assert_error (first, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_false (write_frames (path, 2, "frames.ffconcat", &second));
  g_assert_error (second, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_true (write_frames (path, 4, NULL, NULL));

  g_autoptr (GengaFrameList) list = genga_frame_list_read (path, NULL);
  g_assert_true (list->is_whole);
  g_assert_cmpuint (list->frames->len, ==, 4);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/segments/sequence/" name, char *, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segments/sequence/times", test_times);
  g_test_add_func ("/segments/sequence/seek", test_seek);
  g_test_add_func ("/segments/sequence/cut-off", test_cut_off);
  g_test_add_func ("/segments/sequence/patterns", test_patterns);
  ADD ("order", test_order);
  ADD ("is-one", test_is_one);
  ADD ("pictures", test_pictures);
  ADD ("refused", test_refused);
  ADD ("read-again", test_read_again);
  return g_test_run ();
}
