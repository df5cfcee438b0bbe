/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attention in windows against a second formulation: with matrices, as papers write it. Maps are
 * filled up, rolled and cut into windows one after the other, all masks are written down; nothing
 * is shared with the engine.
 */
#include "small-graph.h"

#include <math.h>
#include <string.h>

typedef struct
{
  int height, width;
  int n_heads, head_dim;
  int window_y, window_x;
  int shift_y, shift_x;
  int multiple;
  /* Other keys than those of the own window; 0 where there are none of that. */
  int key_window_y, key_window_x;
  int key_shift_y, key_shift_x;
  int margin;
  int block;
  gboolean cosine;
  gboolean is_relative;
  int shrink;     /* queries come from the picture made smaller */
  int key_shrink; /* keys and values do */
} Case;

typedef struct
{
  int height, width, channels;
  float *data;
} Map;

static int
get_channels (const Case *c)
{
  return c->n_heads * c->head_dim;
}

static int
get_block (const Case *c)
{
  return MAX (1, c->block);
}

/* Channels in the picture of the queries, or of the keys, or of the values. */
static int
get_part_channels (const Case *c, int part)
{
  int shrink = MAX (1, part == 0 ? c->shrink : c->key_shrink);

  return get_channels (c) / (shrink * shrink) / (part == 0 ? 1 : get_block (c) * get_block (c));
}

static int
get_picture_channels (const Case *c)
{
  return get_part_channels (c, 0) + 2 * get_part_channels (c, 1);
}

/* A part of the picture; its pixels become channels where it is to shrink. */
static Map
dup_part (const Case *c, const float *picture, int part)
{
  int shrink = MAX (1, part == 0 ? c->shrink : c->key_shrink);
  int n = get_part_channels (c, part);
  int first = part == 0 ? 0 : get_part_channels (c, 0) + (part - 1) * n;
  Map map = { c->height / shrink, c->width / shrink, n * shrink * shrink, NULL };
  float *at = map.data = g_new (float, map.height *map.width *map.channels);

  for (int y = 0; y < map.height; y++)
    for (int x = 0; x < map.width; x++)
      for (int i = 0; i < map.channels; i++)
        {
          int row = y * shrink + i / shrink % shrink, column = x * shrink + i % shrink;

          *at++ = picture[(row * c->width + column) * get_picture_channels (c) + first +
                          i / (shrink * shrink)];
        }
  return map;
}

/* Larger, with zeros, and rolled; then with a frame of zeros. Frees the map. */
static Map
pad_and_roll (Map map, int height, int width, int shift_y, int shift_x, int margin)
{
  Map out = { height + 2 * margin, width + 2 * margin, map.channels, NULL };

  out.data = g_new0 (float, out.height *out.width *out.channels);
  for (int y = 0; y < map.height; y++)
    for (int x = 0; x < map.width; x++)
      {
        int to_y = (y - shift_y + height) % height + margin;
        int to_x = (x - shift_x + width) % width + margin;

        memcpy (out.data + (to_y * out.width + to_x) * out.channels,
                map.data + (y * map.width + x) * out.channels, out.channels * sizeof (float));
      }
  g_free (map.data);
  return out;
}

/* The pixels of a block after each other, as one. Frees the map. */
static Map
join_blocks (Map map, int block)
{
  Map out = { map.height / block, map.width / block, map.channels * block * block, NULL };
  float *at = out.data = g_new (float, map.height *map.width *map.channels);

  for (int y = 0; y < out.height; y++)
    for (int x = 0; x < out.width; x++)
      for (int i = 0; i < block; i++, at += block * map.channels)
        memcpy (at, map.data + ((y * block + i) * map.width + x * block) * map.channels,
                block * map.channels * sizeof (float));
  g_free (map.data);
  return out;
}

/* Nine areas, filled in as three slices by three. */
static int *
label_areas (const Map *map, int window_y, int window_x, int shift_y, int shift_x)
{
  const int rows[] = { 0, map->height - window_y, map->height - shift_y, map->height };
  const int columns[] = { 0, map->width - window_x, map->width - shift_x, map->width };
  int *labels = g_new0 (int, map->height * map->width);

  for (int i = 0; i < 3 && shift_y + shift_x > 0; i++)
    for (int j = 0; j < 3; j++)
      for (int y = rows[i]; y < rows[i + 1]; y++)
        for (int x = columns[j]; x < columns[j + 1]; x++)
          labels[y * map->width + x] = 3 * i + j;
  return labels;
}

