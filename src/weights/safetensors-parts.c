/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/safetensors-parts.h"

#include "weights/json.h"
#include "weights/safetensors.h"
#include "weights/weights-error.h"

#include <string.h>

#define MAX_LIST_SIZE (16 << 20)
/* As many companions as a state dict has. */
#define MAX_PARTS 64

/* Both strings lie in the reader's `names`; those of one file are one string. */
typedef struct
{
  const char *tensor;
  const char *file;
} Place;

typedef struct
{
  GengaStateDict *dict;
  GStringChunk *names;
  GArray *places; /* of Place, sorted by tensor */
  GPtrArray *parts;
} Reader;

static gboolean
not_a_list (GError **error)
{
  return genga_weights_broken (error, "safetensors: the list of parts is not as it must be");
}

static const char *
get_part (Reader *reader, const char *name, GError **error)
{
  for (guint i = 0; i < reader->parts->len; i++)
    {
      if (g_str_equal (reader->parts->pdata[i], name))
        return reader->parts->pdata[i];
    }
  if (reader->parts->len == MAX_PARTS)
    {
      genga_weights_broken (error, "safetensors: more than %d parts", MAX_PARTS);
      return NULL;
    }
  g_ptr_array_add (reader->parts, g_string_chunk_insert (reader->names, name));
  return reader->parts->pdata[reader->parts->len - 1];
}

static gboolean
read_map (Reader *reader, GengaJson *json, GError **error)
{
  if (!genga_json_read_mark (json, '{'))
    return not_a_list (error);
  do
    {
      Place place;

      if (!genga_json_read_string (json))
        return not_a_list (error);
      place.tensor = g_string_chunk_insert (reader->names, json->text->str);
      if (!genga_json_read_mark (json, ':') || !genga_json_read_string (json))
        return not_a_list (error);
      place.file = get_part (reader, json->text->str, error);
      if (place.file == NULL)
        return FALSE;
      g_array_append_val (reader->places, place);
    }
  while (genga_json_read_mark (json, ','));
  return genga_json_read_mark (json, '}') || not_a_list (error);
}

/* {"metadata": ..., "weight_map": {"tensor": "file", ...}} */
static gboolean
read_list (Reader *reader, GengaJson *json, GError **error)
{
  if (!genga_json_read_mark (json, '{'))
    return not_a_list (error);
  do
    {
      gboolean is_map;

      if (!genga_json_read_string (json))
        return not_a_list (error);
      is_map = g_str_equal (json->text->str, "weight_map");
      if (!genga_json_read_mark (json, ':') || (is_map && reader->places->len > 0))
        return not_a_list (error);
      if (is_map ? !read_map (reader, json, error) : !genga_json_skip_value (json))
        return is_map ? FALSE : not_a_list (error);
    }
  while (genga_json_read_mark (json, ','));
  return (genga_json_read_mark (json, '}') && genga_json_is_at_end (json) &&
          reader->places->len > 0) ||
         not_a_list (error);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Place *)a)->tensor, ((const Place *)b)->tensor);
}

static gboolean
sort_places (Reader *reader, GError **error)
{
  g_array_sort (reader->places, compare_places);
  for (guint i = 1; i < reader->places->len; i++)
    {
      if (compare_places (&g_array_index (reader->places, Place, i - 1),
                          &g_array_index (reader->places, Place, i)) == 0)
        return genga_weights_broken (error, "safetensors: a tensor is listed twice");
    }
  return TRUE;
}

/* Moves the tensors of one file over, each of which must be listed there. */
static gboolean
add_part (Reader *reader, const char *name, GError **error)
{
  GBytes *bytes = genga_state_dict_read_companion (reader->dict, name, FALSE, error);
  g_autoptr (GengaStateDict) part = NULL;

  if (bytes == NULL)
    return FALSE;
  part = genga_state_dict_new (bytes);
  if (!genga_safetensors_read (part, bytes, error))
    return FALSE;
  for (guint i = 0; i < genga_state_dict_get_n_tensors (part); i++)
    {
      const GengaTensor *tensor = genga_state_dict_get_tensor (part, i);
      const Place wanted = { .tensor = tensor->name };
      guint at;

      if (!g_array_binary_search (reader->places, &wanted, compare_places, &at) ||
          g_array_index (reader->places, Place, at).file != name)
        return genga_weights_broken (error, "safetensors: a part has a tensor that is not listed");
      if (!genga_state_dict_add (reader->dict, tensor, tensor->name, strlen (tensor->name), error))
        return FALSE;
    }
  genga_state_dict_take_part (reader->dict, g_steal_pointer (&part));
  return TRUE;
}

static gboolean
add_parts (Reader *reader, GError **error)
{
  for (guint i = 0; i < reader->parts->len; i++)
    {
      if (!add_part (reader, reader->parts->pdata[i], error))
        return FALSE;
    }
  /* Names are unique in the list, and in the dict once it is finished. */
  if (genga_state_dict_get_n_tensors (reader->dict) < reader->places->len)
    return genga_weights_broken (error, "safetensors: a listed tensor is in no part");
  return TRUE;
}

gboolean
genga_safetensors_parts_read (GengaStateDict *dict, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  Reader reader = { .dict = dict, .places = places, .parts = parts };
  GengaJson json;
  gboolean ok;

  if (size > MAX_LIST_SIZE)
    return not_a_list (error);
  reader.names = g_string_chunk_new (4096);
  genga_json_init (&json, data, size);
  ok = read_list (&reader, &json, error) && sort_places (&reader, error) &&
       add_parts (&reader, error);
  genga_json_clear (&json);
  g_string_chunk_free (reader.names);
  return ok;
}

char *
genga_safetensors_dup_list_name (const char *part)
{
  static const char form[] = "-#####-of-#####.safetensors";
  gsize length = strlen (part);
  gsize n = strlen (form);

  if (length <= n)
    return NULL;
  for (gsize i = 0; i < n; i++)
    {
      char c = part[length - n + i];

      if (form[i] == '#' ? !g_ascii_isdigit (c) : g_ascii_tolower (c) != form[i])
        return NULL;
    }
  return g_strdup_printf ("%.*s.safetensors.index.json", (int)(length - n), part);
}
