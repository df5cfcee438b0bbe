/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the page of models share. */
#pragma once

#include "app/models/models-window.h"

G_BEGIN_DECLS

struct _GengaModelsWindow
{
  AdwWindow parent_instance;

  GengaOptions *options;
  GPtrArray *rows;       /* of GengaModelFactsRow, borrowed */
  GPtrArray *groups;     /* of AdwPreferencesGroup, borrowed */
  GCancellable *listing; /* stands for the latest list that was asked for */

  AdwToastOverlay *toasts;
  GtkInfoBar *banner; /* NULL once the window is closed */
  GtkStack *pages;
  AdwPreferencesPage *page;
};

/* models-window-remove.c: asks, and removes a file of the user's own folder. */
void genga_models_window_ask_remove (GengaModelsWindow *self, const char *path);

G_END_DECLS
