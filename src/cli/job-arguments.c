/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/job-arguments.h"
#include "cli/command-line.h"
#include "job/apart/sandbox.h"
#include "core/options-text.h"
#include "core/presets/preset-store.h"
#include "job/plan/result-kind.h"
#include "job/queue/name-list.h"
#include "job/queue/path-list.h"
#include "job/queue/unused-options.h"

#include <glib/gi18n-lib.h>

#define MAX_ENTRIES 12

void
genga_job_arguments_clear (GengaJobArguments *self)
{
  g_free (self->output);
  g_free (self->list);
  g_free (self->preset);
  g_clear_object (&self->typed);
  g_strfreev (self->files);
}

void
genga_job_sources_clear (GengaJobSources *self)
{
  g_clear_pointer (&self->inputs, g_ptr_array_unref);
  g_clear_pointer (&self->names, g_strfreev);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
}

/*
 * Two sizes for one result, where both were typed: a factor beside pixels, or the height of videos
 * beside either. NULL where that is fine.
 */
static const char *
find_second_size (GengaOptions *options, const char **first)
{
  *first = NULL;
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      const gboolean is_size =
          option == GENGA_OPTION_SCALE || option == GENGA_OPTION_TARGET_HEIGHT ||
          (genga_option_has_fact (option, GENGA_OPTION_SETS_SIZE) &&
           option != GENGA_OPTION_PRE_DOWNSCALE && !genga_options_is_default (options, option));

      if (!is_size || !genga_options_is_set (options, option) ||
          (option == GENGA_OPTION_TARGET_HEIGHT && genga_options_is_default (options, option)))
        continue;
      if (*first != NULL)
        return genga_option_get_info (option)->name;
      *first = genga_option_get_info (option)->name;
    }
  return NULL;
}

static int
check (const GengaCommand *command, const GengaJobArguments *self, GengaOptions *options)
{
  g_autoptr (GError) error = NULL;
  const char *first, *second;

  if (genga_options_get_boolean (options, GENGA_OPTION_PAUSE_IN_USE))
    return genga_command_usage (command, "%s",
                                _ ("--pause-in-use is for the window's preferences: a command is "
                                   "not told of who uses the computer."));
  if (self->output != NULL && genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR) != NULL)
    return genga_command_usage (command, "%s", _ ("--output and --output-dir can't be combined."));
  if (self->output != NULL && g_file_test (self->output, G_FILE_TEST_IS_DIR) &&
      !genga_frames_are_wanted (options, self->output))
    return genga_command_usage (
        command, "%s",
        _ ("--output names a file, but this is a folder. Use --output-dir for a folder of results; "
           "for the frames of a video, end the folder's name in a slash."));
  if (genga_options_get_int (options, GENGA_OPTION_REUSE) == GENGA_REUSE_PERCEPTUAL &&
      !self->says_yes)
    return genga_command_usage (command, "%s",
                                _ ("“--reuse perceptual” drops small changes: a frame that looks "
                                   "like the previous one is replaced by it, and fine motion may "
                                   "freeze. Add --yes if that is what you want."));
  if (!genga_options_validate (options, &error))
    return genga_command_usage (command, "%s", error->message);
  second = find_second_size (options, &first);
  if (second != NULL)
    return genga_command_usage (
        command, _ ("--%s and --%s both say how large the result is; leave one of them out."),
        first, second);
  return -1;
}

static int
parse (GengaJobArguments *self,
       const GengaCommand *command,
       const GOptionEntry *more,
       GengaOptions *options,
       int argc,
       char **argv)
{
  const GOptionEntry own[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output,
      N_ ("Write the result of a single file here; the extension chooses the format. By default, "
          "the result is written beside the source and named after it."),
      N_ ("FILE") },
    { "recursive", 'r', 0, G_OPTION_ARG_NONE, &self->is_recursive,
      N_ ("Include the subfolders of folders; --output-dir gets the same ones."), NULL },
    { "from-list", 0, 0, G_OPTION_ARG_FILENAME, &self->list,
      N_ ("Take more files from a list: one path per line, or each ended by a NUL byte; “-” reads "
          "it from standard input."),
      N_ ("FILE") },
    { "use-preset", 0, 0, G_OPTION_ARG_FILENAME, &self->preset,
      N_ ("Take the options of a preset (“genga-cli presets” lists them); those on the command "
          "line "
          "count for more."),
      N_ ("NAME") },
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &self->says_yes,
      N_ ("Confirm “--reuse perceptual”, which replaces frames by similar ones."), NULL },
  };
  GOptionEntry entries[MAX_ENTRIES] = { own[0], own[1], own[2], own[3] };
  GengaOption rows[GENGA_N_OPTIONS];
  guint n = 4;

  for (; more->long_name != NULL && n < MAX_ENTRIES - 2; more++)
    entries[n++] = *more;
  entries[n] = own[4];
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    rows[option] = option;

  GengaCommandLine line = {
    .entries = entries,
    .rows = rows,
    .n_rows = G_N_ELEMENTS (rows),
    .options = options,
    .has_models_dir = TRUE,
    .is_confined = TRUE,
    .wants_json = self->wants_json,
    .arguments = &self->files,
    .may_be_empty = TRUE,
  };
  return genga_command_line_parse (command, &line, argc, argv);
}

