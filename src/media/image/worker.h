/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encoders that can end the process run in another one: libaom aborts where it does not like what
 * libvips tells it, and nobody's work is lost then. The process is this module again, started by
 * the program genga-picture-worker; a frame goes to it in a file of memory, and what was encoded
 * comes back through a pipe, after it was decoded once and found to be whole.
 *
 * Thread rule: any thread; the worker's own function is its program's only one.
 */
#pragma once

#include "media/media.h"

G_BEGIN_DECLS

/* Whether a format's encoder needs a process of its own. */
gboolean genga_worker_has_format (GengaFormat format);

/*
 * The frame as a file in memory; `params` as of GengaMedia.picture_save(), where `format` is one of
 * those above. Errors: GENGA_ERROR_OUTPUT (the encoder ended, or what it made can't be read),
 * GENGA_ERROR_UNAVAILABLE, G_IO_ERROR_CANCELLED.
 */
GBytes *genga_worker_encode (GengaFrame *frame,
                             const GengaPictureSave *params,
                             GCancellable *cancellable,
                             GError **error);

/* The worker's side: from descriptor 3 to standard output. Answers its exit code. */
int genga_worker_serve (void);

G_END_DECLS
