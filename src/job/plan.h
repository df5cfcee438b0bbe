/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan: what is done to a source of a known size and kind, before anything is read. The model is
 * loaded, the steps are made, and what cannot work is refused (SCALE-1 to SCALE-9).
 */
#pragma once

#include "engine/engine.h"
#include "job/job.h"
#include "media/media.h"
#include "steps/enhance.h"

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *steps;  /* of GengaStep, in order */
  gpointer upscale;  /* the network's step among them, or NULL */
  GengaModel *model; /* NULL: no network */
  char *model_name;  /* for people */
  int native_scale;  /* of the model; 1 without */
  int target_scale;  /* the result's size in source sizes */
  int factor;        /* the network's result in source sizes, before the exact resize */
  GengaFrameInfo source;
  GengaFrameInfo result;
  GengaPictureSave save; /* `format` is set by the caller before genga_plan_init() */
  gboolean is_video;     /* likewise: both sides of the result are even */
  gboolean may_be_odd;   /* likewise: they are as they come */
  int target_height;     /* likewise: the result's, whatever the scale is (SCALE-10); 0 = none */
} GengaPlan;

/*
 * Plans for a source of `info`. `progress` gets notices. Errors: GENGA_ERROR_USAGE, _MODEL,
 * _UNAVAILABLE, _OUTPUT (a format that cannot hold the result).
 */
gboolean genga_plan_init (GengaPlan *self,
                          GengaOptions *options,
                          const GengaPictureInfo *info,
                          GengaProgress *progress,
                          GError **error);
void genga_plan_clear (GengaPlan *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaPlan, genga_plan_clear)

/* The filters that options ask for. */
GengaEnhance genga_plan_get_enhance (GengaOptions *options);

/* Fills in what the plan knows: model, precision, device, tile, target size. */
void genga_plan_get_facts (const GengaPlan *self, GengaJobFacts *facts);

G_END_DECLS
