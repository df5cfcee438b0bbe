/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of a video's journal: SQLite, with a transaction for every change. Who opens it has the
 * folder's lock; the file itself is not locked, which network file systems do badly.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "job/export/journal-entry.h"

G_BEGIN_DECLS

typedef struct _GengaJournalFile GengaJournalFile;

/* Why it could not be opened. */
typedef enum
{
  GENGA_JOURNAL_FILE_FULL,       /* the disk is full */
  GENGA_JOURNAL_FILE_UNREADABLE, /* it could not be looked at, or is another program's */
  GENGA_JOURNAL_FILE_DAMAGED,    /* it was looked at; or it is of another kind or version */
} GengaJournalFault;

/*
 * Opens or makes it in a folder, a descriptor, without following links; a file that cannot be used
 * stays as it is. NULL on failure, with `*fault` and, where there is one, `*reason` (g_free()).
 */
GengaJournalFile *genga_journal_file_open (int folder, GengaJournalFault *fault, char **reason);
void genga_journal_file_close (GengaJournalFile *self);

/* FALSE: it cannot be read. `*head` stays NULL where nothing has begun. */
gboolean genga_journal_file_read_head (GengaJournalFile *self, GengaJournalHead **head);
/* Of GengaJournalEntry, in order and up to the first gap; NULL: they cannot be read. */
GPtrArray *genga_journal_file_read_entries (GengaJournalFile *self);

gboolean genga_journal_file_begin (GengaJournalFile *self, const GengaJournalHead *head);
gboolean
genga_journal_file_add (GengaJournalFile *self, guint number, const GengaJournalEntry *entry);
gboolean genga_journal_file_cut (GengaJournalFile *self, guint number);

/* A text that is kept under a name; free with g_free(). */
gboolean genga_journal_file_set (GengaJournalFile *self, const char *name, const char *text);
char *genga_journal_file_dup (GengaJournalFile *self, const char *name);

/* Of the last call that failed. */
const char *genga_journal_file_get_message (GengaJournalFile *self);
gboolean genga_journal_file_is_full (GengaJournalFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaJournalFile, genga_journal_file_close)

G_END_DECLS
