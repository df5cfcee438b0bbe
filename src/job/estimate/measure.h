/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a video will really take, from a few seconds of it: they are enlarged with Lanczos in the
 * place of the network, and coded by the encoder that the plan names.
 *
 * Thread rule: any thread; blocks.
 */
#pragma once

#include "job/job.h"
#include "job/plan/plan.h"

G_BEGIN_DECLS

typedef struct _GengaMeasuring GengaMeasuring;

/*
 * Begins to measure for a plan, which is borrowed. One whose result is no video stays as it is, and
 * says so. Writes a temporary file without a name. Errors: those of reading and of the encoder.
 */
GengaMeasuring *genga_measuring_new (GengaPlan *plan, GengaJob *job, GError **error);
/* `self` may be NULL. */
void genga_measuring_free (GengaMeasuring *self);

/*
 * Codes some frames; `*fraction` is how much is done of all. At 1 the plan's guesses of disk (with
 * what is copied), memory (the largest so far of this process, with what the network takes) and of
 * the time for reading and writing are replaced by what was measured, and it is marked as measured.
 * Errors as above.
 */
gboolean genga_measuring_go_on (GengaMeasuring *self, double *fraction, GError **error);

/* All of it at once. */
gboolean genga_measure_plan (GengaPlan *plan, GengaJob *job, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaMeasuring, genga_measuring_free)

G_END_DECLS
