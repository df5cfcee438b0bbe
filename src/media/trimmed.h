/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of a source, found by its times. */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/*
 * Only what lies from second `from` on and before second `to`, counted from the first frame; 0 =
 * from the beginning, to the end; both 0, or a source without times: the source itself. Frames are
 * taken by their times, to half a millisecond. The part's first frame gets time 0, and the
 * information tells of the part. Takes the source, also where it fails; `name` is for messages.
 * Errors: GENGA_ERROR_USAGE where there is no frame, GENGA_ERROR_INPUT.
 */
GengaSource *genga_trimmed_new (
    GengaSource *take_inner, const char *name, double from, double to, GError **error);

G_END_DECLS
