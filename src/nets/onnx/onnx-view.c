/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* ---- maps of the graph ---- */

/* The maps of values that were made on the way to `map` are of no interest; theirs count as its. */
void
genga_onnx_note_map (GengaOnnxImport *self,
                     guint map,
                     const GengaOnnxSize *height,
                     const GengaOnnxSize *width)
{
  const GengaOnnxSize own_height = *height;
  const GengaOnnxSize own_width = *width;

  while (self->heights->len <= map)
    {
      g_array_append_val (self->heights, own_height);
      g_array_append_val (self->widths, own_width);
    }
}

void
genga_onnx_note_like (GengaOnnxImport *self, guint map, guint like)
{
  genga_onnx_note_map (self, map, genga_onnx_get_height (self, like),
                       genga_onnx_get_width (self, like));
}

const GengaOnnxSize *
genga_onnx_get_height (GengaOnnxImport *self, guint map)
{
  return &g_array_index (self->heights, GengaOnnxSize, map);
}

const GengaOnnxSize *
genga_onnx_get_width (GengaOnnxImport *self, guint map)
{
  return &g_array_index (self->widths, GengaOnnxSize, map);
}

/* ---- making views ---- */

static void
end_axis (GengaOnnxValue *view)
{
  view->ends[view->rank++] = view->n_atoms;
}

static void
append_atom (GengaOnnxValue *view, GengaOnnxDim dim, gint64 stride, const GengaOnnxSize *extent)
{
  if (!genga_onnx_size_is (extent, 1))
    view->atoms[view->n_atoms++] = (GengaOnnxAtom){ dim, stride, *extent };
}

void
genga_onnx_view_init (GengaOnnxImport *self, GengaOnnxValue *view, guint map)
{
  const GengaOnnxSize one = genga_onnx_size_of (1);
  const GengaOnnxSize channels = genga_onnx_size_of (genga_graph_peek (self->graph, map)->channels);
  gboolean is_vector = genga_graph_peek (self->graph, map)->is_vector;

  *view = (GengaOnnxValue){ .kind = GENGA_ONNX_VIEW, .map = map };
  view->atoms = g_new (GengaOnnxAtom, GENGA_ONNX_MAX_ATOMS);
  end_axis (view);
  append_atom (view, GENGA_ONNX_DIM_CHANNEL, 1, &channels);
  end_axis (view);
  append_atom (view, GENGA_ONNX_DIM_Y, 1, is_vector ? &one : genga_onnx_get_height (self, map));
  end_axis (view);
  append_atom (view, GENGA_ONNX_DIM_X, 1, is_vector ? &one : genga_onnx_get_width (self, map));
  end_axis (view);
}

void
genga_onnx_view_copy (GengaOnnxValue *view, const GengaOnnxValue *of, guint map)
{
  *view = *of;
  view->map = map;
  view->atoms = g_memdup2 (of->atoms, GENGA_ONNX_MAX_ATOMS * sizeof *of->atoms);
}

gboolean
genga_onnx_set_map (GengaOnnxImport *self, guint index, guint map)
{
  GengaOnnxValue view;

  genga_onnx_view_init (self, &view, map);
  return genga_onnx_set_output (self, index, &view);
}

gboolean
genga_onnx_set_view_like (GengaOnnxImport *self, guint index, const GengaOnnxValue *of, guint map)
{
  GengaOnnxValue view;

  genga_onnx_view_copy (&view, of, map);
  return genga_onnx_set_output (self, index, &view);
}

/* ---- asking ---- */

const GengaOnnxAtom *
genga_onnx_view_get_axis (const GengaOnnxValue *view, guint axis, guint *n_atoms)
{
  guint first = axis > 0 ? view->ends[axis - 1] : 0;

  *n_atoms = view->ends[axis] - first;
  return view->atoms + first;
}

