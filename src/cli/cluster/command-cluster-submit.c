/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli cluster submit: a plan in a folder, and its tasks in Slurm's queue. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/cluster/cluster-parts.h"
#include "cli/job-arguments.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/options-text.h"
#include "job/apart/sandbox.h"
#include "job/cluster/cluster-prepare.h"
#include "job/cluster/cluster-state.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define SUFFIX ".cluster"
#define NOT_GIVEN G_MININT

typedef struct
{
  GengaJobArguments arguments;
  GengaSlurmJobs jobs;
  char *folder; /* as given */
  int n_nodes, n_cpus, n_tasks;
} Submit;

static void
submit_clear (Submit *self)
{
  genga_job_arguments_clear (&self->arguments);
  genga_slurm_jobs_clear (&self->jobs);
  g_free (self->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Submit, submit_clear)

/* 0 for what was not given; FALSE for what is no number from 1 on. */
static gboolean
take_number (int *number)
{
  const gboolean is_given = *number != NOT_GIVEN;

  if (!is_given)
    *number = 0;
  return !is_given || *number > 0;
}

static int
parse (Submit *self, const GengaCommand *command, GengaOptions *options, int argc, char **argv)
{
  GengaSlurmWishes *wishes = &self->jobs.wishes;
  const GOptionEntry entries[] = {
    { "folder", 0, 0, G_OPTION_ARG_FILENAME, &self->folder,
      N_ ("Folder of the job, on a shared file system; by default the result's name and "
          "“.cluster”."),
      N_ ("FOLDER") },
    { "nodes", 0, 0, G_OPTION_ARG_INT, &self->n_nodes,
      N_ ("Run on at most so many computers at a time."), N_ ("NUMBER") },
    { "cpus", 0, 0, G_OPTION_ARG_INT, &self->n_cpus,
      N_ ("Processors of a task; by default each task has a computer for itself."), N_ ("NUMBER") },
    { "tasks", 0, 0, G_OPTION_ARG_INT, &self->n_tasks,
      N_ ("Divide the work into so many tasks; by default one for each segment or 16 pictures, and "
          "at most 1000."),
      N_ ("NUMBER") },
    { "partition", 0, 0, G_OPTION_ARG_STRING, &wishes->partition,
      N_ ("Slurm's partition to run in."), N_ ("NAME") },
    { "sbatch", 0, 0, G_OPTION_ARG_STRING_ARRAY, &wishes->more,
      N_ ("Another option for Slurm's sbatch, such as --sbatch=--time=60; may be repeated."),
      N_ ("OPTION") },
    { 0 },
  };
  int code;

  self->n_nodes = self->n_cpus = self->n_tasks = NOT_GIVEN;
  code = genga_job_arguments_parse (&self->arguments, command, entries, options, argc, argv);
  if (code >= 0)
    return code;
  if (!take_number (&self->n_nodes) || !take_number (&self->n_cpus) ||
      !take_number (&self->n_tasks) || self->n_tasks > GENGA_CLUSTER_MAX_TASKS)
    return genga_command_usage (command, "%s",
                                _ ("--nodes, --cpus and --tasks are numbers from 1 on."));
  wishes->n_nodes = self->n_nodes;
  wishes->n_cpus = self->n_cpus;
  return -1;
}

/* ---- where ---- */

/* Several files may lie in several folders, and tasks write in the results' alone. */
static gboolean
says_where (const Submit *self, GengaOptions *options)
{
  return self->arguments.output != NULL ||
         genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR) != NULL ||
         (self->folder != NULL && g_strv_length (self->arguments.files) == 1);
}

/* The folder of the job; g_free(). NULL: nobody says where. */
static char *
dup_folder (const Submit *self, GengaOptions *options)
{
  const char *results = genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR);
  g_autofree char *path = NULL;

  if (self->folder != NULL)
    path = g_strdup (self->folder);
  else if (self->arguments.output != NULL)
    path = g_strconcat (self->arguments.output, SUFFIX, NULL);
  else if (results != NULL)
    path = g_build_filename (results, "genga" SUFFIX, NULL);
  return path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
}

/* Where results lie whose names are not known yet. */
static char *
dup_results (const Submit *self, GengaOptions *options)
{
  const char *results = genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR);

  return results != NULL
             ? g_strdup (results)
             : g_path_get_dirname (self->arguments.output != NULL ? self->arguments.output
                                                                  : self->arguments.files[0]);
}

/* ---- the confined part: everything that looks into files ---- */

static void
confine (const Submit *self, GengaOptions *options, const char *folder, const char *results)
{
  char *writable[] = { (char *)folder, (char *)results, NULL };
  char *outputs[] = { self->arguments.output, NULL };

  genga_sandbox_enter (&(GengaSandboxNeeds){
      .sources = self->arguments.files,
      .options = options,
      .writable = writable,
      .outputs = outputs,
  });
}

