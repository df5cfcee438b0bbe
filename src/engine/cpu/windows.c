/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/windows.h"

#include <math.h>

#define MOST_CHANNELS 4096
/* Numbers of all heads' biases: 256 MiB. */
#define MOST_BIASES ((gsize)1 << 26)
/* Kernels read whole vectors, from a row on. */
#define SPARE (GENGA_ATTEND_LANES + GENGA_CPU_WINDOW_MOST)
#define VECTOR 16
/* Beyond this distance of logits, masked keys count in f32. */
#define MOST_SPAN 75

static gboolean
has_mask (const GengaOp *op)
{
  return op->attention.shift_y + op->attention.shift_x > 0 && !op->attention.is_unmasked;
}

static void
set_axes (GengaCpuWindowAxis axes[2], const GengaOp *op)
{
  for (GengaAxis axis = GENGA_AXIS_Y; axis <= GENGA_AXIS_X; axis++)
    {
      const gboolean is_y = axis == GENGA_AXIS_Y;

      axes[axis] = (GengaCpuWindowAxis){
        .multiple = op->attention.multiple,
        .window = is_y ? op->attention.window_y : op->attention.window_x,
        .shift = is_y ? op->attention.shift_y : op->attention.shift_x,
        .key_window = is_y ? op->attention.key_window_y : op->attention.key_window_x,
        .key_shift = is_y ? op->attention.key_shift_y : op->attention.key_shift_x,
        .key_margin = op->attention.key_margin,
        .key_block = op->attention.key_block,
        .is_masked = has_mask (op),
      };
    }
}

static gsize
count_head_biases (const GengaCpuWindowAxis axes[2], gboolean is_relative)
{
  const GengaCpuWindowAxis *y = &axes[GENGA_AXIS_Y], *x = &axes[GENGA_AXIS_X];
  const gsize key_y = y->key_window / y->key_block, key_x = x->key_window / x->key_block;

  if (!is_relative)
    return key_y * key_x * y->window * x->window;
  return key_x * (y->window + y->key_block * (key_y - 1)) * x->window;
}

const char *
genga_cpu_windows_find_fault (const GengaOp *op)
{
  GengaCpuWindowAxis axes[2];

  set_axes (axes, op);
  for (guint axis = 0; axis < 2; axis++)
    if (MAX (axes[axis].window, axes[axis].key_window) > GENGA_CPU_WINDOW_MOST)
      return "attention in very large windows";
  if (op->channels > MOST_CHANNELS ||
      count_head_biases (axes, op->attention.is_relative) * op->attention.n_heads > MOST_BIASES)
    return "attention of very many numbers";
  return NULL;
}

/* A row of every relative position along y, for each key along x: [key x][y][x]. */
static void
fill_relative (GengaCpuWindows *self, const float *table, float *to)
{
  const GengaCpuWindowAxis *y = &self->axes[GENGA_AXIS_Y], *x = &self->axes[GENGA_AXIS_X];
  const int block = y->key_block, key_x = x->key_window / block;
  const int n_rows = y->window + block * (y->key_window / block - 1);
  const int n_columns = x->window / block + key_x - 1;

  for (int j = 0; j < key_x; j++)
    for (int row = 0; row < n_rows; row++)
      for (int at = 0; at < x->window; at++)
        *to++ = table[row / block * n_columns + at / block - j + key_x - 1];
}

/* From [query][key] to [key][query]. */
static void
fill_turned (const float *table, gsize n_queries, gsize n_keys, float *to)
{
  for (gsize k = 0; k < n_keys; k++)
    for (gsize i = 0; i < n_queries; i++)
      *to++ = table[i * n_keys + k];
}

static void
set_biases (GengaCpuWindows *self, const GengaConstant *table, gboolean is_relative)
{
  const GengaCpuWindowAxis *y = &self->axes[GENGA_AXIS_Y], *x = &self->axes[GENGA_AXIS_X];
  const gsize n_queries = (gsize)y->window * x->window;
  const gsize key_x = x->key_window / x->key_block, key_y = y->key_window / y->key_block;
  const gsize n_table = table->n_elements / self->n_heads;

  self->head_biases = count_head_biases (self->axes, is_relative);
  self->biases = g_new0 (float, self->head_biases * self->n_heads + SPARE);
  for (gsize h = 0; h < self->n_heads; h++)
    if (is_relative)
      fill_relative (self, table->data + h * n_table, self->biases + h * self->head_biases);
    else
      fill_turned (table->data + h * n_table, n_queries, key_y * key_x,
                   self->biases + h * self->head_biases);
  self->key_row = (gssize)(key_x * n_queries);
  self->key_column = n_queries;
  if (!is_relative)
    return;
  /* The next key's relative positions begin earlier. */
  self->key_row = -(gssize)y->key_block * x->window;
  self->first_key = (key_y - 1) * (gsize)-self->key_row;
  self->key_column = self->head_biases / key_x;
}