/* rows x n: each row becomes its softmax. */
static void
normalise_rows (double *matrix, int rows, int n)
{
  for (int i = 0; i < rows; i++)
    {
      double sum = 0;

      for (int j = 0; j < n; j++)
        sum += exp (matrix[i * n + j]);
      for (int j = 0; j < n; j++)
        matrix[i * n + j] = exp (matrix[i * n + j]) / sum;
    }
}

/* What takes part in a window: places in a map. */
typedef struct
{
  int window_y, window_x;
  int step_y, step_x;
  int n;
} Grid;

static int *
list_window (const Grid *grid, const Map *map, int row, int column)
{
  int *places = g_new (int, grid->n);
  int *at = places;

  for (int y = 0; y < grid->window_y; y++)
    for (int x = 0; x < grid->window_x; x++)
      *at++ = (row * grid->step_y + y) * map->width + column * grid->step_x + x;
  return places;
}

static double
multiply (const Case *c, const float *a, const float *b)
{
  double product = 0;

  for (int d = 0; d < c->head_dim; d++)
    product += a[d] * b[d];
  return product;
}

static double
get_logit (const Case *c, const float *q, const float *k, float factor)
{
  if (c->cosine)
    return factor * multiply (c, q, k) / MAX (sqrt (multiply (c, q, q)), 1e-12) /
           MAX (sqrt (multiply (c, k, k)), 1e-12);
  return multiply (c, q, k) / sqrt (c->head_dim);
}

typedef struct
{
  const Case *c;
  Map maps[3];
  Map out;
  Grid queries, keys;
  int *query_labels, *key_labels;
  const float *bias;
  const float *factors;
} Attention;

static void
attend (const Attention *self, int row, int column)
{
  const Case *c = self->c;
  int n = self->queries.n, m = self->keys.n, channels = get_channels (c);
  g_autofree int *here = list_window (&self->queries, &self->maps[0], row, column);
  g_autofree int *there = list_window (&self->keys, &self->maps[1], row, column);
  g_autofree double *matrix = g_new (double, n *m);

  for (int first = 0; first < channels; first += c->head_dim)
    {
      int head = first / c->head_dim;

      for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++)
          matrix[i * m + j] =
              get_logit (c, self->maps[0].data + here[i] * channels + first,
                         self->maps[1].data + there[j] * channels + first, self->factors[head]) +
              self->bias[(head * n + i) * m + j] -
              (self->query_labels[here[i]] != self->key_labels[there[j]] ? 100 : 0);
      normalise_rows (matrix, n, m);
      for (int i = 0; i < n; i++)
        for (int d = first; d < first + c->head_dim; d++)
          for (int j = 0; j < m; j++)
            self->out.data[here[i] * channels + d] +=
                matrix[i * m + j] * self->maps[2].data[there[j] * channels + d];
    }
}

/* Keys' windows in blocks. */
static void
init_grids (Attention *self)
{
  const Case *c = self->c;
  int block = get_block (c);

  self->queries = (Grid){ c->window_y, c->window_x, c->window_y, c->window_x, 0 };
  self->keys = self->queries;
  if (c->key_window_y > 0)
    self->keys = (Grid){ c->key_window_y, c->key_window_x, c->key_window_y - 2 * c->margin,
                         c->key_window_x - 2 * c->margin, 0 };
  self->keys = (Grid){ self->keys.window_y / block, self->keys.window_x / block,
                       self->keys.step_y / block, self->keys.step_x / block, 0 };
  self->queries.n = self->queries.window_y * self->queries.window_x;
  self->keys.n = self->keys.window_y * self->keys.window_x;
}

static void
init_maps (Attention *self, const float *picture)
{
  const Case *c = self->c;
  int block = get_block (c);
  gboolean are_own = c->key_window_y == 0;
  int shift_y = are_own ? c->shift_y : c->key_shift_y;
  int shift_x = are_own ? c->shift_x : c->key_shift_x;
  Map queries = dup_part (c, picture, 0);
  int rows = (queries.height + c->multiple - 1) / c->multiple * c->multiple / c->window_y;
  int columns = (queries.width + c->multiple - 1) / c->multiple * c->multiple / c->window_x;

  self->maps[0] =
      pad_and_roll (queries, rows * c->window_y, columns * c->window_x, c->shift_y, c->shift_x, 0);
  for (int i = 1; i < 3; i++)
    self->maps[i] = join_blocks (
        pad_and_roll (dup_part (c, picture, i), rows * self->keys.step_y * block,
                      columns * self->keys.step_x * block, shift_y, shift_x, c->margin),
        block);
  self->query_labels =
      label_areas (&self->maps[0], c->window_y, c->window_x, c->shift_y, c->shift_x);
  self->key_labels = label_areas (&self->maps[1], self->keys.window_y, self->keys.window_x,
                                  (shift_y + block - 1) / block, (shift_x + block - 1) / block);
  self->out = self->maps[0];
  self->out.data = g_new0 (float, self->out.height * self->out.width * self->out.channels);
}

