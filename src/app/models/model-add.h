/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adding models: files that were dropped or chosen are checked and copied in a thread, and what
 * came of it is said in the window they were given to.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Adds the model files `paths` to the user's folder. A toast in `toasts` says what was added, with
 * a button that chooses it in `options`; a dialog over `window` says what was refused and why, and
 * asks where a name is taken.
 */
void genga_model_add (GtkWindow *window,
                      AdwToastOverlay *toasts,
                      GengaOptions *options,
                      const char *const *paths);

G_END_DECLS
