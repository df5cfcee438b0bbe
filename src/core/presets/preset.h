/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPreset: a name for values of options, as people save and exchange them.
 *
 * A preset has the options that describe a result. It has none that are about one source or one
 * machine (GENGA_OPTION_IS_LOCAL), that name results, or that say what becomes of those that are
 * there, so that one from a stranger can neither choose files nor replace any. What it does not
 * have is at its default.
 *
 * As a file it is text of at most GENGA_PRESET_MAX_BYTES: a line “[Genga Preset]”, “name=” and a
 * line for each option, as genga_options_parse() takes it; in UTF-8, with the escapes of GKeyFile.
 *
 * Thread rule: a preset is immutable; any thread.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

#define GENGA_PRESET_MAX_BYTES 65536
#define GENGA_PRESET_MAX_NAME_CHARS 60
#define GENGA_PRESET_SUFFIX ".genga-preset"

typedef struct _GengaPreset GengaPreset;

/* Whether presets have it. */
gboolean genga_preset_has_option (GengaOption option);

/*
 * Of what `options` have. Errors: GENGA_ERROR_USAGE where the name can't be one: empty, longer than
 * GENGA_PRESET_MAX_NAME_CHARS, or with characters that are none of a line of text; or where
 * genga_preset_new_from_text() would refuse what the options have.
 */
GengaPreset *genga_preset_new (const char *name, GengaOptions *options, GError **error);
GengaPreset *genga_preset_ref (GengaPreset *self);
void genga_preset_unref (GengaPreset *self);

/* Those that come with Genga, of GengaPreset; free with g_ptr_array_unref(). */
GPtrArray *genga_preset_list_builtin (void);

const char *genga_preset_get_name (GengaPreset *self);
/* The name as it is shown: translated where the preset comes with Genga. */
const char *genga_preset_get_title (GengaPreset *self);
gboolean genga_preset_is_builtin (GengaPreset *self);
/* What it is for, translated; NULL: nobody has said. */
const char *genga_preset_get_purpose (GengaPreset *self);

/* Whether it is called so, by its name or its title, in letters of either case. */
gboolean genga_preset_is_called (GengaPreset *self, const char *name);

/* Its values, frozen: those that it has are set. Borrowed. */
GengaOptions *genga_preset_get_options (GengaPreset *self);

/* Gives `options` its values, and the default of all that presets can have and this one has not. */
void genga_preset_apply (GengaPreset *self, GengaOptions *options);

/*
 * Gives `options` its values where they have not been set, and no size where one has been set in
 * any way: for a command line, whose flags count for more than its preset.
 */
void genga_preset_apply_unset (GengaPreset *self, GengaOptions *options);

/* Whether genga_preset_apply() would change nothing. */
gboolean genga_preset_is_applied (GengaPreset *self, GengaOptions *options);

/* As a file's text; free with g_free(). */
char *genga_preset_to_text (GengaPreset *self);

/*
 * From bytes that anybody may have written. Options that Genga does not know, or that presets do
 * not have, make it wrong, and so does a model that is a path, or the name of a file in the current
 * folder. Errors: GENGA_ERROR_INPUT with a sentence that does not name the file.
 */
GengaPreset *genga_preset_new_from_text (const char *text, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPreset, genga_preset_unref)

G_END_DECLS
