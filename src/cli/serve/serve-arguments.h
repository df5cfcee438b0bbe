/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of `genga-cli serve`. Thread rule: main thread only. */
#pragma once

#include "cli/command.h"
#include "job/server/server-message.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean uses_stdio;
  gboolean is_once; /* one picture, without messages */
  char *socket;     /* NULL: none was named */

  GengaOptions *options; /* of every picture */
  gboolean has_engine;   /* `engine` was given */
  GengaServerEngine engine;
  gboolean has_gpu; /* `gpu` was given by number */
  int gpu;
  int max_images;
  gint64 max_pixels;
  int timeout_seconds;
  gboolean logs_messages;
  gboolean logs_requests;
  gboolean is_verbose;
} GengaServeArguments;

/*
 * Parses and checks, and finds the model that is asked for by engine. Answers -1 to go on, else the
 * exit code.
 */
int genga_serve_arguments_parse (GengaServeArguments *self,
                                 const GengaCommand *command,
                                 int argc,
                                 char **argv);
void genga_serve_arguments_clear (GengaServeArguments *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaServeArguments, genga_serve_arguments_clear)

G_END_DECLS
