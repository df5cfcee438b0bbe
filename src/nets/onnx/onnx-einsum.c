/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-einsum.h"

#include "nets/onnx/onnx-scores.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The letters of both inputs and of the output. */
typedef struct
{
  char a[GENGA_TENSOR_MAX_RANK + 1];
  char b[GENGA_TENSOR_MAX_RANK + 1];
  char out[GENGA_TENSOR_MAX_RANK + 1];
} Letters;

static gboolean
refuse (GengaOnnxImport *self)
{
  return genga_onnx_refuse (self, _ ("this form of it is not supported"));
}

/* Letters up to a character that ends them; where they end, or NULL. */
static const char *
read_letters (const char *at, char end, char *letters)
{
  guint n = 0;

  for (; *at != end; at++)
    {
      if (*at == ' ')
        continue;
      if (!g_ascii_isalpha (*at) || n == GENGA_TENSOR_MAX_RANK || strchr (letters, *at) != NULL)
        return NULL;
      letters[n++] = *at;
      letters[n] = '\0';
    }
  return at;
}

static gboolean
read_equation (GengaOnnxImport *self, Letters *letters)
{
  const char *at = genga_onnx_get_string (self, "equation", "");

  *letters = (Letters){ .a = "" };
  at = read_letters (at, ',', letters->a);
  at = at != NULL ? read_letters (at + 1, '-', letters->b) : NULL;
  at = at != NULL && at[1] == '>' ? read_letters (at + 2, '\0', letters->out) : NULL;
  return at != NULL || refuse (self);
}

/* The view with its axes in another order of letters; its atoms are a copy. */
static void
reorder (GengaOnnxValue *out, const GengaOnnxValue *view, const char *letters, const char *wanted)
{
  guint order[GENGA_TENSOR_MAX_RANK];

  for (guint i = 0; i < view->rank; i++)
    order[i] = (guint)(strchr (letters, wanted[i]) - letters);
  genga_onnx_view_copy (out, view, view->map);
  genga_onnx_view_transpose (out, order);
}

/* Letters that are in both or in one only, in the order of `of`. */
static void
list_letters (const char *of, const char *with, gboolean in_both, char *list)
{
  for (; *of != '\0'; of++)
    if ((strchr (with, *of) != NULL) == in_both)
      {
        *list++ = *of;
        *list = '\0';
      }
}

/* [shared ..., row, sum] times [shared ..., sum, column]. */
static gboolean
multiply (GengaOnnxImport *self,
          const GengaOnnxValue *a,
          const GengaOnnxValue *b,
          const Letters *letters)
{
  char both[GENGA_TENSOR_MAX_RANK + 1] = "", sum[GENGA_TENSOR_MAX_RANK + 1] = "";
  char shared[GENGA_TENSOR_MAX_RANK + 1] = "", row[GENGA_TENSOR_MAX_RANK + 1] = "";
  char column[GENGA_TENSOR_MAX_RANK + 1] = "";
  g_autofree char *left = NULL, *right = NULL, *made = NULL;
  GengaOnnxValue first, second;
  gboolean ok;

  list_letters (letters->a, letters->b, TRUE, both);
  list_letters (both, letters->out, FALSE, sum);
  list_letters (letters->out, both, TRUE, shared);
  list_letters (letters->a, letters->b, FALSE, row);
  list_letters (letters->b, letters->a, FALSE, column);
  left = g_strconcat (shared, row, sum, NULL);
  right = g_strconcat (shared, sum, column, NULL);
  made = g_strconcat (shared, row, column, NULL);
  if (strlen (sum) != 1 || strlen (row) != 1 || strlen (column) != 1 ||
      strlen (made) != strlen (letters->out) || strspn (letters->out, made) != strlen (made))
    return refuse (self);
  reorder (&first, a, letters->a, left);
  reorder (&second, b, letters->b, right);
  ok = genga_onnx_multiply_views (self, &first, &second);
  g_free (first.atoms);
  g_free (second.atoms);
  if (ok && self->node->outputs[0].value != GENGA_ONNX_NO_VALUE)
    {
      GengaOnnxValue *result = &self->values[self->node->outputs[0].value];
      GengaOnnxValue ordered;

      reorder (&ordered, result, made, letters->out);
      g_free (result->atoms);
      *result = ordered;
    }
  return ok;
}

gboolean
genga_onnx_einsum (GengaOnnxImport *self)
{
  GengaOnnxValue *a = genga_onnx_get_input (self, 0);
  GengaOnnxValue *b = genga_onnx_get_input (self, 1);
  Letters letters;

  if (self->node->n_inputs != 2 || self->node->n_outputs < 1 || a == NULL || b == NULL ||
      !genga_onnx_value_has_atoms (a) || !genga_onnx_value_has_atoms (b))
    return refuse (self);
  if (!read_equation (self, &letters))
    return FALSE;
  if (strlen (letters.a) != a->rank || strlen (letters.b) != b->rank)
    return refuse (self);
  /* Scores come first. */
  if (b->kind == GENGA_ONNX_SCORES)
    {
      Letters turned = letters;

      memcpy (turned.a, letters.b, sizeof turned.a);
      memcpy (turned.b, letters.a, sizeof turned.b);
      return multiply (self, b, a, &turned);
    }
  return multiply (self, a, b, &letters);
}