/* How far apart a head's biases are, or all that it has of logits where those are of cosines. */
static float
get_span (const GengaCpuWindows *self, guint head)
{
  const float *biases = self->biases + head * self->head_biases;
  float least = biases[0], most = biases[0];

  for (gsize i = 1; i < self->head_biases; i++)
    {
      least = MIN (least, biases[i]);
      most = MAX (most, biases[i]);
    }
  return most - least + (self->is_cosine ? 2 * fabsf (self->factors[head]) : 0);
}

/*
 * A mask takes e^-100 from a key's weight. That is nothing, unless logits are as far apart as that:
 * biases, and cosines times a large factor, may be, and then each key counts.
 */
static void
choose_mask (GengaCpuWindows *self)
{
  gboolean leaves_out = !self->is_linear;

  for (guint axis = 0; axis < 2; axis++)
    leaves_out &=
        self->axes[axis].is_masked && genga_cpu_window_axis_follows_roll (&self->axes[axis]);
  for (guint h = 0; h < self->n_heads && leaves_out; h++)
    leaves_out &= get_span (self, h) <= MOST_SPAN;
  self->axes[GENGA_AXIS_Y].leaves_out = self->axes[GENGA_AXIS_X].leaves_out = leaves_out;
}

GengaCpuWindows *
genga_cpu_windows_new (const GengaGraph *graph, const GengaOp *op)
{
  GengaCpuWindows *self = g_new0 (GengaCpuWindows, 1);
  const float *factors = op->bias != GENGA_NONE ? graph->constants[op->bias].data : NULL;
  int window_x;

  set_axes (self->axes, op);
  window_x = self->axes[GENGA_AXIS_X].window;
  self->keys_value = op->inputs[1];
  self->n_heads = op->attention.n_heads;
  self->head_dim = op->channels / op->attention.n_heads;
  self->is_linear = op->attention.is_linear;
  self->is_cosine = factors != NULL;
  self->factors = g_new (float, self->n_heads);
  for (guint h = 0; h < self->n_heads; h++)
    self->factors[h] = factors != NULL ? factors[h] : (float)(1 / sqrt (self->head_dim));
  set_biases (self, &graph->constants[op->weight], op->attention.is_relative);
  choose_mask (self);
  self->n_rows = CLAMP (GENGA_ATTEND_LANES / window_x, 1, self->axes[GENGA_AXIS_Y].window);
  self->n_lanes = (self->n_rows * window_x + VECTOR - 1) / VECTOR * VECTOR;
  return self;
}

void
genga_cpu_windows_free (GengaCpuWindows *self)
{
  if (self == NULL)
    return;
  g_free (self->factors);
  g_free (self->biases);
  g_free (self);
}

guint
genga_cpu_windows_get_n_keys (const GengaCpuWindows *self)
{
  const GengaCpuWindowAxis *y = &self->axes[GENGA_AXIS_Y], *x = &self->axes[GENGA_AXIS_X];

  return (guint)(y->key_window / y->key_block * (x->key_window / x->key_block));
}

gboolean
genga_cpu_windows_see_all (const GengaCpuWindows *self)
{
  return !genga_cpu_window_axis_is_local (&self->axes[GENGA_AXIS_Y]) ||
         !genga_cpu_window_axis_is_local (&self->axes[GENGA_AXIS_X]);
}

GengaCpuWindowsRoom
genga_cpu_windows_get_room (const GengaCpuWindows *self)
{
  const gsize channels = (gsize)self->n_heads * self->head_dim;
  const gsize n_keys = genga_cpu_windows_get_n_keys (self);
  GengaCpuWindowsRoom room = { .keys = (n_keys * channels + VECTOR - 1) / VECTOR * VECTOR,
                               .queries = channels * self->n_lanes,
                               .logits = n_keys * GENGA_ATTEND_LANES };

  room.n_bytes = (2 * room.keys + 2 * room.queries + room.logits) * sizeof (float) +
                 n_keys * (sizeof (gsize) + sizeof (float));
  return room;
}

G_STATIC_ASSERT (GENGA_ATTEND_LANES % VECTOR == 0);
