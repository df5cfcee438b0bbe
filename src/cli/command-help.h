/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The help page of a command. Thread rule: main thread only. */
#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/* The text of --help: free with g_free(). */
char *genga_command_help_dup_text (const GengaCommand *command, const GengaCommandLine *line);

G_END_DECLS
