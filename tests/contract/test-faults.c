/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sessions do when engines fail: F4, F5, M3, TILE-13, TILE-14. */
#include "core/error.h"
#include "engine/reference/reference.h"
#include "fixtures.h"
#include "engine/model-cache.h"
#include "engine/session.h"

static void
set_faults (GengaReferenceFaults faults)
{
  genga_reference_set_faults (&faults);
}

static GengaModel *
load (const char *path, GengaPrecision precision)
{
  GError *error = NULL;
  g_autoptr (GengaEngine) engine = genga_engine_open ("reference", NULL);
  GengaModel *model = genga_model_load (engine, path, precision, 0, NULL, &error);

  g_assert_no_error (error);
  return model;
}

/* Memory runs short above 128: smaller tiles, the same pixels, said once, and remembered. */
static void
test_out_of_memory (void)
{
  GError *error = NULL;
  g_autofree char *path = genga_test_write_compact (11, 3, 4, 1, 2, FALSE);
  g_autoptr (GengaModel) model = load (path, GENGA_PRECISION_FP32);
  g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 300, 260, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GengaSessionParams params = { .tile = 512, .overlap = 16, .progress = progress };
  g_autoptr (GengaSession) session = genga_session_new (model, &params);

  set_faults ((GengaReferenceFaults){ 0 });
  g_autoptr (GengaFrame) expected = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);
  g_assert_no_error (error);

  set_faults ((GengaReferenceFaults){ .oom_above_side = 130 });
  g_autoptr (GengaFrame) result = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (genga_test_get_max_difference (expected, result), <=, 1);

  g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);
  g_assert_cmpuint (notices->len, ==, 1); /* 256 was too much, too: only 128 is told */

  /* The next frame starts with what fits: nothing fails, nothing is said. */
  set_faults ((GengaReferenceFaults){ .oom_above_side = 130 });
  g_autoptr (GengaFrame) again = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) more = genga_progress_take_notices (progress);
  g_assert_cmpuint (more->len, ==, 0);
  set_faults ((GengaReferenceFaults){ 0 });
}

/* Below 128 there is nothing left to try; the session stays good. */
static void
test_out_of_memory_for_good (void)
{
  GError *error = NULL;
  g_autofree char *path = genga_test_write_compact (12, 3, 4, 1, 2, FALSE);
  g_autoptr (GengaModel) model = load (path, GENGA_PRECISION_FP32);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 200, 200, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GengaSessionParams params = { .tile = 512, .overlap = 16 };
  g_autoptr (GengaSession) session = genga_session_new (model, &params);

  set_faults ((GengaReferenceFaults){ .oom_above_side = 40 });
  g_assert_null (genga_session_run (session, frame, GENGA_SAMPLE_F32, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
  g_assert_cmpuint (genga_reference_get_n_calls (), <=, 6);
  g_clear_error (&error);

  set_faults ((GengaReferenceFaults){ 0 });
  g_autoptr (GengaFrame) result = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);
  g_assert_no_error (error);
}

/* Long pictures, whose one tile is longer than the sides that tiles are known to fit in. */
static void
test_out_of_memory_long (void)
{
  static const int sizes[][2] = { { 600, 40 }, { 40, 600 }, { 200, 60 }, { 900, 3 } };
  GError *error = NULL;
  g_autofree char *path = genga_test_write_compact (15, 3, 4, 1, 2, FALSE);
  g_autoptr (GengaModel) model = load (path, GENGA_PRECISION_FP32);
  GengaSessionParams params = { .tile = 512, .overlap = 16 };
  g_autoptr (GengaSession) session = genga_session_new (model, &params);
  g_autoptr (GPtrArray) frames = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_frame_unref);
  g_autoptr (GPtrArray) expected =
      g_ptr_array_new_with_free_func ((GDestroyNotify)genga_frame_unref);

  set_faults ((GengaReferenceFaults){ 0 });
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      GengaFrame *frame =
          genga_test_make_frame (i, sizes[i][0], sizes[i][1], GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
      g_ptr_array_add (frames, frame);
      g_ptr_array_add (expected, genga_session_run (session, frame, GENGA_SAMPLE_F32, &error));
      g_assert_no_error (error);
    }

  set_faults ((GengaReferenceFaults){ .oom_above_side = 300 });
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GengaFrame) result =
          genga_session_run (session, frames->pdata[i], GENGA_SAMPLE_F32, &error);
      g_assert_no_error (error);
      g_assert_cmpfloat (genga_test_get_max_difference (expected->pdata[i], result), <=, 1);
    }
  /* Fewer pixels than the smallest tile, and still too many: that is the end. */
  g_assert_null (genga_session_run (session, frames->pdata[3], GENGA_SAMPLE_F32, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
  g_clear_error (&error);
  set_faults ((GengaReferenceFaults){ 0 });
}

/* NaN in half precision: the tile is computed again; in full precision: the frame fails. */
static void
test_nan (void)
{
  GError *error = NULL;
  g_autofree char *path = genga_test_write_compact (13, 3, 4, 1, 2, FALSE);
  g_autoptr (GengaModel) model = load (path, GENGA_PRECISION_BF16);
  g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 100, 90, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GengaSessionParams params = { .tile = 64, .overlap = 16, .progress = progress };
  g_autoptr (GengaSession) session = genga_session_new (model, &params);

  set_faults ((GengaReferenceFaults){ 0 });
  g_autoptr (GengaFrame) expected = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);
  g_assert_no_error (error);

  set_faults ((GengaReferenceFaults){ .nan_at_call = 2 });
  g_autoptr (GengaFrame) result = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (genga_test_get_max_difference (expected, result), <, 2);
  g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);
  g_assert_cmpuint (notices->len, ==, 1);
  set_faults ((GengaReferenceFaults){ 0 });
}

