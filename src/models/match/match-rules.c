/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/match/match-rules.h"
#include "core/error.h"
#include "models/catalogue-known.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
genga_match_clear (GengaMatch *self)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->rule, g_free);
}

const char *
genga_match_get_words (const char *rule)
{
  static const char *const words[][2] = {
    { "photo", N_ ("a photograph or film") },
    { "manga-damaged", N_ ("grey line art with compression artefacts") },
    { "manga", N_ ("grey line art") },
    { "small-damaged", N_ ("a small drawing with compression artefacts") },
    { "damaged", N_ ("a drawing with compression artefacts") },
    { "noisy", N_ ("a noisy drawing") },
    { "small", N_ ("a small drawing") },
    { "drawing", N_ ("a clean drawing") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_str_equal (words[i][0], rule))
        return _ (words[i][1]);
    }
  return rule;
}

/* What a choice is made among. */
typedef struct
{
  GengaOfferList *offers;
  GPtrArray *entries; /* GengaCatalogueEntry */
  GengaFactsCache *models;
  int scale;
  GengaMatch *match;
} Choice;

/* ---- values, of whatever kind they are ---- */

static JsonArray *
get_array (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
get_element (JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
get_text (JsonNode *node)
{
  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* ---- conditions ---- */

static gboolean
is_number (JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

/* A rule that cannot be understood holds for nothing. */
static gboolean
is_in_range (JsonNode *range, double value)
{
  JsonArray *ends = JSON_NODE_HOLDS_ARRAY (range) ? json_node_get_array (range) : NULL;
  JsonNode *lowest, *highest;

  if (ends == NULL || json_array_get_length (ends) != 2)
    return FALSE;
  lowest = json_array_get_element (ends, 0);
  highest = json_array_get_element (ends, 1);
  return (JSON_NODE_HOLDS_NULL (lowest) ||
          (is_number (lowest) && value >= json_node_get_double (lowest))) &&
         (JSON_NODE_HOLDS_NULL (highest) ||
          (is_number (highest) && value < json_node_get_double (highest)));
}

static gboolean
rule_holds (JsonObject *rule, const GengaSourceLook *look)
{
  JsonNode *node = json_object_get_member (rule, "if");
  JsonObjectIter iter;
  const char *name;
  JsonNode *range;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &range))
    {
      double value;

      if (!genga_source_look_get_measure (look, name, &value) || !is_in_range (range, value))
        return FALSE;
    }
  return TRUE;
}

/* ---- choices ---- */

static gboolean
is_stem_of (const GengaCatalogueEntry *entry, const char *stem, gsize length)
{
  return genga_model_file_get_stem_length (entry->file_name) == length &&
         g_ascii_strncasecmp (entry->file_name, stem, length) == 0;
}

/* Takes the first file of that stem that can be used. */
static gboolean
take_stem (Choice *self, const char *stem, gsize length)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const GengaCatalogueEntry *entry = self->entries->pdata[i];
      const GengaModelFacts *facts;

      if (!is_stem_of (entry, stem, length))
        continue;
      facts = genga_facts_cache_look_up (self->models, entry->path, NULL);
      if (facts == NULL || (facts->spec.scale == 1 && self->scale != 1))
        continue;
      self->match->path = g_strdup (entry->path);
      self->match->name = g_strdup (facts->entry->display_name);
      return TRUE;
    }
  return FALSE;
}

static gboolean
take_offer (Choice *self, const GengaOffer *offer)
{
  const char *name;

  if (offer->files->len == 0)
    return FALSE;
  name = ((const GengaOfferFile *)offer->files->pdata[0])->name;
  return take_stem (self, name, genga_model_file_get_stem_length (name));
}

static gboolean
has_tags (const GengaOffer *offer, JsonArray *tags)
{
  for (guint i = 0; i < json_array_get_length (tags); i++)
    {
      const char *tag = get_text (json_array_get_element (tags, i));

      if (tag == NULL || !genga_offer_has_tag (offer, tag))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take (Choice *self, JsonObject *choice)
{
  const char *model = get_text (json_object_get_member (choice, "model"));
  JsonArray *tags = get_array (choice, "tags");
  const GengaOffer *offer = model != NULL ? genga_offer_list_find (self->offers, model) : NULL;

  if (model != NULL)
    return offer != NULL ? take_offer (self, offer) : take_stem (self, model, strlen (model));
  for (guint i = 0; tags != NULL && i < genga_offer_list_get_n (self->offers); i++)
    {
      offer = genga_offer_list_get (self->offers, i);
      if (has_tags (offer, tags) && take_offer (self, offer))
        return TRUE;
    }
  return FALSE;
}

static gboolean
take_first (Choice *self, JsonObject *rule)
{
  JsonArray *choices = get_array (rule, "take");

  for (guint i = 0; choices != NULL && i < json_array_get_length (choices); i++)
    {
      JsonObject *choice = get_element (choices, i);

      if (choice != NULL && take (self, choice))
        return TRUE;
    }
  return FALSE;
}

gboolean
genga_match_choose (GengaOfferList *offers,
                    const char *const *folders,
                    GengaFactsCache *models,
                    const GengaSourceLook *look,
                    int scale,
                    GengaMatch *match,
                    GError **error)
{
  JsonArray *rules = get_array (genga_offer_list_get_root (offers), "rules");
  g_autoptr (GPtrArray) entries = genga_catalogue_collect (folders);
  Choice choice = { offers, entries, models, scale, match };

  for (guint i = 0; rules != NULL && i < json_array_get_length (rules); i++)
    {
      JsonObject *rule = get_element (rules, i);
      const char *name = rule != NULL ? get_text (json_object_get_member (rule, "name")) : NULL;

      if (name == NULL || !rule_holds (rule, look))
        continue;
      if (take_first (&choice, rule))
        {
          match->rule = g_strdup (name);
          return TRUE;
        }
      break;
    }
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                       _ ("None of the models that would fit this source is there. Choose a model "
                          "with --model."));
  return FALSE;
}
