/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/duplicates.h"
#include "steps/step.h"
#include "steps/upscale.h"

struct _GengaDuplicates
{
  const GengaChain *chain;
  guint64 n;
  GengaFrame *source; /* the last one, NULL: none */
  GengaFrame *result; /* made of it */
};

GengaDuplicates *
genga_duplicates_new (const GengaChain *chain)
{
  GengaDuplicates *self = g_new0 (GengaDuplicates, 1);

  self->chain = chain;
  return self;
}

void
genga_duplicates_free (GengaDuplicates *self)
{
  if (self == NULL)
    return;
  genga_duplicates_forget (self);
  g_free (self);
}

void
genga_duplicates_forget (GengaDuplicates *self)
{
  g_clear_pointer (&self->source, genga_frame_unref);
  g_clear_pointer (&self->result, genga_frame_unref);
}

guint64
genga_duplicates_get_n (GengaDuplicates *self)
{
  return self->n;
}

static GengaItem *
repeat (GengaDuplicates *self, GengaItem *item)
{
  const GengaPlan *plan = self->chain->plan;
  GengaFrame *result = genga_frame_share (self->result);

  result->pts = item->frame->pts;
  result->duration = item->frame->duration;
  result->time_base_num = item->frame->time_base_num;
  result->time_base_den = item->frame->time_base_den;
  genga_frame_set_captions (result, item->frame->captions);
  genga_frame_unref (item->frame);
  item->frame = result;
  if (self->chain->upscale != NULL)
    genga_upscale_step_repeat (self->chain->upscale, plan->source.width, plan->source.height);
  self->n++;
  return item;
}

GengaItem *
genga_duplicates_run (GengaDuplicates *self, GengaItem *take_item, GError **error)
{
  GengaItem *item = take_item;
  g_autoptr (GengaFrame) source = NULL;

  if (self->result != NULL && genga_frame_is_equal (self->source, item->frame))
    return repeat (self, item);
  genga_duplicates_forget (self);
  source = genga_frame_ref (item->frame);
  item = genga_step_chain_run (self->chain->steps, item, error);
  if (item == NULL || item->frame == NULL || item->alpha != NULL)
    return item;
  self->source = g_steal_pointer (&source);
  self->result = genga_frame_ref (item->frame);
  return item;
}
