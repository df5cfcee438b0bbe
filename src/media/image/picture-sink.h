/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture file as a sink of one frame. */
#pragma once

#include "media/media.h"
#include "media/sink.h"

G_BEGIN_DECLS

/*
 * The first frame is written, as GengaMedia.picture_save() does. Errors: GENGA_ERROR_UNAVAILABLE.
 */
GengaSink *
genga_picture_sink_new (const char *path, const GengaPictureSave *params, GError **error);

G_END_DECLS
