/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/journal-entry.h"

void
genga_journal_head_free (GengaJournalHead *self)
{
  if (self == NULL)
    return;
  g_free (self->settings);
  g_free (self->source);
  g_free (self->options);
  g_free (self);
}

void
genga_journal_entry_free (GengaJournalEntry *self)
{
  if (self == NULL)
    return;
  genga_video_segment_free (self->segment);
  g_free (self->next_print);
  g_free (self);
}
