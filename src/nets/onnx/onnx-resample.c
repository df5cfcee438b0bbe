/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-resample.h"

#include "nets/onnx/onnx-conv.h"
#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-rearrange.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_RATIO 64

/* ---- Resize ---- */

/* The map of input 0; vectors have no sides. */
static guint
need_map (GengaOnnxImport *self)
{
  GengaOnnxValue *view;
  guint map;

  if (!genga_onnx_need_view (self, 0, &view) ||
      (map = genga_onnx_view_to_map (self, view)) == GENGA_NONE)
    return GENGA_NONE;
  if (!genga_graph_peek (self->graph, map)->is_vector)
    return map;
  genga_onnx_refuse (self, _ ("a vector is not supported here"));
  return GENGA_NONE;
}

/* Versions before 11 know no modes: the pixel that is on or before. */
static const char *
get_transformation (GengaOnnxImport *self)
{
  if (self->model->opset < 11)
    return "asymmetric";
  return genga_onnx_get_string (self, "coordinate_transformation_mode", "half_pixel");
}

/* The pixel of the source for pixel x, as the node says. */
static double
find_nearest (GengaOnnxImport *self, int x, const GengaSizeRatio *ratio)
{
  const char *mode = self->model->opset < 11
                         ? "floor"
                         : genga_onnx_get_string (self, "nearest_mode", "round_prefer_floor");
  double step = (double)ratio->den / ratio->num;
  double place =
      g_str_equal (get_transformation (self), "asymmetric") ? x * step : (x + 0.5) * step - 0.5;

  if (g_str_equal (mode, "floor"))
    return MAX (0, floor (place));
  if (g_str_equal (mode, "ceil"))
    return MAX (0, ceil (place));
  return MAX (0,
              g_str_equal (mode, "round_prefer_ceil") ? floor (place + 0.5) : ceil (place - 0.5));
}

/* Whether the node takes the pixels that the graph's operation takes. */
static gboolean
is_plain_nearest (GengaOnnxImport *self, const GengaSizeRatio *ratio)
{
  for (int x = 0; x < 4 * ratio->num; x++)
    if (find_nearest (self, x, ratio) != (double)(x * ratio->den / ratio->num))
      return FALSE;
  return TRUE;
}

static gboolean
find_kind (GengaOnnxImport *self, const GengaSizeRatio *ratio, GengaResizeKind *kind)
{
  const char *mode = genga_onnx_get_string (self, "mode", "nearest");
  const char *transformation = get_transformation (self);
  float coefficient = genga_onnx_get_float (self, "cubic_coeff_a", -0.75f);
  gboolean is_half = g_str_equal (transformation, "half_pixel") ||
                     g_str_equal (transformation, "pytorch_half_pixel");

  if (g_str_equal (mode, "nearest") && !g_str_equal (transformation, "align_corners") &&
      is_plain_nearest (self, ratio))
    *kind = GENGA_RESIZE_NEAREST;
  else if (g_str_equal (mode, "linear") && is_half)
    *kind = GENGA_RESIZE_BILINEAR;
  else if (g_str_equal (mode, "linear") && g_str_equal (transformation, "align_corners"))
    *kind = GENGA_RESIZE_BILINEAR_CORNERS;
  else if (g_str_equal (mode, "cubic") && is_half && coefficient == -0.75f)
    *kind = GENGA_RESIZE_BICUBIC_SHARP;
  else if (g_str_equal (mode, "cubic") && is_half && coefficient == -0.5f)
    *kind = GENGA_RESIZE_BICUBIC;
  else
    return genga_onnx_refuse (self, _ ("this way of resizing is not supported (%s, %s)"), mode,
                              transformation);
  if (genga_onnx_get_int (self, "exclude_outside", 0) != 0 ||
      (genga_onnx_get_int (self, "antialias", 0) != 0 && ratio->num < ratio->den) ||
      !g_str_equal (genga_onnx_get_string (self, "keep_aspect_ratio_policy", "stretch"), "stretch"))
    return genga_onnx_refuse (self, _ ("this way of resizing is not supported (%s, %s)"), mode,
                              transformation);
  return TRUE;
}

