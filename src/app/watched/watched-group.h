/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of watched folders in the preferences: a row for each, with its preset. Thread rule:
 * main context only.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Fills the group, and changes the settings as its rows are used. */
void genga_watched_group_set_up (AdwPreferencesGroup *group, GSettings *settings);

G_END_DECLS
