/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking for an outlook: planned, or measured, in a confined process that a thread waits for.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/estimate/outlook.h"
#include "job/estimate/speeds.h"

G_BEGIN_DECLS

/* Errors: those of genga_outlook_plan(), GENGA_ERROR_INPUT of a process that has ended,
 * G_IO_ERROR_CANCELLED. */
void genga_outlook_request_async (GengaJob *job,
                                  GengaSpeeds *speeds,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* How much is done of it, 0 to 1. */
typedef void (*GengaOutlookProgressFunc) (double fraction, gpointer user_data);

/*
 * The same, measured (job/estimate/measure.h). `progress` is called from the main context, with the
 * same data, until the cancellable is cancelled or `callback` is called. Errors: those of
 * measuring, too.
 */
void genga_outlook_measure_async (GengaJob *job,
                                  GengaSpeeds *speeds,
                                  GCancellable *cancellable,
                                  GengaOutlookProgressFunc progress,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* Of either. Free with genga_outlook_free(). */
GengaOutlook *genga_outlook_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
