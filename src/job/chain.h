/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaChain: a plan on its way to be executed: the engine is opened, the model loaded, the steps
 * are made. It may only make tiles smaller than the plan has them, and says so.
 *
 * Thread rule: one thread at a time, but for the plan, which does not change meanwhile.
 */
#pragma once

#include "engine/engine.h"
#include "job/job.h"
#include "job/plan/plan-request.h"
#include "job/plan/plan.h"
#include "steps/step.h"
#include "engine/model.h"

G_BEGIN_DECLS

typedef struct
{
  GengaPlan *plan;    /* NULL: there is none yet */
  GPtrArray *steps;   /* of GengaStep, in order */
  GengaStep *upscale; /* the network's among them, or NULL */
  GengaModel *model;  /* NULL: no network */
  guint copy;         /* set before: which of several engines on the plan's device it uses */
} GengaChain;

/*
 * Executes `take_plan`, which was made for `request`: where the device turns out to be another than
 * the plan knew, it is made anew. The plan's notices are told. Errors: GENGA_ERROR_MODEL,
 * _UNAVAILABLE, those of plans.
 */
gboolean genga_chain_open (GengaChain *self,
                           GengaPlan *take_plan,
                           const GengaPlanRequest *request,
                           GengaProgress *progress,
                           GError **error);

/* Goes on with another plan for the same model, whose notices are told where they are new. */
gboolean genga_chain_replace_plan (GengaChain *self,
                                   GengaPlan *take_plan,
                                   GengaProgress *progress,
                                   GError **error);

/* As an earlier run had it: see genga_plan_set_untiled(). */
void genga_chain_set_untiled (GengaChain *self, guint untiled);

/*
 * Frames stay in the planes that `info` tells of, as the plan has it: the steps are made anew.
 * Before the first frame.
 */
gboolean genga_chain_take_planes (GengaChain *self,
                                  const GengaSourceInfo *info,
                                  GengaProgress *progress,
                                  GError **error);

/* What is done: model, precision, device, tiles, target size. */
void genga_chain_get_facts (const GengaChain *self, GengaJobFacts *facts);

void genga_chain_clear (GengaChain *self);

/*
 * Adds the steps before the network: from frames as the source gives them to the colours that the
 * network gets, of width x height, with transparency set aside or put on the background. With
 * `has_ground`, they are on a ground (steps/alpha-fill.h): see genga_chain_needs_ground().
 */
void genga_chain_add_input_steps (GPtrArray *steps,
                                  GengaOptions *options,
                                  const GengaFrameInfo *frame,
                                  int width,
                                  int height,
                                  gboolean has_ground,
                                  GCancellable *cancellable);

/*
 * Whether the options' model looks at more than one pixel, and makes transparency too: only then do
 * both fit.
 */
gboolean genga_chain_needs_ground (GengaOptions *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaChain, genga_chain_clear)

G_END_DECLS