static gboolean
multiply_extents (const GengaOnnxAtom *atoms, guint n, GengaOnnxSize *product)
{
  *product = genga_onnx_size_of (1);
  for (guint i = 0; i < n; i++)
    if (!genga_onnx_size_multiply (product, product, &atoms[i].extent))
      return FALSE;
  return TRUE;
}

gboolean
genga_onnx_view_get_length (const GengaOnnxValue *view, guint axis, GengaOnnxSize *length)
{
  guint n;
  const GengaOnnxAtom *atoms = genga_onnx_view_get_axis (view, axis, &n);

  return multiply_extents (atoms, n, length);
}

/* What there is of a dimension of the map. */
static GengaOnnxSize
get_whole (GengaOnnxImport *self, guint map, GengaOnnxDim dim)
{
  const GengaOp *op = genga_graph_peek (self->graph, map);

  switch (dim)
    {
    case GENGA_ONNX_DIM_CHANNEL:
      return genga_onnx_size_of (op->channels);
    case GENGA_ONNX_DIM_Y:
      return op->is_vector ? genga_onnx_size_of (1) : *genga_onnx_get_height (self, map);
    case GENGA_ONNX_DIM_X:
      return op->is_vector ? genga_onnx_size_of (1) : *genga_onnx_get_width (self, map);
    case GENGA_ONNX_DIM_REPEAT:
    case GENGA_ONNX_DIM_KEY:
    default:
      return genga_onnx_size_of (1);
    }
}

gboolean
genga_onnx_view_is_whole (GengaOnnxImport *self,
                          const GengaOnnxValue *view,
                          guint axis,
                          GengaOnnxDim dim)
{
  guint n;
  const GengaOnnxAtom *atoms = genga_onnx_view_get_axis (view, axis, &n);
  GengaOnnxSize whole = get_whole (self, view->map, dim);

  if (n == 0)
    return genga_onnx_size_is (&whole, 1);
  return n == 1 && atoms->dim == dim && atoms->stride == 1 &&
         genga_onnx_size_equal (&atoms->extent, &whole);
}

gboolean
genga_onnx_atoms_are_like (const GengaOnnxAtom *a, const GengaOnnxAtom *b, guint n)
{
  for (guint i = 0; i < n; i++)
    if (a[i].dim != b[i].dim || a[i].stride != b[i].stride ||
        !genga_onnx_size_equal (&a[i].extent, &b[i].extent))
      return FALSE;
  return TRUE;
}

static gboolean
find_held_of (GengaOnnxImport *self,
              const GengaOnnxValue *view,
              const gboolean *is_in,
              GengaOnnxDim dim,
              gboolean *is_held)
{
  guint n_in = 0, n_out = 0;

  for (guint axis = 0; axis < view->rank; axis++)
    {
      guint n;
      const GengaOnnxAtom *atoms = genga_onnx_view_get_axis (view, axis, &n);

      for (guint i = 0; i < n; i++)
        {
          n_in += is_in[axis] && atoms[i].dim == dim;
          n_out += !is_in[axis] && atoms[i].dim == dim;
        }
    }
  *is_held = n_in > 0;
  if (n_in > 0 && n_out > 0)
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  return TRUE;
}

gboolean
genga_onnx_view_find_held (GengaOnnxImport *self,
                           const GengaOnnxValue *view,
                           const gboolean *is_in,
                           GengaOnnxHeld *held)
{
  gboolean repeats = FALSE;

  for (guint i = 0; i < view->n_atoms; i++)
    repeats |= view->atoms[i].dim == GENGA_ONNX_DIM_REPEAT;
  if (repeats)
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  return find_held_of (self, view, is_in, GENGA_ONNX_DIM_CHANNEL, &held->channels) &&
         find_held_of (self, view, is_in, GENGA_ONNX_DIM_Y, &held->y) &&
         find_held_of (self, view, is_in, GENGA_ONNX_DIM_X, &held->x);
}

/* ---- changing ---- */

