/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/job-store-row.h"

void
genga_job_store_row_free (GengaJobStoreRow *self)
{
  if (self == NULL)
    return;
  g_free (self->source);
  g_free (self->target);
  g_free (self->options);
  g_free (self->state);
  g_clear_pointer (&self->told, g_variant_unref);
  g_free (self);
}
