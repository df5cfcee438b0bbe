/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "core/error.h"

#include <string.h>
#include <time.h>

#define N_LENGTHS 64
#define N_FLIPS 1000 /* when long */
#define N_FLIPS_SHORT 60
#define FLIP_SEED 20

static GengaFrame *
load_bytes (const char *name, gconstpointer data, gsize size)
{
  g_autofree char *path = support_path (name);
  g_autoptr (GError) error = NULL;
  GengaFrame *frame;

  support_write (name, data, size);
  frame = support_media ()->picture_load (path, NULL, NULL, &error);
  if (frame == NULL)
    {
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
      g_assert_nonnull (strstr (error->message, name));
    }
  return frame;
}

/* The pages of a TIFF are independent: what is missing may lie behind the one that is read. */
static gboolean
is_first_page (const GengaFrame *frame, const Case *picture)
{
  g_autofree char *raw = g_strconcat (picture->name, ".raw", NULL);
  g_autoptr (GBytes) pixels = support_read (raw);

  return g_str_equal (picture->loader, "tiff") && picture->n_pages > 1 &&
         support_get_difference (frame, g_bytes_get_data (pixels, NULL)) == 0;
}

/* A file that stops anywhere is refused, never shown in part (I1). */
static void
test_truncated (void)
{
  if (support_get_folder () == NULL)
    return;
  for (guint i = 0; i < support_get_cases ()->len; i++)
    {
      const Case *picture = g_ptr_array_index (support_get_cases (), i);
      g_autoptr (GBytes) bytes = support_read (picture->name);
      gsize size;
      gconstpointer data = g_bytes_get_data (bytes, &size);

      if (g_str_has_prefix (picture->name, "turned") || g_str_has_prefix (picture->name, "inks"))
        continue;
      for (int cut = 0; cut < N_LENGTHS; cut++)
        {
          const gsize length = size * cut / N_LENGTHS;
          const gsize mark = g_str_equal (picture->loader, "png") ? 12 : 0;
          g_autoptr (GengaFrame) frame = load_bytes ("cut.picture", data, length);

          if (frame != NULL && length < size - mark && !is_first_page (frame, picture))
            g_error ("%s: %zu of %zu bytes were read as a picture", picture->name, length, size);
        }
    }
}

static GengaFrame *
load_by_rows (const char *name, GengaProgress *progress)
{
  const GengaMedia *media = support_media ();
  g_autofree char *path = support_path (name);
  const GengaSourceParams params = { .progress = progress };
  GengaPictureReader *reader = media->reader_new (path, &params, NULL, NULL);
  GengaFrame *frame = reader != NULL ? media->reader_read (reader, G_MAXINT, NULL) : NULL;

  media->reader_free (reader);
  return frame;
}

static void
check_lacks_end (const char *name, gboolean by_rows, gboolean is_whole)
{
  g_autoptr (GengaFrame) whole = support_load (name);
  g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
  const GengaSourceParams params = { .progress = progress };
  g_autofree char *path = support_path ("endless.picture");
  g_autoptr (GengaFrame) frame = by_rows
                                     ? load_by_rows ("endless.picture", progress)
                                     : support_media ()->picture_load (path, &params, NULL, NULL);
  g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);

  g_assert_cmpint (frame != NULL, ==, is_whole);
  if (frame == NULL)
    return;
  for (int y = 0; y < frame->info.height; y++)
    g_assert_cmpmem (genga_frame_get_row (frame, 0, y), frame->info.width * 3,
                     genga_frame_get_row (whole, 0, y), frame->info.width * 3);
  g_assert_cmpuint (notices->len, ==, 1);
}

/* Without the mark at the end alone, nothing that is seen lacks; one byte more, and it does. */
static void
test_lacks_end (void)
{
  static const struct
  {
    const char *name;
    gsize end;  /* bytes of the mark */
    gsize last; /* before it, that can't be missed */
    gboolean reads_rows;
  } files[] = { { "c3b8.png", 12, 12, TRUE },
                { "full.jpg", 2, 1, TRUE },
                { "half.jpg", 2, 1, TRUE },
                { "progressive.jpg", 2, 1, FALSE } };

  if (support_get_folder () == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) bytes = support_read (files[i].name);
      gsize size;
      gconstpointer data = g_bytes_get_data (bytes, &size);

      g_test_message ("%s", files[i].name);
      support_write ("endless.picture", data, size - files[i].end);
      check_lacks_end (files[i].name, FALSE, TRUE);
      if (files[i].reads_rows)
        check_lacks_end (files[i].name, TRUE, TRUE);
      support_write ("endless.picture", data, size - files[i].end - files[i].last);
      check_lacks_end (files[i].name, FALSE, FALSE);
      if (files[i].reads_rows)
        check_lacks_end (files[i].name, TRUE, FALSE);
    }
}

