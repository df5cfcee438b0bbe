/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picture files in. */
#pragma once

#include "media/media.h"

G_BEGIN_DECLS

/* As GengaMedia.picture_probe() and picture_load(). */
gboolean genga_vips_probe (const char *path,
                           const GengaSourceParams *params,
                           GengaSourceInfo *info,
                           GError **error);
GengaFrame *genga_vips_load (const char *path,
                             const GengaSourceParams *params,
                             GCancellable *cancellable,
                             GError **error);

G_END_DECLS
