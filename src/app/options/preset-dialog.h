/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for the name of a preset. Thread rule: main context only. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* `replace`: one of the user's has the name, and the user has seen that it is replaced. */
typedef void (*GengaPresetNameFunc) (const char *name, gboolean replace, gpointer owner);

/*
 * `presets`, an array of GengaPreset, have names already: those that come with Genga keep theirs.
 * `func` is called with `owner`, and only while that lives, once a name was given.
 */
void genga_preset_dialog_ask (GtkWindow *parent,
                              GPtrArray *presets,
                              GengaPresetNameFunc func,
                              GObject *owner);

G_END_DECLS