static float *
compute_windows (const Case *c, const float *picture, const float *bias, const float *factors)
{
  int channels = get_channels (c);
  int height = c->height / MAX (1, c->shrink), width = c->width / MAX (1, c->shrink);
  float *result = g_new (float, height *width *channels);
  Attention self = { .c = c, .bias = bias, .factors = factors };

  init_grids (&self);
  init_maps (&self, picture);
  for (int row = 0; row < self.out.height / c->window_y; row++)
    for (int column = 0; column < self.out.width / c->window_x; column++)
      attend (&self, row, column);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        int from_y = (y - c->shift_y + self.out.height) % self.out.height;
        int from_x = (x - c->shift_x + self.out.width) % self.out.width;

        memcpy (result + (y * width + x) * channels,
                self.out.data + (from_y * self.out.width + from_x) * channels,
                channels * sizeof (float));
      }
  for (int i = 0; i < 3; i++)
    g_free (self.maps[i].data);
  g_free (self.out.data);
  g_free (self.query_labels);
  g_free (self.key_labels);
  return result;
}

/* A part of the picture, made smaller. */
static guint
add_part (GengaGraphBuilder *builder, const Case *c, int part)
{
  int shrink = MAX (1, part == 0 ? c->shrink : c->key_shrink);
  int n = get_part_channels (c, part);
  int first = part == 0 ? 0 : get_part_channels (c, 0) + (part - 1) * n;

  return genga_graph_pixel_unshuffle (builder, genga_graph_slice (builder, 0, first, n), shrink);
}

/* A number for each query and key, each of them from the table of relative positions. */
static float *
spread_table (const Case *c, const float *table, int key_y, int key_x)
{
  int block = get_block (c);
  int n_rows = c->window_y / block + key_y - 1, n_columns = c->window_x / block + key_x - 1;
  float *biases = g_new (float, c->n_heads * c->window_y * c->window_x * key_y * key_x);
  float *at = biases;

  for (int head = 0; head < c->n_heads; head++)
    for (int y = 0; y < c->window_y; y++)
      for (int x = 0; x < c->window_x; x++)
        for (int i = 0; i < key_y; i++)
          for (int j = 0; j < key_x; j++)
            *at++ = table[(head * n_rows + y / block - i + key_y - 1) * n_columns + x / block - j +
                          key_x - 1];
  return biases;
}

static void
check_windows (const Case *c, GRand *rand)
{
  int block = get_block (c);
  int n = c->window_y * c->window_x;
  int key_y = (c->key_window_y > 0 ? c->key_window_y : c->window_y) / block;
  int key_x = (c->key_window_y > 0 ? c->key_window_x : c->window_x) / block;
  const int shape[] = { c->n_heads, c->is_relative ? c->window_y / block + key_y - 1 : n,
                        c->is_relative ? c->window_x / block + key_x - 1 : key_y * key_x };
  int n_weights = shape[0] * shape[1] * shape[2];
  GengaGraphBuilder *builder = genga_graph_builder_new (get_picture_channels (c), TRUE);
  g_autofree float *input = test_dup_noise (rand, c->height * c->width * get_picture_channels (c));
  g_autofree float *weight = test_dup_noise (rand, n_weights);
  g_autofree float *spread = c->is_relative ? spread_table (c, weight, key_y, key_x) : NULL;
  g_autofree float *factors = test_dup_noise (rand, c->n_heads);
  g_autofree float *expected = compute_windows (c, input, spread ? spread : weight, factors);
  const GengaAttention attention = {
    .queries = add_part (builder, c, 0),
    .keys = add_part (builder, c, 1),
    .values = add_part (builder, c, 2),
    .weight = genga_graph_take_constant (builder, 3, shape,
                                         g_memdup2 (weight, n_weights * sizeof (float))),
    .n_heads = c->n_heads,
    .window_y = c->window_y,
    .window_x = c->window_x,
    .shift_y = c->shift_y,
    .shift_x = c->shift_x,
    .multiple = c->multiple,
    .key_window_y = c->key_window_y,
    .key_window_x = c->key_window_x,
    .key_shift_y = c->key_shift_y,
    .key_shift_x = c->key_shift_x,
    .key_margin = c->margin,
    .key_block = c->block,
    .is_relative = c->is_relative,
    .cosine = c->cosine,
    .factors = genga_graph_copy_vector (builder, factors, c->n_heads),
  };

  genga_graph_window_attention (builder, &attention);
  test_graph_check (builder, c->height, c->width, input, expected);
}

