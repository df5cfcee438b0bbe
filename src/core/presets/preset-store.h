/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The presets that there are: those that come with Genga, and the user's, a file each in
 * “genga/presets” of $XDG_CONFIG_HOME.
 *
 * Thread rule: any thread; blocks.
 */
#pragma once

#include "core/presets/preset.h"

G_BEGIN_DECLS

/* The user's folder, which need not be there; free with g_free(). */
char *genga_preset_store_dup_folder (void);

/*
 * All of GengaPreset: those that come with Genga, then the user's by name. Files that are no
 * presets are passed over. Free with g_ptr_array_unref().
 */
GPtrArray *genga_preset_store_list (void);

/* Errors: GENGA_ERROR_USAGE where there is none of the name. */
GengaPreset *genga_preset_store_find (const char *name, GError **error);

/*
 * Errors: GENGA_ERROR_EXISTS where one of the user's has the name and `replace` is not set,
 * GENGA_ERROR_USAGE where one that comes with Genga has it, GENGA_ERROR_OUTPUT.
 */
gboolean genga_preset_store_save (GengaPreset *preset, gboolean replace, GError **error);

/* Errors: GENGA_ERROR_USAGE where the user has none of the name, GENGA_ERROR_OUTPUT. */
gboolean genga_preset_store_remove (const char *name, GError **error);

/* ---- presets anywhere ---- */

/* Errors: GENGA_ERROR_INPUT with a sentence. */
GengaPreset *genga_preset_read (const char *path, GError **error);
/* Errors: GENGA_ERROR_OUTPUT; those of genga_output_file_new(). */
gboolean
genga_preset_write (GengaPreset *preset, const char *path, gboolean replace, GError **error);

G_END_DECLS
