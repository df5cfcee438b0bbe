/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-terms.h"

#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>

/* Pairs that are compared for one mask. */
#define MAX_PAIRS ((gint64)1 << 26)
/* Pairs that are worth a step of genga_onnx_take_steps(). */
#define STEP_PAIRS 64
/* What pixels that came from another end of the map get; nothing is left of it after softmax. */
#define MASKED (-100.f)

/* What an atom of scores tells. */
typedef enum
{
  ROLE_HEAD,
  ROLE_WINDOW_Y,
  ROLE_WINDOW_X,
  ROLE_QUERY,
  ROLE_KEY,
  N_ROLES,
} Role;

static Role
get_role (const GengaOnnxValue *scores, guint axis, const GengaOnnxAtom *atom)
{
  if (axis + 2 >= scores->rank)
    return axis + 1 == scores->rank ? ROLE_KEY : ROLE_QUERY;
  return atom->dim == GENGA_ONNX_DIM_CHANNEL ? ROLE_HEAD
         : atom->dim == GENGA_ONNX_DIM_Y     ? ROLE_WINDOW_Y
                                             : ROLE_WINDOW_X;
}

/* Whether numbers of more than one stand along an axis of one of these roles. */
static gboolean
differ_along (const GengaOnnxValue *scores, const GengaOnnxValue *numbers, guint roles)
{
  for (guint d = 0; d < numbers->rank && numbers->rank <= scores->rank; d++)
    {
      guint axis = scores->rank - numbers->rank + d;
      guint n;
      const GengaOnnxAtom *atoms = genga_onnx_view_get_axis (scores, axis, &n);

      for (guint i = 0; i < n && numbers->shape[d] != 1; i++)
        if (roles & 1u << get_role (scores, axis, &atoms[i]))
          return TRUE;
    }
  return FALSE;
}

gboolean
genga_onnx_terms_are_factors (const GengaOnnxValue *scores, const GengaOnnxValue *numbers)
{
  return !differ_along (scores, numbers, ~(1u << ROLE_HEAD));
}

gboolean
genga_onnx_terms_are_of_windows (const GengaOnnxValue *scores, const GengaOnnxValue *numbers)
{
  return differ_along (scores, numbers, 1u << ROLE_WINDOW_Y | 1u << ROLE_WINDOW_X);
}

/* ---- all indices of scores ---- */

typedef struct
{
  const GengaOnnxValue *scores;
  gint64 extents[GENGA_ONNX_MAX_ATOMS];
  gint64 digits[GENGA_ONNX_MAX_ATOMS];
  gint64 n; /* indices in all */
  gint64 at[GENGA_TENSOR_MAX_RANK];
  gint64 by_role[N_ROLES]; /* which head, window, place */
} Walk;

/* The numbers have as many along each axis as there are, or one. */
static gboolean
fits (GengaOnnxImport *self, const Walk *walk, const GengaOnnxValue *numbers)
{
  const GengaOnnxValue *scores = walk->scores;

  if (numbers->rank > scores->rank)
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  for (guint d = 0; d < numbers->rank; d++)
    {
      guint axis = scores->rank - numbers->rank + d;
      gint64 length = 1;

      for (guint i = axis > 0 ? scores->ends[axis - 1] : 0; i < scores->ends[axis]; i++)
        length *= walk->extents[i];
      if (numbers->shape[d] != 1 && numbers->shape[d] != length)
        return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
    }
  return TRUE;
}

/* `picture` is NULL where numbers don't differ from window to window: one of those stands for all.
 */
static gboolean
start (GengaOnnxImport *self,
       Walk *walk,
       const GengaOnnxValue *scores,
       const GengaOnnxValue *numbers,
       const GengaOnnxPicture *picture)
{
  *walk = (Walk){ .scores = scores, .n = 1 };
  for (guint axis = 0; axis < scores->rank; axis++)
    for (guint i = axis > 0 ? scores->ends[axis - 1] : 0; i < scores->ends[axis]; i++)
      {
        const GengaOnnxAtom *atom = &scores->atoms[i];
        Role role = get_role (scores, axis, atom);

        walk->extents[i] = 1;
        if (picture == NULL && (role == ROLE_WINDOW_Y || role == ROLE_WINDOW_X))
          continue;
        if (picture != NULL ? !genga_onnx_count_size (&atom->extent, picture, &walk->extents[i])
                            : !genga_onnx_size_get_number (&atom->extent, &walk->extents[i]))
          return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
        if (walk->extents[i] < 1 || walk->n > MAX_PAIRS / walk->extents[i])
          return genga_onnx_refuse (self, _ ("its result is too large"));
        walk->n *= walk->extents[i];
      }
  return fits (self, walk, numbers) &&
         genga_onnx_take_steps (self, (guint64)walk->n / STEP_PAIRS + 1);
}

