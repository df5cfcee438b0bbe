/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is finished of a video, on the disk: segments of its picture and a journal of them, in a
 * hidden folder beside the result, named after it (".out.mkv.genga"), on the same file system.
 *
 * A segment is there once the journal has it. It is written under another name, made durable,
 * named, and only then entered, in one transaction; whatever ends the process in between leaves the
 * segments before it as they are. One process has a folder at a time.
 *
 * Thread rule: one thread at a time. Every function blocks.
 */
#pragma once

#include "job/export/journal-entry.h"

G_BEGIN_DECLS

typedef struct _GengaJournal GengaJournal;

/* The folder for a result; free with g_free(). */
char *genga_journal_dup_folder (const char *target);
/* The result that a folder is for, by its name; NULL: it is no such folder. */
char *genga_journal_dup_target (const char *folder);

/*
 * Opens and locks the folder for a result. What is in it and not entered is removed. NULL without
 * error where there is none and `make` is not set.
 *
 * A folder whose journal was looked at and is damaged gets another name; then `*put_aside` gets a
 * sentence (g_free()), and there is none any more. With `put_aside` NULL that is an error. One that
 * could not be looked at is an error and stays as it is. Errors: GENGA_ERROR_OUTPUT, among them
 * that another process has it.
 */
GengaJournal *
genga_journal_open (const char *target, gboolean make, char **put_aside, GError **error);

/*
 * Finished segments for `from` become those for `to`, another result beside it, that has none.
 * Nothing is done where there are none, where they can't be looked at, or where they are of a file
 * of another name than `source`, which may have moved meanwhile.
 */
void genga_journal_move (const char *from, const char *to, const char *source);

/* Unlocks it; a folder without a segment is removed. */
void genga_journal_close (GengaJournal *self);

/*
 * Gives the folder another name, with all that is in it, and closes it; `*sentence` (g_free()) says
 * which and why. FALSE: it is open as before. Errors: GENGA_ERROR_OUTPUT.
 */
gboolean genga_journal_put_aside (GengaJournal *self, char **sentence, GError **error);

/* Removes it with all that is in it, and closes it. */
void genga_journal_remove (GengaJournal *self);

/* NULL where nothing has begun. */
const GengaJournalHead *genga_journal_get_head (GengaJournal *self);
/* Of GengaJournalEntry, without gaps. */
GPtrArray *genga_journal_get_entries (GengaJournal *self);

/* Forgets everything, and begins for `*head`, which it takes on success. Errors:
 * GENGA_ERROR_OUTPUT. */
gboolean genga_journal_begin (GengaJournal *self, GengaJournalHead **head, GError **error);

/* Paths; free with g_free(). Segments count from 0. */
char *genga_journal_dup_unfinished (GengaJournal *self);
char *genga_journal_dup_segment (GengaJournal *self, guint number);
char *genga_journal_dup_joined (GengaJournal *self);

/* Names the unfinished segment and enters it; on success takes it. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_journal_add (GengaJournal *self, GengaJournalEntry **entry, GError **error);

/* ---- segments that are made beside one another ---- */

/* Where one of several encoders writes; g_free(). What has this name and is not entered is removed,
 * too. */
char *genga_journal_dup_unfinished_of (GengaJournal *self, guint lane);

/*
 * A segment that is whole in `path` is kept, by the mark of the source that it begins at, until
 * those before it are there; `entry` tells of it. It is there once it is described, which comes
 * last, and durable then. Errors: GENGA_ERROR_OUTPUT; the same call may then be made again.
 */
gboolean genga_journal_keep_ahead (GengaJournal *self,
                                   gint64 mark,
                                   const char *path,
                                   const GengaJournalEntry *entry,
                                   GError **error);

/* All that are kept, GengaSegmentManifest by their marks; what is not whole is removed. */
GPtrArray *genga_journal_list_ahead (GengaJournal *self);
/* Whether there may be some. */
gboolean genga_journal_has_ahead (GengaJournal *self);
/* How many frames are finished, in their order or before their turn; and the bytes of those. */
guint64 genga_journal_count_frames (GengaJournal *self, guint64 *n_bytes);

/* Makes a kept one the unfinished segment, which can be entered next; or forgets it. */
gboolean genga_journal_take_ahead (GengaJournal *self, gint64 mark, GError **error);
void genga_journal_remove_ahead (GengaJournal *self, gint64 mark);

/* Makes the file of one of several encoders the unfinished segment. */
gboolean genga_journal_take_unfinished_of (GengaJournal *self, const char *path, GError **error);

/* Forgets the segments from `number` on. */
gboolean genga_journal_cut (GengaJournal *self, guint number, GError **error);

/*
 * Remembers the joined file, which gets the result's name next; later it can be told whether the
 * result is that file.
 */
gboolean genga_journal_set_joined (GengaJournal *self, GError **error);
gboolean genga_journal_is_named (GengaJournal *self);

/* Bytes that all segments take. */
guint64 genga_journal_get_size (GengaJournal *self);

/* Whether the last error was that the disk is full; then the call may be made again. */
gboolean genga_journal_is_full (GengaJournal *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaJournal, genga_journal_close)

G_END_DECLS
