/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which encoders of videos work here: each codes a frame, by the way of every video. */
#pragma once

#include "media/video.h"

G_BEGIN_DECLS

/* As GengaVideo.try_encoders(). */
GArray *genga_encoder_trials_run (void);

G_END_DECLS
