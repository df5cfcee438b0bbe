/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which rows belong together where a picture is never whole: strips of the result, from top to
 * bottom, and the rows of what the network makes and of the source that each is made from.
 *
 * Thread rule: places do not change once they are made, and are read by any thread.
 */
#pragma once

#include "job/plan/plan.h"
#include "steps/resize.h"
#include "steps/step.h"

G_BEGIN_DECLS

typedef struct
{
  GengaRect result;
  GengaRect resized;  /* of the network's result, that go into the resize */
  GengaRect filtered; /* that go into the filters: sharpening looks one row around */
  GengaRect needed;   /* of the picture, as the network gets it */
  GengaRect reduced;  /* of the source, that these are reduced from; else the same */
  GengaRect source;   /* and those that hidden colours are filled from */
} GengaStripPlace;

/*
 * The places of all strips of a plan that has some: an array of GengaStripPlace. `upscale` is the
 * network's step, or NULL. Free with g_array_unref().
 */
GArray *genga_strip_places_new (const GengaPlan *plan, GengaStep *upscale);

/* How what a place needs is made of the source, where that is reduced. */
GengaResizePart genga_strip_place_get_reduction (const GengaStripPlace *self,
                                                 const GengaPlan *plan);

G_END_DECLS
