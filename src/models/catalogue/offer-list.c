/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/catalogue/offer-list.h"
#include "core/error.h"
#include "core/fault.h"
#include "core/text.h"
#include "models/catalogue-known.h"
#include "models/catalogue/offer-json.h"
#include "models/model-folders.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _GengaOfferList
{
  gatomicrefcount ref_count;
  GPtrArray *offers;
  JsonNode *root;
};

GengaOfferList *
genga_offer_list_load_file (const char *path, GError **error)
{
  g_autofree char *name = genga_text_dup_name (path);
  g_autofree char *data = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GPtrArray) offers = NULL;
  g_autoptr (GError) reason = NULL;
  GengaOfferList *self;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, &reason))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                   _ ("Genga's catalogue of models can't be read: %s"), reason->message);
      return NULL;
    }
  root = genga_offer_json_parse (data, size, name, error);
  offers = root != NULL ? genga_offer_json_read (root, name, error) : NULL;
  if (offers == NULL)
    return NULL;

  self = g_new0 (GengaOfferList, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->offers = g_steal_pointer (&offers);
  self->root = g_steal_pointer (&root);
  return self;
}

GengaOfferList *
genga_offer_list_load (GError **error)
{
  g_autofree char *folder = genga_model_folder_dup_shipped ();
  g_autofree char *path = g_build_filename (folder, "catalogue.json", NULL);
  const char *other = genga_fault ("catalogue") ? g_getenv ("GENGA_CATALOGUE") : NULL;

  return genga_offer_list_load_file (other != NULL ? other : path, error);
}

GengaOfferList *
genga_offer_list_ref (GengaOfferList *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
genga_offer_list_unref (GengaOfferList *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->offers);
  json_node_unref (self->root);
  g_free (self);
}

guint
genga_offer_list_get_n (GengaOfferList *self)
{
  return self->offers->len;
}

const GengaOffer *
genga_offer_list_get (GengaOfferList *self, guint index)
{
  return self->offers->pdata[index];
}

JsonObject *
genga_offer_list_get_root (GengaOfferList *self)
{
  return json_node_get_object (self->root);
}

/* ---- one ---- */

static gsize
get_stem_length (const char *file_name)
{
  gsize length = genga_model_file_get_stem_length (file_name);

  return length > 0 ? length : strlen (file_name);
}

static gboolean
has_file_stem (const GengaOffer *offer, const char *name, gsize length)
{
  if (offer->files->len == 0)
    return FALSE;

  const GengaOfferFile *file = offer->files->pdata[0];
  return get_stem_length (file->name) == length &&
         g_ascii_strncasecmp (file->name, name, length) == 0;
}

static gboolean
is_called (const GengaOffer *offer, const char *name)
{
  g_autofree char *left = g_utf8_casefold (offer->name, -1);
  g_autofree char *right = g_utf8_casefold (name, -1);

  return g_ascii_strcasecmp (offer->id, name) == 0 || g_str_equal (left, right);
}

const GengaOffer *
genga_offer_list_find (GengaOfferList *self, const char *name)
{
  if (!g_utf8_validate (name, -1, NULL))
    return NULL;
  for (guint i = 0; i < self->offers->len; i++)
    {
      if (is_called (self->offers->pdata[i], name))
        return self->offers->pdata[i];
    }
  for (guint i = 0; i < self->offers->len; i++)
    {
      if (has_file_stem (self->offers->pdata[i], name, strlen (name)))
        return self->offers->pdata[i];
    }
  return genga_offer_list_find_file (self, name);
}

const GengaOffer *
genga_offer_list_find_file (GengaOfferList *self, const char *file_name)
{
  gsize length = get_stem_length (file_name);

  for (guint i = 0; i < self->offers->len; i++)
    {
      if (has_file_stem (self->offers->pdata[i], file_name, length))
        return self->offers->pdata[i];
    }
  return NULL;
}

/* ---- many ---- */

static char *
dup_haystack (const GengaOffer *offer)
{
  g_autofree char *tags = g_strjoinv (" ", offer->tags);
  g_autofree char *purpose = genga_offer_dup_purpose (offer);
  g_autofree char *text = g_strdup_printf (
      "%s %s %s %s %s %s %s %dx", offer->id, offer->name,
      offer->author != NULL ? offer->author : "", offer->family != NULL ? offer->family : "",
      offer->licence != NULL ? offer->licence : "", tags, purpose, offer->scale);

  return g_utf8_casefold (text, -1);
}

static gboolean
has_words (const GengaOffer *offer, const char *const *words)
{
  g_autofree char *haystack = dup_haystack (offer);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (words[i], -1);
      g_autofree char *word = g_utf8_casefold (valid, -1);

      if (strstr (haystack, word) == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
fits (const GengaOffer *offer, const GengaOfferQuery *query)
{
  return (query->scale == 0 || offer->scale == query->scale) &&
         (query->tag == NULL || genga_offer_has_tag (offer, query->tag)) &&
         (query->family == NULL ||
          (offer->family != NULL && g_ascii_strcasecmp (offer->family, query->family) == 0)) &&
         (query->words == NULL || has_words (offer, query->words));
}

GPtrArray *
genga_offer_list_search (GengaOfferList *self, const GengaOfferQuery *query)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < self->offers->len; i++)
    {
      if (fits (self->offers->pdata[i], query))
        g_ptr_array_add (found, self->offers->pdata[i]);
    }
  return found;
}
