/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GLib's entries for a row of the options table, for --models-dir, --no-sandbox and --json; the
 * parser and the help page are made of them. Strings are static; user data of the group is the
 * GengaOptions that get values.
 *
 * Thread rule: main thread only.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

extern const GOptionEntry genga_models_dir_entry;
extern const GOptionEntry genga_no_sandbox_entry;
void genga_option_init_entry (GengaOption option, GOptionEntry *entry);
/* `wants_json` is set where the option is given. */
void genga_option_init_json_entry (gboolean *wants_json, GOptionEntry *entry);

G_END_DECLS
