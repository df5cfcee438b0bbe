/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of results that exist already, asked on the terminal.
 *
 * Thread rule: main thread only.
 */
#pragma once

#include "core/choices.h"

G_BEGIN_DECLS

/* Whether somebody is there to answer: standard input and standard error are a terminal. */
gboolean genga_existing_prompt_can_ask (void);

/*
 * Asks about `path`, and again until there is an answer, which may be meant for all further files.
 * GENGA_EXISTING_ASK: there is none, since the terminal has gone or the run was interrupted.
 * Blocks.
 */
GengaExisting genga_existing_prompt_ask (const char *path, gboolean *is_for_all);

G_END_DECLS
