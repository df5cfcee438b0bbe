/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "core/error.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <vips/vips.h>

static char *folder;
static GPtrArray *cases;

void
support_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
}

static void
case_free (gpointer data)
{
  Case *self = data;

  g_free (self->name);
  g_free (self->loader);
  g_free (self);
}

/* libvips carries a profile for inks; any other would do. */
static char *
save_ink_profile (void)
{
  VipsBlob *blob = NULL;
  gsize size;
  const void *data;

  if (vips_profile_load ("cmyk", &blob, NULL) != 0 || blob == NULL)
    return g_strdup ("-");
  data = vips_blob_get (blob, &size);
  support_write ("inks.icc", data, size);
  vips_area_unref (VIPS_AREA (blob));
  return support_path ("inks.icc");
}

const char *
support_get_folder (void)
{
  g_autoptr (GError) error = NULL;

  if (folder != NULL)
    return folder;
  if (g_getenv ("GENGA_PILLOW_PYTHON") == NULL)
    {
      g_test_skip ("no Python with Pillow (GENGA_PILLOW_PYTHON)");
      return NULL;
    }
  folder = g_dir_make_tmp ("genga-pictures-XXXXXX", &error);
  g_assert_no_error (error);
  support_media ();

  g_autofree char *inks = save_ink_profile ();
  support_run ("pictures_make.py", folder, inks, NULL);
  return folder;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
support_finish (void)
{
  if (folder != NULL)
    remove_tree (folder);
  g_clear_pointer (&folder, g_free);
  g_clear_pointer (&cases, g_ptr_array_unref);
}

GPtrArray *
support_get_cases (void)
{
  g_autoptr (GBytes) bytes = NULL;
  g_auto (GStrv) lines = NULL;

  if (cases != NULL)
    return cases;
  cases = g_ptr_array_new_with_free_func (case_free);
  bytes = support_read ("cases");
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) words = g_strsplit (*line, " ", -1);

      if (g_strv_length (words) != 8)
        continue;
      Case *self = g_new0 (Case, 1);
      self->name = g_strdup (words[0]);
      self->loader = g_strdup (words[1]);
      self->n_channels = atoi (words[2]);
      self->n_bits = atoi (words[3]);
      self->width = atoi (words[4]);
      self->height = atoi (words[5]);
      self->n_pages = atoi (words[6]);
      self->tolerance = atoi (words[7]);
      g_ptr_array_add (cases, self);
    }
  g_assert_cmpuint (cases->len, >, 50);
  return cases;
}

void
support_run (const char *script, ...)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "oracle", script, NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  const char *argument;
  va_list arguments;
  int status;

  g_ptr_array_add (argv, (gpointer)g_getenv ("GENGA_PILLOW_PYTHON"));
  g_ptr_array_add (argv, path);
  va_start (arguments, script);
  while ((argument = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (argv, (gpointer)argument);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);

  g_spawn_sync (NULL, (char **)argv->pdata, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL,
                NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

char *
support_path (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

GBytes *
support_read (const char *name)
{
  g_autofree char *path = support_path (name);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

void
support_write (const char *name, gconstpointer data, gsize size)
{
  g_autofree char *path = support_path (name);
  FILE *file = g_fopen (path, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (data, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
}

const GengaMedia *
support_media (void)
{
  g_autoptr (GError) error = NULL;
  const GengaMedia *media = genga_media_get (&error);

  g_assert_no_error (error);
  g_assert_nonnull (media);
  return media;
}

GengaFrame *
support_load (const char *name)
{
  g_autofree char *path = support_path (name);
  g_autoptr (GError) error = NULL;
  GengaFrame *frame = support_media ()->picture_load (path, NULL, NULL, &error);

  if (frame == NULL)
    g_error ("%s: %s", name, error->message);
  return frame;
}

void
support_assert_refused (const char *name, const char *word)
{
  g_autofree char *path = support_path (name);
  g_autofree char *shown = g_filename_display_name (name);
  g_autoptr (GError) error = NULL;
  GengaFrame *frame = support_media ()->picture_load (path, NULL, NULL, &error);

  g_assert_null (frame);
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_nonnull (strstr (error->message, shown));
  if (strstr (error->message, word) == NULL)
    g_error ("%s: no \"%s\" in: %s", name, word, error->message);
}

int
support_get_difference (const GengaFrame *frame, gconstpointer expected)
{
  const int n_samples = frame->info.width * genga_layout_get_n_channels (frame->info.layout);
  const gboolean deep = frame->info.sample == GENGA_SAMPLE_U16;
  const guint8 *bytes = expected;
  int largest = 0;

  for (int y = 0; y < frame->info.height; y++)
    for (int i = 0; i < n_samples; i++)
      {
        const gpointer row = genga_frame_get_row (frame, 0, y);
        const gsize at = (gsize)y * n_samples + i;
        const int found = deep ? ((guint16 *)row)[i] : ((guint8 *)row)[i];
        guint16 wide;

        memcpy (&wide, bytes + (deep ? 2 * at : 0), sizeof wide);
        largest = MAX (largest, ABS (found - (deep ? wide : bytes[at])));
      }
  return largest;
}

static void
set_sample (GengaFrame *frame, int x, int y, float value)
{
  gpointer row = genga_frame_get_row (frame, 0, y);

  switch (frame->info.sample)
    {
    case GENGA_SAMPLE_U8:
      ((guint8 *)row)[x] = value * 255 + 0.5f;
      break;
    case GENGA_SAMPLE_U16:
      ((guint16 *)row)[x] = value * 65535 + 0.5f;
      break;
    case GENGA_SAMPLE_F32:
      ((float *)row)[x] = value;
      break;
    case GENGA_SAMPLE_F16:
    default:
      g_assert_not_reached ();
    }
}

GengaFrame *
support_new_frame (int width, int height, GengaSample sample, GengaLayout layout)
{
  const GengaFrameInfo info = {
    .width = width,
    .height = height,
    .sample = sample,
    .layout = layout,
  };
  const int n_channels = genga_layout_get_n_channels (layout);
  GengaFrame *frame = genga_frame_new (&info, NULL);

  g_assert_nonnull (frame);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < n_channels; c++)
        {
          const float along = (float)x / MAX (width - 1, 1);
          const float down = (float)y / MAX (height - 1, 1);

          set_sample (frame, x * n_channels + c, y,
                      c % 2 == 0 ? (along + c * down) / (1 + c) : 1 - along * down);
        }
  return frame;
}

int
support_get_peak_mib (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return usage.ru_maxrss / 1024;
}

gboolean
support_can_measure (void)
{
#ifdef __SANITIZE_ADDRESS__
  return FALSE;
#else
  return TRUE;
#endif
}

char *
support_make_output_folder (void)
{
  g_autofree char *into = NULL;

  if (support_get_folder () == NULL)
    return NULL;
  into = support_path ("out-XXXXXX");
  g_assert_nonnull (g_mkdtemp (into));
  return g_steal_pointer (&into);
}

guint
support_count_files (const char *into)
{
  g_autoptr (GDir) dir = g_dir_open (into, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

char *
support_save (GengaFrame *frame, const char *into, const char *name, const GengaPictureSave *params)
{
  g_autofree char *path = g_build_filename (into, name, NULL);
  g_autoptr (GError) error = NULL;
  char *written = NULL;

  support_media ()->picture_save (frame, path, params, NULL, &written, &error);
  g_assert_no_error (error);
  g_assert_nonnull (written);
  return written;
}
