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

/*
 * As GengaMedia.writer_new() and its kin. The encoder may run in a thread of its own; freeing waits
 * for it.
 */
GengaPictureWriter *genga_picture_writer_new (const GengaFrame *first,
                                              int height,
                                              const char *path,
                                              const GengaPictureSave *params,
                                              GCancellable *cancellable,
                                              GError **error);
gboolean genga_picture_writer_write (GengaPictureWriter *self, GengaFrame *rows, GError **error);
gboolean genga_picture_writer_finish (GengaPictureWriter *self, char **written, GError **error);
gboolean genga_picture_writer_save (GengaPictureWriter *self, GBytes **state, GError **error);
void genga_picture_writer_free (GengaPictureWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPictureWriter, genga_picture_writer_free)

G_END_DECLS