static void
test_nan_weights (void)
{
  g_autofree char *path = genga_test_write_compact (14, 3, 4, 1, 2, TRUE);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 40, 40, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  const GengaPrecision precisions[] = { GENGA_PRECISION_FP32, GENGA_PRECISION_BF16 };

  for (guint i = 0; i < G_N_ELEMENTS (precisions); i++)
    {
      GError *error = NULL;
      g_autoptr (GengaModel) model = load (path, precisions[i]);
      g_autoptr (GengaSession) session = genga_session_new (model, &(GengaSessionParams){ 0 });
      for (GengaSample sample = GENGA_SAMPLE_U8; sample <= GENGA_SAMPLE_F32; sample++)
        {
          if (!genga_session_makes (session, sample))
            continue;
          g_assert_null (genga_session_run (session, frame, sample, &error));
          g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL);
          g_clear_error (&error);
        }
    }
}

static void
test_device_lost (void)
{
  GError *error = NULL;
  g_autoptr (GengaModel) model = genga_model_new_builtin (GENGA_FAMILY_NEAREST, 2, NULL);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 200, 90, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GengaSessionParams params = { .tile = 64, .overlap = 16 };
  g_autoptr (GengaSession) session = genga_session_new (model, &params);

  set_faults ((GengaReferenceFaults){ .lost_at_call = 3 });
  g_assert_null (genga_session_run (session, frame, GENGA_SAMPLE_F32, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  set_faults ((GengaReferenceFaults){ 0 });
}

static gpointer
cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

/* Cancelled while paused between two tiles, or just before: the session answers, and is good again.
 */
static void
test_pause_and_cancel (void)
{
  g_autoptr (GengaModel) model = genga_model_new_builtin (GENGA_FAMILY_NEAREST, 2, NULL);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 200, 90, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);

  for (int round = 0; round < 50; round++)
    {
      GError *error = NULL;
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GengaProgress) progress = genga_progress_new (cancellable);
      GengaSessionParams params = { .tile = 64, .overlap = 16, .progress = progress };
      g_autoptr (GengaSession) session = genga_session_new (model, &params);

      genga_progress_set_paused (progress, TRUE);
      GThread *thread = g_thread_new ("cancel", cancel, cancellable);
      g_assert_null (genga_session_run (session, frame, GENGA_SAMPLE_F32, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      g_thread_join (thread);
      g_assert_cmpuint (genga_reference_get_n_calls (), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/out-of-memory", test_out_of_memory);
  g_test_add_func ("/faults/out-of-memory-for-good", test_out_of_memory_for_good);
  g_test_add_func ("/faults/out-of-memory-long", test_out_of_memory_long);
  g_test_add_func ("/faults/nan", test_nan);
  g_test_add_func ("/faults/nan-weights", test_nan_weights);
  g_test_add_func ("/faults/device-lost", test_device_lost);
  g_test_add_func ("/faults/pause-and-cancel", test_pause_and_cancel);
  return g_test_run ();
}
