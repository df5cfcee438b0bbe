/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames that stay as pictures beside a video (job/export/frame-dump.h): a source that keeps what
 * is read, and a sink that keeps what is written, each before the next stage sees it.
 */
#pragma once

#include "job/export/frame-dump.h"
#include "media/sink.h"
#include "media/source.h"

G_BEGIN_DECLS

/* Takes the sink that is written to, and the dump, which it owns. */
GengaSink *genga_kept_sink_new (GengaSink *take_inner, GengaFrameDump *take_dump);

/* Takes the source; the sink, of genga_kept_sink_new(), is borrowed. */
GengaSource *genga_kept_source_new (GengaSource *take_inner, GengaSink *kept);

G_END_DECLS
