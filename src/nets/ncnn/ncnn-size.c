/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/ncnn/ncnn-size.h"

#include <string.h>

#define MAX_DEPTH 16
/* Far more than any side, far less than what overflows a sum of them. */
#define MAX_VALUE (G_GINT64_CONSTANT (1) << 31)

typedef struct
{
  GengaNcnnImport *import;
  guint sample;
  const char *at;
} Parser;

static gboolean read_operand (Parser *parser, guint depth, gint64 *value);

static gboolean
read_mark (Parser *parser, char mark)
{
  while (*parser->at == ' ')
    parser->at++;
  if (*parser->at != mark)
    return FALSE;
  parser->at++;
  return TRUE;
}

/* "(a,b)" */
static gboolean
read_operation (Parser *parser, char operation, guint depth, gint64 *value)
{
  gint64 a, b;

  if (depth == MAX_DEPTH || !read_mark (parser, '(') || !read_operand (parser, depth + 1, &a) ||
      !read_mark (parser, ',') || !read_operand (parser, depth + 1, &b) || !read_mark (parser, ')'))
    return FALSE;
  if (operation == '+')
    *value = a + b;
  else if (operation == '-')
    *value = a - b;
  else if (operation == '*')
    return !__builtin_mul_overflow (a, b, value);
  else if (b == 0)
    return FALSE;
  else
    *value = a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
  return TRUE;
}

/* "12", "-1", "0w" */
static gboolean
read_number (Parser *parser, gint64 *value)
{
  GengaNcnnImport *self = parser->import;
  char *end;
  const GengaNcnnBlob *blob;
  gint64 number = g_ascii_strtoll (parser->at, &end, 10);

  if (end == parser->at)
    return FALSE;
  parser->at = end;
  *value = number;
  if (*end == '\0' || strchr ("whc", *end) == NULL)
    return TRUE;
  parser->at++;
  if (number < 0 || number >= self->layer->n_inputs)
    return FALSE;
  blob = genga_ncnn_get_input (self, (guint)number);
  if (blob->kind != GENGA_NCNN_MAP)
    return FALSE;
  *value = *end == 'c'
               ? genga_ncnn_peek (self, blob->value)->channels
               : genga_ncnn_get_side (self, blob->value, *end == 'h' ? GENGA_AXIS_Y : GENGA_AXIS_X,
                                      parser->sample);
  return TRUE;
}

static gboolean
read_operand (Parser *parser, guint depth, gint64 *value)
{
  char first;
  gboolean ok;

  while (*parser->at == ' ')
    parser->at++;
  first = *parser->at;
  if (first != '\0' && strchr ("+-*/", first) != NULL && !g_ascii_isdigit (parser->at[1]))
    {
      parser->at += first == '/' && parser->at[1] == '/' ? 2 : 1;
      ok = read_operation (parser, first, depth, value);
    }
  else
    {
      ok = read_number (parser, value);
    }
  return ok && *value >= -MAX_VALUE && *value <= MAX_VALUE;
}

gboolean
genga_ncnn_evaluate (
    GengaNcnnImport *self, int id, guint sample, gint64 *values, guint max, guint *n)
{
  const GengaNcnnParam *param = genga_ncnn_layer_find (self->layer, id);
  Parser parser = { .import = self, .sample = sample };

  *n = 0;
  if (param != NULL && param->text == NULL && !param->is_list && param->n == 1)
    {
      values[(*n)++] = (gint64)CLAMP (param->numbers[0], -(double)MAX_VALUE, (double)MAX_VALUE);
      return TRUE;
    }
  if (param == NULL || param->text == NULL)
    return genga_ncnn_refuse_param (self, id);
  parser.at = param->text;
  do
    {
      if (*n == max || !read_operand (&parser, 0, &values[*n]))
        return genga_ncnn_refuse_param (self, id);
      (*n)++;
    }
  while (read_mark (&parser, ','));
  return *parser.at == '\0' || genga_ncnn_refuse_param (self, id);
}
