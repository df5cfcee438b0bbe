/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture file as a source of one frame. */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/*
 * Reads the header; reading loads the picture, as GengaMedia.picture_load() does. Errors: as of
 * GengaMedia.picture_probe().
 */
GengaSource *
genga_picture_source_open (const char *path, const GengaSourceParams *params, GError **error);

G_END_DECLS
