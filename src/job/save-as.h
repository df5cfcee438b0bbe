/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job's result under another name. A picture: a copy of the file where the name asks for its own
 * format or for none that is known, else written anew in the other format, as a job without a
 * network. A video is copied, and refused under a name of another kind.
 *
 * Thread rule: main context only; the work is done elsewhere.
 */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

/*
 * `job` is done; its options say how other formats are written (quality and its like). An existing
 * file is replaced only where `overwrite` is set: the user has said so. Errors: GENGA_ERROR_INPUT,
 * GENGA_ERROR_OUTPUT, GENGA_ERROR_USAGE (a video of another kind).
 */
void genga_save_as_async (GengaJob *job,
                          const char *target,
                          gboolean overwrite,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean genga_save_as_finish (GAsyncResult *result, GError **error);

G_END_DECLS
