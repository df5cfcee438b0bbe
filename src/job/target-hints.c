/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/target-hints.h"

void
genga_target_hints_set (GengaTargetHints *self, const GengaTargetHints *from)
{
  GengaTargetHints copy = *from;

  copy.name = g_strdup (from->name);
  copy.subfolder = g_strdup (from->subfolder);
  genga_target_hints_clear (self);
  *self = copy;
}

void
genga_target_hints_clear (GengaTargetHints *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->subfolder, g_free);
  self->index = 0;
  self->date = 0;
  self->is_nameless = FALSE;
}
