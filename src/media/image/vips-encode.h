/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AVIF and JPEG XL out, where they can do no harm: in the worker's process (worker.h). */
#pragma once

#include "media/media.h"

G_BEGIN_DECLS

/* The frame as a file that was decoded to its end once; NULL with libvips's reason in the log. */
GBytes *genga_vips_encode (GengaFrame *frame, const GengaPictureSave *params);

G_END_DECLS
