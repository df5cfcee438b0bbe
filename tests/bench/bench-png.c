/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing a PNG: by as many threads as there are processors, against zlib alone in one thread on
 * the same rows, in turns.
 *
 *   bench-png PICTURE [LEVEL]
 *
 * The picture is repeated to 2560 x 1440.
 */
#include "media/image/png-writer.h"
#include "media/media.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define WIDTH 2560
#define HEIGHT 1440
#define N_RUNS 9

static gboolean
count (gpointer data, gconstpointer bytes, gsize size)
{
  *(gsize *)data += size;
  return TRUE;
}

static double
get_seconds (gint64 start)
{
  return (g_get_monotonic_time () - start) / 1e6;
}

static guint8 *
new_picture (const char *path, int *n_channels)
{
  g_autoptr (GError) error = NULL;
  const GengaMedia *media = genga_media_get (&error);
  g_autoptr (GengaFrame) frame =
      media != NULL ? media->picture_load (path, NULL, NULL, &error) : NULL;
  guint8 *pixels;
  gsize pixel;

  if (frame == NULL || frame->info.sample != GENGA_SAMPLE_U8)
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "not a picture of 8 bits");
      exit (1);
    }
  *n_channels = genga_layout_get_n_channels (frame->info.layout);
  pixel = *n_channels;
  pixels = g_malloc (WIDTH * HEIGHT * pixel);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      memcpy (pixels + ((gsize)y * WIDTH + x) * pixel,
              (guint8 *)genga_frame_get_row (frame, 0, y % frame->info.height) +
                  x % frame->info.width * pixel,
              pixel);
  return pixels;
}

static double
write_png (const guint8 *pixels, int n_channels, int level, guint n_threads, gsize *size)
{
  const GengaPngSetup setup = {
    .width = WIDTH,
    .height = HEIGHT,
    .n_channels = n_channels,
    .bits = 8,
    .level = level,
    .n_threads = n_threads,
    .write = count,
    .data = size,
  };
  const gint64 start = g_get_monotonic_time ();
  g_autoptr (GengaPngWriter) writer = genga_png_writer_new (&setup);

  *size = 0;
  for (int y = 0; y < HEIGHT; y++)
    genga_png_writer_add (writer, pixels + (gsize)y * WIDTH * n_channels);
  genga_png_writer_finish (writer);
  return get_seconds (start);
}

static double
deflate_alone (const guint8 *pixels, int n_channels, int level, gsize *size)
{
  const gsize row = (gsize)WIDTH * n_channels;
  g_autofree guint8 *rows = g_malloc (HEIGHT * (row + 1));
  uLongf length = compressBound (HEIGHT * (row + 1));
  g_autofree guint8 *out = g_malloc (length);
  gint64 start;

  for (int y = 0; y < HEIGHT; y++)
    {
      rows[y * (row + 1)] = 0;
      memcpy (rows + y * (row + 1) + 1, pixels + y * row, row);
    }
  start = g_get_monotonic_time ();
  compress2 (out, &length, rows, HEIGHT * (row + 1), level);
  *size = length;
  return get_seconds (start);
}

int
main (int argc, char **argv)
{
  const int level = argc > 2 ? atoi (argv[2]) : 6;
  double alone = 1e9, one = 1e9, all = 1e9;
  gsize size_alone, size;
  int n_channels;

  if (argc < 2)
    {
      fprintf (stderr, "usage: bench-png PICTURE [LEVEL]\n");
      return 2;
    }
  g_autofree guint8 *pixels = new_picture (argv[1], &n_channels);
  for (int i = 0; i < N_RUNS; i++)
    {
      alone = MIN (alone, deflate_alone (pixels, n_channels, level, &size_alone));
      one = MIN (one, write_png (pixels, n_channels, level, 1, &size));
      all = MIN (all, write_png (pixels, n_channels, level, 0, &size));
    }
  printf (
      "PNG %d x %d, level %d: zlib alone %.0f ms, one thread %.0f ms, all %.0f ms: %.2f times as "
      "fast as zlib, %+.2f %% of its size\n",
      WIDTH, HEIGHT, level, 1e3 * alone, 1e3 * one, 1e3 * all, alone / all,
      100. * size / size_alone - 100);
  return 0;
}
