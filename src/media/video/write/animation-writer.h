/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Animated pictures out; as GengaVideo.animation_new(). */
#pragma once

#include "media/video.h"

G_BEGIN_DECLS

GengaSink *genga_animation_writer_new (const GengaSourceInfo *info,
                                       const char *path,
                                       const GengaAnimationWrite *params,
                                       GError **error);

G_END_DECLS
