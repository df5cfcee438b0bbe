/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue's parts: what is known by name, and how folders are read. For src/weights only. */
#pragma once

#include "models/catalogue.h"

G_BEGIN_DECLS

typedef struct
{
  const char *file_name;
  const char *name;    /* as people know it */
  const char *purpose; /* marked for translation, not translated */
} GengaKnownModel;

extern const GengaKnownModel genga_known_models[];
extern const guint genga_n_known_models;

/* The model whose file has this name, whatever its suffix and case; or NULL. */
const GengaKnownModel *genga_known_model_lookup (const char *file_name);

/*
 * The licence of the collection that a file belongs to by its name, or NULL; a file of a collection
 * need not be a known model. `note` gets what the licence asks for (translated, free with
 * g_free()), said of `display_name`.
 */
const char *
genga_known_licence_lookup (const char *file_name, const char *display_name, char **note);

/* Does a file of this name hold a model, by its suffix? The length of its stem, else 0. */
gsize genga_model_file_get_stem_length (const char *file_name);

/* The entry of a file, whether it is there or not. */
GengaCatalogueEntry *genga_catalogue_entry_new (const char *path);

/* The entries of all model files: folder by folder, in each sorted by file name. */
GPtrArray *genga_catalogue_collect (const char *const *folders);

G_END_DECLS
