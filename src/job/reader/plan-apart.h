/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Planning jobs for an estimate in a confined process (job/reader/reader-process.h), which reads
 * their sources' headers and their models. The last process is kept, with what it knows of models,
 * for estimates of the same files.
 *
 * Thread rule: any thread; one estimate at a time, others wait. Blocks.
 */
#pragma once

#include "job/estimate/estimate-part.h"

G_BEGIN_DECLS

typedef struct _GengaPlanApart GengaPlanApart;

/* For jobs with these sources and models; ends the turn of the one before. */
GengaPlanApart *genga_plan_apart_begin (const char *const *sources, const char *const *models);
void genga_plan_apart_end (GengaPlanApart *self);

/*
 * Plans a job, as genga_estimate_part_make(); `message` is it (genga_job_to_message()), `source`
 * its file. The speeds may be NULL. Errors: those, GENGA_ERROR_INPUT of a process that has ended.
 */
gboolean genga_plan_apart_make (GengaPlanApart *self,
                                const char *source,
                                GVariant *message,
                                const GengaSpeed *speed,
                                const GengaSpeed *video_speed,
                                guint64 available_bytes,
                                GengaEstimatePart *part,
                                GCancellable *cancellable,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPlanApart, genga_plan_apart_end)

G_END_DECLS
