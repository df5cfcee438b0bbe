/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a preview shows is what a job writes, and the job computes none of it again. */
#include "engine/reference/reference.h"
#include "harness.h"
#include "job/preview/preload.h"
#include "job/preview/preview.h"

#include <glib/gstdio.h>
#include <string.h>

static const GengaPreviewView everything = { 0, 0, 1, 1 };

/* What came of a preview: its pieces, put where they belong. */
typedef struct
{
  GengaPreview *preview;
  GengaFrame *canvas;
  guint n_patches;
  guint n_first;
  guint n_approximate;
  GengaRect last;
} Shown;

static void
on_patch (GengaPreview *preview, const GengaPreviewPatch *patch, Shown *self)
{
  GengaFrameInfo info = patch->frame->info;
  gsize pixel_size = genga_layout_get_n_channels (info.layout);

  info.width = patch->result_width;
  info.height = patch->result_height;
  if (patch->is_first)
    {
      g_clear_pointer (&self->canvas, genga_frame_unref);
      self->canvas = genga_frame_new_dense (&info, NULL);
      memset (self->canvas->planes[0], 0, self->canvas->strides[0] * info.height);
    }
  g_assert_nonnull (self->canvas);
  g_assert_cmpint (patch->rect.x + patch->rect.width, <=, info.width);
  g_assert_cmpint (patch->rect.y + patch->rect.height, <=, info.height);
  for (int y = 0; y < patch->rect.height; y++)
    memcpy ((guint8 *)genga_frame_get_row (self->canvas, 0, patch->rect.y + y) +
                patch->rect.x * pixel_size,
            genga_frame_get_row (patch->frame, 0, y), patch->rect.width * pixel_size);
  self->n_patches += 1;
  self->n_first += patch->is_first;
  self->n_approximate += patch->is_approximate;
  self->last = patch->rect;
}

static void
shown_init (Shown *self, const char *source, GengaOptions *options)
{
  *self = (Shown){ .preview = genga_preview_new (NULL) };
  g_signal_connect (self->preview, "patch", G_CALLBACK (on_patch), self);
  genga_preview_set_source (self->preview, source);
  genga_preview_set_options (self->preview, options);
  genga_preview_set_view (self->preview, &everything);
}

