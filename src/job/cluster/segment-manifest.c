/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/segment-manifest.h"
#include "job/cluster/cluster-json.h"

#define FORMAT 1
#define MAX_FRAMES 1000000

void
genga_segment_manifest_free (GengaSegmentManifest *self)
{
  g_clear_pointer (&self->entry, genga_journal_entry_free);
  g_free (self);
}

/* ---- writing ---- */

static void
write_times (JsonBuilder *builder, const char *key, const gint64 *times, guint64 n)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_array (builder);
  for (guint64 i = 0; i < n; i++)
    json_builder_add_int_value (builder, times[i]);
  json_builder_end_array (builder);
}

static void
write_entry (JsonBuilder *builder, const GengaJournalEntry *entry)
{
  const GengaVideoSegment *segment = entry->segment;
  gsize size;
  const guchar *coding = g_bytes_get_data (segment->coding, &size);
  g_autofree char *text = g_base64_encode (coding, size);

  genga_cluster_write_int (builder, "size", (gint64)segment->size);
  genga_cluster_write_int (builder, "delay", (gint64)segment->delay);
  genga_cluster_write_int (builder, "damaged", (gint64)entry->n_damaged);
  genga_cluster_write_text (builder, "coding", text);
  genga_cluster_write_int (builder, "next_pts", entry->next_pts);
  genga_cluster_write_text (builder, "next_print", entry->next_print);
  write_times (builder, "pts", segment->pts, segment->n_frames);
  write_times (builder, "durations", segment->durations, segment->n_frames);
}

char *
genga_segment_manifest_format (gint64 number, const GengaJournalEntry *entry, gsize *size)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  genga_cluster_write_int (builder, "format", FORMAT);
  genga_cluster_write_int (builder, "number", number);
  genga_cluster_write_int (builder, "frames", entry != NULL ? (gint64)entry->segment->n_frames : 0);
  if (entry != NULL)
    write_entry (builder, entry);
  json_builder_end_object (builder);
  return genga_cluster_write_end (builder, size);
}

/* ---- reading ---- */

/* Exactly `n` whole numbers of at least `least`; NULL where they are not that. */
static gint64 *
read_times (GengaClusterReader *reader, const char *key, guint n, gboolean must_grow)
{
  JsonArray *array = genga_cluster_read_array (reader, key, n);
  g_autofree gint64 *times = NULL;

  if (array == NULL || json_array_get_length (array) != n)
    {
      reader->bad = key;
      return NULL;
    }
  times = g_new (gint64, n);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const gboolean is_int =
          JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64;

      times[i] = is_int ? json_node_get_int (node) : 0;
      if (!is_int || (must_grow ? i > 0 && times[i] <= times[i - 1] : times[i] < 1))
        {
          reader->bad = key;
          return NULL;
        }
    }
  return g_steal_pointer (&times);
}

static GBytes *
read_coding (GengaClusterReader *reader)
{
  g_autofree char *text = genga_cluster_read_text (reader, "coding");
  gsize size = 0;
  g_autofree guchar *coding = g_base64_decode (text, &size);

  if (size == 0)
    reader->bad = "coding";
  return g_bytes_new_take (g_steal_pointer (&coding), size);
}

static GengaJournalEntry *
read_entry (GengaClusterReader *reader, guint n_frames)
{
  GengaJournalEntry *entry = g_new0 (GengaJournalEntry, 1);
  GengaVideoSegment *segment = g_new0 (GengaVideoSegment, 1);
  g_autofree char *print = genga_cluster_read_text (reader, "next_print");

  entry->segment = segment;
  segment->n_frames = n_frames;
  segment->size = genga_cluster_read_int (reader, "size", 0, G_MAXINT64);
  segment->delay = genga_cluster_read_int (reader, "delay", 0, n_frames);
  segment->coding = read_coding (reader);
  segment->pts = read_times (reader, "pts", n_frames, TRUE);
  segment->durations = read_times (reader, "durations", n_frames, FALSE);
  entry->n_damaged = genga_cluster_read_int (reader, "damaged", 0, n_frames);
  entry->next_pts = genga_cluster_read_int (reader, "next_pts", G_MININT64, G_MAXINT64);
  entry->next_print = *print != '\0' ? g_steal_pointer (&print) : NULL;
  return entry;
}

GengaSegmentManifest *
genga_segment_manifest_parse (const char *data, gsize size, const char **bad)
{
  g_auto (GengaClusterReader) reader = { 0 };
  g_autoptr (GengaSegmentManifest) self = NULL;
  guint n_frames;

  *bad = "JSON";
  if (size > GENGA_SEGMENT_MANIFEST_MAX || !genga_cluster_reader_init (&reader, data, size))
    return NULL;
  genga_cluster_read_int (&reader, "format", FORMAT, FORMAT);
  self = g_new0 (GengaSegmentManifest, 1);
  self->number = genga_cluster_read_int (&reader, "number", 0, G_MAXINT32);
  n_frames = genga_cluster_read_int (&reader, "frames", 0, MAX_FRAMES);
  if (n_frames > 0 && reader.bad == NULL)
    self->entry = read_entry (&reader, n_frames);
  *bad = reader.bad;
  return reader.bad == NULL ? g_steal_pointer (&self) : NULL;
}
