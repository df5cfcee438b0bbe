/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Filters and resizes of one thread, for bench-filters.py:
 *
 *   bench-filters enhance|resize PIXELS WIDTH HEIGHT CHANNELS NEW_WIDTH NEW_HEIGHT OUT RUNS
 *
 * PIXELS and OUT are files of 8 bits per sample. Prints the least processor time of a run in
 * milliseconds.
 */
#include "steps/enhance.h"
#include "steps/resize.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of this thread, which does all of it: others on the machine do not count. */
static double
get_milliseconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static GengaFrame *
read_frame (char **arguments)
{
  static const GengaLayout layouts[] = { 0, GENGA_LAYOUT_GREY, GENGA_LAYOUT_GREY_ALPHA,
                                         GENGA_LAYOUT_RGB, GENGA_LAYOUT_RGBA };
  const int n_channels = atoi (arguments[3]);
  const GengaFrameInfo info = { .width = atoi (arguments[1]),
                                .height = atoi (arguments[2]),
                                .sample = GENGA_SAMPLE_U8,
                                .layout = layouts[CLAMP (n_channels, 1, 4)] };
  const gsize row = (gsize)info.width * n_channels;
  GengaFrame *frame = genga_frame_new (&info, NULL);
  g_autofree char *data = NULL;
  gsize size;

  if (!g_file_get_contents (arguments[0], &data, &size, NULL) || size != row * info.height)
    {
      fprintf (stderr, "can't read %s\n", arguments[0]);
      exit (1);
    }
  for (int y = 0; y < info.height; y++)
    memcpy (genga_frame_get_row (frame, 0, y), data + y * row, row);
  return frame;
}

static void
write_frame (const GengaFrame *frame, const char *path)
{
  const gsize row = (gsize)frame->info.width * genga_layout_get_n_channels (frame->info.layout);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  for (int y = 0; y < frame->info.height; y++)
    g_byte_array_append (out, genga_frame_get_row (frame, 0, y), row);
  if (!g_file_set_contents (path, (const char *)out->data, out->len, NULL))
    exit (1);
}

int
main (int argc, char **argv)
{
  const GengaEnhance enhance = { .sharpening = 0.5, .contrast = 1.1, .saturation = 1.2 };
  double best = G_MAXDOUBLE;

  if (argc != 10)
    return 2;
  g_autoptr (GengaFrame) frame = read_frame (argv + 2);
  g_autoptr (GengaFrame) result = NULL;

  for (int run = 0; run < atoi (argv[9]); run++)
    {
      const double start = get_milliseconds ();

      g_clear_pointer (&result, genga_frame_unref);
      if (g_str_equal (argv[1], "enhance"))
        result = genga_enhance_apply (&enhance, genga_frame_ref (frame), 1, NULL, NULL);
      else
        result = genga_resize (frame, atoi (argv[6]), atoi (argv[7]), 1, NULL, NULL);
      best = MIN (best, get_milliseconds () - start);
    }
  write_frame (result, argv[8]);
  printf ("%.3f\n", best);
  return 0;
}
