/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading picture files that are looked at or copied. Thread rule: any thread. Blocks. */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/*
 * The whole picture; `max_memory_bytes` is for it and for what is made of it, which takes
 * `output_factor` times its pixels. Errors: those of genga_source_open() and genga_source_read(),
 * G_IO_ERROR_NOT_SUPPORTED for a video, G_IO_ERROR_CANCELLED.
 */
GengaFrame *genga_picture_file_read (const char *path,
                                     guint64 max_memory_bytes,
                                     double output_factor,
                                     GCancellable *cancellable,
                                     GError **error);

G_END_DECLS
