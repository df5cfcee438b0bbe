/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli cluster: work for many computers, by Slurm. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/cluster/cluster-parts.h"
#include "cli/command-line.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static int
run_cluster (const GengaCommand *self, int argc, char **argv)
{
  static const GengaCommand *const parts[] = {
    &genga_command_cluster_submit, &genga_command_cluster_segment, &genga_command_cluster_join,
    &genga_command_cluster_status, &genga_command_cluster_cancel,  &genga_command_cluster_retry,
  };
  const GengaCommandLine line = { 0 };
  int code;

  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (parts[i]->name + strlen ("cluster "), argv[1]))
      return parts[i]->run (parts[i], argc - 1, argv + 1);
  code = genga_command_line_parse (self, &line, argc, argv);
  return code >= 0 ? code
                   : genga_command_usage (self, "%s",
                                          _ ("Say what to do: submit, segment, join, status, "
                                             "cancel or retry."));
}

const GengaCommand genga_command_cluster = {
  .name = "cluster",
  .synopsis = N_ ("submit | segment | join | status | cancel | retry"),
  .summary = N_ ("Upscale a video or many pictures on the computers of a Slurm cluster."),
  .description = N_ (
      "“submit” writes a job folder on a file system that all computers share and hands it to "
      "Slurm: an array of tasks, each of which makes a segment of the video or some of the "
      "pictures, and a job that joins the segments when all tasks have ended. The result has the "
      "same bytes as on one computer. Tasks need only the folder, the source and genga-cli; one "
      "that is killed or run twice changes nothing, and a computer that can't make the very same "
      "bytes refuses its task.\n"
      "\n"
      "“genga-cli help cluster submit” and so on say more.\n"
      "\n"
      "Examples:\n"
      "  genga-cli cluster submit --scale 2 film.mkv -o large.mkv --partition gpu\n"
      "  genga-cli cluster status large.mkv.cluster"),
  .run = run_cluster,
};