/* Joins atoms of an axis that follow each other in the map, too. */
static void
join_atoms (GengaOnnxValue *view)
{
  GengaOnnxAtom joined[GENGA_ONNX_MAX_ATOMS];
  guint n_joined = 0;
  guint from = 0;

  for (guint axis = 0; axis < view->rank; axis++)
    {
      guint first = n_joined;

      for (; from < view->ends[axis]; from++)
        {
          const GengaOnnxAtom *atom = &view->atoms[from];
          GengaOnnxAtom *last = n_joined > first ? &joined[n_joined - 1] : NULL;
          gint64 extent;
          GengaOnnxSize product;

          if (last != NULL && last->dim == atom->dim &&
              genga_onnx_size_get_number (&atom->extent, &extent) &&
              last->stride == atom->stride * extent &&
              genga_onnx_size_multiply (&product, &last->extent, &atom->extent))
            *last = (GengaOnnxAtom){ atom->dim, atom->stride, product };
          else
            joined[n_joined++] = *atom;
        }
      view->ends[axis] = n_joined;
    }
  memcpy (view->atoms, joined, n_joined * sizeof *joined);
  view->n_atoms = n_joined;
}

/* The list of atoms that is left to be put into axes. */
typedef struct
{
  GengaOnnxImport *import;
  GengaOnnxAtom atoms[GENGA_ONNX_MAX_ATOMS];
  guint at, n;
} Rest;

/* Whether a / b is whole for the file's own size, and which number it is. */
static gboolean
divide_fixed (const GengaOnnxSize *a, const GengaOnnxSize *b, gint64 *quotient)
{
  const double ratio = a->at[GENGA_ONNX_FIXED_SAMPLE] / b->at[GENGA_ONNX_FIXED_SAMPLE];

  if (!(ratio >= 1 && ratio <= GENGA_ONNX_MAX_MULTIPLE) || ratio != floor (ratio))
    return FALSE;
  *quotient = (gint64)ratio;
  return TRUE;
}

/*
 * Sizes that a file of a fixed size names as numbers stand for what the picture's sides make of
 * them: the number counts where it is the same for the file's own size. Where it is a part of that,
 * sides are taken to be cut into windows, as many as there are: there are more in larger pictures.
 * Where it is a multiple, sides have become one axis; the rest goes into `*need`.
 */
static gboolean
take_baked (Rest *rest, GengaOnnxValue *out, GengaOnnxSize *need)
{
  GengaOnnxAtom *atom = &rest->atoms[rest->at];
  GengaOnnxSize whole, part;
  gint64 n;

  if (!genga_onnx_size_is_constant (need) || genga_onnx_size_is_constant (&atom->extent))
    return FALSE;
  if (divide_fixed (need, &atom->extent, &n))
    {
      out->atoms[out->n_atoms++] = *atom;
      rest->at++;
      *need = genga_onnx_size_of (n);
      return TRUE;
    }
  if (!divide_fixed (&atom->extent, need, &n) || n > G_MAXINT64 / MAX (atom->stride, 1))
    return FALSE;
  whole = genga_onnx_size_of (n);
  if (!genga_onnx_size_divide_whole (&part, &atom->extent, &whole, &rest->import->multiple))
    return FALSE;
  out->atoms[out->n_atoms++] = (GengaOnnxAtom){ atom->dim, atom->stride * n, part };
  out->is_guessed = TRUE;
  atom->extent = whole;
  *need = genga_onnx_size_of (1);
  return TRUE;
}

