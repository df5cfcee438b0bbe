/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/reader/measure-apart.h"
#include "job/reader/reader-deaths.h"
#include "job/reader/reader-process.h"

#include <math.h>

static GengaReaderProcess *
begin (const GengaPlanCall *call, GCancellable *cancellable, GError **error)
{
  g_autoptr (GengaReaderProcess) process = NULL;
  g_auto (GengaReaderAnswer) answer = { 0 };

  if (!genga_reader_deaths_allow (call->source, error))
    return NULL;
  process = genga_reader_process_new_for_measuring (call->source, call->model, error);
  if (process == NULL || !genga_reader_process_call (process, GENGA_READER_MEASURE,
                                                     genga_plan_call_to_message (call, TRUE),
                                                     &answer, cancellable, error))
    return NULL;
  return g_steal_pointer (&process);
}

/* FALSE with an error; `*outlook` once all is measured. */
static gboolean
go_on (GengaReaderProcess *process,
       double *fraction,
       GengaOutlook **outlook,
       GCancellable *cancellable,
       GError **error)
{
  g_auto (GengaReaderAnswer) answer = { 0 };
  g_autoptr (GVariant) message = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !genga_reader_process_call (process, GENGA_READER_MEASURE_ON, g_variant_new ("()"), &answer,
                                  cancellable, error))
    return FALSE;
  g_variant_get (answer.value, "(dm@" GENGA_OUTLOOK_TYPE ")", fraction, &message);
  *outlook = message != NULL ? genga_outlook_from_message (message) : NULL;
  if (isfinite (*fraction) && (message == NULL) == (*outlook == NULL))
    return TRUE;
  g_clear_pointer (outlook, genga_outlook_free);
  genga_reader_process_refuse (process, error);
  return FALSE;
}

GengaOutlook *
genga_measure_apart (const GengaPlanCall *call,
                     void (*progress) (double fraction, gpointer user_data),
                     gpointer user_data,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GengaReaderProcess) process = begin (call, cancellable, error);
  GengaOutlook *outlook = NULL;
  double fraction;

  while (process != NULL && outlook == NULL)
    {
      if (!go_on (process, &fraction, &outlook, cancellable, error))
        return NULL;
      progress (CLAMP (fraction, 0, 1), user_data);
    }
  return outlook;
}
