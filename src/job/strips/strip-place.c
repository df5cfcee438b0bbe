/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/strips/strip-place.h"
#include "steps/alpha-fill.h"
#include "steps/resize.h"
#include "steps/upscale.h"

/* Whole rows of a picture, as far as it has them. */
static GengaRect
get_rows (int width, int height, int top, int bottom)
{
  top = MAX (0, top);
  return (GengaRect){ 0, top, width, MIN (height, bottom) - top };
}

static GengaRect
get_needed (const GengaPlan *plan, GengaStep *upscale, const GengaRect *filtered)
{
  const int width = plan->source.width, height = plan->source.height;
  GengaRect rect = *filtered;

  if (upscale != NULL)
    rect = genga_upscale_step_get_source_rect (upscale, width, height, filtered);
  return get_rows (width, height, rect.y, rect.y + rect.height);
}

/* From a row that is a multiple of the margin on. */
static GengaRect
get_source (const GengaPlan *plan, const GengaRect *reduced)
{
  const int margin = GENGA_VISIBLE_MARGIN;

  if (!genga_layout_has_alpha (plan->frame.layout))
    return *reduced;
  return get_rows (plan->frame.width, plan->frame.height,
                   MAX (0, reduced->y - margin) / margin * margin,
                   reduced->y + reduced->height + margin);
}

GengaResizePart
genga_strip_place_get_reduction (const GengaStripPlace *self, const GengaPlan *plan)
{
  return (GengaResizePart){ plan->frame.width, plan->frame.height, plan->source.width,
                            plan->source.height, self->needed };
}

static GengaRect
get_reduced (const GengaPlan *plan, const GengaStripPlace *place)
{
  const GengaResizePart reduction = genga_strip_place_get_reduction (place, plan);

  return genga_plan_reduces (plan) ? genga_resize_part_get_source (&reduction) : place->needed;
}

GArray *
genga_strip_places_new (const GengaPlan *plan, GengaStep *upscale)
{
  const int width = plan->source.width * plan->factor, height = plan->source.height * plan->factor;
  const GengaFrameInfo *result = &plan->result;
  GArray *places = g_array_new (FALSE, FALSE, sizeof (GengaStripPlace));

  for (int y = 0; y < result->height; y += plan->strip_rows)
    {
      GengaStripPlace place = {
        .result = get_rows (result->width, result->height, y, y + plan->strip_rows),
      };
      const GengaResizePart part = { width, height, result->width, result->height, place.result };

      place.resized = genga_resize_part_get_source (&part);
      place.filtered =
          get_rows (width, height, place.resized.y - 1, place.resized.y + place.resized.height + 1);
      place.needed = get_needed (plan, upscale, &place.filtered);
      place.reduced = get_reduced (plan, &place);
      place.source = get_source (plan, &place.reduced);
      g_array_append_val (places, place);
    }
  return places;
}
