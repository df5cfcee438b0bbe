/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/ncnn/ncnn-param.h"

#include "weights/weights-error.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define MAGIC "7767517"
#define MAX_TEXT_SIZE (4 << 20)
/* A list's id is this less its own. */
#define LIST_BASE (-23300)

typedef struct
{
  GengaNcnnModel *model;
  GTree *blobs;   /* name to number + 1: no hash, whose collisions a file could choose */
  const char *at; /* in the text, which ends in a NUL */
  guint line;
  GError **error;
} Parser;

static gboolean
broken (Parser *parser, const char *what)
{
  return genga_weights_broken (parser->error, "ncnn: line %u: %s", parser->line, what);
}

static void
skip_blanks (Parser *parser)
{
  while (*parser->at == ' ' || *parser->at == '\t' || *parser->at == '\r')
    parser->at++;
}

static gboolean
is_end_of_line (Parser *parser)
{
  skip_blanks (parser);
  return *parser->at == '\n' || *parser->at == '\0';
}

static void
go_to_next_line (Parser *parser)
{
  while (is_end_of_line (parser) && *parser->at == '\n')
    {
      parser->at++;
      parser->line++;
    }
}

/* The next word of the line, in the model's texts; NULL where the line ends. */
static const char *
read_word (Parser *parser)
{
  const char *start;

  if (is_end_of_line (parser))
    return NULL;
  start = parser->at;
  while (*parser->at != '\0' && strchr (" \t\r\n", *parser->at) == NULL)
    parser->at++;
  return g_string_chunk_insert_len (parser->model->texts, start, parser->at - start);
}

static gboolean
read_count (Parser *parser, guint max, guint *count)
{
  guint64 value = 0;
  const char *start;

  skip_blanks (parser);
  for (start = parser->at; g_ascii_isdigit (*parser->at); parser->at++)
    value = MIN (value * 10 + (guint64)(*parser->at - '0'), G_MAXUINT);
  if (parser->at == start || value > max)
    return FALSE;
  *count = (guint)value;
  return TRUE;
}

static gpointer
keep (Parser *parser, gpointer array)
{
  g_ptr_array_add (parser->model->arrays, array);
  return array;
}

/* ---- parameters ---- */

static gboolean
read_number (Parser *parser, double *number)
{
  char *end;

  *number = g_ascii_strtod (parser->at, &end);
  /* strtod() takes words and blanks as well. */
  if (end == parser->at || strchr ("+-.0123456789", *parser->at) == NULL || !isfinite (*number))
    return FALSE;
  parser->at = end;
  return strchr (" \t\r\n,", *end) != NULL;
}

/* "=3,1,2,3": as many numbers as the first one says; that is never believed before they are there.
 */
static gboolean
read_list (Parser *parser, GengaNcnnParam *param)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (double));
  guint count;

  if (!read_count (parser, G_MAXUINT, &count))
    return broken (parser, "a list without its length");
  while (*parser->at == ',')
    {
      double number;

      parser->at++;
      if (!read_number (parser, &number))
        return broken (parser, "a list with something that is no number");
      g_array_append_val (numbers, number);
    }
  if (numbers->len != count)
    return broken (parser, "a list of another length than it says");
  param->n = numbers->len;
  param->numbers = keep (parser, g_array_free (g_steal_pointer (&numbers), FALSE));
  return TRUE;
}

/* What is in quotes, or begins with no digit. */
static void
read_text (Parser *parser, GengaNcnnParam *param)
{
  const char *ends = " \t\r\n";
  const char *start;

  if (*parser->at == '"')
    {
      ends = "\"\n";
      parser->at++;
    }
  for (start = parser->at; *parser->at != '\0' && strchr (ends, *parser->at) == NULL;)
    parser->at++;
  param->text = g_string_chunk_insert_len (parser->model->texts, start, parser->at - start);
  if (*parser->at == '"')
    parser->at++;
}

/* "0=64", "-23310=1,0.1", "19=\"0,0\"" */
static gboolean
read_param (Parser *parser, GArray *params)
{
  GengaNcnnParam param = { 0 };
  char *end;
  gint64 id = g_ascii_strtoll (parser->at, &end, 10);

  if (end == parser->at || *end != '=')
    return broken (parser, "a parameter without a number");
  param.is_list = id <= LIST_BASE;
  id = param.is_list ? LIST_BASE - id : id;
  if (id < 0 || id > GENGA_NCNN_MAX_ID || params->len == GENGA_NCNN_MAX_PARAMS)
    return broken (parser, "a parameter with an impossible number");
  param.id = (int)id;
  for (guint i = 0; i < params->len; i++)
    {
      if (g_array_index (params, GengaNcnnParam, i).id == param.id)
        return broken (parser, "a parameter is there twice");
    }
  parser->at = end + 1;
  if (param.is_list && !read_list (parser, &param))
    return FALSE;
  if (!param.is_list)
    {
      double number;

      if (read_number (parser, &number) && *parser->at != ',')
        {
          param.n = 1;
          param.numbers = keep (parser, g_memdup2 (&number, sizeof number));
        }
      else
        {
          parser->at = end + 1;
          read_text (parser, &param);
        }
    }
  g_array_append_val (params, param);
  return TRUE;
}

