/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Planning jobs for an estimate or an outlook in a confined process (job/reader/reader-process.h),
 * which reads their sources' headers and their models. The last process of both is kept, with what
 * it knows of models, for the same files.
 *
 * Thread rule: any thread; one estimate and one outlook at a time, others wait. Blocks.
 */
#pragma once

#include "job/estimate/estimate-part.h"
#include "job/estimate/outlook.h"

G_BEGIN_DECLS

typedef struct _GengaPlanApart GengaPlanApart;

/* For jobs with these sources and models; ends the turn of the one before. */
GengaPlanApart *genga_plan_apart_begin (const char *const *sources, const char *const *models);
void genga_plan_apart_end (GengaPlanApart *self);

/* A job that is to be planned; all borrowed. */
typedef struct
{
  const char *source;
  const char *model;
  GVariant *message;       /* it (genga_job_to_message()) */
  const GengaSpeed *speed; /* may be NULL, as the next one */
  const GengaSpeed *video_speed;
  guint64 available_bytes;
} GengaPlanCall;

/* The arguments of a call; `is_first`: nothing is known of models. Floating. */
GVariant *genga_plan_call_to_message (const GengaPlanCall *call, gboolean is_first);

/*
 * Plans a job, as genga_estimate_part_make(). Errors: those, GENGA_ERROR_INPUT of a process that
 * has ended.
 */
gboolean genga_plan_apart_make (GengaPlanApart *self,
                                const GengaPlanCall *call,
                                GengaEstimatePart *part,
                                GCancellable *cancellable,
                                GError **error);

/* What will happen to a job alone, as genga_outlook_new(). Errors likewise. */
GengaOutlook *
genga_plan_apart_look (const GengaPlanCall *call, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPlanApart, genga_plan_apart_end)

G_END_DECLS
