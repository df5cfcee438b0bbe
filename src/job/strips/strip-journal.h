/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is done of a picture that is made in strips, for a run after a crash: two hidden files
 * beside the result, its bytes so far and what has to be known to go on behind them. Who opens them
 * has a lock on the first one. They are believed only where they belong to the user, nobody else
 * may write in them, no link leads to them, and all that a byte of the result depends on is the
 * same.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GengaStripJournal GengaStripJournal;

/*
 * For a result and its fingerprint (job/export/fingerprint.h). NULL: there can be none, and the
 * result is made without one (another run has it, or the folder takes no such files).
 */
GengaStripJournal *genga_strip_journal_open (const char *target, const char *fingerprint);

/* The file of the result's bytes; borrowed. */
const char *genga_strip_journal_get_path (GengaStripJournal *self);

/* How many strips an earlier run has left, and the writer's state behind them; 0 and NULL: none. */
guint genga_strip_journal_get_n_done (GengaStripJournal *self);
GBytes *genga_strip_journal_get_state (GengaStripJournal *self);

/* What is there now; durable when this returns. */
void genga_strip_journal_record (GengaStripJournal *self, guint n_done, GBytes *state);

/* Lets go of the files, which stay; or removes them, too: the result is there, or shall not be. */
void genga_strip_journal_close (GengaStripJournal *self);
void genga_strip_journal_remove (GengaStripJournal *self);

G_END_DECLS
