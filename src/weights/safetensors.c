/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/json.h"
#include "weights/safetensors.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_HEADER_SIZE (100 * 1000 * 1000)

typedef struct
{
  guint64 begin;
  guint64 end;
} Range;

typedef struct
{
  GengaStateDict *dict;
  const guint8 *block; /* what the offsets count from */
  guint64 block_size;
  GArray *entries;
  GStringChunk *names;
  gboolean has_metadata;
} Reader;

/* The fields of one entry, in whatever order they come. */
typedef struct
{
  GengaTensor tensor; /* its name lies in the reader's `names` */
  Range range;
  gboolean has_dtype, has_shape, has_range;
} Entry;

static gboolean
not_json (GengaJson *json, GError **error)
{
  return genga_weights_broken (
      error, "safetensors: header is not as it must be, %" G_GSIZE_FORMAT " bytes before its end",
      (gsize)(json->end - json->at));
}

static gboolean
read_dtype (GengaJson *json, Entry *entry, GError **error)
{
  static const struct
  {
    const char *name;
    GengaDType dtype;
  } dtypes[] = {
    { "F64", GENGA_DTYPE_F64 },   { "F32", GENGA_DTYPE_F32 }, { "F16", GENGA_DTYPE_F16 },
    { "BF16", GENGA_DTYPE_BF16 }, { "I64", GENGA_DTYPE_I64 }, { "I32", GENGA_DTYPE_I32 },
    { "I16", GENGA_DTYPE_I16 },   { "I8", GENGA_DTYPE_I8 },   { "U8", GENGA_DTYPE_U8 },
    { "BOOL", GENGA_DTYPE_BOOL },
  };
  g_autofree char *quoted = NULL;

  if (entry->has_dtype || !genga_json_read_string (json))
    return not_json (json, error);
  entry->has_dtype = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    {
      if (g_str_equal (json->text->str, dtypes[i].name))
        {
          entry->tensor.dtype = dtypes[i].dtype;
          return TRUE;
        }
    }
  quoted = genga_weights_quote (json->text->str, json->text->len);
  return genga_weights_refuse (error,
                               _ ("The model stores its weights as “%s” numbers, which are not "
                                  "supported. Look for it in fp16, bf16 or fp32."),
                               quoted);
}

static gboolean
read_shape (GengaJson *json, Entry *entry, GError **error)
{
  GengaTensor *tensor = &entry->tensor;
  guint64 size;

  if (entry->has_shape || !genga_json_read_mark (json, '['))
    return not_json (json, error);
  entry->has_shape = TRUE;
  if (genga_json_read_mark (json, ']'))
    return TRUE;
  do
    {
      if (!genga_json_read_uint (json, &size) || size > G_MAXINT64)
        return not_json (json, error);
      if (tensor->rank == GENGA_TENSOR_MAX_RANK)
        return genga_weights_broken (error, "safetensors: a tensor has too many dimensions");
      tensor->shape[tensor->rank++] = (gint64)size;
    }
  while (genga_json_read_mark (json, ','));
  return genga_json_read_mark (json, ']') || not_json (json, error);
}

static gboolean
read_range (GengaJson *json, Entry *entry, GError **error)
{
  if (entry->has_range || !genga_json_read_mark (json, '[') ||
      !genga_json_read_uint (json, &entry->range.begin) || !genga_json_read_mark (json, ',') ||
      !genga_json_read_uint (json, &entry->range.end) || !genga_json_read_mark (json, ']'))
    return not_json (json, error);
  entry->has_range = TRUE;
  return TRUE;
}

/* {"dtype": ..., "shape": [...], "data_offsets": [begin, end]}; what else may be there is passed
   over, as the format's own library does. */
static gboolean
read_entry (GengaJson *json, Entry *entry, GError **error)
{
  if (!genga_json_read_mark (json, '{'))
    return not_json (json, error);
  do
    {
      gboolean ok;

      if (!genga_json_read_string (json) || !genga_json_read_mark (json, ':'))
        return not_json (json, error);
      if (g_str_equal (json->text->str, "dtype"))
        ok = read_dtype (json, entry, error);
      else if (g_str_equal (json->text->str, "shape"))
        ok = read_shape (json, entry, error);
      else if (g_str_equal (json->text->str, "data_offsets"))
        ok = read_range (json, entry, error);
      else
        ok = genga_json_skip_value (json) || not_json (json, error);
      if (!ok)
        return FALSE;
    }
  while (genga_json_read_mark (json, ','));
  if (!genga_json_read_mark (json, '}') || !entry->has_dtype || !entry->has_shape ||
      !entry->has_range)
    return not_json (json, error);
  return TRUE;
}

static gboolean
check_entry (Reader *reader, Entry *entry, GError **error)
{
  GengaTensor *tensor = &entry->tensor;
  const Range *range = &entry->range;
  guint64 size;

  if (range->begin > range->end || range->end > reader->block_size)
    return genga_weights_broken (error, "safetensors: a tensor lies outside the file");
  if (!genga_tensor_set_contiguous_strides (tensor) ||
      !g_uint64_checked_mul (&size, (guint64)genga_tensor_get_n_elements (tensor),
                             genga_dtype_get_size (tensor->dtype)) ||
      size != range->end - range->begin)
    return genga_weights_broken (error, "safetensors: a tensor's shape disagrees with its size");
  return TRUE;
}

