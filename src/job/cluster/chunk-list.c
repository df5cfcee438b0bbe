/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/chunk-list.h"
#include "job/cluster/cluster-json.h"

#define FORMAT 1
#define MAX_FILES 100000

static void
file_free (gpointer data)
{
  GengaChunkFile *file = data;

  g_free (file->source);
  g_free (file->target);
  g_free (file);
}

GPtrArray *
genga_chunk_list_new (void)
{
  return g_ptr_array_new_with_free_func (file_free);
}

void
genga_chunk_list_add (GPtrArray *self, const char *source, const char *target)
{
  GengaChunkFile *file = g_new0 (GengaChunkFile, 1);

  file->source = g_canonicalize_filename (source, NULL);
  file->target = g_canonicalize_filename (target, NULL);
  g_ptr_array_add (self, file);
}

char *
genga_chunk_list_format (GPtrArray *self, guint first, guint end, gsize *size)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  genga_cluster_write_int (builder, "format", FORMAT);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = first; i < end; i++)
    {
      const GengaChunkFile *file = self->pdata[i];

      json_builder_begin_object (builder);
      genga_cluster_write_path (builder, "source", file->source);
      genga_cluster_write_path (builder, "target", file->target);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return genga_cluster_write_end (builder, size);
}

GPtrArray *
genga_chunk_list_parse (const char *data, gsize size)
{
  g_auto (GengaClusterReader) reader = { 0 };
  g_autoptr (GPtrArray) self = genga_chunk_list_new ();
  JsonArray *files;

  if (size > GENGA_CHUNK_LIST_MAX || !genga_cluster_reader_init (&reader, data, size))
    return NULL;
  genga_cluster_read_int (&reader, "format", FORMAT, FORMAT);
  files = genga_cluster_read_array (&reader, "files", MAX_FILES);
  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++)
    {
      JsonNode *node = json_array_get_element (files, i);
      GengaClusterReader file = { .object = JSON_NODE_HOLDS_OBJECT (node)
                                                ? json_node_get_object (node)
                                                : NULL };

      if (file.object == NULL)
        return NULL;
      g_autofree char *source = genga_cluster_read_path (&file, "source");
      g_autofree char *target = genga_cluster_read_path (&file, "target");
      if (file.bad != NULL)
        return NULL;
      genga_chunk_list_add (self, source, target);
    }
  return reader.bad == NULL ? g_steal_pointer (&self) : NULL;
}