/* Takes from the rest what makes an axis of that length. */
static gboolean
take_axis (Rest *rest, GengaOnnxValue *out, GengaOnnxSize need)
{
  int *multiple = &rest->import->multiple;

  while (!genga_onnx_size_is (&need, 1))
    {
      GengaOnnxAtom *atom = &rest->atoms[rest->at];
      GengaOnnxSize quotient;
      gint64 inner;

      if (rest->at == rest->n || out->n_atoms == GENGA_ONNX_MAX_ATOMS)
        return FALSE;
      if (take_baked (rest, out, &need))
        continue;
      if (genga_onnx_size_divide_whole (&quotient, &need, &atom->extent, multiple))
        {
          out->atoms[out->n_atoms++] = *atom;
          rest->at++;
          need = quotient;
          continue;
        }
      if (!genga_onnx_size_divide_whole (&quotient, &atom->extent, &need, multiple) ||
          !genga_onnx_size_get_number (&quotient, &inner) ||
          inner > G_MAXINT64 / MAX (atom->stride, 1))
        return FALSE;
      out->atoms[out->n_atoms++] = (GengaOnnxAtom){ atom->dim, atom->stride * inner, need };
      atom->extent = quotient;
      need = genga_onnx_size_of (1);
    }
  return TRUE;
}

gboolean
genga_onnx_view_reshape (GengaOnnxImport *self,
                         GengaOnnxValue *view,
                         const GengaOnnxSize *lengths,
                         guint rank)
{
  Rest rest = { .import = self, .n = view->n_atoms };
  GengaOnnxValue out = *view;
  gboolean ok = rank <= GENGA_TENSOR_MAX_RANK;

  memcpy (rest.atoms, view->atoms, view->n_atoms * sizeof *view->atoms);
  out.rank = 0;
  out.n_atoms = 0;
  for (guint axis = 0; axis < rank && ok; axis++)
    {
      ok = take_axis (&rest, &out, lengths[axis]);
      if (ok)
        end_axis (&out);
    }
  if (!ok || rest.at != rest.n)
    {
      return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
    }
  *view = out;
  join_atoms (view);
  return TRUE;
}

void
genga_onnx_view_transpose (GengaOnnxValue *view, const guint *order)
{
  GengaOnnxAtom atoms[GENGA_ONNX_MAX_ATOMS];
  guint ends[GENGA_TENSOR_MAX_RANK];
  guint n_moved = 0;

  for (guint axis = 0; axis < view->rank; axis++)
    {
      guint n;
      const GengaOnnxAtom *moved = genga_onnx_view_get_axis (view, order[axis], &n);

      memcpy (atoms + n_moved, moved, n * sizeof *moved);
      n_moved += n;
      ends[axis] = n_moved;
    }
  memcpy (view->atoms, atoms, n_moved * sizeof *atoms);
  memcpy (view->ends, ends, view->rank * sizeof *ends);
}

gboolean
genga_onnx_view_repeat (GengaOnnxImport *self, GengaOnnxValue *view, guint axis, gint64 n)
{
  guint first = axis > 0 ? view->ends[axis - 1] : 0;

  if (n == 1)
    return TRUE;
  if (n < 1 || n > GENGA_ONNX_MAX_CHANNELS || view->n_atoms == GENGA_ONNX_MAX_ATOMS)
    return genga_onnx_refuse (self, _ ("this repetition is not supported"));
  memmove (view->atoms + first + 1, view->atoms + first,
           (view->n_atoms - first) * sizeof *view->atoms);
  view->atoms[first] = (GengaOnnxAtom){ GENGA_ONNX_DIM_REPEAT, 1, genga_onnx_size_of (n) };
  view->n_atoms++;
  for (guint i = axis; i < view->rank; i++)
    view->ends[i]++;
  return TRUE;
}

gboolean
genga_onnx_view_raise_rank (GengaOnnxImport *self, GengaOnnxValue *view, guint rank)
{
  guint more = rank - MIN (rank, view->rank);

  if (rank > GENGA_TENSOR_MAX_RANK)
    return genga_onnx_refuse (self, _ ("its result has too many axes"));
  memmove (view->ends + more, view->ends, view->rank * sizeof *view->ends);
  for (guint i = 0; i < more; i++)
    view->ends[i] = 0;
  view->rank += more;
  return TRUE;
}
