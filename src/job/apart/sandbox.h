/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fence around a process that runs jobs (core/confine/confine.h), a command or a child of the
 * window: after it knows its files, and before anything of them but their names is read. Sources,
 * models and Genga's own files can be read; what results lie in and a folder of Genga's caches can
 * be written.
 *
 * Thread rule: the main thread, while it is the only one.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

/* What the process still needs; each may be NULL. */
typedef struct
{
  char **sources;          /* files, folders, patterns of frames */
  char **folders;          /* that are read with all beneath; links in them lead nowhere */
  char **writable;         /* folders, with all beneath; what is not there is passed over */
  char **outputs;          /* files that are made, with what lies beside them meanwhile */
  char **models;           /* names or files */
  GengaOptions *options;   /* for the model that they name */
  gboolean writes_beside;  /* results lie beside their sources */
  gboolean has_no_results; /* none that a folder could feed on, so none are recorded */
  gboolean only_looks;     /* nothing is written, not even to caches */
  gboolean only_decodes;   /* sources and those models are read, nothing else is, and nothing is
                              remembered */
  gboolean reads_settings; /* of the window */
} GengaSandboxNeeds;

/* After --no-sandbox, genga_sandbox_enter() does nothing. */
void genga_sandbox_disable (void);
gboolean genga_sandbox_is_disabled (void);

/* Can't be left again. What the kernel can't do, is not done: `genga-cli diagnose` says it. */
void genga_sandbox_enter (const GengaSandboxNeeds *needs);

G_END_DECLS
