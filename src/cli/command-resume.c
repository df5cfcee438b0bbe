/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli resume: videos that were interrupted go on. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/batch.h"
#include "cli/command-line.h"
#include "cli/report-mode.h"
#include "job/apart/sandbox.h"
#include "core/error.h"
#include "job/export/interrupted.h"

#include <glib/gi18n-lib.h>

/* What cannot go on is said, and gives `*code`. */
static void
add_jobs (GPtrArray *jobs, const char *path, GengaExisting existing, int *code)
{
  g_autoptr (GPtrArray) targets = genga_interrupted_find (path);
  gboolean is_folder = g_file_test (path, G_FILE_TEST_IS_DIR);

  if (targets->len == 0 && !is_folder)
    g_ptr_array_add (targets, g_strdup (path));
  for (guint i = 0; i < targets->len; i++)
    {
      g_autoptr (GError) error = NULL;
      GengaJob *job = genga_interrupted_new_job (targets->pdata[i], existing, &error);

      if (job != NULL)
        g_ptr_array_add (jobs, job);
      else
        *code = genga_command_fail (error);
    }
}

/* Journals, which say what the jobs are, are the user's own. */
static void
confine (GPtrArray *jobs)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  g_autoptr (GPtrArray) models = g_ptr_array_new ();
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < jobs->len; i++)
    {
      GengaOptions *options = genga_job_get_options (jobs->pdata[i]);

      g_ptr_array_add (sources, (char *)genga_job_get_source (jobs->pdata[i]));
      g_ptr_array_add (models, (char *)genga_options_get_string (options, GENGA_OPTION_MODEL));
      g_ptr_array_add (folders,
                       g_path_get_dirname (genga_job_get_requested_target (jobs->pdata[i])));
    }
  g_ptr_array_add (sources, NULL);
  g_ptr_array_add (models, NULL);
  g_ptr_array_add (folders, NULL);
  genga_sandbox_enter (&(GengaSandboxNeeds){ .sources = (char **)sources->pdata,
                                             .writable = (char **)folders->pdata,
                                             .models = (char **)models->pdata });
}

static int
run_resume (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GStrv) paths = NULL;
  g_auto (GengaReportArguments) reporting = { 0 };
  static const GengaOption rows[] = { GENGA_OPTION_EXISTING, GENGA_OPTION_OVERWRITE };
  g_autoptr (GengaOptions) options = genga_options_new ();
  GengaExisting existing;
  const GOptionEntry entries[] = {
    GENGA_REPORT_ENTRIES (&reporting),
    { 0 },
  };
  GengaCommandLine line = {
    .entries = entries,
    .rows = rows,
    .n_rows = G_N_ELEMENTS (rows),
    .options = options,
    .has_models_dir = TRUE,
    .is_confined = TRUE,
    .arguments = &paths,
    .may_be_empty = TRUE,
  };
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  int failed = 0;
  int code = genga_command_line_parse (self, &line, argc, argv);

  if (code >= 0)
    return code;

  g_autoptr (GengaReport) report = genga_report_new (&reporting, &error);
  if (report == NULL)
    return genga_command_usage (self, "%s", error->message);
  existing = genga_options_get_int (options, GENGA_OPTION_EXISTING);
  if (paths == NULL || paths[0] == NULL)
    add_jobs (jobs, ".", existing, &failed);
  for (char **path = paths; path != NULL && *path != NULL; path++)
    add_jobs (jobs, *path, existing, &failed);
  if (jobs->len == 0 && failed == 0)
    g_printerr ("%s\n", _ ("There are no interrupted videos here."));
  if (jobs->len == 0)
    return failed;

  confine (jobs);
  code = genga_batch_run_jobs (jobs, report);
  return code == 0 && failed != 0 ? 1 : code;
}

const GengaCommand genga_command_resume = {
  .name = "resume",
  .synopsis = N_ ("[OPTION…] [RESULT|FOLDER…]"),
  .summary = N_ ("Resume interrupted videos."),
  .description = N_ (
      "A video that was interrupted by Ctrl+C, a full disk, a power cut or anything else keeps its "
      "finished part in a hidden folder beside the result. Run the same upscale command to "
      "continue, or this one, which remembers the source and the options. RESULT is the name of "
      "the finished video; a FOLDER stands for all videos in it. Without either, the current "
      "folder is searched.\n"
      "\n"
      "Examples:\n"
      "  genga-cli resume\n"
      "  genga-cli resume large.mkv"),
  .run = run_resume,
};