/* Where it is allowed, the first rows of a cut picture are there, and this is said. */
static void
test_allowed (void)
{
  static const struct
  {
    const char *name;
    gboolean is_read; /* else the decoder makes nothing of it */
  } files[] = { { "c3b8.png", TRUE }, { "full.jpg", TRUE },    { "still.gif", TRUE },
                { "down.bmp", TRUE }, { "exact.webp", FALSE }, { "tiff_lzw.tiff", FALSE } };
  const GengaMedia *media = support_media ();

  if (support_get_folder () == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) bytes = support_read (files[i].name);
      g_autoptr (GengaFrame) whole = support_load (files[i].name);
      g_autofree char *path = support_path ("cut.picture");
      g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
      const GengaSourceParams params = { .allows_truncated = TRUE, .progress = progress };
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaFrame) frame = NULL;
      GengaSourceInfo info;

      support_write ("cut.picture", g_bytes_get_data (bytes, NULL),
                     g_bytes_get_size (bytes) * 2 / 3);
      frame = media->picture_load (path, &params, NULL, &error);
      g_test_message ("%s", files[i].name);
      g_assert_cmpint (frame != NULL, ==, files[i].is_read);
      if (frame == NULL)
        {
          g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
          continue;
        }
      g_assert_true (media->picture_probe (path, &params, &info, &error));
      g_assert_cmpint (frame->info.width, ==, whole->info.width);
      g_assert_cmpint (frame->info.height, ==, whole->info.height);
      g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);
      g_assert_cmpuint (notices->len, ==, 1);
      g_assert_null (media->picture_load (path, NULL, NULL, NULL));
    }
}

/*
 * One wrong bit is refused, or changes no pixel where the format has check sums; nothing crashes
 * (I2).
 */
static void
test_flipped (void)
{
  static const char *const names[] = { "c3b8.png",        "palette-trns.png", "half.jpg",
                                       "progressive.jpg", "lossy.webp",       "alpha.webp",
                                       "still.gif",       "tiff_lzw.tiff",    "masked.bmp" };
  const int n_flips = g_getenv ("GENGA_LONG") != NULL ? N_FLIPS : N_FLIPS_SHORT;
  GRand *random = g_rand_new_with_seed (FLIP_SEED);

  if (support_get_folder () == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) bytes = support_read (names[i]);
      g_autofree char *raw = g_strconcat (names[i], ".raw", NULL);
      g_autoptr (GBytes) pixels = support_read (raw);
      int n_read = 0;

      for (int n = 0; n < n_flips; n++)
        {
          gsize size;
          g_autofree guint8 *data =
              g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
          size = g_bytes_get_size (bytes);
          const guint32 bit = g_rand_int_range (random, 0, size * 8);

          data[bit / 8] ^= 1 << bit % 8;
          g_autoptr (GengaFrame) frame = load_bytes ("flipped.picture", data, size);
          n_read += frame != NULL;
          if (frame != NULL && g_str_has_suffix (names[i], ".png"))
            {
              g_assert_cmpint (frame->info.width, ==, 61);
              g_assert_cmpint (support_get_difference (frame, g_bytes_get_data (pixels, NULL)), ==,
                               0);
            }
        }
      g_test_message ("%s: %d of %d were read", names[i], n_read, n_flips);
    }
  g_rand_free (random);
}

/* Decoders in a process of their own, and formats that Pillow does not write: cut at every length
 * or with one wrong bit, they are refused or read, and nothing crashes (I1, I2). */