static GPtrArray *
make_jobs (const Submit *self, const GengaJobSources *sources, GengaOptions *options)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  guint index = 0;

  for (guint i = 0; i < sources->inputs->len; i++)
    {
      const GengaInput *input = sources->inputs->pdata[i];
      GengaTargetHints hints = { .subfolder = input->subfolder };
      GengaJob *job;

      if (input->is_skipped)
        continue;
      hints.name = sources->names != NULL ? sources->names[index] : NULL;
      hints.index = ++index;
      job = genga_job_new (input->path, self->arguments.output, options);
      genga_job_set_hints (job, &hints);
      g_ptr_array_add (jobs, job);
    }
  return jobs;
}

static int
prepare (const Submit *self,
         const GengaCommand *command,
         GengaOptions *options,
         GengaClusterFolder *folder)
{
  g_auto (GengaJobSources) sources = { 0 };
  g_autofree char *results = dup_results (self, options);
  const GengaInputsRequest request = { .options = options };
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  confine (self, options, genga_cluster_folder_get_path (folder), results);
  code = genga_job_arguments_expand (&self->arguments, command, &request, &sources);
  if (code >= 0)
    return code;
  jobs = make_jobs (self, &sources, options);
  if (jobs->len == 0)
    return genga_command_usage (command, "%s", _ ("There is nothing to do in these folders."));
  if (!genga_cluster_prepare (folder, jobs, results, self->n_tasks, &error))
    return genga_command_fail (error);
  GPtrArray *notices = genga_job_get_notices (jobs->pdata[0]);
  for (guint i = 0; i < notices->len; i++)
    g_printerr ("%s\n", (const char *)notices->pdata[i]);
  return 0;
}

/* In a process of its own: the fence can't be left, and sbatch has to be started afterwards. */
static int
prepare_apart (const Submit *self,
               const GengaCommand *command,
               GengaOptions *options,
               GengaClusterFolder *folder)
{
  int status = 0;
  pid_t child;

  fflush (NULL);
  child = fork ();
  if (child == 0)
    {
      const int code = prepare (self, command, options, folder);

      fflush (NULL);
      _exit (code);
    }
  while (child > 0 && waitpid (child, &status, 0) < 0 && errno == EINTR)
    ;
  if (child > 0 && WIFEXITED (status))
    return WEXITSTATUS (status);
  g_printerr ("genga-cli: %s\n", _ ("The process that looks at the files has died; nothing was "
                                    "submitted."));
  return 1;
}

/* ---- the command ---- */

static gboolean
submit (Submit *self, GengaClusterFolder *folder, GError **error)
{
  g_autoptr (GengaClusterPlan) plan = genga_cluster_load_plan (folder, error);
  g_autoptr (GengaClusterState) state =
      plan != NULL ? genga_cluster_state_read (folder, plan, error) : NULL;
  g_autofree char *ranges = state != NULL ? genga_cluster_state_dup_ranges (state->missing) : NULL;

  self->jobs.wishes.program = g_file_read_link ("/proc/self/exe", error);
  return ranges != NULL && self->jobs.wishes.program != NULL &&
         genga_cluster_job_submit (folder, &self->jobs, ranges, error);
}

static GengaClusterFolder *
make_folder (const char *path, GengaOptions *options, GError **error)
{
  const char *results = genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR);

  if (results != NULL)
    g_mkdir_with_parents (results, 0777);
  return genga_cluster_folder_make (path, error);
}

static int
run_submit (const GengaCommand *self, int argc, char **argv)
{
  g_auto (Submit) own = { 0 };
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaClusterFolder) folder = NULL;
  g_autofree char *path = NULL;
  int code = parse (&own, self, options, argc, argv);

  if (code >= 0)
    return code;
  path = says_where (&own, options) ? dup_folder (&own, options) : NULL;
  if (path == NULL)
    return genga_command_usage (self, "%s",
                                _ ("Say where the result goes, with --output or --output-dir."));
  folder = make_folder (path, options, &error);
  if (folder == NULL)
    return genga_command_fail (error);
  genga_options_freeze (options);
  code = prepare_apart (&own, self, options, folder);
  if (code == 0 && !submit (&own, folder, &error))
    code = genga_command_fail (error);
  if (code != 0)
    {
      genga_cluster_folder_discard (g_steal_pointer (&folder));
      return code;
    }
  genga_terminal_print_path (path, FALSE);
  return 0;
}

const GengaCommand genga_command_cluster_submit = {
  .name = "cluster submit",
  .synopsis = N_ ("[OPTION…] FILE…"),
  .summary = N_ ("Plan a job, and hand its tasks to Slurm."),
  .description = N_ (
      "Takes one video, or any number of pictures and folders of them, and the options of upscale. "
      "The job's folder, whose path is printed, and the files lie on a file system that all "
      "computers share under the same names. Everything that a byte of the result depends on is "
      "pinned as it is on this computer: the engine and its kernel set, the number of the "
      "encoder's "
      "threads, versions of libraries, the model itself.\n"
      "\n"
      "Examples:\n"
      "  genga-cli cluster submit film.mkv -o large.mkv\n"
      "  genga-cli cluster submit --cpus 8 --nodes 20 --sbatch=--time=120 film.mkv -o large.mkv\n"
      "  genga-cli cluster submit --output-dir results scans/"),
  .run = run_submit,
};
