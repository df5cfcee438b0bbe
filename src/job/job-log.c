/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/job-log.h"

#include <glib/gi18n-lib.h>

static void
add_path (GString *text, const char *label, const char *path)
{
  g_autofree char *name = path != NULL ? g_filename_display_name (path) : NULL;

  if (name != NULL)
    g_string_append_printf (text, "%s: %s\n", label, name);
}

static void
add_size (GString *text, const char *label, int width, int height)
{
  if (width > 0)
    g_string_append_printf (text, "%s: %d × %d\n", label, width, height);
}

static void
add_text (GString *text, const char *label, const char *value)
{
  if (value[0] != '\0')
    g_string_append_printf (text, "%s: %s\n", label, value);
}

static void
add_seconds (GString *text, const char *label, double seconds)
{
  if (seconds > 0)
    g_string_append_printf (text, _ ("%s: %.2f s\n"), label, seconds);
}

static void
add_tile (GString *text, const GengaJobFacts *facts)
{
  if (facts->device[0] == '\0')
    return;
  if (facts->tile == 0)
    g_string_append_printf (text, "%s: %s\n", _ ("Tiles"), _ ("the whole picture at once"));
  else
    g_string_append_printf (text, _ ("%s: %d pixels, overlap %d\n"), _ ("Tiles"), facts->tile,
                            facts->overlap);
}

static const char *
get_end (GengaJob *job)
{
  switch (genga_job_get_state (job))
    {
    case GENGA_JOB_QUEUED:
      return _ ("waiting");
    case GENGA_JOB_RUNNING:
      return _ ("running");
    case GENGA_JOB_DONE:
      return _ ("done");
    case GENGA_JOB_CANCELLED:
      return _ ("stopped");
    case GENGA_JOB_FAILED:
    default:
      return genga_job_get_error (job)->message;
    }
}

char *
genga_job_dup_log (GengaJob *job)
{
  GString *text = g_string_new (NULL);
  GPtrArray *notices = genga_job_get_notices (job);
  GengaJobFacts facts;

  genga_job_get_facts (job, &facts);
  add_path (text, _ ("Picture"), genga_job_get_source (job));
  add_path (text, _ ("Result"), genga_job_get_target (job));
  add_text (text, _ ("State"), get_end (job));
  add_size (text, _ ("Size of the source"), facts.source_width, facts.source_height);
  add_size (text, _ ("Size of the result"), facts.target_width, facts.target_height);
  add_text (text, _ ("Model"), facts.model);
  add_text (text, _ ("Precision"), facts.precision);
  add_text (text, _ ("Device"), facts.device);
  add_text (text, _ ("Why this device"), facts.device_reason);
  add_tile (text, &facts);
  add_seconds (text, _ ("Reading"), facts.read_seconds);
  add_seconds (text, _ ("Computing"), facts.work_seconds);
  add_seconds (text, _ ("Of that, in the network"), facts.network_seconds);
  add_seconds (text, _ ("Writing"), facts.write_seconds);
  for (guint i = 0; i < notices->len; i++)
    g_string_append_printf (text, "%s%s\n", i == 0 ? "\n" : "", (const char *)notices->pdata[i]);
  return g_string_free (text, FALSE);
}
