/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line of commands that are about jobs: files, where their results go, and every
 * option of the table.
 *
 * Thread rule: main thread only.
 */
#pragma once

#include "cli/command.h"
#include "job/queue/inputs.h"

G_BEGIN_DECLS

typedef struct
{
  char *output;        /* NULL: results are named after their sources */
  char **files;        /* those of the list behind the others */
  char *list;          /* a file of more of them, “-” for standard input; or NULL */
  char *preset;        /* whose values the options have where no flag says otherwise; or NULL */
  GengaOptions *typed; /* the options without the preset's */
  gboolean is_recursive;
  gboolean says_yes;
  gboolean *wants_json; /* set before parsing: gets whether --json is given; NULL: no such option */
} GengaJobArguments;

void genga_job_arguments_clear (GengaJobArguments *self);

/*
 * Parses and checks; `more` are entries of the command's own, ended by a NULL row. Answers -1 to go
 * on, else the exit code.
 */
int genga_job_arguments_parse (GengaJobArguments *self,
                               const GengaCommand *command,
                               const GOptionEntry *more,
                               GengaOptions *options,
                               int argc,
                               char **argv);

/* What a command has of its files, once they are expanded. */
typedef struct
{
  GPtrArray *inputs;  /* of GengaInput */
  guint n_sources;    /* that are not skipped */
  char **names;       /* where the options have a list of them, else NULL */
  GPtrArray *notices; /* sentences about all */
} GengaJobSources;

void genga_job_sources_clear (GengaJobSources *self);

/*
 * Confines the command to what these files and options need (cli/sandbox.h); `writes`: with the
 * results, else with the window's settings.
 */
void
genga_job_arguments_confine (const GengaJobArguments *self, GengaOptions *options, gboolean writes);

/*
 * The sources that the files stand for; `results` as in GengaInputsRequest, and what stops it, too.
 * Answers -1 to go on, else the exit code.
 */
int genga_job_arguments_expand (const GengaJobArguments *self,
                                const GengaCommand *command,
                                const GengaInputsRequest *request,
                                GengaJobSources *sources);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaJobArguments, genga_job_arguments_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaJobSources, genga_job_sources_clear)

G_END_DECLS
