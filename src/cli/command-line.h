/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parses the command line of one command.
 *
 * Thread rule: main thread only, before others start (--models-dir changes the environment).
 */
#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/*
 * Parses `argv`; file names stay as they are, bytes included. Where `line` has no place for
 * arguments, they are a mistake. Answers -1 to go on, else the exit code: 0 after --help, 2 after a
 * mistake.
 */
int genga_command_line_parse (const GengaCommand *command,
                              const GengaCommandLine *line,
                              int argc,
                              char **argv);

G_END_DECLS
