/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a journal of a video's segments has. Plain data. */
#pragma once

#include "media/video.h"

G_BEGIN_DECLS

/* What the segments are of. */
typedef struct
{
  char *settings;   /* everything that changes a byte of them (fingerprint.h) */
  char *source;     /* absolute path */
  char *options;    /* those that were set, as genga_options_restore() takes them */
  guint n_threads;  /* of the encoder */
  guint untiled;    /* of the plan (job/plan/plan-network.h) */
  guint64 n_frames; /* that the source says it has; 0 = unknown */
} GengaJournalHead;

/* A finished segment, and where it goes on. */
typedef struct
{
  GengaVideoSegment *segment;
  guint64 first_frame;
  guint64 n_damaged; /* frames of the source, up to its end */
  gboolean is_last;
  gint64 next_pts;  /* of the source's frame that follows */
  char *next_print; /* its checksum */
} GengaJournalEntry;

void genga_journal_head_free (GengaJournalHead *self);
void genga_journal_entry_free (GengaJournalEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaJournalHead, genga_journal_head_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaJournalEntry, genga_journal_entry_free)

G_END_DECLS
