/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The preferences: what is set once for all jobs, and remembered at once. Thread rule: main context
 * only.
 */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_PREFERENCES (genga_preferences_get_type ())
G_DECLARE_FINAL_TYPE (GengaPreferences, genga_preferences, GENGA, PREFERENCES, AdwPreferencesWindow)

/* Over `parent`; `options` are those of new jobs. */
GtkWidget *genga_preferences_new (GtkWindow *parent, GSettings *settings, GengaOptions *options);

/* Gives the whole program the style that `settings` say, now and whenever it changes. */
void genga_preferences_apply_style (GSettings *settings);

G_END_DECLS
