/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are read in processes of their own: the same pixels and errors as here, no more rights
 * than for the file, and whatever ends such a process ends nothing else. */
#include "core/confine/confine.h"
#include "core/error.h"
#include "core/fault.h"
#include "harness.h"
#include "job/estimate/estimate-part.h"
#include "job/estimate/estimate.h"
#include "job/estimate/outlook-request.h"
#include "job/plan/plan-match.h"
#include "job/preview/picture-file.h"
#include "job/reader/look-apart.h"
#include "job/reader/read-apart.h"
#include "job/reader/reader-process.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define MAX_BYTES ((guint64)1 << 30)
/* Ends each process that reads a file of this name. */
#define DEADLY "deadly.png"
/* Keeps each process that reads a file of this name for ever. */
#define ENDLESS "endless.png"

static char *
write_picture (const char *dir, const char *name, GengaLayout layout, GengaSample sample)
{
  g_autoptr (GengaFrame) frame = genga_test_make_frame (7, 61, 43, layout, sample);

  return genga_test_write_png (dir, name, frame);
}

static GengaFrame *
read_apart (const char *path, GError **error)
{
  return genga_read_apart_picture (path, MAX_BYTES, 1, NULL, error);
}

/* Whether this build can have a file end processes. */
static gboolean
has_faults (void)
{
  genga_fault_set ("there:1");
  return genga_fault ("there");
}

static void
test_pictures (void)
{
  g_autofree char *dir = genga_test_make_dir ();

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *path = write_picture (dir, "picture.png", (GengaLayout)(i / 2),
                                             i % 2 ? GENGA_SAMPLE_U16 : GENGA_SAMPLE_U8);
      GError *error = NULL;
      g_autoptr (GengaFrame) expected = genga_picture_file_read (path, MAX_BYTES, 1, NULL, &error);
      g_autoptr (GengaFrame) frame = read_apart (path, &error);

      g_assert_no_error (error);
      g_assert_true (genga_frame_is_equal (frame, expected));
      g_remove (path);
    }
}

