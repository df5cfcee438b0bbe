/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model files by name or path, in the folders that jobs look in (models/model-folders.h). */
#pragma once

#include "models/catalogue.h"

G_BEGIN_DECLS

/*
 * The catalogue's entry of a model file; free with genga_catalogue_entry_free(). Errors:
 * GENGA_ERROR_MODEL where there is none, and for "none", "nearest" and "bicubic", which are no
 * files.
 */
GengaCatalogueEntry *genga_model_lookup (const char *name, GError **error);

G_END_DECLS
