/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a decoder that was taken over would try, for the test of the fence: write a file elsewhere,
 * read one in the home folder, start a program, open a connection. Harmless where it succeeds.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * In builds with the option `faults`, where the fault "breach" is asked for: tries each, and says
 * on standard error how it went, a line each ("breach: write: Permission denied"). GENGA_BREACH is
 * the folder with what is tried. Thread rule: any thread.
 */
void genga_breach_try (void);

G_END_DECLS