/* The same sentences, too. */
static void
test_errors (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *text = g_build_filename (dir, "text.png", NULL);
  g_autofree char *missing = g_build_filename (dir, "missing.png", NULL);
  g_autofree char *large = write_picture (dir, "large.png", GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  const char *const paths[] = { text, missing, dir, large };

  g_assert_true (g_file_set_contents (text, "no picture at all", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      const guint64 max_bytes = paths[i] == large ? 100 : MAX_BYTES;
      g_autoptr (GError) expected = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_null (genga_picture_file_read (paths[i], max_bytes, 1, NULL, &expected));
      g_assert_null (genga_read_apart_picture (paths[i], max_bytes, 1, NULL, &error));
      g_assert_error (error, expected->domain, expected->code);
      g_assert_cmpstr (error->message, ==, expected->message);
    }
}

static void
assert_same_frame (GengaFrame *frame, GengaFrame *expected)
{
  g_assert_true ((frame != NULL) == (expected != NULL));
  if (frame != NULL)
    g_assert_true (genga_frame_is_equal (frame, expected));
}

static void
test_preview_sources (void)
{
  static const char *const models[] = { "none", "bicubic" };
  g_autofree char *dir = genga_test_make_dir ();

  for (guint i = 0; i < 16; i++)
    {
      const GengaAlpha mode = i & 4 ? GENGA_ALPHA_NETWORK : GENGA_ALPHA_LANCZOS;
      g_autofree char *path = write_picture (
          dir, "picture.png", i & 1 ? GENGA_LAYOUT_RGBA : GENGA_LAYOUT_GREY_ALPHA, GENGA_SAMPLE_U8);
      g_autoptr (GengaOptions) options = genga_test_make_options (models[i / 2 % 2], 2);
      g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
      g_auto (GengaPreviewSource) expected = { 0 };
      g_auto (GengaPreviewSource) source = { 0 };
      GError *error = NULL;

      g_object_set (options, "alpha", mode, "transparency", (i & 8) == 0, "pre-downscale",
                    i & 4 ? 20 : 0, NULL);
      genga_preview_source_read (&expected, path, options, progress, &error);
      g_assert_no_error (error);
      genga_read_apart_preview_source (path, options, NULL, &source, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (&source.info, sizeof source.info, &expected.info, sizeof expected.info);
      assert_same_frame (source.colour, expected.colour);
      assert_same_frame (source.alpha, expected.alpha);
      assert_same_frame (source.ground, expected.ground);
      g_remove (path);
    }
}

static void
test_thumbnails (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *path = write_picture (dir, "a.png", GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *text = g_build_filename (dir, "text.png", NULL);
  GengaThumbnailFacts facts, expected_facts;
  g_autoptr (GError) reason = NULL;
  GError *error = NULL;
  g_autoptr (GengaFrame) expected = genga_thumbnail_read (path, 32, &expected_facts, NULL, &error);
  g_autoptr (GengaFrame) frame = genga_read_apart_thumbnail (path, 32, &facts, NULL, &error);

  g_assert_no_error (error);
  assert_same_frame (frame, expected);
  g_assert_cmpint (facts.width, ==, 61);
  g_assert_cmpint (facts.height, ==, 43);
  g_assert_false (facts.is_video);
  g_assert_true (g_file_set_contents (text, "no picture at all", -1, NULL));
  g_assert_null (genga_read_apart_thumbnail (text, 32, &facts, NULL, &reason));
  g_assert_error (reason, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_cmpint (facts.width, ==, 0);
}

/* A list of files is sorted as it is here, whichever of them ends the process that looks. */
static void
test_look (void)
{
  static const char *const names[] = { DEADLY, "a.png", "b.png", "c.png", "clip.y4m" };
  g_autofree char *dir = genga_test_make_dir ();
  char *paths[] = { dir, NULL };
  g_autoptr (GengaLookApart) look = genga_look_apart_new ((const char *const *)paths, NULL);
  GengaInputsRequest request = { .reads_files = TRUE, .is_recursive = TRUE };
  g_autoptr (GPtrArray) expected = NULL;
  g_autoptr (GPtrArray) inputs = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (dir, names[i], NULL);

      if (i == 2 || i == 4)
        g_assert_true (g_file_set_contents (
            path, i == 2 ? "no picture" : "YUV4MPEG2 W2 H2 F24:1 Ip A1:1 C444\nFRAME\n123456789012",
            -1, NULL));
      else
        g_free (write_picture (dir, names[i], GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8));
    }
  expected = genga_inputs_expand (paths, &request);
  request.look = genga_look_apart_get_look (look);
  inputs = genga_inputs_expand (paths, &request);
  g_assert_cmpuint (inputs->len, ==, G_N_ELEMENTS (names));
  g_assert_cmpuint (inputs->len, ==, expected->len);
  for (guint i = 0; i < inputs->len; i++)
    {
      const GengaInput *input = inputs->pdata[i], *other = expected->pdata[i];
      gboolean is_deadly = g_str_has_suffix (input->path, DEADLY) && has_faults ();

      g_assert_cmpstr (input->path, ==, other->path);
      g_assert_cmpint (input->is_skipped, ==, other->is_skipped || is_deadly);
      if (is_deadly)
        g_assert_error (input->error, GENGA_ERROR, GENGA_ERROR_INPUT);
      else
        g_assert_cmpstr (input->error != NULL ? input->error->message : NULL, ==,
                         other->error != NULL ? other->error->message : NULL);
      g_assert_cmpint (genga_look_apart_is_video (look, input->path, NULL), ==,
                       genga_input_is_video (input->path, NULL));
    }
}

static void
on_estimated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

typedef struct
{
  GAsyncResult **result;
  double *fraction;
} Measured;

static void
on_measuring (double fraction, gpointer user_data)
{
  *((const Measured *)user_data)->fraction = fraction;
}

static void
on_measured (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *((const Measured *)user_data)->result = g_object_ref (result);
}

static gboolean
has_words (const GengaOutlook *outlook, const char *text)
{
  for (guint i = 0; i < outlook->words->len; i++)
    if (g_str_equal (((const GengaPlanWords *)outlook->words->pdata[i])->text, text))
      return TRUE;
  return FALSE;
}

/* A file that ends the process which plans is left out of an estimate, the others are in it. */
static void
test_estimate (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaSpeeds) speeds = genga_speeds_new (NULL);
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 2);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  static const char *const names[] = { "a.png", DEADLY, "b.png" };
  GError *error = NULL;
  GengaEstimate answer;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = write_picture (dir, names[i], GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);

      g_ptr_array_add (jobs, genga_job_new (path, NULL, options));
      g_ptr_array_add (jobs, genga_job_new (path, NULL, options));
    }
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;

      genga_estimate_async (jobs, speeds, NULL, on_estimated, &result);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      genga_estimate_finish (result, &answer, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (answer.n_pictures, ==, has_faults () ? 4 : 6);
      g_assert_cmpint (answer.width, ==, 122);
      g_assert_cmpint (answer.height, ==, 86);
    }
}

/* What will happen to one file is told by a process of its own; measuring, too, which has nothing
 * to do for a picture. */
static void
test_outlook (void)
{
  static const char *const names[] = { "a.png", DEADLY, "b.png" };
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaSpeeds) speeds = genga_speeds_new (NULL);
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 2);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (names); i++)
    {
      const char *name = names[i / 2];
      g_autofree char *path = g_build_filename (dir, name, NULL);
      g_autoptr (GengaJob) job = genga_job_new (path, NULL, options);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GengaOutlook) outlook = NULL;
      g_autoptr (GError) error = NULL;
      double fraction = 0;

      if (i % 2 == 0)
        g_free (write_picture (dir, name, GENGA_LAYOUT_RGBA, GENGA_SAMPLE_U16));
      if (i % 2 == 0)
        genga_outlook_request_async (job, speeds, NULL, on_estimated, &result);
      else
        genga_outlook_measure_async (job, speeds, NULL, on_measuring, on_measured,
                                     &(Measured){ &result, &fraction });
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      outlook = genga_outlook_request_finish (result, &error);
      if (g_str_equal (name, DEADLY) && has_faults ())
        {
          g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
          continue;
        }
      g_assert_no_error (error);
      g_assert_false (outlook->is_video);
      g_assert_true (has_words (outlook, "transparency; 16 bits per channel"));
      g_assert_true (has_words (outlook, "61 × 43 to 122 × 86"));
    }
}

