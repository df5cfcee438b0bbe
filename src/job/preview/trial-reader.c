/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/trial-reader.h"
#include "job/export/trim.h"
#include "job/source-params.h"
#include "media/probe.h"
#include "media/rotated.h"

struct _GengaTrialReader
{
  GengaSource *before;
  GengaSource *after;
  double from; /* where the part begins; seconds */
};

static GengaSource *
open_part (const char *path, GengaOptions *options, double *from, GError **error)
{
  GengaSourceParams params = genga_source_params_from_options (options, NULL);
  GengaSource *source = genga_source_open (path, &params, error);
  double to;

  if (source == NULL)
    return NULL;
  source = genga_rotated_new (source);
  genga_trim_get_clip (&source->info, options, from, &to);
  return genga_trim_new (source, path, options, error);
}

static GengaSource *
open_result (const char *path, GError **error)
{
  GengaSourceParams params = { .deinterlace = GENGA_DEINTERLACE_NO };
  GengaSource *source = genga_source_open (path, &params, error);

  return source != NULL ? genga_rotated_new (source) : NULL;
}

GengaTrialReader *
genga_trial_reader_new (const char *source,
                        const char *result,
                        GengaOptions *options,
                        GError **error)
{
  g_autoptr (GengaTrialReader) self = g_new0 (GengaTrialReader, 1);

  self->before = open_part (source, options, &self->from, error);
  if (self->before != NULL)
    self->after = open_result (result, error);
  return self->after != NULL ? g_steal_pointer (&self) : NULL;
}

void
genga_trial_reader_free (GengaTrialReader *self)
{
  g_clear_pointer (&self->before, genga_source_free);
  g_clear_pointer (&self->after, genga_source_free);
  g_free (self);
}

gboolean
genga_trial_reader_read (GengaTrialReader *self,
                         GengaFrame **before,
                         GengaFrame **after,
                         double *seconds,
                         GError **error)
{
  g_autoptr (GengaFrame) left = genga_source_read (self->before, error);
  g_autoptr (GengaFrame) right = left != NULL ? genga_source_read (self->after, error) : NULL;

  if (right == NULL)
    return FALSE;
  *seconds = self->from + (double)left->pts * left->time_base_num / left->time_base_den;
  *before = g_steal_pointer (&left);
  *after = g_steal_pointer (&right);
  return TRUE;
}
