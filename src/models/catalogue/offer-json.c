/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/catalogue/offer-json.h"
#include "core/error.h"
#include "core/json-depth.h"
#include "core/text.h"
#include "models/catalogue-known.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_SIZE (4 << 20)
#define MAX_DEPTH 16
#define MAX_MODELS 10000
#define MAX_FILES 16
#define MAX_TAGS 64
#define MAX_TEXT 2048
#define MAX_FILE_BYTES (G_GUINT64_CONSTANT (1) << 34)

/* A place in the catalogue, for messages: "models[3].files". */
typedef struct
{
  const char *name; /* of the file */
  JsonObject *licences;
  GError **error;
} Reader;

static gboolean G_GNUC_PRINTF (3, 4)
    fail (GError **error, const char *name, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
               /* TRANSLATORS: a file's name, and technical words about what is wrong in it. */
               _ ("Genga's catalogue of models can't be used (%s: %s). Install Genga again."), name,
               reason);
  return FALSE;
}

/* ---- the text ---- */

JsonNode *
genga_offer_json_parse (const char *data, gsize size, const char *name, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) reason = NULL;
  JsonNode *root;

  if (size > MAX_SIZE || !genga_json_is_shallow (data, size, MAX_DEPTH))
    {
      fail (error, name, "too large or too deep");
      return NULL;
    }
  if (!g_utf8_validate_len (data, size, NULL) ||
      !json_parser_load_from_data (parser, data, size, &reason))
    {
      /* It quotes the file, whose escapes need not make text. */
      g_autofree char *why = genga_text_dup_line (reason != NULL ? reason->message : "not UTF-8");

      fail (error, name, "%s", why);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      fail (error, name, "not an object");
      return NULL;
    }
  return json_node_ref (root);
}

/* ---- values ---- */

static JsonNode *
get_member (JsonObject *object, const char *key)
{
  return object != NULL ? json_object_get_member (object, key) : NULL;
}

/* What people may see on one line. */
static gboolean
is_plain_text (const char *text)
{
  if (text[0] == '\0' || strlen (text) > MAX_TEXT)
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (!g_unichar_isprint (g_utf8_get_char (p)))
        return FALSE;
    }
  return TRUE;
}

/* `*value` gets the text of a member, or NULL where it is not there and need not be. */
static gboolean
read_text (
    const Reader *self, JsonObject *object, const char *key, gboolean is_needed, char **value)
{
  JsonNode *node = get_member (object, key);

  if (node == NULL && !is_needed)
    return TRUE;
  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING ||
      !is_plain_text (json_node_get_string (node)))
    return fail (self->error, self->name, "\"%s\" is not a text", key);
  *value = g_strdup (json_node_get_string (node));
  return TRUE;
}

/* 0 where it is not there. */
static gboolean
read_number (
    const Reader *self, JsonObject *object, const char *key, guint64 maximum, guint64 *value)
{
  JsonNode *node = get_member (object, key);

  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 1 ||
      (guint64)json_node_get_int (node) > maximum)
    return fail (self->error, self->name, "\"%s\" is not a number from 1 to %" G_GUINT64_FORMAT,
                 key, maximum);
  *value = json_node_get_int (node);
  return TRUE;
}

/* NULL where it is not there. */
static gboolean
read_array (
    const Reader *self, JsonObject *object, const char *key, guint maximum, JsonArray **value)
{
  JsonNode *node = get_member (object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) > maximum)
    return fail (self->error, self->name, "\"%s\" is not a list of at most %u", key, maximum);
  *value = json_node_get_array (node);
  return TRUE;
}

static JsonObject *
get_object (const Reader *self, JsonArray *array, guint index, const char *key)
{
  JsonNode *node = json_array_get_element (array, index);

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  fail (self->error, self->name, "%s[%u] is not an object", key, index);
  return NULL;
}

static gboolean
is_https (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  return uri != NULL && g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 &&
         g_uri_get_host (uri) != NULL && g_uri_get_host (uri)[0] != '\0' &&
         g_uri_get_userinfo (uri) == NULL;
}

static gboolean
is_id (const char *text)
{
  return strlen (text) <= 100 && g_ascii_isalnum (text[0]) &&
         strspn (text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "._-") == strlen (text);
}

static gboolean
is_file_name (const char *text)
{
  return strlen (text) <= 200 && text[0] != '.' && strpbrk (text, "/\\") == NULL &&
         (genga_model_file_get_stem_length (text) > 0 || g_str_has_suffix (text, ".bin"));
}

static gboolean
is_sha256 (const char *text)
{
  return strlen (text) == GENGA_SHA256_DIGITS &&
         strspn (text, G_CSET_DIGITS "abcdef") == GENGA_SHA256_DIGITS;
}

/* ---- models ---- */

