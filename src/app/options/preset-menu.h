/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPresetMenu: the button above the options that says which preset they are, and from which
 * presets are taken, saved, exchanged and removed. Actions `use-preset` (its name; the state is
 * that of the one in use, or ""), `remove-preset` (its name), `save-preset`, `import-preset`,
 * `export-preset`.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_PRESET_MENU (genga_preset_menu_get_type ())
G_DECLARE_FINAL_TYPE (GengaPresetMenu, genga_preset_menu, GENGA, PRESET_MENU, AdwBin)

/* Once. What comes of it is said in `toasts`, where it can be undone; `actions` gets the actions.
 */
void genga_preset_menu_set_up (GengaPresetMenu *self,
                               GengaOptions *options,
                               AdwToastOverlay *toasts,
                               GActionMap *actions);

G_END_DECLS
