/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row of the queue's store: a line with its state, lines with its options up to an empty one,
 * then what was told of the job, as bytes of a value. What is read is written as it was.
 */
#include "core/options-save.h"
#include "fuzz.h"
#include "job/queue/job-record.h"

#include <string.h>

/* Up to a mark, which is passed over. */
static char *
take_text (const char **at, const char *end, const char *mark)
{
  const char *found = memmem (*at, end - *at, mark, strlen (mark));
  char *text = g_strndup (*at, (found != NULL ? found : end) - *at);

  *at = found != NULL ? found + strlen (mark) : end;
  return text;
}

static void
check (GengaJob *job)
{
  g_autofree char *options = genga_options_save (genga_job_get_options (job));
  g_autoptr (GengaJobStoreRow) row = genga_job_to_row (job, 1, options);
  g_autoptr (GengaJob) again = genga_job_new_from_row (row);

  g_assert_cmpint (genga_job_get_state (again), ==, genga_job_get_state (job));
  /* What was said of a job that waits is not kept. */
  if (genga_job_get_state (job) != GENGA_JOB_QUEUED)
    g_assert_cmpuint (genga_job_get_notices (again)->len, ==, genga_job_get_notices (job)->len);
  g_assert_cmpstr (genga_job_get_name (again), ==, genga_job_get_name (job));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *at = (const char *)data, *end = at + size;
  GengaJobStoreRow row = { .id = 1, .source = (char *)"/tmp/a.png" };
  g_autofree char *state = take_text (&at, end, "\n");
  g_autofree char *options = take_text (&at, end, "\n\n");
  g_autoptr (GBytes) bytes = g_bytes_new (at, end - at);
  g_autoptr (GVariant) told =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  g_autoptr (GengaJob) job = NULL;

  row.state = state;
  row.options = options;
  row.told = end > at ? told : NULL;
  job = genga_job_new_from_row (&row);
  check (job);
  return 0;
}
