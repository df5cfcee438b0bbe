/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line of one command: entries of its own and rows of the options table, whose flags,
 * texts, ranges and defaults come from there (core/options.h).
 *
 * Thread rule: main thread only, before others start (--models-dir changes the environment).
 */
#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

typedef struct
{
  const GOptionEntry *entries; /* ends with a NULL row; descriptions untranslated; may be NULL */
  const GengaOption *rows;     /* of the options table; may be NULL */
  guint n_rows;
  GengaOptions *options;   /* where their values go; may be NULL without rows */
  gboolean has_models_dir; /* --models-dir adds to GENGA_MODELS_PATH */
  char ***arguments;       /* gets what is not an option, or NULL; g_strfreev() */
  guint n_arguments;       /* how many there have to be; 0: any number */
  gboolean may_be_empty;   /* there need not be any */
} GengaCommandLine;

/*
 * Parses `argv`; file names stay as they are, bytes included. Where `line` has no place for
 * arguments, they are a mistake. Answers -1 to go on, else the exit code: 0 after --help, 2 after a
 * mistake.
 */
int genga_command_line_parse (const GengaCommand *command,
                              const GengaCommandLine *line,
                              int argc,
                              char **argv);

/* The text of --help: free with g_free(). */
char *genga_command_line_dup_help (const GengaCommand *command, const GengaCommandLine *line);

G_END_DECLS
