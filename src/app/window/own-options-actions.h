/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What makes files have options of their own, and follow those of the panel again. Thread rule:
 * main context only.
 */
#pragma once

#include "app/window/job-list.h"

G_BEGIN_DECLS

/*
 * Gives `window` the actions `own-options` and `common-options`, which are about all that is
 * selected in `jobs` but what is under way; `toasts` say what began meanwhile. `options` are those
 * of the panel.
 */
void genga_own_options_actions_add (GtkApplicationWindow *window,
                                    GengaJobList *jobs,
                                    GengaJobQueue *queue,
                                    GengaOptions *options,
                                    AdwToastOverlay *toasts);

G_END_DECLS
