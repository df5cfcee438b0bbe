/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A confined process that reads files for this one, which does not trust it: it may read the
 * sources that it was made for, and nothing else. Whatever it answers is checked, and one that
 * makes no sense is ended.
 *
 * It is a copy of one that is ready (genga-reader), which is started when it is needed first, and
 * anew where it has gone.
 *
 * Thread rule: one thread at a time, each process; several from several threads. All functions
 * block, but for genga_reader_prepare().
 */
#pragma once

#include "job/apart/channel.h"
#include "job/reader/reader-message.h"

G_BEGIN_DECLS

/* Starts what processes are copies of, where it is not there yet, so that the first one is quick.
 */
void genga_reader_prepare (void);

typedef struct _GengaReaderProcess GengaReaderProcess;

/* `sources`: files, folders, patterns of frames. Errors: GENGA_ERROR_UNAVAILABLE. */
GengaReaderProcess *genga_reader_process_new (const char *const *sources, GError **error);
/* One that plans jobs, too, which have these models: it may read what plans stand on. */
GengaReaderProcess *genga_reader_process_new_for_plans (const char *const *sources,
                                                        const char *const *models,
                                                        GError **error);
/* One that reads this model, and may read what lies beside it. */
GengaReaderProcess *genga_reader_process_new_for_model (const char *path, GError **error);
/* One that also codes some frames of what it has planned. */
GengaReaderProcess *
genga_reader_process_new_for_measuring (const char *source, const char *model, GError **error);
/* Ends it. `self` may be NULL. */
void genga_reader_process_free (GengaReaderProcess *self);

/* Which file the next calls are about, and so is to blame if it ends; at first the first one. */
void genga_reader_process_set_subject (GengaReaderProcess *self, const char *path);

/*
 * For lists, where nobody waits for one file: a call that has no answer after so many seconds ends
 * the process, and its file is one that can't be read (GENGA_ERROR_INPUT).
 */
void genga_reader_process_limit (GengaReaderProcess *self, guint seconds);
#define GENGA_READER_LIST_SECONDS 60   /* the slowest disk has woken up by then */
#define GENGA_READER_MODEL_SECONDS 600 /* the largest model has come through a network */

/* FALSE: it is of no use any more. */
gboolean genga_reader_process_is_alive (GengaReaderProcess *self);

/* What a call brings. */
typedef struct
{
  GVariant *value; /* of the method's type; NULL: nothing */
  int fds[GENGA_CHANNEL_MAX_FDS];
  guint n_fds;
} GengaReaderAnswer;

void genga_reader_answer_clear (GengaReaderAnswer *self);

/*
 * Calls it and waits; `arguments` are of the method's type, taken if floating. Errors: the
 * method's, beside which there may be an answer; GENGA_ERROR_INPUT where the process has ended;
 * G_IO_ERROR_CANCELLED. A call that does not end soon after it was cancelled ends the process.
 */
gboolean genga_reader_process_call (GengaReaderProcess *self,
                                    GengaReaderMethod method,
                                    GVariant *arguments,
                                    GengaReaderAnswer *answer,
                                    GCancellable *cancellable,
                                    GError **error);

/* After an answer that can't be right: ends the process, as one that has died. */
void genga_reader_process_refuse (GengaReaderProcess *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaReaderProcess, genga_reader_process_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaReaderAnswer, genga_reader_answer_clear)

G_END_DECLS
