/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of models: the catalogue's word and what their weights say, for the window and the
 * command line alike.
 *
 * Thread rule: any thread; functions that take folders or files block.
 */
#pragma once

#include "models/catalogue.h"
#include "nets/graph.h"

G_BEGIN_DECLS

typedef struct
{
  GengaCatalogueEntry *entry;
  GError *error;          /* why the file cannot be used; then nothing below is set */
  GengaNetSpec spec;      /* of a file */
  GengaGraph *graph;      /* of the network, without weights */
  GengaDType stored_type; /* that most numbers have in the file */
  const char *stored;     /* its name ("f16"); static */
  guint64 size_bytes;     /* of the weights */
  char *value;            /* of a file of a list: what the option "model" takes for it */
  char **files;           /* paths of all files that the model consists of; NULL after an error */
} GengaModelFacts;

/* Takes `entry`, and reads its file where it is one, once. */
GengaModelFacts *genga_model_facts_new (GengaCatalogueEntry *take_entry);
void genga_model_facts_free (GengaModelFacts *self);

/*
 * The facts of all models in `folders` as genga_catalogue_list() finds them, in its order. `value`
 * is the shortest name that means this file and no other: its stem, its file name, or its path.
 * Array of GengaModelFacts; free with g_ptr_array_unref().
 */
GPtrArray *genga_model_facts_list (const char *const *folders, gboolean with_missing);

/* "Compact · 2× · CC BY-NC 4.0, not for commercial use", or why it cannot be used. */
char *genga_model_facts_dup_summary (const GengaModelFacts *self);

/* The licence of the weights in a few words: "CC0-1.0", "licence unknown". */
char *genga_model_facts_dup_licence (const GengaModelFacts *self);

/*
 * Calls `func` for every fact of a usable file, in order: a translated title, and the value as one
 * line.
 */
typedef void (*GengaModelFactFunc) (const char *title, const char *value, gpointer user_data);
void genga_model_facts_foreach (const GengaModelFacts *self,
                                GengaModelFactFunc func,
                                gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaModelFacts, genga_model_facts_free)

G_END_DECLS
