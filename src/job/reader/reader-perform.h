/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a process that reads files for the window does when it is called. Thread rule: one thread at
 * a time. Blocks.
 */
#pragma once

#include "job/apart/channel.h"
#include "job/reader/reader-message.h"

G_BEGIN_DECLS

/* What stays open from one call to the next. */
typedef struct _GengaReaderWork GengaReaderWork;

GengaReaderWork *genga_reader_work_new (void);
void genga_reader_work_free (GengaReaderWork *self);

/* Descriptors that go with an answer, in order. */
typedef struct
{
  int fds[GENGA_CHANNEL_MAX_FDS];
  guint n;
} GengaReaderFds;

void genga_reader_fds_close (GengaReaderFds *self);

/*
 * Answers a call of the method's types. There may be an answer (floating) beside an error, where
 * something became known all the same; NULL: none.
 */
GVariant *genga_reader_work_perform (GengaReaderWork *self,
                                     GengaReaderMethod method,
                                     GVariant *arguments,
                                     GengaReaderFds *fds,
                                     GCancellable *cancellable,
                                     GError **error);

G_END_DECLS
