/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaResultRecord: which files are results, in one SQLite file, so that a folder does not feed on
 * what was made of it. A file is told by its name, size and time of change, wherever its folder has
 * moved meanwhile, and is a result for as long as its source is there and nobody has changed it.
 *
 * Several processes may have the file at a time. Without it, or where it is damaged, nothing is
 * known: that is no error.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GengaResultRecord GengaResultRecord;

/* The file that programs use, in the user's state folder; free with g_free(). */
char *genga_result_record_dup_default_path (void);

/* Opens nothing yet: the file is made for the first entry, which also replaces a damaged one. */
GengaResultRecord *genga_result_record_new (const char *path);
GengaResultRecord *genga_result_record_ref (GengaResultRecord *self);
/* The last one waits until everything is written. */
void genga_result_record_unref (GengaResultRecord *self);

/*
 * Stamps `result`, which was made of `source`, and has it entered by another thread. Nothing is
 * entered for a folder.
 */
void genga_result_record_add (GengaResultRecord *self, const char *result, const char *source);

/*
 * The source that `path` was made of, where the file is as it was written and the source is still
 * at its place or beside it; else NULL. Free with g_free(). Blocks.
 */
char *genga_result_record_dup_source (GengaResultRecord *self, const char *path);
/* Whether the file is as it was written, wherever its source is. Blocks. */
gboolean genga_result_record_has (GengaResultRecord *self, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaResultRecord, genga_result_record_unref)

G_END_DECLS
