/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/step.h"

void
genga_step_free (GengaStep *self)
{
  self->klass->free (self);
}

gboolean
genga_step_chain_describe (GPtrArray *steps, GengaFrameInfo *info, GError **error)
{
  for (guint i = 0; i < steps->len; i++)
    {
      GengaStep *step = steps->pdata[i];
      if (!step->klass->describe (step, info, error))
        return FALSE;
    }
  return TRUE;
}

GengaItem *
genga_step_chain_run (GPtrArray *steps, GengaItem *item, GError **error)
{
  for (guint i = 0; i < steps->len && item != NULL && item->kind == GENGA_ITEM_FRAME; i++)
    {
      GengaStep *step = steps->pdata[i];
      item = step->klass->process (step, item, error);
    }
  return item;
}
