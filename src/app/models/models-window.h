/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page of models: which are installed and what is known of them, which files cannot be used and
 * why; and, beside it, the catalogue. Models are added, downloaded, removed and chosen here.
 *
 * Thread rule: main context only; folders are read in a thread.
 */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_MODELS_WINDOW (genga_models_window_get_type ())
G_DECLARE_FINAL_TYPE (GengaModelsWindow, genga_models_window, GENGA, MODELS_WINDOW, AdwWindow)

/* Over `parent`; chooses models in `options`. */
GtkWidget *genga_models_window_new (GtkWindow *parent, GengaOptions *options);

G_END_DECLS
