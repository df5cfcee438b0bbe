/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/cluster-json.h"
#include "core/json-depth.h"

#define MAX_SIZE ((gsize)64 << 20)
#define MAX_DEPTH 8

gboolean
genga_cluster_reader_init (GengaClusterReader *self, const char *data, gsize size)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  *self = (GengaClusterReader){ 0 };
  if (size > MAX_SIZE || !genga_json_is_shallow (data, size, MAX_DEPTH) ||
      !g_utf8_validate_len (data, size, NULL) ||
      !json_parser_load_from_data (parser, data, size, NULL))
    return FALSE;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  self->root = json_node_ref (root);
  self->object = json_node_get_object (root);
  return TRUE;
}

void
genga_cluster_reader_clear (GengaClusterReader *self)
{
  g_clear_pointer (&self->root, json_node_unref);
  self->object = NULL;
}

static void
mark (GengaClusterReader *self, const char *key)
{
  if (self->bad == NULL)
    self->bad = key;
}

/* A value of the type, or NULL. */
static JsonNode *
get_value (GengaClusterReader *self, const char *key, GType type)
{
  JsonNode *node = json_object_get_member (self->object, key);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type
             ? node
             : NULL;
}

gint64
genga_cluster_read_int (GengaClusterReader *self, const char *key, gint64 least, gint64 most)
{
  JsonNode *node = get_value (self, key, G_TYPE_INT64);
  const gint64 value = node != NULL ? json_node_get_int (node) : least;

  if (node != NULL && value >= least && value <= most)
    return value;
  mark (self, key);
  return least;
}

double
genga_cluster_read_positive (GengaClusterReader *self, const char *key)
{
  JsonNode *node = json_object_get_member (self->object, key);
  const gboolean is_number = node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
                             (json_node_get_value_type (node) == G_TYPE_DOUBLE ||
                              json_node_get_value_type (node) == G_TYPE_INT64);
  const double value = is_number ? json_node_get_double (node) : 0;

  if (value > 0 && value <= 1e6)
    return value;
  mark (self, key);
  return 1;
}

gboolean
genga_cluster_read_boolean (GengaClusterReader *self, const char *key)
{
  JsonNode *node = get_value (self, key, G_TYPE_BOOLEAN);

  if (node == NULL)
    mark (self, key);
  return node != NULL && json_node_get_boolean (node);
}

char *
genga_cluster_read_text (GengaClusterReader *self, const char *key)
{
  JsonNode *node = get_value (self, key, G_TYPE_STRING);

  if (node == NULL)
    mark (self, key);
  return g_strdup (node != NULL ? json_node_get_string (node) : "");
}

char *
genga_cluster_read_path (GengaClusterReader *self, const char *key)
{
  g_autofree char *uri = genga_cluster_read_text (self, key);
  g_autofree char *host = NULL;
  char *path = g_filename_from_uri (uri, &host, NULL);

  if (path != NULL && host == NULL && g_path_is_absolute (path))
    return path;
  mark (self, key);
  g_free (path);
  return g_strdup ("/");
}

JsonArray *
genga_cluster_read_array (GengaClusterReader *self, const char *key, guint most)
{
  JsonNode *node = json_object_get_member (self->object, key);
  JsonArray *array =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array != NULL && json_array_get_length (array) <= most)
    return array;
  mark (self, key);
  return NULL;
}

/* ---- writing ---- */

void
genga_cluster_write_int (JsonBuilder *builder, const char *key, gint64 value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

void
genga_cluster_write_double (JsonBuilder *builder, const char *key, double value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_double_value (builder, value);
}

void
genga_cluster_write_boolean (JsonBuilder *builder, const char *key, gboolean value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, value);
}

void
genga_cluster_write_text (JsonBuilder *builder, const char *key, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value != NULL ? value : "", -1);

  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, valid);
}

void
genga_cluster_write_path (JsonBuilder *builder, const char *key, const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);

  genga_cluster_write_text (builder, key, uri);
}

char *
genga_cluster_write_end (JsonBuilder *builder, gsize *size)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  json_generator_set_root (generator, root);
  g_object_unref (builder);
  return json_generator_to_data (generator, size);
}
