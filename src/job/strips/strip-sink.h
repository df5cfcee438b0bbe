/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A picture file as a sink of strips, which notes what is done: after a crash, another run goes on
 * behind the last strip. What fails or is cancelled leaves nothing.
 */
#pragma once

#include "job/strips/strip-journal.h"
#include "media/media.h"
#include "media/sink.h"

G_BEGIN_DECLS

/*
 * `height` is the whole picture's; `save` as of GengaMedia.writer_new(). `take_journal` NULL: there
 * is none. The sink's n_done counts strips that are there. Errors: GENGA_ERROR_UNAVAILABLE.
 */
GengaSink *genga_strip_sink_new (const char *target,
                                 const GengaPictureSave *save,
                                 int height,
                                 GengaStripJournal *take_journal,
                                 GError **error);

G_END_DECLS
