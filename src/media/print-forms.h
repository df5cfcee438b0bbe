/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recorded checksums in several forms, the newest first, with blanks between them ("3:SUM 2:SUM"),
 * so that what an earlier version has recorded still counts.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The form of a recorded one that names none. */
#define GENGA_PRINT_EARLIER_FORM "2"

/* Whether `recorded`, by this version or an earlier one, is of the same things as `print`, which is
 * of this one: they are compared in the newest form of what was recorded. */
gboolean genga_print_forms_match (const char *print, const char *recorded);

G_END_DECLS
