/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of community models by the names of their files. For src/models only. */
#pragma once

#include <glib.h>

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
 * A sentence, marked for translation, for what a model that comes with Genga says in its file that
 * it is for; NULL: none does.
 */
const char *genga_known_purpose_lookup (const char *purpose);

/*
 * The licence of the collection that a file belongs to by its name, or NULL; a file of a collection
 * need not be a known model. `note` gets what the licence asks for (translated, free with
 * g_free()), said of `display_name`.
 */
const char *
genga_known_licence_lookup (const char *file_name, const char *display_name, char **note);

/* Does a file of this name hold a model, by its suffix? The length of its stem, else 0. */
gsize genga_model_file_get_stem_length (const char *file_name);

G_END_DECLS
