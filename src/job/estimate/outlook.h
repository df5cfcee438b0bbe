/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a start would make of one job, in words, and the tracks of its source: found out where the
 * source may be read.
 *
 * Thread rule: any thread. Making one blocks.
 */
#pragma once

#include "job/plan/plan-job.h"
#include "job/plan/plan-words.h"

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *words;     /* of GengaPlanWords */
  GArray *tracks;       /* of GengaTrack, in the order of the file */
  guint n_chapters;     /* of the source */
  gboolean is_video;    /* the result is a file with an encoder, so it can be measured */
  gboolean is_measured; /* and was */
} GengaOutlook;

/*
 * Plans a job that does not run, as genga_plan_new_for_job(), and asks its encoder. Errors: those,
 * and GENGA_ERROR_MODEL where its model can't be used.
 */
GengaPlan *genga_outlook_plan (GengaJob *job, const GengaPlanSetup *setup, GError **error);

/* What there is to say of a plan of `job`. */
GengaOutlook *genga_outlook_new (const GengaPlan *plan, GengaJob *job);
void genga_outlook_free (GengaOutlook *self);

/* Floating. */
#define GENGA_OUTLOOK_TYPE "(bbua(uss)a(uuussss))"
GVariant *genga_outlook_to_message (const GengaOutlook *self);
/* From whomever it comes: NULL where it is none. */
GengaOutlook *genga_outlook_from_message (GVariant *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaOutlook, genga_outlook_free)

G_END_DECLS
