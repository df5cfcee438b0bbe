/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli upscale: pictures in, larger pictures out. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/batch.h"
#include "cli/command-line.h"
#include "cli/report-mode.h"
#include "core/error.h"
#include "job/plan/result-kind.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  char *output;
  char *progress;
  gboolean is_quiet;
  gboolean says_yes;
  char **files;
} Arguments;

static void
arguments_clear (Arguments *self)
{
  g_free (self->output);
  g_free (self->progress);
  g_strfreev (self->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

static int
parse (const GengaCommand *self, Arguments *arguments, GengaOptions *options, int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &arguments->output,
      N_ ("Where the result goes, for a single file; the name's ending chooses the format. "
          "Without it, the result lies beside the source and is named after it."),
      N_ ("FILE") },
    { "progress", 0, 0, G_OPTION_ARG_STRING, &arguments->progress,
      N_ ("How to tell what is going on: “auto” redraws one line on a terminal and is like “line” "
          "elsewhere; “line” prints one line for each finished picture; “json” prints one JSON "
          "object a line on standard output; “none” is silent but for notices and errors."),
      N_ ("KIND") },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &arguments->is_quiet,
      N_ ("Say nothing but errors; the results' paths still go to standard output."), NULL },
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &arguments->says_yes,
      N_ ("Agree to what is not done without being asked: “--reuse perceptual” shows frames in "
          "the place of others that only look like them."),
      NULL },
    { 0 },
  };
  GengaOption rows[GENGA_N_OPTIONS];

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    rows[option] = option;

  GengaCommandLine line = {
    .entries = entries,
    .rows = rows,
    .n_rows = G_N_ELEMENTS (rows),
    .options = options,
    .has_models_dir = TRUE,
    .arguments = &arguments->files,
  };
  return genga_command_line_parse (self, &line, argc, argv);
}

static int
check (const GengaCommand *self, const Arguments *arguments, GengaOptions *options)
{
  g_autoptr (GError) error = NULL;

  if (arguments->output != NULL &&
      genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR) != NULL)
    return genga_command_usage (self, "%s", _ ("--output and --output-dir exclude each other."));
  if (arguments->output != NULL && g_file_test (arguments->output, G_FILE_TEST_IS_DIR) &&
      !genga_frames_are_wanted (options, arguments->output))
    return genga_command_usage (
        self, "%s",
        _ ("--output names a file, and this is a folder. --output-dir "
           "takes folders; a folder for a video's frames ends in a slash."));
  if (genga_options_get_int (options, GENGA_OPTION_REUSE) == GENGA_REUSE_PERCEPTUAL &&
      !arguments->says_yes)
    return genga_command_usage (self, "%s",
                                _ ("“--reuse perceptual” drops small changes: a frame that looks "
                                   "like the one before is replaced by it, and fine motion may "
                                   "stand still. Add --yes if that is what you want."));
  if (!genga_options_validate (options, &error))
    return genga_command_usage (self, "%s", error->message);
  return -1;
}

static int
run_upscale (const GengaCommand *self, int argc, char **argv)
{
  g_auto (Arguments) arguments = { 0 };
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;
  GengaReportMode mode = GENGA_REPORT_AUTO;
  int code;

  code = parse (self, &arguments, options, argc, argv);
  /* Who gives a list wants it. */
  if (genga_options_get_string (options, GENGA_OPTION_NAMES) != NULL)
    genga_options_set_int (options, GENGA_OPTION_NAMING, GENGA_NAMING_LIST);
  if (code < 0)
    code = check (self, &arguments, options);
  if (code >= 0)
    return code;
  if (arguments.progress != NULL && !genga_report_mode_parse (arguments.progress, &mode, &error))
    return genga_command_usage (self, "%s", error->message);

  g_autoptr (GengaReport) report = genga_report_new (mode, arguments.is_quiet);
  g_autoptr (GPtrArray) warnings = genga_options_dup_warnings (options);
  for (guint i = 0; i < warnings->len; i++)
    genga_report_notice (report, NULL, g_ptr_array_index (warnings, i));
  return genga_batch_run (arguments.files, arguments.output, options, report);
}

const GengaCommand genga_command_upscale = {
  .name = "upscale",
  .synopsis = N_ ("[OPTION…] FILE…"),
  .summary = N_ ("Enlarge pictures and videos, or clean them up at their own size."),
  .description =
      N_ ("A FILE is a picture (such as PNG, JPEG, WebP, TIFF or AVIF), a video (such as MKV, "
          "MP4, MOV, WebM or AVI) or a folder, which stands for the pictures and videos in it. Of "
          "a video everything is kept: the times of its frames, sound, subtitles, chapters, "
          "attached files, colours. Results "
          "appear under their names only when they are complete, and replace nothing "
          "unless --overwrite is given. Their paths are printed on standard output.\n"
          "\n"
          "Ctrl+C stops within one tile and leaves no partial file; a second one ends the program "
          "at once.\n"
          "\n"
          "Examples:\n"
          "  genga-cli upscale picture.png\n"
          "  genga-cli upscale --scale 4 --model genga-standard -o large.webp picture.jpg\n"
          "  genga-cli upscale --output-dir results --suffix '' scans/\n"
          "  genga-cli upscale --model none --scale 1 --sharpening 0.4 picture.png\n"
          "  genga-cli upscale -o large.mkv clip.mkv\n"
          "  genga-cli upscale --codec prores --profile hq --target-height 2160 -o large.mov "
          "clip.mp4\n"
          "\n"
          "The exit code is 0 when everything was done, 1 when some of several pictures failed "
          "or a video was cut off or damaged, 2 "
          "for a mistake on the command line, 130 after Ctrl+C, and, when the only picture fails, "
          "3 for a picture that cannot be read, 4 for a model that cannot be used, 5 for a result "
          "that cannot be written, 6 for too little memory and 7 for a failing engine."),
  .run = run_upscale,
};
