/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is a sequence of pictures, and its frames: a line of the input is the path, below a folder
 * with a few pictures in it, the rest is the list of frames in that folder.
 */
#include "core/error.h"
#include "fuzz-scratch.h"
#include "fuzz.h"
#include "media/sequence/frame-list.h"
#include "media/sequence/sequence.h"

#include <glib/gstdio.h>

/* Black and 1 x 1. */
static const guint8 picture[] = {
  0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,    0,    0,    0x0d, 'I',  'H',  'D',  'R',  0,
  0,    0,    1,    0,    0,    0,    1,    8,    0,    0,    0,    0,    0x3a, 0x7e, 0x9b, 0x55, 0,
  0,    0,    0x0a, 'I',  'D',  'A',  'T',  0x78, 0x9c, 0x63, 0x60, 0,    0,    0,    2,    0,    1,
  0x48, 0xaf, 0xa4, 0x71, 0,    0,    0,    0,    'I',  'E',  'N',  'D',  0xae, 0x42, 0x60, 0x82,
};

static void
make_pictures (void)
{
  static const char *const names[] = { "000000.png", "000001.png", "a_7.png", "a_8.png" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (fuzz_write_file (names[i], picture, sizeof picture));
}

static void
read_frames (GengaSource *source)
{
  gint64 last = G_MININT64;

  g_assert_cmpint (source->info.width, ==, 1);
  for (int i = 0; i < 4; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaFrame) frame = genga_source_read (source, &error);

      if (frame == NULL)
        return;
      g_assert_cmpint (frame->pts, >, last);
      last = frame->pts;
    }
}

static void
open_path (const char *path, gboolean has_rate)
{
  GengaSourceParams params = { .rate_num = has_rate ? 24 : 0, .rate_den = has_rate ? 1 : 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaSource) source = NULL;

  g_free (genga_sequence_dup_name (path));
  if (!genga_sequence_is_one (path, has_rate))
    return;
  g_ptr_array_unref (genga_sequence_list_files (path));
  source = genga_sequence_open (path, &params, &error);
  g_assert_true ((source == NULL) == (error != NULL));
  if (source != NULL)
    read_frames (source);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *end = size > 0 ? memchr (data, '\n', size) : NULL;
  gsize n_path = end != NULL ? (gsize)(end - data) : size;
  g_autofree char *name = g_strndup ((const char *)data, MIN (n_path, 200));
  g_autofree char *path = g_build_filename (fuzz_get_folder (), name, NULL);
  g_autofree char *list = NULL;

  /* No other files than these. */
  if (strstr (name, "..") != NULL)
    return 0;
  make_pictures ();
  if (end != NULL)
    list = fuzz_write_file (GENGA_FRAME_LIST, end + 1, size - n_path - 1);
  open_path (path, FALSE);
  open_path (path, TRUE);
  if (list != NULL)
    g_unlink (list);
  return 0;
}
