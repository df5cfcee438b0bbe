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

/*
 * Replaces the plan's guesses of disk (with what is copied) and memory (the
 * largest so far of this process, with what the network takes) by what was measured, and marks it
 * as measured. A plan whose result is no video stays as it is, and says so. Writes a temporary
 * file. Errors: those of reading and of the encoder.
 */
gboolean genga_measure_plan (GengaPlan *plan, GengaJob *job, GError **error);

G_END_DECLS