/* Where a list for four axes, or for the last two, has the one of the rows. */
static gboolean
find_rows (GengaOnnxImport *self, const GengaOnnxValue *list, gsize *rows)
{
  gint64 axes[4];
  int n = genga_onnx_get_ints (self, "axes", axes, 4);

  if (n < 0)
    return FALSE;
  *rows = n == 0 ? 2 : 0;
  if (n == 0 ? list->n == 4
             : n == 2 && list->n == 2 && (axes[0] == 2 || axes[0] == -2) &&
                   (axes[1] == 3 || axes[1] == -1))
    return TRUE;
  return genga_onnx_refuse (self, _ ("only pictures of two dimensions are supported"));
}

static gboolean
set_ratio (GengaOnnxImport *self, const GengaOnnxSize *size, GengaSizeRatio *ratio)
{
  if (!genga_onnx_size_is_constant (size) || size->constant < 1 || size->constant > MAX_RATIO ||
      size->den > MAX_RATIO)
    return genga_onnx_refuse (self, _ ("its scale is not supported"));
  *ratio = (GengaSizeRatio){ (int)size->constant, (int)size->den };
  return TRUE;
}

/* From a list of lengths: those of a file for one size stand for a scale, too. */
static gboolean
read_length (GengaOnnxImport *self,
             const GengaOnnxSize *length,
             const GengaOnnxSize *side,
             GengaSizeRatio *ratio)
{
  GengaOnnxSize quotient;
  const double fixed = side->at[GENGA_ONNX_FIXED_SAMPLE];

  if (genga_onnx_size_is_constant (length) && fixed > 0 &&
      fmod (length->at[GENGA_ONNX_FIXED_SAMPLE], fixed) == 0)
    quotient = genga_onnx_size_of ((gint64)(length->at[GENGA_ONNX_FIXED_SAMPLE] / fixed));
  else if (!genga_onnx_size_divide (&quotient, length, side))
    return genga_onnx_refuse (self, _ ("its scale is not supported"));
  return set_ratio (self, &quotient, ratio);
}

/* What the scales or the lengths say, along both axes the same. */
static gboolean
read_ratio (GengaOnnxImport *self, guint scales_at, guint map, GengaSizeRatio *ratio)
{
  GengaOnnxValue *scales = genga_onnx_get_input (self, scales_at);
  GengaOnnxValue *list = scales;
  gboolean is_scales = scales != NULL && !(scales->kind == GENGA_ONNX_NUMBERS && scales->n == 0);
  GengaSizeRatio across;
  const GengaOnnxSize *sizes;
  gsize rows;

  if (!is_scales)
    list = genga_onnx_get_input (self, scales_at + 1);
  if (list == NULL || list->kind != GENGA_ONNX_NUMBERS || !find_rows (self, list, &rows))
    return genga_onnx_refuse (self, _ ("its scale is not supported"));
  sizes = genga_onnx_numbers_peek_sizes (self, list);
  if (sizes == NULL)
    return FALSE;
  if (is_scales
          ? !set_ratio (self, &sizes[rows], ratio) || !set_ratio (self, &sizes[rows + 1], &across)
          : !read_length (self, &sizes[rows], genga_onnx_get_height (self, map), ratio) ||
                !read_length (self, &sizes[rows + 1], genga_onnx_get_width (self, map), &across))
    return FALSE;
  if (ratio->num != across.num || ratio->den != across.den)
    return genga_onnx_refuse (self, _ ("its scale is not supported"));
  return TRUE;
}

