/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Standard input and output as files, which “-” stands for on the command line: readers look at a
 * file's beginning and end, and results appear only when they are complete, so both are files of a
 * temporary folder meanwhile.
 *
 * Thread rule: main thread only.
 */
#pragma once

#include "cli/job-arguments.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder; /* temporary, or NULL */
  char *input;  /* what standard input had, or NULL */
  char *output; /* where the result goes first, or NULL */
  int output_fd;
} GengaStandardStreams;

#define GENGA_STANDARD_STREAMS_INIT                                                                \
  {                                                                                                \
    .output_fd = -1                                                                                \
  }

/*
 * Puts files in the place of “-” in the arguments. Standard input is read to its end; nothing but
 * the result goes to standard output from then on. Errors: GENGA_ERROR_USAGE where more than one
 * picture would come in or go out, or a terminal would get it; GENGA_ERROR_INPUT,
 * GENGA_ERROR_OUTPUT.
 */
gboolean genga_standard_streams_open (GengaStandardStreams *self,
                                      GengaJobArguments *arguments,
                                      gboolean wants_json,
                                      GError **error);

/* Writes the result, where there is one, to standard output. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_standard_streams_send (GengaStandardStreams *self, GError **error);

/* Removes the temporary files. */
void genga_standard_streams_clear (GengaStandardStreams *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaStandardStreams, genga_standard_streams_clear)

G_END_DECLS
