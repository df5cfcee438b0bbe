/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli upscale: pictures in, larger pictures out. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/batch.h"
#include "cli/job-arguments.h"
#include "cli/report-mode.h"
#include "cli/standard-streams.h"
#include "core/error.h"
#include "core/options-text.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/*
 * One sentence for all, instead of one for each source, and before the program is confined. Answers
 * -1 to go on.
 */
static int
make_output_folder (GengaOptions *options)
{
  const char *folder = genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR);
  g_autofree char *name = folder != NULL ? g_filename_display_name (folder) : NULL;
  g_autoptr (GError) error = NULL;

  if (folder == NULL || g_mkdir_with_parents (folder, 0777) == 0)
    return -1;
  g_set_error (&error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("Can't make the output folder “%s”: %s."), name, g_strerror (errno));
  return genga_command_fail (error);
}

static int
run_upscale (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GengaJobArguments) arguments = { 0 };
  g_auto (GengaReportArguments) reporting = { 0 };
  g_auto (GengaStandardStreams) streams = GENGA_STANDARD_STREAMS_INIT;
  const GOptionEntry entries[] = {
    GENGA_REPORT_ENTRIES (&reporting),
    { 0 },
  };
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;
  int code = genga_job_arguments_parse (&arguments, self, entries, options, argc, argv);

  if (code >= 0)
    return code;

  if (!genga_standard_streams_open (&streams, &arguments,
                                    g_strcmp0 (reporting.progress, "json") == 0, &error))
    return g_error_matches (error, GENGA_ERROR, GENGA_ERROR_USAGE)
               ? genga_command_usage (self, "%s", error->message)
               : genga_command_fail (error);
  g_autoptr (GengaReport) report = genga_report_new (&reporting, &error);
  if (report == NULL)
    return genga_command_usage (self, "%s", error->message);
  g_autoptr (GPtrArray) warnings = genga_options_dup_warnings (options);
  for (guint i = 0; i < warnings->len; i++)
    genga_report_notice (report, NULL, g_ptr_array_index (warnings, i));
  code = make_output_folder (options);
  if (code >= 0)
    return code;
  genga_job_arguments_confine (&arguments, options, TRUE);
  code = genga_batch_run (&arguments, options, report);
  if (!genga_standard_streams_send (&streams, &error))
    return genga_command_fail (error);
  return code;
}

const GengaCommand genga_command_upscale = {
  .name = "upscale",
  .synopsis = N_ ("[OPTION…] FILE…"),
  .summary = N_ ("Upscale pictures and videos, or clean them up at their own size."),
  .description =
      N_ ("A FILE is a picture (such as PNG, JPEG, WebP, TIFF or AVIF), a video (such as MKV, MP4, "
          "MOV, WebM or AVI) or a folder, which stands for the pictures and videos in it. Videos "
          "keep their timestamps, audio, subtitles, chapters, attachments and colours. Results "
          "appear only when they are complete, and replace nothing unless --overwrite is given. "
          "Their paths are printed on standard output.\n"
          "\n"
          "Ctrl+C stops within one tile and leaves no partial file; pressing it again quits at "
          "once.\n"
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
          "The exit code is 0 when everything was done, 1 when some of several files failed or a "
          "video was cut off or damaged, 2 for a mistake on the command line, and 130 after "
          "Ctrl+C. When the only file fails, it is 3 for a file that can't be read, 4 for a model "
          "that can't be used, 5 for a result that can't be written, 6 for too little memory and 7 "
          "for a failing engine."),
  .run = run_upscale,
};
