/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a file has beside its picture; as GengaVideo.measure_streams(). */
#pragma once

#include "media/video/av.h"

G_BEGIN_DECLS

gboolean genga_stream_sizes_measure (
    const char *path, double seconds, const char *leave_out, double *bytes, GError **error);

G_END_DECLS