static gboolean
resize_by (GengaOnnxImport *self, guint map, const GengaSizeRatio *ratio)
{
  GengaOnnxSize up = genga_onnx_size_of (ratio->num);
  GengaOnnxSize down = genga_onnx_size_of (ratio->den);
  GengaOnnxSize height, width;
  GengaResizeKind kind = GENGA_RESIZE_NEAREST;
  guint made;

  if (ratio->num == ratio->den)
    return genga_onnx_set_map (self, 0, map);
  if (!find_kind (self, ratio, &kind))
    return FALSE;
  if (!genga_onnx_size_multiply (&height, genga_onnx_get_height (self, map), &up) ||
      !genga_onnx_size_multiply (&width, genga_onnx_get_width (self, map), &up) ||
      !genga_onnx_size_divide_whole (&height, &height, &down, &self->multiple) ||
      !genga_onnx_size_divide_whole (&width, &width, &down, &self->multiple))
    return genga_onnx_refuse (self, _ ("its scale is not supported"));
  made = genga_graph_resize (self->graph, map, kind, ratio->num, ratio->den);
  genga_onnx_note_map (self, made, &height, &width);
  return genga_onnx_set_map (self, 0, made);
}

gboolean
genga_onnx_resize (GengaOnnxImport *self)
{
  guint map = need_map (self);
  GengaSizeRatio ratio;

  return map != GENGA_NONE && read_ratio (self, self->model->opset < 11 ? 1 : 2, map, &ratio) &&
         resize_by (self, map, &ratio);
}

gboolean
genga_onnx_upsample (GengaOnnxImport *self)
{
  const GengaOnnxAttribute *scales = genga_onnx_node_find (self->node, "scales");
  guint map = need_map (self);
  GengaSizeRatio ratio;

  if (map == GENGA_NONE)
    return FALSE;
  if (scales == NULL)
    return read_ratio (self, 1, map, &ratio) && resize_by (self, map, &ratio);
  if (scales->n != 4 || scales->floats == NULL || scales->floats[2] != scales->floats[3] ||
      !(scales->floats[2] >= 1 && scales->floats[2] <= MAX_RATIO) ||
      scales->floats[2] != floorf (scales->floats[2]))
    return genga_onnx_refuse (self, _ ("its scale is not supported"));
  ratio = (GengaSizeRatio){ (int)scales->floats[2], 1 };
  return resize_by (self, map, &ratio);
}

/* ---- pools ---- */

gboolean
genga_onnx_pool (GengaOnnxImport *self)
{
  gboolean is_mean = g_str_equal (self->node->op, "AveragePool");
  GengaOnnxSize height, width;
  GengaOnnxWindow window;
  GengaPool pool;
  guint map = need_map (self);
  guint made;

  if (map == GENGA_NONE || !genga_onnx_read_window (self, &window, (const gint64[]){ 0, 0 }))
    return FALSE;
  if (window.dilation != 1 || window.top != window.bottom || window.left != window.right ||
      window.top > window.kernel_y / 2 || window.left > window.kernel_x / 2 ||
      genga_onnx_get_int (self, "ceil_mode", 0) != 0)
    return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"), "pads");
  if (!genga_onnx_find_window_size (self, &window, map, &height, &width))
    return FALSE;
  pool = (GengaPool){
    .kernel_y = window.kernel_y,
    .kernel_x = window.kernel_x,
    .stride = window.stride,
    .pad_y = window.top,
    .pad_x = window.left,
    .counts_pad = genga_onnx_get_int (self, "count_include_pad", 0) != 0,
  };
  made =
      genga_graph_pool (self->graph, map, is_mean ? GENGA_OP_MEAN_POOL : GENGA_OP_MAX_POOL, &pool);
  genga_onnx_note_map (self, made, &height, &width);
  return genga_onnx_set_map (self, 0, made);
}

/* ---- blocks of pixels ---- */