static void
test_coded (void)
{
  static const GengaPictureSave kinds[] = {
    { .format = GENGA_FORMAT_AVIF, .quality = 80 },
    { .format = GENGA_FORMAT_JXL, .quality = 80 },
    { .format = GENGA_FORMAT_JXL, .quality = 80, .webp_lossless = TRUE },
  };
  const gboolean is_long = g_getenv ("GENGA_LONG") != NULL;
  const int n_cuts = is_long ? N_LENGTHS : 6, n_flips = is_long ? N_FLIPS : 6;
  g_autofree char *folder = support_make_output_folder ();
  g_autoptr (GRand) random = g_rand_new_with_seed (FLIP_SEED);
  g_autoptr (GengaFrame) frame = support_new_frame (93, 70, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGBA);

  if (folder == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *name =
          g_strdup_printf ("%zu%s", i, genga_format_get_suffix (kinds[i].format));
      g_autofree char *path = support_save (frame, folder, name, &kinds[i]);
      g_autofree char *bytes = NULL;
      int n_read = 0;
      gsize size;

      g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
      g_autoptr (GengaFrame) whole = load_bytes ("whole.picture", bytes, size);
      g_assert_nonnull (whole);
      g_assert_cmpint (whole->info.width, ==, 93);
      for (int y = 0; y < 70 && kinds[i].webp_lossless; y++)
        g_assert_cmpmem (genga_frame_get_row (whole, 0, y), 93 * 4,
                         genga_frame_get_row (frame, 0, y), 93 * 4);
      for (int cut = 0; cut < n_cuts; cut++)
        {
          g_autoptr (GengaFrame) part = load_bytes ("cut.picture", bytes, size * cut / n_cuts);

          if (part != NULL)
            g_error ("%s: %zu of %zu bytes were read as a picture", name, size * cut / n_cuts,
                     size);
        }
      for (int n = 0; n < n_flips; n++)
        {
          const guint32 bit = g_rand_int_range (random, 0, size * 8);

          bytes[bit / 8] ^= 1 << bit % 8;
          g_autoptr (GengaFrame) flipped = load_bytes ("flipped.picture", bytes, size);
          bytes[bit / 8] ^= 1 << bit % 8;
          n_read += flipped != NULL;
        }
      g_test_message ("%s: %d of %d were read", name, n_read, n_flips);
    }
}

/* The budget is held from the header alone, in no time and no memory (I3). */
static void
test_bombs (void)
{
  static const char *const names[] = { "pixels.png",  "header.png",  "claims.png",
                                       "claims.jpg",  "claims.webp", "frames.gif",
                                       "frames.webp", "canvas.gif",  "strips.tiff",
                                       "grid.avif",   "tiles.avif",  "large-tiles.avif" };
  const GengaSourceParams budget = { .max_memory_bytes = 64 << 20, .output_factor = 4 };

  if (support_get_folder () == NULL)
    return;
  support_run ("pictures_bombs.py", support_get_folder (), NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = support_path (names[i]);
      g_autoptr (GError) error = NULL;
      const int before = support_get_peak_mib ();
      const clock_t start = clock ();
      g_autoptr (GengaFrame) frame = support_media ()->picture_load (path, &budget, NULL, &error);
      const double seconds = (double)(clock () - start) / CLOCKS_PER_SEC;
      const int growth = support_get_peak_mib () - before;

      g_assert_null (frame);
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
      if (g_str_has_prefix (names[i], "claims") || g_str_has_suffix (names[i], "grid.avif"))
        g_assert_nonnull (strstr (error->message, "64.0"));
      if (g_str_equal (names[i], "large-tiles.avif"))
        g_assert_nonnull (strstr (error->message, "too large"));
      g_test_message ("%.2f s, %d MiB: %s", seconds, growth, error->message);
      if (support_can_measure ())
        {
          g_assert_cmpint (growth, <, 64);
          g_assert_cmpfloat (seconds, <, 1);
        }
    }
}

