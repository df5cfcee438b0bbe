/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What checks of kernel sets or devices found on this kind of machine, by this very program: kept
 * in the user's cache folder, so that it is not found again at every start.
 *
 * The file is worth no more than a verdict: what it does not say, or not plainly, is not known.
 * Programs that write it at the same time may lose each other's verdicts, and check again.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_VERDICT_UNKNOWN,
  GENGA_VERDICT_PASSED,
  GENGA_VERDICT_FAILED,
} GengaVerdict;

typedef struct _GengaVerdicts GengaVerdicts;

/*
 * Those in the file `name`. `machine`: what else they are only good for, in whatever words: a CPU,
 * a driver and its version.
 */
GengaVerdicts *genga_verdicts_load (const char *name, const char *machine);
void genga_verdicts_free (GengaVerdicts *self);

/* `what` was checked: a kernel set's name, a precision. */
GengaVerdict genga_verdicts_get (const GengaVerdicts *self, const char *what);

/* Writes the file; where that is not possible, nobody remembers. */
void genga_verdicts_add (GengaVerdicts *self, const char *what, GengaVerdict verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVerdicts, genga_verdicts_free)

G_END_DECLS
