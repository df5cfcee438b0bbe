/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session's frames where the back end takes them whole and crops exactly (engine/backend.h): no
 * tiles, no blending. For src/engine only.
 */
#pragma once

#include "engine/session-types.h"

G_BEGIN_DECLS

/* As genga_session_run_region(). */
GengaFrame *genga_session_run_whole (GengaSession *self,
                                     const GengaRegion *source,
                                     const GengaRect *wanted,
                                     GengaSample sample,
                                     GError **error);

/* As genga_session_estimate_region(). */
guint64 genga_session_estimate_whole (const GengaSession *self,
                                      int width,
                                      int height,
                                      const GengaRect *wanted);

/* As genga_session_run(). */
GengaFrame *genga_session_run_whole_frame (GengaSession *self,
                                           GengaFrame *frame,
                                           GengaSample sample,
                                           GError **error);

/* As genga_session_get_source_rect() and genga_session_list_parts(). */
GengaRect genga_session_get_whole_source_rect (const GengaSession *self,
                                               int width,
                                               int height,
                                               const GengaRect *wanted);
GArray *genga_session_list_whole_parts (const GengaSession *self,
                                        int width,
                                        int height,
                                        const GengaRect *wanted);

G_END_DECLS