/* Puts the paths of the list behind the others. */
static int
read_list (GengaJobArguments *self, const GengaCommand *command)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) listed = NULL;

  if (self->list != NULL)
    {
      g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

      listed = genga_path_list_read (self->list, &error);
      if (listed == NULL)
        return genga_command_fail (error);
      if (self->files != NULL)
        g_strv_builder_addv (all, (const char **)self->files);
      g_strv_builder_addv (all, (const char **)listed);
      g_strfreev (self->files);
      self->files = g_strv_builder_end (all);
    }
  if (self->files == NULL || (self->files[0] == NULL && self->list == NULL))
    return genga_command_usage (command, _ ("Missing argument: genga-cli %s %s"), command->name,
                                _ (command->synopsis));
  return -1;
}

static int
use_preset (const GengaJobArguments *self, const GengaCommand *command, GengaOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPreset) preset = NULL;

  if (self->preset == NULL)
    return -1;
  preset = genga_preset_store_find (self->preset, &error);
  if (preset == NULL)
    return genga_command_usage (command, "%s", error->message);
  genga_preset_apply_unset (preset, options);
  return -1;
}

int
genga_job_arguments_parse (GengaJobArguments *self,
                           const GengaCommand *command,
                           const GOptionEntry *more,
                           GengaOptions *options,
                           int argc,
                           char **argv)
{
  int code = parse (self, command, more, options, argc, argv);

  self->typed = genga_options_copy (options);
  if (code < 0)
    code = use_preset (self, command, options);

  /* A list that is given is meant to be used. */
  if (genga_options_get_string (options, GENGA_OPTION_NAMES) != NULL)
    genga_options_set_int (options, GENGA_OPTION_NAMING, GENGA_NAMING_LIST);
  else if (genga_options_is_set (options, GENGA_OPTION_NAME_TEMPLATE))
    genga_options_set_int (options, GENGA_OPTION_NAMING, GENGA_NAMING_TEMPLATE);
  if (code < 0)
    code = read_list (self, command);
  return code >= 0 ? code : check (command, self, options);
}

void
genga_job_arguments_confine (const GengaJobArguments *self, GengaOptions *options, gboolean writes)
{
  const char *folder = genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR);
  GengaSandboxNeeds needs = {
    .sources = self->files,
    .options = options,
    .writes_beside = self->output == NULL && folder == NULL,
    .only_looks = !writes,
    .reads_settings = !writes,
  };
  char *writable[] = { (char *)folder, NULL };
  char *outputs[] = { self->output, NULL };

  needs.writable = writable;
  needs.outputs = outputs;
  genga_sandbox_enter (&needs);
}

static guint
count_sources (GPtrArray *inputs)
{
  guint n = 0;

  for (guint i = 0; i < inputs->len; i++)
    n += !((const GengaInput *)g_ptr_array_index (inputs, i))->is_skipped;
  return n;
}

int
genga_job_arguments_expand (const GengaJobArguments *self,
                            const GengaCommand *command,
                            const GengaInputsRequest *request,
                            GengaJobSources *sources)
{
  GengaInputsRequest wanted = *request;
  g_autoptr (GError) error = NULL;

  wanted.is_recursive = self->is_recursive;
  sources->inputs = genga_inputs_expand (self->files, &wanted);
  sources->n_sources = count_sources (sources->inputs);
  sources->notices = g_ptr_array_new_with_free_func (g_free);
  if (self->output != NULL && sources->n_sources > 1)
    return genga_command_usage (command,
                                _ ("--output names a single result, but there are %u files. Use "
                                   "--output-dir for several."),
                                sources->n_sources);
  if ((self->output == NULL && !genga_name_list_from_options (request->options, sources->n_sources,
                                                              &sources->names, &error)) ||
      !genga_unused_options_check (request->options, self->typed, sources->inputs, self->output,
                                   sources->notices, &error))
    return genga_command_usage (command, "%s", error->message);
  return -1;
}
