/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fetches one file whose size and hash are known.
 *
 * https only, for each step of a redirection as well; no cookies, no passwords, no compression on
 * the way. The stated size is the most that is read. What is there of an earlier attempt is gone on
 * with where the server allows it, and is never believed: the whole is hashed at the end.
 *
 * This is the only place that speaks to a network. Builds with -Ddownload=false say that they
 * cannot.
 *
 * Thread rule: any thread but one that has a main loop to run; blocks.
 */
#pragma once

#include "core/progress.h"

G_BEGIN_DECLS

typedef struct
{
  const char *url;
  const char *path; /* where the whole file is to lie; PATH.part until then */
  const char *sha256;
  guint64 size_bytes;
} GengaFetch;

/* Whether this build can fetch anything. */
gboolean genga_fetch_is_available (void);

/*
 * Fetches it, or what is missing of it; TRUE too where it is there already with the right content.
 * Bytes are added to `progress`: "done" those that came, "bytes" those that are there.
 *
 * Errors: GENGA_ERROR_UNAVAILABLE (this build cannot; the server or the network does not answer,
 * says no, leads elsewhere than to https, or stops early: what came stays for the next time),
 * GENGA_ERROR_MODEL (another size or another content than was stated: it is removed),
 * GENGA_ERROR_OUTPUT, G_IO_ERROR_CANCELLED.
 */
gboolean genga_fetch_run (const GengaFetch *self, GengaProgress *progress, GError **error);

G_END_DECLS
