/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands of genga-cli: one file each, dispatched by main.c.
 *
 * A command gets its own part of the command line, `argv[0]` being its name, and answers the exit
 * code of the program (core/error.h). Results go to standard output, everything else to standard
 * error. Thread rule: main thread only.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

typedef struct _GengaCommand GengaCommand;

struct _GengaCommand
{
  const char *name;
  const char *synopsis;    /* "[OPTION…] FILE…" */
  const char *summary;     /* one sentence */
  const char *description; /* what else there is to say, with examples */
  int (*run) (const GengaCommand *self, int argc, char **argv);
};

extern const GengaCommand genga_command_upscale;
extern const GengaCommand genga_command_plan;
extern const GengaCommand genga_command_resume;
extern const GengaCommand genga_command_cluster;
extern const GengaCommand genga_command_models;
extern const GengaCommand genga_command_presets;
extern const GengaCommand genga_command_model_info;
extern const GengaCommand genga_command_tensor;
extern const GengaCommand genga_command_diagnose;
extern const GengaCommand genga_command_self_test;
extern const GengaCommand genga_command_serve;
extern const GengaCommand genga_command_watch;

/*
 * What a command takes: entries of its own and rows of the options table, whose flags, texts,
 * ranges and defaults come from there (core/options.h).
 */
typedef struct
{
  const GOptionEntry *entries; /* ends with a NULL row; descriptions untranslated; may be NULL */
  const GengaOption *rows;     /* of the options table; may be NULL */
  guint n_rows;
  GengaOptions *options;   /* where their values go; may be NULL without rows */
  gboolean has_models_dir; /* --models-dir adds to GENGA_MODELS_PATH */
  gboolean is_confined;    /* --no-sandbox is an option */
  gboolean *wants_json;    /* gets whether --json is given; NULL: the command has no such option */
  char ***arguments;       /* gets what is not an option, or NULL; g_strfreev() */
  guint n_arguments;       /* how many there have to be; 0: any number */
  gboolean may_be_empty;   /* there need not be any */
} GengaCommandLine;

/* Says on standard error why the program stops, and answers its exit code. */
int genga_command_fail (const GError *error);
/* The same for a command line that is not possible: exit code 2 and where to read on. */
int genga_command_usage (const GengaCommand *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
