/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness.h"

char *
genga_test_make_dir (void)
{
  GError *error = NULL;
  char *dir = g_dir_make_tmp ("genga-test-XXXXXX", &error);

  g_assert_no_error (error);
  return dir;
}

char *
genga_test_write_png (const char *dir, const char *name, GengaFrame *frame)
{
  GError *error = NULL;
  g_autofree char *written = NULL;
  char *path = g_build_filename (dir, name, NULL);
  GengaPictureSave save = { .format = GENGA_FORMAT_PNG,
                            .png_level = 1,
                            .bit_depth = frame->info.sample == GENGA_SAMPLE_U8 ? 8 : 16 };
  const GengaMedia *media = genga_media_get (&error);

  g_assert_no_error (error);
  media->picture_save (frame, path, &save, NULL, &written, &error);
  g_assert_no_error (error);
  return path;
}

GengaFrame *
genga_test_read (const char *path)
{
  GError *error = NULL;
  GengaSourceParams load = { 0 };
  const GengaMedia *media = genga_media_get (&error);

  g_assert_no_error (error);
  GengaFrame *frame = media->picture_load (path, &load, NULL, &error);
  g_assert_no_error (error);
  return frame;
}

GengaOptions *
genga_test_make_options (const char *model, int scale)
{
  GengaOptions *options = genga_options_new ();

  g_object_set (options, "model", model, "scale", scale, "overwrite", TRUE, NULL);
  return options;
}

typedef struct
{
  GengaPipeline *pipeline;
  guint left;
} Run;

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *run = data;
  GengaJob *job = GENGA_JOB (source);
  g_autoptr (GError) error = NULL;
  gboolean done = genga_pipeline_run_finish (run->pipeline, result, &error);

  g_assert_cmpint (done, ==, genga_job_get_state (job) == GENGA_JOB_DONE);
  run->left--;
}

void
genga_test_run_jobs (GengaJob **jobs, guint n_jobs)
{
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new ();
  Run run = { pipeline, n_jobs };

  for (guint i = 0; i < n_jobs; i++)
    genga_pipeline_run_async (pipeline, jobs[i], on_done, &run);
  while (run.left > 0)
    g_main_context_iteration (NULL, TRUE);
}

GengaFrame *
genga_test_upscale (const char *source, GengaOptions *options)
{
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);

  genga_test_run_jobs (&job, 1);
  if (genga_job_get_error (job) != NULL)
    g_error ("%s", genga_job_get_error (job)->message);
  return genga_test_read (genga_job_get_target (job));
}

int
genga_test_get_sample (GengaFrame *frame, int x, int y, int channel)
{
  gsize i = (gsize)x * genga_layout_get_n_channels (frame->info.layout) + channel;
  const guint8 *row = genga_frame_get_row (frame, 0, y);

  return frame->info.sample == GENGA_SAMPLE_U8 ? row[i] : ((const guint16 *)row)[i];
}
