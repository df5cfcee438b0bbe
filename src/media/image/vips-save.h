/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picture files out. */
#pragma once

#include "media/media.h"

G_BEGIN_DECLS

/* As GengaMedia.picture_save(). */
gboolean genga_vips_save (GengaFrame *frame,
                          const char *path,
                          const GengaPictureSave *params,
                          GCancellable *cancellable,
                          char **written,
                          GError **error);

G_END_DECLS
