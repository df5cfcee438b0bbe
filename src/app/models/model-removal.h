/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removing a model of the user's own folder. Thread rule: main context only. */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Asks in `window`, moves `path` to the trash, or, where there is none and the user agrees, deletes
 * it, and says so in `toasts` of the same window. `value` is what chooses the model, or NULL;
 * `options` that have it get the built-in model again.
 */
void genga_model_removal_ask (GtkWindow *window,
                              AdwToastOverlay *toasts,
                              GengaOptions *options,
                              const char *path,
                              const char *value);

G_END_DECLS
