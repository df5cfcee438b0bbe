/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How soon a preview is there, and how soon a filter is seen. */
#include "../contract/fixtures.h"
#include "app/compare/picture.h"
#include "bench.h"
#include "job/preview/preview.h"
#include "media/media.h"

#include <stdio.h>

#define N_ROUNDS 11

typedef struct
{
  GengaPreview *preview;
  gint64 start;
  double first_seconds; /* to the first piece, 0 = none yet */
  GengaRect first;
  double seconds; /* to the last piece */
} Watch;

static GObject *
wrap (const GengaFrame *frame)
{
  return G_OBJECT (genga_picture_new (frame, NULL));
}

static void
on_patch (GengaPreview *preview, const GengaPreviewPatch *patch, Watch *self)
{
  self->seconds = (g_get_monotonic_time () - self->start) / 1e6;
  if (self->first_seconds == 0)
    {
      self->first_seconds = self->seconds;
      self->first = patch->rect;
    }
}

static void
run (Watch *self, GengaOptions *options)
{
  self->first_seconds = 0;
  self->start = g_get_monotonic_time ();
  genga_preview_set_options (self->preview, options);
  while (genga_preview_is_busy (self->preview))
    g_main_context_iteration (NULL, TRUE);
}

/* The middle of a picture of `width` x `height` as a view of that many pixels of the result. */
static GengaPreviewView
get_middle (int width, int height, int view_width, int view_height)
{
  double x = view_width / 2. / width, y = view_height / 2. / height;

  return (GengaPreviewView){ 0.5 - x, 0.5 - y, 0.5 + x, 0.5 + y };
}

static void
time_network (Watch *watch, GengaOptions *options)
{
  GengaPreviewView view = get_middle (3840, 2160, 512, 512);
  double first[N_ROUNDS], all[N_ROUNDS];

  genga_preview_set_view (watch->preview, &view);
  for (int i = 0; i < N_ROUNDS + 1; i++)
    {
      /* Another overlap is another run. */
      g_object_set (options, "overlap", 16 + i, NULL);
      run (watch, options);
      if (i > 0)
        {
          first[i - 1] = watch->first_seconds;
          all[i - 1] = watch->seconds;
        }
    }
  printf (
      "preview: 512x512 of 1920x1080 x2 by genga-standard: %dx%d after %.0f ms (of 150), by the "
      "run's tiles after %.0f ms\n",
      watch->first.width, watch->first.height, 1e3 * genga_bench_get_median (first, N_ROUNDS),
      1e3 * genga_bench_get_median (all, N_ROUNDS));
}

static void
time_filter (Watch *watch, GengaOptions *options, const char *name, double value)
{
  double seconds[N_ROUNDS];

  for (int i = 0; i < N_ROUNDS; i++)
    {
      g_object_set (options, name, value + 0.01 * i, NULL);
      run (watch, options);
      seconds[i] = watch->seconds;
    }
  printf ("filter: %s on 1280x720 seen after %.1f ms (of 16)\n", name,
          1e3 * genga_bench_get_median (seconds, N_ROUNDS));
  g_object_set (options, "sharpening", 0., "contrast", 1., "saturation", 1., NULL);
}

void
genga_bench_preview (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("genga-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "picture.png", NULL);
  g_autofree char *written = NULL;
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 1920, 1080, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GengaPreview) preview = genga_preview_new (wrap);
  GengaPictureSave save = { .format = GENGA_FORMAT_PNG, .png_level = 1 };
  GengaPreviewView view = get_middle (3840, 2160, 1280, 720);
  Watch watch = { .preview = preview };

  genga_media_get (&error)->picture_save (frame, path, &save, NULL, &written, &error);
  g_assert_no_error (error);
  g_object_set (options, "model", "genga-standard", "scale", 2, NULL);
  g_signal_connect (preview, "patch", G_CALLBACK (on_patch), &watch);
  genga_preview_set_source (preview, path);
  time_network (&watch, options);

  genga_preview_set_view (preview, &view);
  run (&watch, options);
  time_filter (&watch, options, "sharpening", 0.5);
  time_filter (&watch, options, "contrast", 1.05);
  time_filter (&watch, options, "saturation", 1.05);
}
