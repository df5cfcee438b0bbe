/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings: the window's state and the defaults of new jobs.
 *
 * The options are one dictionary from name to value as genga_options_format() writes it, so that
 * the schema lists no option. Thread rule: main context only.
 */
#pragma once

#include "core/options.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/* The settings under the application's name, from a build folder or an installation. */
GSettings *genga_settings_new (void);

/* Values that are not possible (any more) are passed over. */
void genga_settings_load_options (GSettings *settings, GengaOptions *options);
/* Stores what differs from the defaults. */
void genga_settings_save_options (GSettings *settings, GengaOptions *options);

/* The profile that was chosen last for a codec; NULL: none, or one that it has not got. */
char *genga_settings_dup_profile (GSettings *settings, GengaCodec codec);
/* “auto” is none. */
void genga_settings_save_profile (GSettings *settings, GengaCodec codec, const char *profile);

G_END_DECLS
