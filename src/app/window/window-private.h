/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the window share. */
#pragma once

#include "app/compare/compare-view.h"
#include "app/window/estimate-bar.h"
#include "app/preview/frame-bar.h"
#include "app/options/kinds.h"
#include "app/options/options-panel.h"
#include "app/preview/previewer.h"
#include "app/preview/trial-run.h"
#include "app/window/window.h"
#include "job/queue/queue-store.h"

G_BEGIN_DECLS

struct _GengaWindow
{
  AdwApplicationWindow parent_instance;

  GengaJobQueue *queue;
  GengaQueueStore *keeper;
  GengaKinds *kinds;
  GengaOptions *options;
  GSettings *settings;
  GtkSingleSelection *selection;
  guint inhibition; /* of suspend, while jobs run */

  GengaJob *saved_job; /* whose result the dialog finds another name for */
  GengaPreviewer *previewer;
  GengaTrialRun *tester;

  AdwToastOverlay *toasts;
  GtkWidget *header;
  AdwFlap *flap;
  GengaOptionsPanel *panel;
  GengaEstimateBar *estimate;
  GtkStack *pages;
  GengaCompareView *view;
  GengaFrameBar *frames;
  GtkWidget *work;
  GtkListView *list;
};

/* window-actions.c: the verbs, and when they are possible. */
void genga_window_install_actions (GengaWindow *self);
void genga_window_update_actions (GengaWindow *self);

/* window-files.c: everything that brings files in. */
void genga_window_accept_drops (GengaWindow *self);
void genga_window_paste (GengaWindow *self);

/* window-queue.c: the rows of the list, and what keys do there. */
void genga_window_set_up_list (GengaWindow *self);
void genga_window_remove_selected (GengaWindow *self);

/* window-result.c: what can be done with the selected picture's result. */
void genga_window_save_as (GengaWindow *self);
void genga_window_copy_result (GengaWindow *self);

/* The keys of copying and pasting belong to a text that has the focus; FALSE where none has. */
gboolean genga_window_give_to_text (GengaWindow *self, const char *action);

/* The selected job, where it is done; borrowed. */
GengaJob *genga_window_get_done_job (GengaWindow *self);

/* window-preview.c: what the view shows of the selected picture; tests. */
void genga_window_preview_selection (GengaWindow *self);
void genga_window_end_preview (GengaWindow *self);
/* Starts or stops a test of the selected picture. */
void genga_window_test (GengaWindow *self, gboolean is_wanted);
/* Gives the selected job, which waits, the tiles that are there already. */
void genga_window_lend_tiles (GengaWindow *self);

/* Shows a sentence for a while. */
void genga_window_tell (GengaWindow *self, const char *sentence);

G_END_DECLS
