/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Animated WebP as a source, which FFmpeg does not read. */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/* Errors: GENGA_ERROR_INPUT. */
GengaSource *genga_webp_open (const char *path, const GengaSourceParams *params, GError **error);

G_END_DECLS