static void
add_atom (GengaOnnxValue *view, GengaOnnxDim dim, gint64 stride, const GengaOnnxSize *extent)
{
  if (!genga_onnx_size_is (extent, 1))
    view->atoms[view->n_atoms++] = (GengaOnnxAtom){ dim, stride, *extent };
}

static gboolean
read_block (GengaOnnxImport *self, gint64 *block)
{
  *block = genga_onnx_get_int (self, "blocksize", 0);
  if (*block >= 1 && *block <= MAX_RATIO)
    return TRUE;
  return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"), "blocksize");
}

static gboolean
set_plain (GengaOnnxImport *self, GengaOnnxValue *view)
{
  if (genga_onnx_view_to_map (self, view) == GENGA_NONE)
    {
      g_free (view->atoms);
      return FALSE;
    }
  return genga_onnx_set_output (self, 0, view);
}

/* CRD: channels are c, row, column, as PyTorch has them; DCR: row, column, c. */
gboolean
genga_onnx_depth_to_space (GengaOnnxImport *self)
{
  gboolean is_crd = g_str_equal (genga_onnx_get_string (self, "mode", "DCR"), "CRD");
  guint map = need_map (self);
  GengaOnnxSize channels, blocks;
  GengaOnnxValue view;
  gint64 block, n;

  if (map == GENGA_NONE || !read_block (self, &block))
    return FALSE;
  n = genga_graph_peek (self->graph, map)->channels;
  if (n % (block * block) != 0)
    return genga_onnx_refuse (self, _ ("its number of channels does not fit"));
  n /= block * block;
  channels = genga_onnx_size_of (n);
  blocks = genga_onnx_size_of (block);
  genga_onnx_view_init (self, &view, map);
  view.n_atoms = 0;
  add_atom (&view, GENGA_ONNX_DIM_CHANNEL, is_crd ? block * block : 1, &channels);
  view.ends[1] = view.n_atoms;
  add_atom (&view, GENGA_ONNX_DIM_Y, 1, genga_onnx_get_height (self, map));
  add_atom (&view, GENGA_ONNX_DIM_CHANNEL, is_crd ? block : block * n, &blocks);
  view.ends[2] = view.n_atoms;
  add_atom (&view, GENGA_ONNX_DIM_X, 1, genga_onnx_get_width (self, map));
  add_atom (&view, GENGA_ONNX_DIM_CHANNEL, is_crd ? 1 : n, &blocks);
  view.ends[3] = view.n_atoms;
  return set_plain (self, &view);
}

/* Channels are row, column, c. */
gboolean
genga_onnx_space_to_depth (GengaOnnxImport *self)
{
  guint map = need_map (self);
  GengaOnnxSize channels, blocks, height, width;
  GengaOnnxValue view;
  gint64 block;

  if (map == GENGA_NONE || !read_block (self, &block))
    return FALSE;
  channels = genga_onnx_size_of (genga_graph_peek (self->graph, map)->channels);
  blocks = genga_onnx_size_of (block);
  if (!genga_onnx_size_divide_whole (&height, genga_onnx_get_height (self, map), &blocks,
                                     &self->multiple) ||
      !genga_onnx_size_divide_whole (&width, genga_onnx_get_width (self, map), &blocks,
                                     &self->multiple))
    return genga_onnx_refuse (self, _ ("its result has an impossible size"));
  genga_onnx_view_init (self, &view, map);
  view.n_atoms = 0;
  add_atom (&view, GENGA_ONNX_DIM_Y, 1, &blocks);
  add_atom (&view, GENGA_ONNX_DIM_X, 1, &blocks);
  add_atom (&view, GENGA_ONNX_DIM_CHANNEL, 1, &channels);
  view.ends[1] = view.n_atoms;
  add_atom (&view, GENGA_ONNX_DIM_Y, block, &height);
  view.ends[2] = view.n_atoms;
  add_atom (&view, GENGA_ONNX_DIM_X, block, &width);
  view.ends[3] = view.n_atoms;
  return set_plain (self, &view);
}
