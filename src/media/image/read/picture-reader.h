/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picture files in, by rows. */
#pragma once

#include "media/media.h"

G_BEGIN_DECLS

/* As GengaMedia.reader_new() and its kin. The decoder runs in a thread of its own. */
GengaPictureReader *genga_picture_reader_new (const char *path,
                                              const GengaSourceParams *params,
                                              GCancellable *cancellable,
                                              GError **error);
GengaFrame *genga_picture_reader_read (GengaPictureReader *self, int n_rows, GError **error);
void genga_picture_reader_free (GengaPictureReader *self);

G_END_DECLS
