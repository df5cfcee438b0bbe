/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options panel: a control for every option of the one table, in its groups.
 *
 * Which model there is and where results go have rows of their own; all others are made by
 * genga_option_row_new().
 *
 * Properties: `effective`: the precision that “auto” chooses, or NULL where that is not known;
 * `has-pictures`, `has-videos`: what there are options for; `formats`: those of pictures where the
 * format is automatic, a bit (1 << GengaFormat) each.
 */
#pragma once

#include "app/options/outlook-source.h"
#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_OPTIONS_PANEL (genga_options_panel_get_type ())
G_DECLARE_FINAL_TYPE (GengaOptionsPanel, genga_options_panel, GENGA, OPTIONS_PANEL, AdwBin)

/* Shows `options`; once. */
void genga_options_panel_set_options (GengaOptionsPanel *self, GengaOptions *options);

/* From now on the profile that each codec had last is kept in `settings`; once, after the options.
 */
void genga_options_panel_keep_profiles (GengaOptionsPanel *self, GSettings *settings);

/* Adds the row “Automatic Settings”, whose state is kept in `settings`; once, after the options. */
void genga_options_panel_add_automatic (GengaOptionsPanel *self, GSettings *settings);

/* Shows what will happen, and the tracks of videos; after the options, once. */
void genga_options_panel_set_outlook (GengaOptionsPanel *self, GengaOutlookSource *outlook);

G_END_DECLS
