/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaOfferList: the catalogue of models that can be had, and what is looked for in it.
 *
 * Thread rule: immutable once it is loaded; any thread.
 */
#pragma once

#include "models/catalogue/offer.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _GengaOfferList GengaOfferList;

/*
 * The catalogue that came with Genga. Blocks. Errors: GENGA_ERROR_MODEL with a sentence where it is
 * not there or cannot be used.
 */
GengaOfferList *genga_offer_list_load (GError **error);

/* The same from `path`. */
GengaOfferList *genga_offer_list_load_file (const char *path, GError **error);

GengaOfferList *genga_offer_list_ref (GengaOfferList *self);
void genga_offer_list_unref (GengaOfferList *self);

guint genga_offer_list_get_n (GengaOfferList *self);
const GengaOffer *genga_offer_list_get (GengaOfferList *self, guint index);

/* Its JSON object, for what else is in it; borrowed. */
JsonObject *genga_offer_list_get_root (GengaOfferList *self);

/*
 * The model that people mean: by its id, its name or the name of its file with or without suffix,
 * in any case; or NULL.
 */
const GengaOffer *genga_offer_list_find (GengaOfferList *self, const char *name);

/* The model that a file of this name is of, whatever its suffix; or NULL. */
const GengaOffer *genga_offer_list_find_file (GengaOfferList *self, const char *file_name);

/* What is looked for; what is NULL or 0 does not matter. */
typedef struct
{
  const char *const *words; /* all of them have to be in its id, name, author, family, licence,
                               scale ("2x"), tags or purpose, in any case */
  const char *tag;
  const char *family; /* in any case */
  int scale;
} GengaOfferQuery;

/* GengaOffer in the catalogue's order, borrowed from `self`; free with g_ptr_array_unref(). */
GPtrArray *genga_offer_list_search (GengaOfferList *self, const GengaOfferQuery *query);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaOfferList, genga_offer_list_unref)

G_END_DECLS