/* The budget counts the source and what becomes of it, and says both numbers. */
static void
test_budget (void)
{
  GengaSourceParams budget = { .max_memory_bytes = 61 * 43 * 3 * 5, .output_factor = 4 };
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (support_get_folder () == NULL)
    return;
  path = support_path ("c3b8.png");
  g_autoptr (GengaFrame) frame = support_media ()->picture_load (path, &budget, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (frame);

  budget.max_memory_bytes--;
  g_assert_null (support_media ()->picture_load (path, &budget, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_nonnull (strstr (error->message, "61 × 43"));
  g_assert_nonnull (strstr (error->message, "38.4"));
}

/* Whoever makes nothing of it has the whole budget for the picture, and not a byte more. */
static void
test_budget_alone (void)
{
  GengaSourceParams budget = { .max_memory_bytes = 61 * 43 * 3 };
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (support_get_folder () == NULL)
    return;
  path = support_path ("c3b8.png");
  g_autoptr (GengaFrame) frame = support_media ()->picture_load (path, &budget, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (frame);

  budget.max_memory_bytes--;
  g_assert_null (support_media ()->picture_load (path, &budget, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
}

/* Decoders that make all of a picture at once have it beside the frame: the header says so, too. */
static void
test_budget_of_decoders (void)
{
  static const struct
  {
    const char *name;
    guint held; /* bytes of a pixel */
  } cases[] = { { "lossy.webp", 9 }, { "progressive.jpg", 6 }, { "still.gif", 6 } };

  if (support_get_folder () == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = support_path (cases[i].name);
      g_autoptr (GengaFrame) whole = support_load (cases[i].name);
      const guint64 n_pixels = (guint64)whole->info.width * whole->info.height;
      const guint64 frame = n_pixels * genga_layout_get_n_channels (whole->info.layout);
      GengaSourceParams budget = { .max_memory_bytes = frame + cases[i].held * n_pixels };
      GengaSourceInfo info;
      g_autoptr (GError) error = NULL;

      g_assert_true (support_media ()->picture_probe (path, NULL, &info, &error));
      g_assert_cmpuint (info.held_bytes, ==, cases[i].held * n_pixels);
      g_autoptr (GengaFrame) fits = support_media ()->picture_load (path, &budget, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (fits);
      budget.max_memory_bytes--;
      g_assert_null (support_media ()->picture_load (path, &budget, NULL, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
    }
}

/* Bytes that belong to nothing are no damage to a JPEG; damage within its data is. */
static void
test_jpeg_warnings (void)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GengaFrame) whole = NULL;
  g_autoptr (GByteArray) padded = g_byte_array_new ();
  gsize size;
  const guint8 *data;

  if (support_get_folder () == NULL)
    return;
  whole = support_load ("full.jpg");
  bytes = support_read ("full.jpg");
  data = g_bytes_get_data (bytes, &size);

  g_byte_array_append (padded, data, size - 2);
  g_byte_array_append (padded, (const guint8 *)"\0\0\0\0\0\0", 6);
  g_byte_array_append (padded, data + size - 2, 2);
  g_autoptr (GengaFrame) before_end = load_bytes ("padded.jpg", padded->data, padded->len);
  g_assert_nonnull (before_end);

  g_byte_array_set_size (padded, 0);
  g_byte_array_append (padded, data, 20);
  g_byte_array_append (padded, (const guint8 *)"\0\0\0", 3);
  g_byte_array_append (padded, data + 20, size - 20);
  g_autoptr (GengaFrame) in_header = load_bytes ("padded.jpg", padded->data, padded->len);
  g_assert_nonnull (in_header);
  for (int y = 0; y < whole->info.height; y++)
    g_assert_cmpmem (genga_frame_get_row (in_header, 0, y), whole->info.width * 3,
                     genga_frame_get_row (whole, 0, y), whole->info.width * 3);

  g_byte_array_set_size (padded, 0);
  g_byte_array_append (padded, data, size);
  g_byte_array_append (padded, data, size / 2);
  g_autoptr (GengaFrame) trailer = load_bytes ("padded.jpg", padded->data, padded->len);
  g_assert_nonnull (trailer);

  /* A marker in the middle of the data ends it too early. */
  g_byte_array_set_size (padded, 0);
  g_byte_array_append (padded, data, size * 2 / 3);
  g_byte_array_append (padded, (const guint8 *)"\xff\xd9", 2);
  g_autoptr (GengaFrame) ended = load_bytes ("ended.jpg", padded->data, padded->len);
  g_assert_null (ended);
}

int
main (int argc, char **argv)
{
  int status;

  support_init (&argc, &argv);
  g_test_add_func ("/pictures/damage/truncated", test_truncated);
  g_test_add_func ("/pictures/damage/lacks-end", test_lacks_end);
  g_test_add_func ("/pictures/damage/allowed", test_allowed);
  g_test_add_func ("/pictures/damage/flipped", test_flipped);
  g_test_add_func ("/pictures/damage/coded", test_coded);
  g_test_add_func ("/pictures/damage/bombs", test_bombs);
  g_test_add_func ("/pictures/damage/budget", test_budget);
  g_test_add_func ("/pictures/damage/budget-alone", test_budget_alone);
  g_test_add_func ("/pictures/damage/budget-of-decoders", test_budget_of_decoders);
  g_test_add_func ("/pictures/damage/jpeg-warnings", test_jpeg_warnings);
  status = g_test_run ();
  support_finish ();
  return status;
}