static void
shown_clear (Shown *self)
{
  g_object_unref (self->preview);
  g_clear_pointer (&self->canvas, genga_frame_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shown, shown_clear)

/* Until the preview has made what it was told last. */
static void
wait (Shown *self)
{
  do
    g_main_context_iteration (NULL, TRUE);
  while (genga_preview_is_busy (self->preview));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
assert_same (GengaFrame *a, GengaFrame *b, int tolerance)
{
  int n = genga_layout_get_n_channels (a->info.layout);

  g_assert_cmpint (a->info.layout, ==, b->info.layout);
  g_assert_cmpint (a->info.width, ==, b->info.width);
  g_assert_cmpint (a->info.height, ==, b->info.height);
  for (int y = 0; y < a->info.height; y++)
    for (int x = 0; x < a->info.width; x++)
      for (int c = 0; c < n; c++)
        g_assert_cmpint (
            ABS (genga_test_get_sample (a, x, y, c) - genga_test_get_sample (b, x, y, c)), <=,
            tolerance);
}

static char *
write_source (const char *dir, int width, int height, GengaLayout layout)
{
  g_autoptr (GengaFrame) frame = genga_test_make_frame (3, width, height, layout, GENGA_SAMPLE_U8);

  return genga_test_write_png (dir, "source.png", frame);
}

static GengaOptions *
make_options (const char *model, int scale, const char *dir)
{
  GengaOptions *options = genga_test_make_options (model, scale);

  g_object_set (options, "device", "reference", "tile", 64, "overlap", 12, "output-dir", dir, NULL);
  return options;
}

/* For every way from the network's size to the result's, with and without transparency. */
static void
test_same_as_job (void)
{
  static const struct
  {
    int native, scale;
    GengaLayout layout;
  } cases[] = {
    { 2, 2, GENGA_LAYOUT_RGB },  { 2, 4, GENGA_LAYOUT_RGB },  { 2, 3, GENGA_LAYOUT_RGBA },
    { 4, 2, GENGA_LAYOUT_GREY }, { 2, 1, GENGA_LAYOUT_RGBA },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *dir = genga_test_make_dir ();
      g_autofree char *model = genga_test_write_compact (51 + i, 3, 4, 1, cases[i].native, FALSE);
      g_autofree char *source = write_source (dir, 163, 141, cases[i].layout);
      g_autoptr (GengaOptions) options = make_options (model, cases[i].scale, dir);
      g_auto (Shown) shown = { 0 };
      g_autoptr (GengaFrame) expected = genga_test_upscale (source, options);

      g_object_set (options, "sharpening", 0.7, "saturation", 1.2, NULL);
      g_autoptr (GengaFrame) filtered = genga_test_upscale (source, options);
      g_object_set (options, "sharpening", 0., "saturation", 1., NULL);

      shown_init (&shown, source, options);
      wait (&shown);
      g_assert_cmpuint (shown.n_patches, >, 2);
      g_assert_cmpuint (shown.n_first, ==, 1);
      g_assert_cmpuint (shown.n_approximate, ==, 0);
      assert_same (shown.canvas, expected, 0);

      /* Filters alone: at once, and the network has nothing to do. */
      guint n_calls = genga_reference_get_n_calls ();
      g_object_set (options, "sharpening", 0.7, "saturation", 1.2, NULL);
      genga_preview_set_options (shown.preview, options);
      wait (&shown);
      g_assert_cmpuint (genga_reference_get_n_calls (), ==, n_calls);
      g_assert_cmpuint (shown.n_first, ==, 2);
      assert_same (shown.canvas, filtered, 0);
    }
}

/* Strength is live like a filter, and what is reduced first or sized in pixels is seen so. */
static void
test_strength_and_sizes (void)
{
  static const GengaLayout layouts[] = { GENGA_LAYOUT_RGB, GENGA_LAYOUT_RGBA, GENGA_LAYOUT_GREY };

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      g_autofree char *dir = genga_test_make_dir ();
      g_autofree char *model = genga_test_write_compact (71 + i, 3, 4, 1, 2, FALSE);
      g_autofree char *source = write_source (dir, 163, 141, layouts[i]);
      g_autoptr (GengaOptions) options = make_options (model, 2, dir);
      g_auto (Shown) shown = { 0 };

      g_object_set (options, "strength", 35., "sharpening", 0.7, NULL);
      g_autoptr (GengaFrame) weak = genga_test_upscale (source, options);
      g_object_set (options, "strength", 100., "sharpening", 0., NULL);
      shown_init (&shown, source, options);
      wait (&shown);

      guint n_calls = genga_reference_get_n_calls ();
      g_object_set (options, "strength", 35., "sharpening", 0.7, NULL);
      genga_preview_set_options (shown.preview, options);
      wait (&shown);
      g_assert_cmpuint (genga_reference_get_n_calls (), ==, n_calls);
      assert_same (shown.canvas, weak, 0);

      g_object_set (options, "pre-downscale", 90, "longest", 251, NULL);
      g_autoptr (GengaFrame) sized = genga_test_upscale (source, options);
      genga_preview_set_options (shown.preview, options);
      wait (&shown);
      g_assert_cmpint (sized->info.width, ==, 251);
      assert_same (shown.canvas, sized, 0);
    }
}

/* Contrast turns around the source's mean, which is nearly the result's. */
static void
test_contrast (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_source (dir, 163, 141, GENGA_LAYOUT_RGB);
  g_autoptr (GengaOptions) options = make_options ("bicubic", 2, dir);
  g_auto (Shown) shown = { 0 };
  const GengaPreviewView corner = { 0, 0, 0.3, 0.3 };
  GengaRect seen = { 0, 0, 70, 60 };

  g_object_set (options, "contrast", 1.2, NULL);
  g_autoptr (GengaFrame) expected = genga_test_upscale (source, options);
  shown_init (&shown, source, options);
  genga_preview_set_view (shown.preview, &corner);
  wait (&shown);
  g_autoptr (GengaFrame) a = genga_frame_crop (shown.canvas, &seen, NULL);
  g_autoptr (GengaFrame) b = genga_frame_crop (expected, &seen, NULL);
  assert_same (a, b, 1);
}

/* --model none, where the filters work on 8 bits. */
static void
test_no_network (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_source (dir, 163, 141, GENGA_LAYOUT_RGB);
  g_autoptr (GengaOptions) options = make_options ("none", 1, dir);
  g_auto (Shown) shown = { 0 };

  g_object_set (options, "sharpening", 1., NULL);
  g_autoptr (GengaFrame) expected = genga_test_upscale (source, options);
  shown_init (&shown, source, options);
  wait (&shown);
  assert_same (shown.canvas, expected, 0);
}

static GengaJob *
run_job (const char *source, GengaOptions *options, GengaTileStore *tiles)
{
  GengaJob *job = genga_job_new (source, NULL, options);

  if (tiles != NULL)
    genga_job_add_tiles (job, tiles);
  genga_test_run_jobs (&job, 1);
  g_assert_cmpint (genga_job_get_state (job), ==, GENGA_JOB_DONE);
  return job;
}

/* How many tiles a job of its own computes. */
static guint
count_tiles (const char *source, GengaOptions *options, GengaTileStore *tiles)
{
  guint n_calls = genga_reference_get_n_calls ();
  g_autoptr (GengaJob) job = run_job (source, options, tiles);

  return genga_reference_get_n_calls () - n_calls;
}

/* A job takes over the tiles, as long as neither picture nor options have changed. */
static void
test_tiles_for_job (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (61, 3, 4, 1, 2, FALSE);
  g_autofree char *source = write_source (dir, 163, 141, GENGA_LAYOUT_RGB);
  g_autoptr (GengaOptions) options = make_options (model, 4, dir);
  g_autofree char *plain = NULL, *reused = NULL;
  gsize plain_size, reused_size;
  guint n_calls = genga_reference_get_n_calls ();
  g_autoptr (GengaJob) job = run_job (source, options, NULL);
  guint n_tiles = genga_reference_get_n_calls () - n_calls;
  const GengaPreviewView half = { 0, 0, 0.4, 1 };
  g_auto (Shown) shown = { 0 };

  g_file_get_contents (genga_job_get_target (job), &plain, &plain_size, NULL);
  shown_init (&shown, source, options);
  genga_preview_set_view (shown.preview, &half);
  n_calls = genga_reference_get_n_calls ();
  wait (&shown);
  guint n_seen = genga_reference_get_n_calls () - n_calls;
  g_assert_cmpuint (n_seen, <, n_tiles);

  g_autoptr (GengaTileStore) tiles = genga_preview_dup_tiles (shown.preview);
  n_calls = genga_reference_get_n_calls ();
  g_autoptr (GengaJob) second = run_job (source, options, tiles);
  g_assert_cmpuint (genga_reference_get_n_calls () - n_calls, ==, n_tiles - n_seen);
  g_file_get_contents (genga_job_get_target (second), &reused, &reused_size, NULL);
  g_assert_cmpmem (plain, plain_size, reused, reused_size);

  /* Options that do not reach the network change nothing, those that do change everything. */
  g_object_set (options, "sharpening", 1., "suffix", "_sharp", NULL);
  g_assert_cmpuint (count_tiles (source, options, tiles), ==, 0); /* the job has left them, too */
  g_object_set (options, "overlap", 14, NULL);
  g_assert_cmpuint (count_tiles (source, options, tiles), >=, n_tiles);
  g_object_set (options, "overlap", 12, NULL);

  /* Another picture, then another model, under the same name. */
  GengaLayout layout = GENGA_LAYOUT_RGB;
  g_autoptr (GengaFrame) other = genga_test_make_frame (4, 163, 141, layout, GENGA_SAMPLE_U8);
  g_autofree char *second_model = genga_test_write_compact (64, 3, 4, 1, 2, FALSE);
  g_remove (source);
  g_autofree char *again = genga_test_write_png (dir, "source.png", other);
  g_assert_cmpuint (count_tiles (again, options, tiles), ==, n_tiles);
  g_autoptr (GengaTileStore) free_store = genga_tile_store_new (NULL, 64 << 20);
  g_assert_cmpuint (count_tiles (again, options, free_store), ==, n_tiles);
  g_assert_cmpuint (count_tiles (again, options, free_store), ==, 0);
  g_assert_cmpint (g_rename (second_model, model), ==, 0);
  g_assert_cmpuint (count_tiles (again, options, free_store), ==, n_tiles);
}

/* Names with line breaks are names of different files all the same. */
static void
test_names (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (65, 3, 4, 1, 2, FALSE);
  g_autoptr (GengaFrame) a = genga_test_make_frame (5, 90, 80, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autoptr (GengaFrame) b = genga_test_make_frame (6, 90, 80, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *first = genga_test_write_png (dir, "x\na.png", a);
  g_autofree char *second = genga_test_write_png (dir, "x\nb.png", b);
  g_autoptr (GengaOptions) options = make_options (model, 2, dir);
  g_auto (Shown) shown = { 0 };

  shown_init (&shown, first, options);
  wait (&shown);
  genga_preview_set_source (shown.preview, second);
  wait (&shown);
  g_autoptr (GengaFrame) expected = genga_test_upscale (second, options);
  assert_same (shown.canvas, expected, 0);
}

/* What changes nothing that is seen interrupts nothing. */
static void
test_other_options (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (66, 3, 4, 1, 2, FALSE);
  g_autofree char *source = write_source (dir, 90, 80, GENGA_LAYOUT_RGB);
  g_autoptr (GengaOptions) options = make_options (model, 2, dir);
  g_auto (Shown) shown = { 0 };

  shown_init (&shown, source, options);
  wait (&shown);
  g_object_set (options, "suffix", "_other", "quality", 81, "overwrite", FALSE, NULL);
  genga_preview_set_options (shown.preview, options);
  g_assert_false (genga_preview_is_busy (shown.preview));

  /* Nothing is kept of what is no longer shown. */
  g_autoptr (GengaTileStore) tiles = genga_preview_dup_tiles (shown.preview);
  g_assert_nonnull (tiles);
  genga_preview_set_source (shown.preview, NULL);
  wait (&shown);
  g_assert_null (genga_preview_dup_tiles (shown.preview));
}

/* Only the last of many changes counts, and what is under way gives way to it. */
static void
test_replace (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (62, 3, 8, 2, 2, FALSE);
  g_autofree char *source = write_source (dir, 200, 160, GENGA_LAYOUT_RGB);
  g_autoptr (GengaOptions) options = make_options (model, 2, dir);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_auto (Shown) shown = { 0 };

  shown_init (&shown, source, options);
  for (int i = 0; i < 40; i++)
    {
      gint64 end = g_get_monotonic_time () + g_rand_int_range (rand, 0, 15000);

      g_object_set (options, "scale", 1 + i % 3, "saturation", 0.8 + 0.01 * i, NULL);
      genga_preview_set_options (shown.preview, options);
      while (g_get_monotonic_time () < end)
        g_main_context_iteration (NULL, FALSE);
    }
  g_object_set (options, "scale", 2, "saturation", 1., NULL);
  genga_preview_set_options (shown.preview, options);
  wait (&shown);
  g_autoptr (GengaFrame) expected = genga_test_upscale (source, options);
  assert_same (shown.canvas, expected, 0);

  genga_preview_set_held (shown.preview, TRUE);
  guint n_patches = shown.n_patches;
  genga_preview_set_view (shown.preview, &(GengaPreviewView){ 0, 0, 0.5, 0.5 });
  for (int i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_false (genga_preview_is_busy (shown.preview));
  g_assert_cmpuint (shown.n_patches, ==, n_patches);
  genga_preview_set_held (shown.preview, FALSE);
  wait (&shown);
  g_assert_cmpuint (shown.n_patches, >, n_patches);
  g_assert_cmpint (shown.last.width, ==, 200);
}

/* Where a tile takes long, the middle comes first. */
static void
test_quick (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (63, 3, 4, 1, 2, FALSE);
  g_autofree char *source = write_source (dir, 500, 400, GENGA_LAYOUT_RGB);
  g_autoptr (GengaOptions) options = make_options (model, 2, dir);
  g_auto (Shown) shown = { 0 };

  g_object_set (options, "tile", 512, NULL);
  shown_init (&shown, source, options);
  while (shown.n_patches == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (genga_preview_is_busy (shown.preview));
  g_assert_cmpint (shown.last.width, ==, 478);
  g_assert_cmpint (shown.last.height, ==, 270);
  g_assert_cmpint (shown.last.x, ==, 261);
  wait (&shown);
  g_autoptr (GengaFrame) expected = genga_test_upscale (source, options);
  assert_same (shown.canvas, expected, 0);
}

/* A preview says why it cannot be, and is there again when it can. */
static void
test_errors (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_source (dir, 60, 50, GENGA_LAYOUT_RGB);
  g_autofree char *missing = g_build_filename (dir, "missing.png", NULL);
  g_autoptr (GengaOptions) options = make_options ("nearest", 2, dir);
  g_auto (Shown) shown = { 0 };

  shown_init (&shown, missing, options);
  wait (&shown);
  g_assert_nonnull (genga_preview_get_message (shown.preview));
  g_assert_cmpuint (shown.n_patches, ==, 0);
  genga_preview_set_source (shown.preview, source);
  wait (&shown);
  g_assert_null (genga_preview_get_message (shown.preview));
  g_assert_cmpuint (shown.n_patches, >, 0);

  g_object_set (options, "model", "no such model", NULL);
  genga_preview_set_options (shown.preview, options);
  wait (&shown);
  g_assert_nonnull (genga_preview_get_message (shown.preview));
}

/* What was loaded beforehand needs no loading, and a preview waits for it; “match” has to see. */
static void
test_prepare (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_source (dir, 60, 50, GENGA_LAYOUT_RGB);
  g_autoptr (GengaOptions) options = make_options ("genga-fast", 2, dir);
  g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
  g_autoptr (GPtrArray) notices = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Shown) shown = { 0 };
  gboolean is_cached = FALSE;

  g_assert_true (genga_preload (options, progress, &error));
  g_assert_no_error (error);
  g_ptr_array_unref (genga_progress_take_notices (progress));
  g_assert_true (genga_preload (options, progress, &error));
  notices = genga_progress_take_notices (progress);
  for (guint i = 0; i < notices->len; i++)
    is_cached |= g_str_has_prefix (notices->pdata[i], "Using cached model");
  g_assert_true (is_cached);

  shown_init (&shown, NULL, options);
  genga_preview_prepare (shown.preview, options);
  genga_preview_set_source (shown.preview, source);
  wait (&shown);
  g_assert_null (genga_preview_get_message (shown.preview));
  g_assert_cmpuint (shown.n_patches, >, 0);

  g_object_set (options, "model", "match", NULL);
  g_assert_true (genga_preload (options, progress, &error));
  g_object_set (options, "model", "no such model", NULL);
  g_assert_false (genga_preload (options, progress, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/preview/same-as-job", test_same_as_job);
  g_test_add_func ("/preview/strength-and-sizes", test_strength_and_sizes);
  g_test_add_func ("/preview/contrast", test_contrast);
  g_test_add_func ("/preview/no-network", test_no_network);
  g_test_add_func ("/preview/tiles-for-job", test_tiles_for_job);
  g_test_add_func ("/preview/names", test_names);
  g_test_add_func ("/preview/other-options", test_other_options);
  g_test_add_func ("/preview/replace", test_replace);
  g_test_add_func ("/preview/quick", test_quick);
  g_test_add_func ("/preview/errors", test_errors);
  g_test_add_func ("/preview/prepare", test_prepare);
  return g_test_run ();
}
