/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program as a whole costs: a batch of pictures, its start, its memory. */
#include "../contract/fixtures.h"
#include "bench.h"
#include "job/pipeline.h"
#include "media/media.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define N_PICTURES 20
#define N_STARTS 21

static char *
write_picture (const char *dir, int number, int width, int height)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (number, width, height, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *name = g_strdup_printf ("picture-%02d.png", number);
  g_autofree char *written = NULL;
  char *path = g_build_filename (dir, name, NULL);
  GengaPictureSave save = { .format = GENGA_FORMAT_PNG, .png_level = 1, .overwrite = TRUE };
  const GengaMedia *media = genga_media_get (&error);

  g_assert_no_error (error);
  media->picture_save (frame, path, &save, NULL, &written, &error);
  g_assert_no_error (error);
  return path;
}

typedef struct
{
  GengaPipeline *pipeline;
  GMainLoop *loop;
  int left;
  double network_seconds;
} Batch;

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Batch *batch = data;
  g_autoptr (GError) error = NULL;
  GengaJobFacts facts;

  genga_pipeline_run_finish (batch->pipeline, result, &error);
  g_assert_no_error (error);
  genga_job_get_facts (GENGA_JOB (source), &facts);
  batch->network_seconds += facts.network_seconds;
  if (--batch->left == 0)
    g_main_loop_quit (batch->loop);
}

static void
run_jobs (Batch *batch, GPtrArray *paths, GengaOptions *options)
{
  batch->left = paths->len;
  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (GengaJob) job = genga_job_new (paths->pdata[i], NULL, options);
      genga_pipeline_run_async (batch->pipeline, job, on_done, batch);
    }
  g_main_loop_run (batch->loop);
}

void
genga_bench_batch (void)
{
  g_autofree char *model = genga_test_write_compact (1, 3, 64, 16, 2, FALSE);
  g_autofree char *dir = g_dir_make_tmp ("genga-bench-XXXXXX", NULL);
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) first = g_ptr_array_new ();
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Batch batch = { pipeline, loop };

  for (int i = 0; i < N_PICTURES; i++)
    g_ptr_array_add (paths, write_picture (dir, i, 640, 360));
  g_ptr_array_add (first, paths->pdata[0]);
  g_object_set (options, "model", model, "overwrite", TRUE, "format", GENGA_FORMAT_PNG, NULL);

  run_jobs (&batch, first, options); /* opens the engine */
  batch.network_seconds = 0;
  gint64 start = g_get_monotonic_time ();
  run_jobs (&batch, paths, options);
  double total = (g_get_monotonic_time () - start) / 1e6;
  printf ("batch: %d pictures 640x360 x2 to PNG in %.2f s, network %.2f s, ratio %.3f\n",
          N_PICTURES, total, batch.network_seconds, total / batch.network_seconds);
}

/* Runs a command; answers its wall seconds and the peak of its resident memory in bytes. */
static double
time_command (char **argv, gsize *peak)
{
  struct rusage usage;
  GPid pid;
  int status;
  gint64 start = g_get_monotonic_time ();

  if (!g_spawn_async (NULL, argv, NULL,
                      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                          G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, &pid, NULL))
    return -1;
  wait4 (pid, &status, 0, &usage);
  *peak = (gsize)usage.ru_maxrss * 1024;
  return status == 0 ? (g_get_monotonic_time () - start) / 1e6 : -1;
}

void
genga_bench_start (void)
{
  char *argv[] = { (char *)GENGA_CLI, (char *)"--version", NULL };
  double seconds[N_STARTS];
  gsize peak;

  for (int i = 0; i < N_STARTS; i++)
    seconds[i] = time_command (argv, &peak);
  printf ("start: genga-cli --version in %.1f ms (median of %d)\n",
          1e3 * genga_bench_get_median (seconds, N_STARTS), N_STARTS);
}

void
genga_bench_memory (void)
{
  g_autofree char *model = genga_test_write_compact (1, 3, 24, 8, 2, FALSE);
  g_autofree char *dir = g_dir_make_tmp ("genga-bench-XXXXXX", NULL);
  g_autofree char *path = write_picture (dir, 0, 4096, 4096);
  char *argv[] = { (char *)GENGA_CLI, (char *)"upscale", path, (char *)"--model", model,
                   (char *)"--tile",  (char *)"512",     NULL };
  gsize peak = 0;
  double seconds = time_command (argv, &peak);

  printf ("memory: 4096x4096 x2 in tiles of 512: peak %.2f GB of 2.5 GB, %.1f s\n", peak / 1e9,
          seconds);
}