/* What the digits come to. */
static void
read_digits (Walk *self)
{
  const GengaOnnxValue *scores = self->scores;
  guint i = 0;

  for (guint role = 0; role < N_ROLES; role++)
    self->by_role[role] = 0;
  for (guint axis = 0; axis < scores->rank; axis++)
    {
      self->at[axis] = 0;
      for (; i < scores->ends[axis]; i++)
        {
          gint64 *number = &self->by_role[get_role (scores, axis, &scores->atoms[i])];

          self->at[axis] = self->at[axis] * self->extents[i] + self->digits[i];
          *number = *number * self->extents[i] + self->digits[i];
        }
    }
}

static void
step (Walk *self)
{
  for (guint i = self->scores->n_atoms; i-- > 0 && ++self->digits[i] == self->extents[i];)
    self->digits[i] = 0;
}

/* ---- what is the same in all windows ---- */

gboolean
genga_onnx_terms_add (GengaOnnxImport *self,
                      const GengaOnnxValue *scores,
                      GengaOnnxValue *terms,
                      gsize n_heads,
                      gsize n_places,
                      float *out)
{
  const float *floats = genga_onnx_numbers_peek_floats (self, terms);
  Walk walk;

  if (floats == NULL || !start (self, &walk, scores, terms, NULL))
    return FALSE;
  for (gint64 i = 0; i < walk.n; i++, step (&walk))
    {
      gsize head, query, key;

      read_digits (&walk);
      head = (gsize)walk.by_role[ROLE_HEAD];
      query = (gsize)walk.by_role[ROLE_QUERY];
      key = (gsize)walk.by_role[ROLE_KEY];
      if (head >= n_heads || query >= n_places || key >= n_places)
        return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
      out[(head * n_places + query) * n_places + key] +=
          floats[genga_onnx_find_place (terms, scores->rank, walk.at)];
    }
  return TRUE;
}

/* ---- masks ---- */

/* Where a pixel of a rolled map has come from, along one axis. */
static int
get_label (gint64 at, gint64 length, int window, int shift)
{
  return at >= length - window ? (at >= length - shift ? 2 : 1) : 0;
}

/* Whether two places of a window have been brought together by the roll. */
static gboolean
is_apart (gint64 first, gint64 length, int window, int shift, gint64 a, gint64 b)
{
  return shift > 0 && get_label (first + a, length, window, shift) !=
                          get_label (first + b, length, window, shift);
}

gboolean
genga_onnx_terms_are_mask (GengaOnnxImport *self,
                           const GengaOnnxValue *scores,
                           const GengaOnnxHeads *heads,
                           GengaOnnxValue *terms,
                           const GengaOnnxPicture *picture,
                           gboolean *is_mask)
{
  const int window_y = heads->window_y, window_x = heads->window_x;
  const float *floats = genga_onnx_numbers_peek_floats (self, terms);
  gboolean are_zeros = TRUE;
  gint64 height, width;
  Walk walk;

  *is_mask = TRUE;
  if (floats == NULL || !start (self, &walk, scores, terms, picture))
    return FALSE;
  if (!genga_onnx_count_size (genga_onnx_get_height (self, scores->map), picture, &height) ||
      !genga_onnx_count_size (genga_onnx_get_width (self, scores->map), picture, &width))
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  for (gint64 i = 0; i < walk.n && (are_zeros || *is_mask); i++, step (&walk))
    {
      const gint64 *by_role = walk.by_role;
      float number;
      gboolean apart;

      read_digits (&walk);
      number = floats[genga_onnx_find_place (terms, scores->rank, walk.at)];
      apart = is_apart (by_role[ROLE_WINDOW_Y] * window_y, height, window_y, heads->roll_y,
                        by_role[ROLE_QUERY] / window_x, by_role[ROLE_KEY] / window_x) ||
              is_apart (by_role[ROLE_WINDOW_X] * window_x, width, window_x, heads->roll_x,
                        by_role[ROLE_QUERY] % window_x, by_role[ROLE_KEY] % window_x);
      are_zeros &= number == 0;
      *is_mask &= apart ? number <= MASKED : number == 0;
    }
  if (*is_mask || are_zeros)
    return TRUE;
  return genga_onnx_refuse (self, _ ("what it adds differs from window to window, and is no mask "
                                     "of windows that were shifted"));
}
