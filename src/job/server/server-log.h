/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a server has to say, line by line: warnings, the messages that come and go, one line for
 * each request, and a summary. Lines about messages and requests are for programs, so they are the
 * same in every language.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "job/server/server-message.h"

G_BEGIN_DECLS

typedef struct _GengaServerLog GengaServerLog;

typedef enum
{
  GENGA_SERVER_LOG_MESSAGES = 1 << 0,
  GENGA_SERVER_LOG_REQUESTS = 1 << 1, /* and a summary */
  GENGA_SERVER_LOG_NOTICES = 1 << 2,  /* all; otherwise each sentence once */
} GengaServerLogFlags;

/* Gets a line without its end, from any thread. */
typedef void (*GengaServerLogFunc) (const char *line, gpointer data);

GengaServerLog *
genga_server_log_new (GengaServerLogFunc func, gpointer data, GengaServerLogFlags flags);
void genga_server_log_free (GengaServerLog *self);

void genga_server_log_say (GengaServerLog *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The same; once for each sentence where notices are not wanted, so that nobody who causes them can
 * fill what they are written to. */
void genga_server_log_notice (GengaServerLog *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* What was done for a request. */
typedef struct
{
  const GengaServerRequest *request; /* NULL: it was no message */
  GengaServerStatus status;
  const char *error; /* NULL: none */
  guint n_results;
  guint64 bytes_in; /* of the message and the answer, with their lengths */
  guint64 bytes_out;
  double seconds;
} GengaServerRecord;

void genga_server_log_request (GengaServerLog *self, const GengaServerRecord *record);
void genga_server_log_summary (GengaServerLog *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaServerLog, genga_server_log_free)

G_END_DECLS
