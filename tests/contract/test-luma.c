/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks of one channel: luma through the network, colours by Lanczos. */
#include "engine/model-cache.h"
#include "engine/session.h"
#include "fixtures.h"
#include "steps/resize.h"
#include "steps/upscale.h"

#include <math.h>

#define SIDE 40
#define TOLERANCE 1e-5

static GengaModel *
load (guint32 seed)
{
  g_autofree char *path = genga_test_write_compact (seed, 1, 8, 2, 2, FALSE);
  g_autoptr (GengaEngine) engine = genga_engine_open ("reference", NULL);
  g_autoptr (GError) error = NULL;
  GengaModel *model = genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, NULL, &error);

  g_assert_no_error (error);
  return model;
}

static GengaFrame *
upscale (GengaModel *model, GengaFrame *frame, int scale)
{
  const GengaSessionParams params = { .overlap = -1 };
  GengaStep *step = genga_upscale_step_new (model, scale, &params);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaItem) item = step->klass->process (
      step, genga_item_new (GENGA_ITEM_FRAME, NULL, genga_frame_ref (frame)), &error);
  GengaFrame *result;

  g_assert_no_error (error);
  result = genga_frame_ref (item->frame);
  genga_step_free (step);
  return result;
}

static double
get_luma (const float *pixel)
{
  return 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
}

static float *
get_pixel (GengaFrame *frame, int x, int y, int n_channels)
{
  return (float *)genga_frame_get_row (frame, 0, y) + (gsize)x * n_channels;
}

/* A colour picture, and its luma computed here. */
static GengaFrame *
make_picture (guint32 seed, GengaFrame **luma)
{
  GengaFrame *frame = genga_test_make_frame (seed, SIDE, SIDE, GENGA_LAYOUT_RGB, GENGA_SAMPLE_F32);

  *luma = genga_test_make_frame (0, SIDE, SIDE, GENGA_LAYOUT_GREY, GENGA_SAMPLE_F32);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      *get_pixel (*luma, x, y, 1) = get_luma (get_pixel (frame, x, y, 3));
  return frame;
}

static gboolean
is_clamped (const float *pixel)
{
  for (int c = 0; c < 3; c++)
    if (pixel[c] <= 0 || pixel[c] >= 1)
      return TRUE;
  return FALSE;
}

/* Where nothing was clamped, the result has the network's luma and the resized picture's chroma. */
static void
check_scale (int scale)
{
  g_autoptr (GengaModel) model = load (11);
  g_autoptr (GengaFrame) luma = NULL;
  g_autoptr (GengaFrame) frame = make_picture (3, &luma);
  g_autoptr (GengaFrame) result = upscale (model, frame, scale);
  g_autoptr (GengaFrame) network = upscale (model, luma, scale);
  g_autoptr (GengaFrame) resized = genga_resize (frame, SIDE * scale, SIDE * scale, 1, NULL, NULL);
  int n_checked = 0;

  g_assert_cmpint (result->info.layout, ==, GENGA_LAYOUT_RGB);
  g_assert_cmpint (network->info.layout, ==, GENGA_LAYOUT_GREY);
  g_assert_cmpint (result->info.width, ==, SIDE * scale);
  for (int y = 0; y < SIDE * scale; y++)
    for (int x = 0; x < SIDE * scale; x++)
      {
        const float *is = get_pixel (result, x, y, 3);
        const float *colours = get_pixel (resized, x, y, 3);

        if (is_clamped (is))
          continue;
        n_checked++;
        g_assert_cmpfloat (fabs (get_luma (is) - *get_pixel (network, x, y, 1)), <, TOLERANCE);
        for (int c = 0; c < 3; c++)
          g_assert_cmpfloat (fabs ((is[c] - get_luma (is)) - (colours[c] - get_luma (colours))), <,
                             TOLERANCE);
      }
  g_assert_cmpint (n_checked, >, SIDE * SIDE);
}

static void
test_colours (void)
{
  check_scale (2);
}

/* Luma goes through all passes, colours are resized once. */
static void
test_passes (void)
{
  check_scale (4);
}

/* A picture without colour gets none, and is what the network makes of it as a grey picture. */
static void
test_grey (void)
{
  g_autoptr (GengaModel) model = load (12);
  g_autoptr (GengaFrame) luma = NULL;
  g_autoptr (GengaFrame) frame = make_picture (5, &luma);
  g_autoptr (GengaFrame) result = NULL;
  g_autoptr (GengaFrame) network = upscale (model, luma, 2);

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      for (int c = 0; c < 3; c++)
        get_pixel (frame, x, y, 3)[c] = *get_pixel (luma, x, y, 1);
  result = upscale (model, frame, 2);
  for (int y = 0; y < 2 * SIDE; y++)
    for (int x = 0; x < 2 * SIDE; x++)
      for (int c = 0; c < 3; c++)
        g_assert_cmpfloat (fabs (get_pixel (result, x, y, 3)[c] - *get_pixel (network, x, y, 1)), <,
                           TOLERANCE);
}

/* Parts are bit for bit what the whole has, from 8 bits as well. */
static void
test_parts (void)
{
  static const GengaRect parts[] = { { 0, 0, 90, 7 }, { 31, 17, 60, 80 }, { 159, 121, 1, 1 } };
  const GengaSessionParams params = { .tile = 32, .overlap = 8 };
  g_autoptr (GengaModel) model = load (13);
  GengaStep *step = genga_upscale_step_new (model, 4, &params);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (8, SIDE, SIDE, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autoptr (GengaItem) item = step->klass->process (
      step, genga_item_new (GENGA_ITEM_FRAME, NULL, genga_frame_ref (frame)), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GengaFrame) part = genga_upscale_step_run_region (step, frame, &parts[i], NULL);

      genga_test_assert_part (item->frame, part, parts[i].x, parts[i].y);
    }
  genga_step_free (step);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/luma/colours", test_colours);
  g_test_add_func ("/luma/passes", test_passes);
  g_test_add_func ("/luma/grey", test_grey);
  g_test_add_func ("/luma/parts", test_parts);
  return g_test_run ();
}