/* Of a plan that comes from elsewhere, no number is believed that would lead astray. */
static void
test_parts (void)
{
  const GengaEstimatePart sound = { .width = 4, .height = 3, .name = "a.png", .seconds = -1 };
  GengaEstimatePart bad[6];
  GengaEstimatePart got;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = sound;
  bad[1].width = 0;
  bad[2].disk_bytes = -1;
  memset (bad[3].device, 'a', sizeof bad[3].device);
  bad[4].seconds = G_MAXDOUBLE * 10;
  strcpy (bad[5].name, "../a.png");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GVariant) message = g_variant_ref_sink (genga_estimate_part_to_message (&bad[i]));

      g_assert_cmpint (genga_estimate_part_from_message (message, &got), ==, i == 0);
    }
}

/* What the model “match” goes by is found out once, for the file as it is. */
static void
test_match (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *path = write_picture (dir, "a.png", GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autoptr (GengaOptions) options = genga_test_make_options (GENGA_MODEL_MATCH, 2);
  GError *error = NULL;

  g_assert_false (genga_plan_match_knows (path, options));
  genga_read_apart_look (path, options, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (genga_plan_match_knows (path, options));
  g_remove (path);
  g_free (write_picture (dir, "a.png", GENGA_LAYOUT_RGBA, GENGA_SAMPLE_U8));
  g_assert_false (genga_plan_match_knows (path, options));
}

/* A process reads the file that it was made for, through links, and no other one. */
static void
test_rights (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *inside = write_picture (dir, "inside.png", GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *other = write_picture (dir, "other.png", GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *link = g_build_filename (dir, "link.png", NULL);
  const char *const sources[] = { link, NULL };
  const char *const read[] = { link, inside, other };
  g_autoptr (GengaReaderProcess) process = NULL;
  GengaConfinement confinement;
  GError *error = NULL;

  genga_confinement_probe (&confinement);
  g_assert_cmpint (symlink ("inside.png", link), ==, 0);
  process = genga_reader_process_new (sources, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (read); i++)
    {
      g_auto (GengaReaderAnswer) answer = { 0 };
      g_autoptr (GError) reason = NULL;
      gboolean ok = genga_reader_process_call (process, GENGA_READER_PICTURE,
                                               g_variant_new ("(^aytd)", read[i], MAX_BYTES, 1.),
                                               &answer, NULL, &reason);

      if (confinement.landlock > 0 || i < 2)
        g_assert_cmpint (ok, ==, i < 2);
    }
}

/* ---- what ends it ---- */

/* What the processes of this program's readers are copies of. */
static int
find_child (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *task;
  int pid = 0;

  while (pid == 0 && (task = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/children", task);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL))
        pid = atoi (text);
    }
  return pid;
}

static void
test_copies_again (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *path = write_picture (dir, "a.png", GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GError *error = NULL;
  g_autoptr (GengaFrame) before = read_apart (path, &error);
  const int pid = find_child ();

  g_assert_no_error (error);
  g_assert_cmpint (pid, >, 0);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  while (find_child () == pid)
    g_thread_yield ();
  g_autoptr (GengaFrame) after = read_apart (path, &error);
  g_assert_no_error (error);
  assert_same_frame (after, before);
}

static void
assert_ended (const char *path, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_apart (path, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_nonnull (strstr (error->message, DEADLY));
  g_assert_nonnull (strstr (error->message, words));
}

/* In words; twice; then the file is left alone until it changes. Others are read meanwhile. */
static void
test_deadly (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *deadly = write_picture (dir, DEADLY, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *path = write_picture (dir, "a.png", GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GengaThumbnailFacts facts;
  g_autoptr (GError) error = NULL;

  if (!has_faults ())
    {
      g_test_skip ("this build can't inject faults");
      return;
    }
  assert_ended (deadly, g_strsignal (SIGKILL));
  g_assert_null (genga_read_apart_thumbnail (deadly, 32, &facts, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  assert_ended (deadly, "twice");
  g_clear_error (&error);
  g_autoptr (GengaFrame) frame = read_apart (path, &error);
  g_assert_no_error (error);
  g_remove (deadly);
  g_free (write_picture (dir, DEADLY, GENGA_LAYOUT_RGBA, GENGA_SAMPLE_U8));
  assert_ended (deadly, g_strsignal (SIGKILL));
}

static gpointer
read_in_thread (gpointer cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *path = write_picture (dir, "a.png", GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);

  for (;;)
    {
      g_autoptr (GengaFrame) frame =
          genga_read_apart_picture (path, MAX_BYTES, 1, cancellable, &error);

      if (frame == NULL)
        break;
      g_assert_no_error (error);
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return NULL;
}

/* Several at once, and each ends when it is cancelled, whatever it is at. */
static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *path = write_picture (dir, "a.png", GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("test", read_in_thread, cancellable);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaFrame) frame = read_apart (path, &error);

      g_assert_no_error (error);
    }
  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static gpointer
look_in_thread (gpointer data)
{
  const char *const *paths = data;
  GCancellable *cancellable = (GCancellable *)paths[2];
  g_autoptr (GengaLookApart) look = genga_look_apart_new (paths, cancellable);
  g_autoptr (GError) error = NULL;

  g_assert_false (genga_look_apart_is_source (look, paths[0], NULL, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return NULL;
}

/* Nobody waits any longer for a process that never answers. */
static void
test_endless (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *path = write_picture (dir, ENDLESS, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 2);
  const gpointer paths[] = { path, NULL, cancellable };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  if (!has_faults ())
    {
      g_test_skip ("this build can't inject faults");
      return;
    }
  thread = g_thread_new ("test", look_in_thread, (gpointer)paths);
  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
  g_assert_null (genga_trial_apart_new (path, path, options, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A list goes on behind a file that is never read, as it does behind one that ends its reader. */
static void
test_limit (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *endless = write_picture (dir, ENDLESS, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *path = write_picture (dir, "a.png", GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  const char *const paths[] = { endless, path, NULL };
  g_autoptr (GengaLookApart) look = genga_look_apart_new (paths, NULL);
  GengaThumbnailFacts facts;
  g_autoptr (GError) error = NULL;

  if (!has_faults ())
    {
      g_test_skip ("this build can't inject faults");
      return;
    }
  genga_fault_set ("short-timeout:1+");
  g_assert_false (genga_look_apart_is_source (look, endless, NULL, FALSE, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_nonnull (strstr (error->message, "too long"));
  g_clear_error (&error);
  genga_fault_set (NULL);
  g_assert_true (genga_look_apart_is_source (look, path, NULL, FALSE, &error));
  g_assert_no_error (error);
  genga_fault_set ("short-timeout:1+");
  g_assert_null (genga_read_apart_thumbnail (endless, 32, &facts, NULL, &error));
  g_assert_nonnull (strstr (error->message, "too long"));
  genga_fault_set (NULL);
}

/* What a header says is not believed where it would lead astray. */
static void
test_information (void)
{
  const GengaSourceInfo sound = { .kind = GENGA_SOURCE_VIDEO,
                                  .width = 64,
                                  .height = 36,
                                  .sample = GENGA_SAMPLE_F32,
                                  .layout = GENGA_LAYOUT_RGB,
                                  .rate_num = 24,
                                  .rate_den = 1,
                                  .seconds = 2.5,
                                  .time_base_num = 1,
                                  .time_base_den = 1000 };
  GengaSourceInfo bad[10];
  GengaSourceInfo got;
  g_autoptr (GVariant) message = g_variant_ref_sink (genga_source_info_to_message (&sound));
  g_autoptr (GVariant) none = g_variant_ref_sink (
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, &sound, sizeof sound - 1, 1));

  g_assert_true (genga_source_info_from_message (message, &got));
  g_assert_cmpmem (&got, sizeof got, &sound, sizeof sound);
  g_assert_false (genga_source_info_from_message (none, &got));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = sound;
  bad[0].width = 0;
  bad[1].height = -1;
  bad[2].time_base_den = 0; /* a fraction that is none */
  bad[3].rate_den = 0;
  bad[4].seconds = G_MAXDOUBLE * 10;
  bad[5].layout = GENGA_LAYOUT_YUV444P;
  bad[6].kind = (GengaSourceKind)77;
  memset (bad[7].codec, 'a', sizeof bad[7].codec);
  bad[8].planes = (GengaFrameInfo){ .width = 64, .height = -1 };
  bad[9].rotation = -90;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GVariant) other = g_variant_ref_sink (genga_source_info_to_message (&bad[i]));

      g_assert_false (genga_source_info_from_message (other, &got));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("GENGA_FAULT", "kill-reader-" DEADLY ":1,stall-reader-" ENDLESS ":1+", TRUE);
  g_test_add_func ("/reader/pictures", test_pictures);
  g_test_add_func ("/reader/errors", test_errors);
  g_test_add_func ("/reader/preview-sources", test_preview_sources);
  g_test_add_func ("/reader/thumbnails", test_thumbnails);
  g_test_add_func ("/reader/look", test_look);
  g_test_add_func ("/reader/outlook", test_outlook);
  g_test_add_func ("/reader/estimate", test_estimate);
  g_test_add_func ("/reader/parts", test_parts);
  g_test_add_func ("/reader/match", test_match);
  g_test_add_func ("/reader/rights", test_rights);
  g_test_add_func ("/reader/copies-again", test_copies_again);
  g_test_add_func ("/reader/deadly", test_deadly);
  g_test_add_func ("/reader/cancel", test_cancel);
  g_test_add_func ("/reader/endless", test_endless);
  g_test_add_func ("/reader/limit", test_limit);
  g_test_add_func ("/reader/information", test_information);
  return g_test_run ();
}
