/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of frames in the place of a video, which goes on where it was interrupted. */
#pragma once

#include "media/sequence/frame-folder.h"
#include "media/sink.h"
#include "media/source.h"

G_BEGIN_DECLS

/* As genga_frame_folder_open(). */
GengaSink *genga_folder_sink_new (const GengaFrameFolderSetup *setup, GError **error);

/* Moves a source, of which nothing was read, to the first frame that is missing. */
gboolean genga_folder_sink_skip_done (GengaSink *sink, GengaSource *source, GError **error);

G_END_DECLS