static gboolean
read_params (Parser *parser, GengaNcnnLayer *layer)
{
  g_autoptr (GArray) params = g_array_new (FALSE, FALSE, sizeof (GengaNcnnParam));

  while (!is_end_of_line (parser))
    {
      if (!read_param (parser, params))
        return FALSE;
    }
  layer->n_params = params->len;
  layer->params = keep (parser, g_array_free (g_steal_pointer (&params), FALSE));
  return TRUE;
}

/* ---- layers ---- */

static gboolean
read_inputs (Parser *parser, GengaNcnnLayer *layer)
{
  guint *inputs = keep (parser, g_new (guint, MAX (1, layer->n_inputs)));

  for (guint i = 0; i < layer->n_inputs; i++)
    {
      const char *name = read_word (parser);
      gpointer blob = name != NULL ? g_tree_lookup (parser->blobs, name) : NULL;

      if (blob == NULL)
        return broken (parser, "a layer takes what no layer before it makes");
      inputs[i] = GPOINTER_TO_UINT (blob) - 1;
    }
  layer->inputs = inputs;
  return TRUE;
}

static gboolean
read_outputs (Parser *parser, GengaNcnnLayer *layer, guint n_blobs)
{
  GPtrArray *names = parser->model->blob_names;

  layer->first_output = names->len;
  for (guint i = 0; i < layer->n_outputs; i++)
    {
      char *name = (char *)read_word (parser);

      if (name == NULL || names->len == n_blobs)
        return broken (parser, "a layer makes something else than the file announces");
      if (g_tree_lookup (parser->blobs, name) != NULL)
        return broken (parser, "two layers make something of one name");
      g_ptr_array_add (names, name);
      g_tree_insert (parser->blobs, name, GUINT_TO_POINTER (names->len));
    }
  return TRUE;
}

/* "Convolution conv_1 1 1 in out 0=64 1=3" */
static gboolean
read_layer (Parser *parser, guint n_blobs)
{
  GengaNcnnLayer layer = { 0 };

  layer.type = read_word (parser);
  layer.name = layer.type != NULL ? read_word (parser) : NULL;
  if (layer.name == NULL || !read_count (parser, GENGA_NCNN_MAX_BLOBS_OF_LAYER, &layer.n_inputs) ||
      !read_count (parser, GENGA_NCNN_MAX_BLOBS_OF_LAYER, &layer.n_outputs))
    return broken (parser, "this is no layer");
  if (!read_inputs (parser, &layer) || !read_outputs (parser, &layer, n_blobs) ||
      !read_params (parser, &layer))
    return FALSE;
  g_array_append_val (parser->model->layers, layer);
  return TRUE;
}

static gboolean
read_network (Parser *parser)
{
  const char *magic = read_word (parser);
  guint n_layers = 0, n_blobs = 0;

  if (g_strcmp0 (magic, MAGIC) != 0 || !is_end_of_line (parser))
    return broken (parser, "no ncnn description begins like this");
  go_to_next_line (parser);
  if (!read_count (parser, G_MAXINT, &n_layers) || !read_count (parser, G_MAXINT, &n_blobs) ||
      !is_end_of_line (parser))
    return broken (parser, "the number of layers is missing");
  for (go_to_next_line (parser); *parser->at != '\0'; go_to_next_line (parser))
    {
      if (parser->model->layers->len == MIN (n_layers, GENGA_NCNN_MAX_LAYERS))
        return broken (parser, "more layers than it says");
      if (!read_layer (parser, n_blobs))
        return FALSE;
    }
  return parser->model->layers->len == n_layers || broken (parser, "fewer layers than it says");
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b);
}

GengaNcnnModel *
genga_ncnn_param_read (const guint8 *data, gsize size, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GengaNcnnModel) model = NULL;
  g_autoptr (GTree) blobs = NULL;
  Parser parser = { .line = 1, .error = error };

  if (size > MAX_TEXT_SIZE || !g_utf8_validate_len ((const char *)data, size, NULL))
    {
      genga_weights_broken (error, "ncnn: the description is no text, or far too long");
      return NULL;
    }
  text = g_strndup ((const char *)data, size);
  model = genga_ncnn_model_new ();
  blobs = g_tree_new_full (compare_names, NULL, NULL, NULL);
  parser.model = model;
  parser.blobs = blobs;
  parser.at = text;
  return read_network (&parser) ? g_steal_pointer (&model) : NULL;
}
