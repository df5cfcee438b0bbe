/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Errors of Genga.
 *
 * A GError message is a translated sentence that a person can act on and names the file it is
 * about; everything else goes to the log. Who detects an error sets it, who receives it passes it
 * on. The codes are the ones on which a caller branches: each maps to one exit code of genga-cli
 * (genga_error_get_exit_code()).
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_ERROR (genga_error_quark ())
GQuark genga_error_quark (void);

typedef enum
{
  GENGA_ERROR_USAGE,         /* an option or a combination of options is not possible */
  GENGA_ERROR_INPUT,         /* a source file cannot be read */
  GENGA_ERROR_MODEL,         /* a model file is broken, malicious, unknown or unsupported */
  GENGA_ERROR_OUTPUT,        /* a result cannot be written */
  GENGA_ERROR_OUT_OF_MEMORY, /* not enough memory, after every retreat */
  GENGA_ERROR_UNAVAILABLE,   /* an engine or a library is not there */
  GENGA_ERROR_DEVICE_LOST,   /* the accelerator went away; reopen the engine */
  GENGA_ERROR_INTERNAL,      /* the engine failed in a way that no input explains */
  GENGA_ERROR_INCOMPLETE,    /* a source was cut off or damaged; what there was has been used */
  GENGA_ERROR_EXISTS,        /* a file has the result's name, and is not to be replaced */
} GengaError;

/*
 * The exit code of genga-cli for an error, as in the manual: 2 usage, 3 input, 4 model, 5 output,
 * 6 memory, 7 engine, 130 for G_IO_ERROR_CANCELLED, 1 for anything else.
 */
int genga_error_get_exit_code (const GError *error);

G_END_DECLS