static void
test_windows (void)
{
  static const Case cases[] = {
    { 4, 4, 1, 3, 2, 2, 0, 0, 2 }, { 4, 6, 2, 2, 2, 2, 1, 1, 2 }, { 5, 7, 2, 1, 4, 2, 2, 1, 4 },
    { 1, 1, 1, 2, 2, 4, 1, 2, 4 }, { 9, 3, 3, 2, 4, 4, 1, 3, 8 }, { 8, 8, 1, 4, 8, 4, 4, 0, 8 },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Case other = cases[i];

      g_test_message ("case %u", i);
      check_windows (&cases[i], rand);
      other.cosine = TRUE;
      check_windows (&other, rand);
      other.is_relative = TRUE;
      check_windows (&other, rand);
    }
}

/* Queries that are nothing, and keys: their norms are not divided by. */
static void
test_cosine_of_nothing (void)
{
  static const float pixels[] = { 2, 6 };
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint zero = genga_graph_scale (builder, 0, 0);
  const GengaAttention attention = {
    .queries = zero,
    .keys = zero,
    .values = 0,
    .weight = TEST_CONSTANT (builder, TEST_SHAPE (1, 2, 2), 0, 0, 0, 0),
    .n_heads = 1,
    .window_y = 1,
    .window_x = 2,
    .multiple = 2,
    .cosine = TRUE,
    .factors = TEST_CONSTANT (builder, TEST_SHAPE (1), 100),
  };

  genga_graph_window_attention (builder, &attention);
  test_graph_check (builder, 1, 2, pixels, (const float[]){ 4, 4 });
}

static void
test_other_keys (void)
{
  static const Case cases[] = {
    /* Windows that reach over the next ones and beyond the map, which is not filled, or is. */
    { 4, 6, 2, 2, 2, 2, 0, 0, 2, .key_window_y = 4, .key_window_x = 4, .margin = 1 },
    { 5, 7, 1, 3, 4, 2, 0, 0, 4, .key_window_y = 10, .key_window_x = 8, .margin = 3 },
    /* Four pixels are a key; a shift may be odd. */
    { 8, 8, 2, 4, 4, 4, 0, 0, 4, .block = 2 },
    { 8, 12, 2, 2, 4, 4, 2, 2, 4, .block = 2 },
    { 12, 6, 1, 8, 6, 6, 3, 3, 6, .block = 2 },
    { 7, 9, 2, 4, 6, 6, 3, 3, 6, .block = 2, .cosine = TRUE },
    /* Fewer keys than queries, and more. */
    { 8, 16, 2, 4, 4, 8, 0, 0, 8, .key_window_y = 2, .key_window_x = 4, .key_shrink = 2 },
    { 16, 16, 1, 8, 4, 8, 2, 4, 8, .key_window_y = 2, .key_window_x = 4, .key_shift_y = 1,
      .key_shift_x = 2, .key_shrink = 2, .cosine = TRUE },
    { 16, 8, 2, 4, 4, 2, 2, 1, 4, .key_window_y = 8, .key_window_x = 4, .key_shift_y = 4,
      .key_shift_x = 2, .shrink = 2 },
    { 16, 16, 4, 8, 2, 2, 1, 1, 2, .key_window_y = 8, .key_window_x = 8, .key_shift_y = 4,
      .key_shift_x = 4, .shrink = 4, .cosine = TRUE },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Case other = cases[i];

      g_test_message ("case %u", i);
      check_windows (&cases[i], rand);
      other.is_relative = TRUE;
      check_windows (&other, rand);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attention/windows", test_windows);
  g_test_add_func ("/attention/cosine-of-nothing", test_cosine_of_nothing);
  g_test_add_func ("/attention/other-keys", test_other_keys);
  return g_test_run ();
}
