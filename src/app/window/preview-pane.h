/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPreviewPane: the compare view and the bar of a video's frames, with the live preview and
 * trial runs ("Test") of the job that is selected. Actions `test`, `play`, `live-preview`,
 * `zoom-in`, `zoom-out`, `zoom-fit`, `zoom-actual`, `zoom-double`.
 *
 * Property `job`. Signal `message` (const char *): a sentence for people.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/compare/compare-view.h"
#include "job/queue/job-queue.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_PREVIEW_PANE (genga_preview_pane_get_type ())
G_DECLARE_FINAL_TYPE (GengaPreviewPane, genga_preview_pane, GENGA, PREVIEW_PANE, AdwBin)

/*
 * Once. The preview waits while `queue` runs; `options` are those of new jobs; what is shown and
 * how is kept in `settings`; `actions` gets the actions.
 */
void genga_preview_pane_set_up (GengaPreviewPane *self,
                                GengaJobQueue *queue,
                                GengaOptions *options,
                                GSettings *settings,
                                GActionMap *actions);

/* Once the window is there: what the first preview needs is loaded in the background. */
void genga_preview_pane_prepare (GengaPreviewPane *self);

/* Borrowed. */
GengaCompareView *genga_preview_pane_get_view (GengaPreviewPane *self);

/* The queue is about to start: a trial run ends, and the job that waits gets the tiles there are.
 */
void genga_preview_pane_give_way (GengaPreviewPane *self);

/* Ends all that is under way and waits for it; before the program ends. */
void genga_preview_pane_shut_down (GengaPreviewPane *self);

G_END_DECLS
