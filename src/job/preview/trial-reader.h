/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaTrialReader: the frames of a part of a video and of what became of it, pair by pair, as
 * players show them.
 *
 * Thread rule: one thread at a time. Every function blocks.
 */
#pragma once

#include "core/frame.h"
#include "core/options.h"

G_BEGIN_DECLS

typedef struct _GengaTrialReader GengaTrialReader;

/*
 * `result` was made of `source` with `options`, which name the part. Errors: as of
 * genga_source_open() in media/probe.h.
 */
GengaTrialReader *genga_trial_reader_new (const char *source,
                                          const char *result,
                                          GengaOptions *options,
                                          GError **error);
void genga_trial_reader_free (GengaTrialReader *self);

/*
 * The next frame of the source, with its time in the whole source, and of the result; free them
 * with genga_frame_unref(). FALSE without error at the end.
 */
gboolean genga_trial_reader_read (GengaTrialReader *self,
                                  GengaFrame **before,
                                  GengaFrame **after,
                                  double *seconds,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaTrialReader, genga_trial_reader_free)

G_END_DECLS
