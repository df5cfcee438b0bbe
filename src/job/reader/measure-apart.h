/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measuring what a video will take (job/estimate/measure.h) in a confined process, which reads its
 * source and writes nothing but what it codes, in a folder of Genga's caches.
 *
 * Thread rule: any thread. Blocks.
 */
#pragma once

#include "job/reader/plan-apart.h"

G_BEGIN_DECLS

/*
 * `progress` is called in this thread. Errors: those of planning and of measuring,
 * GENGA_ERROR_INPUT of a process that has ended, G_IO_ERROR_CANCELLED.
 */
GengaOutlook *genga_measure_apart (const GengaPlanCall *call,
                                   void (*progress) (double fraction, gpointer user_data),
                                   gpointer user_data,
                                   GCancellable *cancellable,
                                   GError **error);

G_END_DECLS