static gboolean
read_metadata (Reader *reader, GengaJson *json, GError **error)
{
  if (reader->has_metadata || !genga_json_read_mark (json, '{'))
    return not_json (json, error);
  reader->has_metadata = TRUE;
  if (genga_json_read_mark (json, '}'))
    return TRUE;
  do
    {
      g_autofree char *key = NULL;

      if (!genga_json_read_string (json))
        return not_json (json, error);
      key = g_strdup (json->text->str);
      if (!genga_json_read_mark (json, ':') || !genga_json_read_string (json) ||
          !genga_state_dict_add_metadata (reader->dict, key, json->text->str))
        return not_json (json, error);
    }
  while (genga_json_read_mark (json, ','));
  return genga_json_read_mark (json, '}') || not_json (json, error);
}

static gboolean
read_header (Reader *reader, GengaJson *json, GError **error)
{
  if (!genga_json_read_mark (json, '{'))
    return not_json (json, error);
  if (genga_json_read_mark (json, '}'))
    return genga_json_is_at_end (json) || not_json (json, error);
  do
    {
      Entry entry = { 0 };

      if (!genga_json_read_string (json))
        return not_json (json, error);
      entry.tensor.name = g_string_chunk_insert (reader->names, json->text->str);
      if (!genga_json_read_mark (json, ':'))
        return not_json (json, error);
      if (g_str_equal (entry.tensor.name, "__metadata__"))
        {
          if (!read_metadata (reader, json, error))
            return FALSE;
          continue;
        }
      if (!read_entry (json, &entry, error) || !check_entry (reader, &entry, error))
        return FALSE;
      g_array_append_val (reader->entries, entry);
    }
  while (genga_json_read_mark (json, ','));
  if (!genga_json_read_mark (json, '}') || !genga_json_is_at_end (json))
    return not_json (json, error);
  return TRUE;
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const Range *x = a, *y = b;

  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return x->end < y->end ? -1 : x->end > y->end;
}

/* The tensors fill the block exactly: no hole, no overlap, nothing behind the last one. */
static gboolean
check_layout (Reader *reader, GError **error)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  guint64 at = 0;

  for (guint i = 0; i < reader->entries->len; i++)
    g_array_append_val (ranges, g_array_index (reader->entries, Entry, i).range);
  g_array_sort (ranges, compare_ranges);
  for (guint i = 0; i < ranges->len; i++)
    {
      const Range *range = &g_array_index (ranges, Range, i);

      if (range->begin != at)
        return genga_weights_broken (error, "safetensors: %s between two tensors",
                                     range->begin > at ? "hole" : "overlap");
      at = range->end;
    }
  if (at != reader->block_size)
    return genga_weights_broken (error, "safetensors: bytes behind the last tensor");
  return TRUE;
}

/* In place where the file's layout allows it, else a copy of this one tensor. */
static gboolean
add_tensors (Reader *reader, GError **error)
{
  static const guint64 nothing;

  for (guint i = 0; i < reader->entries->len; i++)
    {
      Entry *entry = &g_array_index (reader->entries, Entry, i);
      GengaTensor *tensor = &entry->tensor;
      gsize size = entry->range.end - entry->range.begin;

      tensor->data = size > 0 ? reader->block + entry->range.begin : (const guint8 *)&nothing;
      if ((guintptr)tensor->data % genga_dtype_get_size (tensor->dtype) != 0)
        {
          tensor->data = genga_state_dict_copy_bytes (reader->dict, tensor->data, size, error);
          if (tensor->data == NULL)
            return FALSE;
        }
      if (!genga_state_dict_add (reader->dict, tensor, tensor->name, strlen (tensor->name), error))
        return FALSE;
    }
  return TRUE;
}

/* Points `json` at the header and the reader at what lies behind it. */
static gboolean
find_header (Reader *reader, GengaJson *json, const guint8 *data, gsize size, GError **error)
{
  guint64 header_size;

  if (size < sizeof header_size)
    return genga_weights_broken (error, "safetensors: there is no header");
  memcpy (&header_size, data, sizeof header_size);
  header_size = GUINT64_FROM_LE (header_size);
  if (header_size > size - 8)
    return genga_weights_broken (error, "safetensors: the header is longer than the file");
  if (header_size > MAX_HEADER_SIZE)
    return genga_weights_broken (error, "safetensors: the header is longer than %d bytes",
                                 MAX_HEADER_SIZE);
  if (header_size == 0 || data[8] != '{')
    return genga_weights_broken (error, "safetensors: there is no header");

  genga_json_init (json, data + 8, header_size);
  reader->block = data + 8 + header_size;
  reader->block_size = size - 8 - header_size;
  return TRUE;
}

gboolean
genga_safetensors_read (GengaStateDict *dict, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  Reader reader = { .dict = dict, .entries = entries };
  GengaJson json;
  gboolean ok;

  if (!find_header (&reader, &json, data, size, error))
    return FALSE;
  reader.names = g_string_chunk_new (4096);
  ok = read_header (&reader, &json, error) && check_layout (&reader, error) &&
       add_tensors (&reader, error);
  g_string_chunk_free (reader.names);
  genga_json_clear (&json);
  return ok;
}