static gboolean
read_file (const Reader *self, JsonObject *object, GengaOffer *offer)
{
  GengaOfferFile *file = genga_offer_add_file (offer);

  if (!read_text (self, object, "name", TRUE, &file->name) ||
      !read_text (self, object, "url", FALSE, &file->url) ||
      !read_text (self, object, "sha256", FALSE, &file->sha256) ||
      !read_number (self, object, "size", MAX_FILE_BYTES, &file->size_bytes))
    return FALSE;
  if (!is_file_name (file->name))
    return fail (self->error, self->name, "\"%s\" is no name of a model's file", file->name);
  if (file->sha256 != NULL && !is_sha256 (file->sha256))
    return fail (self->error, self->name, "\"%s\" has no proper sha256", file->name);
  if (file->url == NULL)
    return TRUE;
  /* The genuine catalogue has https alone; a test's loopback server is asked for at the download.
   */
  if (file->sha256 == NULL || file->size_bytes == 0 || offer->licence == NULL)
    return fail (self->error, self->name, "\"%s\" has a link and lacks what makes it safe",
                 file->name);
  return TRUE;
}

static gboolean
read_files (const Reader *self, JsonObject *object, GengaOffer *offer)
{
  JsonArray *files = NULL;

  if (!read_array (self, object, "files", MAX_FILES, &files))
    return FALSE;
  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++)
    {
      JsonObject *file = get_object (self, files, i, "files");

      if (file == NULL || !read_file (self, file, offer))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_tags (const Reader *self, JsonObject *object, GengaOffer *offer)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *tags = NULL;

  if (!read_array (self, object, "tags", MAX_TAGS, &tags))
    return FALSE;
  for (guint i = 0; tags != NULL && i < json_array_get_length (tags); i++)
    {
      JsonNode *tag = json_array_get_element (tags, i);

      if (json_node_get_value_type (tag) != G_TYPE_STRING ||
          !is_plain_text (json_node_get_string (tag)))
        return fail (self->error, self->name, "\"tags\" has what is not a text");
      g_strv_builder_add (builder, json_node_get_string (tag));
    }
  g_strfreev (offer->tags);
  offer->tags = g_strv_builder_end (builder);
  return TRUE;
}

/* The licence's name and text in the place of its identifier, where the catalogue has them. */
static gboolean
read_licence (const Reader *self, JsonObject *object, GengaOffer *offer)
{
  g_autofree char *id = NULL;
  JsonNode *node;

  if (!read_text (self, object, "licence", FALSE, &id))
    return FALSE;
  node = id != NULL ? get_member (self->licences, id) : NULL;
  if (node == NULL)
    {
      offer->licence = g_steal_pointer (&id);
      return TRUE;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (self->error, self->name, "\"%s\" is not an object", id);
  return read_text (self, json_node_get_object (node), "name", TRUE, &offer->licence) &&
         read_text (self, json_node_get_object (node), "url", FALSE, &offer->licence_url);
}

static gboolean
read_model (const Reader *self, JsonObject *object, GengaOffer *offer)
{
  guint64 scale = 0;

  if (!read_text (self, object, "id", TRUE, &offer->id) ||
      !read_text (self, object, "name", TRUE, &offer->name) ||
      !read_text (self, object, "page", TRUE, &offer->page) ||
      !read_text (self, object, "author", FALSE, &offer->author) ||
      !read_text (self, object, "family", FALSE, &offer->family) ||
      !read_number (self, object, "scale", 16, &scale) || !read_licence (self, object, offer) ||
      !read_tags (self, object, offer) || !read_files (self, object, offer))
    return FALSE;
  if (!is_id (offer->id))
    return fail (self->error, self->name, "\"%s\" is not an id", offer->id);
  if (!is_https (offer->page) || (offer->licence_url != NULL && !is_https (offer->licence_url)))
    return fail (self->error, self->name, "a page of \"%s\" is not https", offer->id);
  offer->scale = (int)scale;
  return TRUE;
}

/* Names are compared as file systems may: without their case. */
static gboolean
take_name (const Reader *self, GHashTable *names, const char *name)
{
  if (!g_hash_table_add (names, g_ascii_strdown (name, -1)))
    return fail (self->error, self->name, "\"%s\" is there twice", name);
  return TRUE;
}

static gboolean
check_names (const Reader *self, const GengaOffer *offer, GHashTable *ids, GHashTable *files)
{
  if (!take_name (self, ids, offer->id))
    return FALSE;
  for (guint i = 0; i < offer->files->len; i++)
    {
      if (!take_name (self, files, ((const GengaOfferFile *)offer->files->pdata[i])->name))
        return FALSE;
    }
  return TRUE;
}

GPtrArray *
genga_offer_json_read (JsonNode *root, const char *name, GError **error)
{
  JsonObject *object = json_node_get_object (root);
  JsonNode *licences = get_member (object, "licences");
  g_autoptr (GPtrArray) offers = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_offer_free);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const Reader self = {
    .name = name,
    .licences = licences != NULL && JSON_NODE_HOLDS_OBJECT (licences)
                    ? json_node_get_object (licences)
                    : NULL,
    .error = error,
  };
  JsonArray *models = NULL;
  guint64 format = 0;

  if (!read_number (&self, object, "format", 1, &format) ||
      !read_array (&self, object, "models", MAX_MODELS, &models))
    return NULL;
  if (format == 0 || models == NULL)
    {
      fail (error, name, "no models");
      return NULL;
    }
  for (guint i = 0; i < json_array_get_length (models); i++)
    {
      JsonObject *model = get_object (&self, models, i, "models");
      GengaOffer *offer = genga_offer_new ();

      g_ptr_array_add (offers, offer);
      if (model == NULL || !read_model (&self, model, offer) ||
          !check_names (&self, offer, ids, files))
        return NULL;
    }
  return g_steal_pointer (&offers);
}
