/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The JSON of a cluster's job: objects of numbers, texts and paths, read as if a stranger had
 * written them.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* ---- reading ---- */

/* An object that is read value by value; the first one that is missing or wrong is remembered. */
typedef struct
{
  JsonNode *root; /* owned */
  JsonObject *object;
  const char *bad; /* its key, static as the keys are; NULL: all were right */
} GengaClusterReader;

/* Text of any bytes, at most 64 MiB. FALSE: it is no object, or nested too deeply. */
gboolean genga_cluster_reader_init (GengaClusterReader *self, const char *data, gsize size);
void genga_cluster_reader_clear (GengaClusterReader *self);

/* `least` where it is not there, or not within. */
gint64
genga_cluster_read_int (GengaClusterReader *self, const char *key, gint64 least, gint64 most);
/* A number greater than 0, up to a million; 1 where it is none. */
double genga_cluster_read_positive (GengaClusterReader *self, const char *key);
gboolean genga_cluster_read_boolean (GengaClusterReader *self, const char *key);
/* Both to be freed with g_free(), and never NULL. A path is absolute. */
char *genga_cluster_read_text (GengaClusterReader *self, const char *key);
char *genga_cluster_read_path (GengaClusterReader *self, const char *key);
/* Borrowed; NULL where there is no array of at most `most` elements. */
JsonArray *genga_cluster_read_array (GengaClusterReader *self, const char *key, guint most);

/* ---- writing ---- */

void genga_cluster_write_int (JsonBuilder *builder, const char *key, gint64 value);
void genga_cluster_write_double (JsonBuilder *builder, const char *key, double value);
void genga_cluster_write_boolean (JsonBuilder *builder, const char *key, gboolean value);
/* NULL as "". Bytes that are no UTF-8 are replaced. */
void genga_cluster_write_text (JsonBuilder *builder, const char *key, const char *value);
/* Absolute, whatever its bytes: as a URI. */
void genga_cluster_write_path (JsonBuilder *builder, const char *key, const char *path);
/* Swallows the builder; g_free(). */
char *genga_cluster_write_end (JsonBuilder *builder, gsize *size);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaClusterReader, genga_cluster_reader_clear)

G_END_DECLS
