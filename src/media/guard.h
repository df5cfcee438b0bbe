/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thread for calls that may never come back: into a file on a network that has gone, or into a
 * decoder or an encoder that hangs. The caller waits, says that it waits, and gives up at some
 * time; then the thread and all that it works on are left to themselves, and go when it comes back
 * after all.
 *
 * Time counts while nothing happens in a call, and not while the job is paused. GENGA_STALL_SECONDS
 * is for tests: seconds until a call is given up; a fifth of it is waited without a word.
 *
 * Thread rule: one caller at a time; genga_guard_tick() from the call.
 */
#pragma once

#include "core/progress.h"

G_BEGIN_DECLS

typedef struct _GengaGuard GengaGuard;

typedef enum
{
  GENGA_GUARD_SOURCE,  /* `name` is a file that is read */
  GENGA_GUARD_ENCODER, /* `name` is an encoder's */
} GengaGuardKind;

/* For work on `name`; `progress` gets notices and tells of cancelling; may be NULL. */
GengaGuard *genga_guard_new (GengaGuardKind kind, const char *name, GengaProgress *progress);

/*
 * Calls `func` in the guard's thread and waits for it. FALSE: it was given up, now or earlier, and
 * may still use `data` and everything else that it gets at. Errors: GENGA_ERROR_INPUT, for encoders
 * G_IO_ERROR_TIMED_OUT, which another one may do without; G_IO_ERROR_CANCELLED.
 */
typedef void (*GengaGuardFunc) (gpointer data);
gboolean genga_guard_run (GengaGuard *self, GengaGuardFunc func, gpointer data, GError **error);

/* Something has happened in the call that this thread is in; elsewhere it says nothing. */
void genga_guard_tick (void);

/*
 * Ends the thread and calls `destroy`, which frees what calls have worked on: before it returns,
 * or, where a call was given up, when that comes back. `self` may be NULL.
 */
void genga_guard_free (GengaGuard *self, GDestroyNotify destroy, gpointer object);

G_END_DECLS
