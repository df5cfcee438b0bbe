/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames that come in another size than the first one. */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

typedef struct _GengaVideoResizer GengaVideoResizer;

/* From packed RGB(A) F32 of `from` to width x height. */
GengaVideoResizer *
genga_video_resizer_new (const GengaFrameInfo *from, int width, int height, GError **error);
void genga_video_resizer_free (GengaVideoResizer *self);
gboolean genga_video_resizer_matches (GengaVideoResizer *self, const GengaFrameInfo *from);
/* Takes the frame. */
GengaFrame *
genga_video_resizer_run (GengaVideoResizer *self, GengaFrame *take_source, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoResizer, genga_video_resizer_free)

G_END_DECLS
