/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model that people name. Thread rule: any thread; blocks. */
#pragma once

#include "models/catalogue.h"

G_BEGIN_DECLS

/*
 * Finds the model that `name` means: "none", "nearest" or "bicubic"; else a path, where it has a
 * slash in it or a model file's suffix and the file is there; else a file name or stem in
 * `folders`, in this case; else a display name, in any case; else any file that is there. Where
 * several folders have it, the first folder wins. Files are read only for display names; what is
 * known of a file that was found by its own name, GengaModelFacts tell. Free with
 * genga_catalogue_entry_free().
 *
 * GENGA_MODEL_AUTO, and without a source GENGA_MODEL_MATCH, is GENGA_CATALOGUE_STANDARD. Errors,
 * all GENGA_ERROR_MODEL: there is no such model (the message names those that are there and the
 * folders), or it is a known one that is not installed.
 */
GengaCatalogueEntry *
genga_catalogue_resolve (const char *const *folders, const char *name, GError **error);

G_END_DECLS
