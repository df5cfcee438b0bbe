/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options as one text that keeps every value. Thread rule: as for GengaOptions. */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

/*
 * All values as one text of ASCII lines, "name=value"; free with g_free(). Restoring takes what it
 * understands and leaves the rest as it is; FALSE where something was not understood.
 */
char *genga_options_save (GengaOptions *self);
/* Only those that it was given (genga_options_is_set()). */
char *genga_options_save_set (GengaOptions *self);
gboolean genga_options_restore (GengaOptions *self, const char *text);

G_END_DECLS
