/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli plan: what upscale would do, before anything is done. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/job-arguments.h"
#include "cli/json-print.h"
#include "cli/plan-report.h"
#include "core/error.h"
#include "core/options-text.h"
#include "core/text.h"
#include "job/estimate/measure.h"
#include "job/plan/plan-job.h"
#include "job/saved-settings.h"

#include <glib/gi18n-lib.h>

#define EXIT_SOME_FAILED 1

typedef struct
{
  JsonBuilder *builder; /* NULL: for people */
  GengaNameReservations *names;
  GengaFactsCache *models;
  GengaSpeeds *speeds;
  gboolean measures;
  guint n_total;
  gint64 date; /* of the run that is planned, in seconds since 1970 */
  guint n_failed;
  int only_code; /* of the latest failure */
} Run;

static void
tell_failed (Run *run, const char *source, const GError *error)
{
  g_autofree char *line = genga_text_dup_line (error->message);
  g_autofree char *name = genga_text_dup_name (source);

  run->n_failed++;
  run->only_code = genga_error_get_exit_code (error);
  if (run->n_total > 1 && strstr (line, name) == NULL)
    g_printerr ("genga-cli: %s: %s\n", name, line);
  else
    g_printerr ("genga-cli: %s\n", line);
  if (run->builder == NULL)
    return;
  json_builder_begin_object (run->builder);
  genga_json_add_path (run->builder, "source", source);
  genga_json_add_string (run->builder, "error", error->message);
  genga_json_add_int (run->builder, "code", run->only_code);
  json_builder_end_object (run->builder);
}

static void
tell_skipped (const char *source, const GError *error)
{
  g_autofree char *path = genga_text_dup_path (source);
  g_autofree char *line = genga_text_dup_line (error->message);

  g_printerr (_ ("Skipped “%s”: %s"), path, line);
  g_printerr ("\n");
}

static gboolean
is_left_alone (const GError *error, GengaOptions *options)
{
  return g_error_matches (error, GENGA_ERROR, GENGA_ERROR_EXISTS) &&
         genga_options_get_int (options, GENGA_OPTION_EXISTING) == GENGA_EXISTING_SKIP;
}

static void
plan_source (Run *run,
             const char *source,
             const char *target,
             const GengaTargetHints *hints,
             GengaOptions *options)
{
  g_autoptr (GengaJob) job = genga_job_new (source, target, options);
  g_autoptr (GengaPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  GengaSpeed speed, video_speed;
  GengaPlanSetup setup = { .names = run->names, .models = run->models };

  if (genga_speeds_look_up (run->speeds, options, FALSE, &speed))
    setup.speed = &speed;
  if (genga_speeds_look_up (run->speeds, options, TRUE, &video_speed))
    setup.video_speed = &video_speed;
  genga_job_set_hints (job, hints);
  plan = genga_plan_new_for_job (job, &setup, &error);
  if (plan != NULL && run->measures && !genga_measure_plan (plan, job, &error))
    g_clear_pointer (&plan, genga_plan_free);
  if (plan == NULL && is_left_alone (error, options))
    tell_skipped (source, error);
  else if (plan == NULL)
    tell_failed (run, source, error);
  else if (run->builder != NULL)
    genga_plan_report_add_json (run->builder, plan, source);
  else
    genga_plan_report_print (plan, source);
}

static void
plan_all (Run *run, const GengaJobSources *sources, const char *target, GengaOptions *options)
{
  guint index = 0;

  for (guint i = 0; i < sources->inputs->len; i++)
    {
      const GengaInput *input = sources->inputs->pdata[i];
      const GengaTargetHints hints = {
        .name = sources->names != NULL ? sources->names[index] : NULL,
        .subfolder = input->subfolder,
        .index = index + 1,
        .date = run->date,
      };

      if (input->is_skipped)
        {
          tell_skipped (input->path, input->error);
          continue;
        }
      if (input->error != NULL)
        tell_failed (run, input->path, input->error);
      else
        plan_source (run, input->path, target, &hints, options);
      index++;
    }
}

static int
run_plans (Run *run, const GengaJobSources *sources, const char *target, GengaOptions *options)
{
  g_autoptr (GSettings) settings = genga_saved_settings_open ();

  run->names = genga_name_reservations_new ();
  run->models = genga_facts_cache_new ();
  run->speeds = genga_speeds_load (settings);
  if (run->builder != NULL)
    json_builder_begin_array (run->builder);
  plan_all (run, sources, target, options);
  if (run->builder != NULL)
    {
      json_builder_end_array (run->builder);
      genga_json_print (run->builder, TRUE);
    }
  genga_speeds_free (run->speeds);
  genga_facts_cache_free (run->models);
  genga_name_reservations_unref (run->names);
  if (run->n_failed == 0)
    return 0;
  return run->n_total == 1 ? run->only_code : EXIT_SOME_FAILED;
}

static int
run_plan (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GengaJobArguments) arguments = { 0 };
  gboolean wants_json = FALSE;
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_auto (GengaJobSources) sources = { 0 };
  g_autofree char *path = genga_result_record_dup_default_path ();
  g_autoptr (GengaResultRecord) results = NULL;
  Run run = { .date = g_get_real_time () / G_USEC_PER_SEC };
  const GOptionEntry entries[] = {
    { "measure", 0, 0, G_OPTION_ARG_NONE, &run.measures,
      N_ ("Encode a few seconds of each video to know its size and memory"), NULL },
    { 0 },
  };
  int code;

  arguments.wants_json = &wants_json;
  code = genga_job_arguments_parse (&arguments, self, entries, options, argc, argv);

  if (code >= 0)
    return code;
  genga_job_arguments_confine (&arguments, options, run.measures);
  results = genga_result_record_new (path);
  const GengaInputsRequest request = { .options = options, .results = results };
  code = genga_job_arguments_expand (&arguments, self, &request, &sources);
  if (code >= 0)
    return code;
  run.n_total = sources.n_sources;

  g_autoptr (GPtrArray) warnings = genga_options_dup_warnings (options);
  for (guint i = 0; i < warnings->len; i++)
    g_printerr ("%s\n", (const char *)warnings->pdata[i]);
  for (guint i = 0; i < sources.notices->len; i++)
    g_printerr ("%s\n", (const char *)sources.notices->pdata[i]);
  run.builder = wants_json ? json_builder_new () : NULL;
  return run_plans (&run, &sources, arguments.output, options);
}

const GengaCommand genga_command_plan = {
  .name = "plan",
  .synopsis = N_ ("[OPTION…] FILE…"),
  .summary = N_ ("Show what upscale would do, without doing it."),
  .description =
      N_ ("Takes the files and options of upscale and prints a plan for each file: the name, size "
          "and format of the result, the passes through the network and their tiles, what is left "
          "out, memory, disk space and, after earlier jobs in the window, time. What upscale would "
          "refuse is refused with the same message and exit code. Nothing is written, and no "
          "device is opened.\n"
          "\n"
          "Examples:\n"
          "  genga-cli plan --scale 4 picture.png\n"
          "  genga-cli plan --json --codec h265 clip.mkv"),
  .run = run_plan,
};
