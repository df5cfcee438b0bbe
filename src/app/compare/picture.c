/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/picture.h"
#include "core/error.h"
#include "job/preview/screen-frame.h"

#include <glib/gi18n-lib.h>

#define TILE GENGA_PICTURE_TILE
#define MAX_LEVELS 16

typedef struct
{
  GdkTexture *texture;
  guint32 *pixels; /* the texture's */
  int width;
  int height;
} Tile;

typedef struct
{
  int width;
  int height;
  int n_columns;
  int n_rows;
  Tile *tiles;
} Level;

struct _GengaPicture
{
  GObject parent_instance;

  gboolean has_alpha;
  guint n_levels;
  Level levels[MAX_LEVELS];
};

G_DEFINE_FINAL_TYPE (GengaPicture, genga_picture, G_TYPE_OBJECT)

static void
genga_picture_finalize (GObject *object)
{
  GengaPicture *self = GENGA_PICTURE (object);

  for (guint i = 0; i < self->n_levels; i++)
    {
      Level *level = &self->levels[i];
      for (int j = 0; j < level->n_columns * level->n_rows; j++)
        {
          if (level->tiles[j].texture != NULL)
            g_object_unref (level->tiles[j].texture);
          else
            g_free (level->tiles[j].pixels);
        }
      g_free (level->tiles);
    }

  G_OBJECT_CLASS (genga_picture_parent_class)->finalize (object);
}

static void
genga_picture_class_init (GengaPictureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = genga_picture_finalize;
}

static void
genga_picture_init (GengaPicture *self)
{
}

static gboolean
add_level (GengaPicture *self, int width, int height, GError **error)
{
  Level *level = &self->levels[self->n_levels++];

  level->width = width;
  level->height = height;
  level->n_columns = (width + TILE - 1) / TILE;
  level->n_rows = (height + TILE - 1) / TILE;
  level->tiles = g_new0 (Tile, level->n_columns * level->n_rows);
  for (int row = 0; row < level->n_rows; row++)
    {
      for (int column = 0; column < level->n_columns; column++)
        {
          Tile *tile = &level->tiles[row * level->n_columns + column];
          tile->width = MIN (TILE, width - column * TILE);
          tile->height = MIN (TILE, height - row * TILE);
          tile->pixels = g_try_new (guint32, (gsize)tile->width * tile->height);
          if (tile->pixels == NULL)
            {
              g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Can't show this picture: not enough memory."));
              return FALSE;
            }
        }
    }
  return TRUE;
}

static inline guint
multiply (guint value, guint alpha)
{
  guint product = value * alpha + 128;

  return (product + (product >> 8)) >> 8;
}

static inline guint32
pack (guint red, guint green, guint blue, guint alpha)
{
  return alpha << 24 | multiply (red, alpha) << 16 | multiply (green, alpha) << 8 |
         multiply (blue, alpha);
}

static inline guint
get_sample (const GengaFrame *frame, gconstpointer row, gsize index)
{
  return frame->info.sample == GENGA_SAMPLE_U16 ? ((const guint16 *)row)[index] / 257
                                                : ((const guint8 *)row)[index];
}

/* What nearly all pictures are. */
static void
convert_rgb_row (const guint8 *restrict row, int n, guint32 *restrict out)
{
  for (int i = 0; i < n; i++)
    out[i] =
        0xff000000u | (guint32)row[3 * i] << 16 | (guint32)row[3 * i + 1] << 8 | row[3 * i + 2];
}

static void
convert_row (const GengaFrame *frame, gconstpointer row, int x, int n, guint32 *out)
{
  int n_channels = genga_layout_get_n_channels (frame->info.layout);
  gboolean is_grey = n_channels <= 2;
  gboolean has_alpha = genga_layout_has_alpha (frame->info.layout);

  if (n_channels == 3 && frame->info.sample == GENGA_SAMPLE_U8)
    {
      convert_rgb_row ((const guint8 *)row + 3 * (gsize)x, n, out);
      return;
    }
  for (int i = 0; i < n; i++)
    {
      gsize at = (gsize)(x + i) * n_channels;
      guint red = get_sample (frame, row, at);
      guint green = is_grey ? red : get_sample (frame, row, at + 1);
      guint blue = is_grey ? red : get_sample (frame, row, at + 2);
      guint alpha = has_alpha ? get_sample (frame, row, at + n_channels - 1) : 255;
      out[i] = pack (red, green, blue, alpha);
    }
}

static void
fill_from_frame (Level *level, const GengaFrame *frame)
{
  for (int y = 0; y < level->height; y++)
    {
      gconstpointer row = genga_frame_get_row (frame, 0, y);
      for (int column = 0; column < level->n_columns; column++)
        {
          Tile *tile = &level->tiles[y / TILE * level->n_columns + column];
          convert_row (frame, row, column * TILE, tile->width,
                       tile->pixels + (gsize)(y % TILE) * tile->width);
        }
    }
}

static inline guint32
get_pixel (const Level *level, int x, int y)
{
  const Tile *tile;

  x = MIN (x, level->width - 1);
  y = MIN (y, level->height - 1);
  tile = &level->tiles[y / TILE * level->n_columns + x / TILE];
  return tile->pixels[(gsize)(y % TILE) * tile->width + x % TILE];
}

/* Two channels of four pixels at a time: 0x00ff00ff leaves room for their sums. */
static inline guint32
get_mean (guint32 a, guint32 b, guint32 c, guint32 d)
{
  const guint32 mask = 0x00ff00ffu, half = 0x00020002u;
  guint32 low = (a & mask) + (b & mask) + (c & mask) + (d & mask) + half;
  guint32 high = (a >> 8 & mask) + (b >> 8 & mask) + (c >> 8 & mask) + (d >> 8 & mask) + half;

  return (low >> 2 & mask) | (high >> 2 & mask) << 8;
}

static const guint32 *
get_tile_row (const Level *level, int column, int y)
{
  const Tile *tile;

  y = MIN (y, level->height - 1);
  tile = &level->tiles[y / TILE * level->n_columns + column];
  return tile->pixels + (gsize)(y % TILE) * tile->width;
}

/* `n` pixels from two rows of one finer tile of `width` pixels; what is beyond it is repeated. */
static void
halve_row (const guint32 *restrict upper,
           const guint32 *restrict lower,
           int width,
           int n,
           guint32 *restrict out)
{
  int n_pairs = MIN (n, width / 2);

  for (int x = 0; x < n_pairs; x++)
    out[x] = get_mean (upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1]);
  if (n > n_pairs)
    out[n_pairs] =
        get_mean (upper[width - 1], upper[width - 1], lower[width - 1], lower[width - 1]);
}

/* A tile lies over two by two finer ones; a pair of pixels never over two. */
static void
fill_by_halving (Level *level, const Level *finer)
{
  for (int i = 0; i < level->n_columns * level->n_rows; i++)
    {
      Tile *tile = &level->tiles[i];
      int left = i % level->n_columns * TILE;
      int top = i / level->n_columns * TILE;

      for (int y = 0; y < tile->height; y++)
        for (int x = 0; x < tile->width; x += TILE / 2)
          {
            int column = 2 * (left + x) / TILE;
            halve_row (get_tile_row (finer, column, 2 * (top + y)),
                       get_tile_row (finer, column, 2 * (top + y) + 1), finer->tiles[column].width,
                       MIN (TILE / 2, tile->width - x), tile->pixels + (gsize)y * tile->width + x);
          }
    }
}

static void
make_textures (Level *level)
{
  for (int i = 0; i < level->n_columns * level->n_rows; i++)
    {
      Tile *tile = &level->tiles[i];
      gsize stride = (gsize)tile->width * sizeof (guint32);
      g_autoptr (GBytes) bytes = g_bytes_new_take (tile->pixels, stride * tile->height);
      tile->texture =
          gdk_memory_texture_new (tile->width, tile->height, GDK_MEMORY_DEFAULT, bytes, stride);
    }
}

static GengaPicture *
make_picture (const GengaFrame *frame, GError **error)
{
  g_autoptr (GengaPicture) self = g_object_new (GENGA_TYPE_PICTURE, NULL);
  int width = frame->info.width, height = frame->info.height;

  self->has_alpha = genga_layout_has_alpha (frame->info.layout);
  if (!add_level (self, width, height, error))
    return NULL;
  fill_from_frame (&self->levels[0], frame);
  while (MAX (width, height) > TILE / 2 && self->n_levels < MAX_LEVELS)
    {
      width = (width + 1) / 2;
      height = (height + 1) / 2;
      if (!add_level (self, width, height, error))
        return NULL;
      fill_by_halving (&self->levels[self->n_levels - 1], &self->levels[self->n_levels - 2]);
    }
  for (guint i = 0; i < self->n_levels; i++)
    make_textures (&self->levels[i]);
  return g_steal_pointer (&self);
}

GengaPicture *
genga_picture_new_shown (const GengaFrame *frame, const GengaFrameShape *shape, GError **error)
{
  g_autoptr (GengaFrame) shown = genga_screen_frame_new (frame, shape, error);

  return shown != NULL ? make_picture (shown, error) : NULL;
}

GengaPicture *
genga_picture_new (const GengaFrame *frame, GError **error)
{
  return genga_picture_new_shown (frame, NULL, error);
}

int
genga_picture_get_width (GengaPicture *self)
{
  return self->levels[0].width;
}

int
genga_picture_get_height (GengaPicture *self)
{
  return self->levels[0].height;
}

gboolean
genga_picture_has_alpha (GengaPicture *self)
{
  return self->has_alpha;
}

guint
genga_picture_get_n_levels (GengaPicture *self)
{
  return self->n_levels;
}

void
genga_picture_get_level_size (GengaPicture *self, guint level, int *width, int *height)
{
  *width = self->levels[level].width;
  *height = self->levels[level].height;
}

GdkTexture *
genga_picture_get_tile (GengaPicture *self, guint level, int column, int row)
{
  return self->levels[level].tiles[row * self->levels[level].n_columns + column].texture;
}

void
genga_picture_copy_pixels (GengaPicture *self, int y, const int *columns, int n, guint32 *pixels)
{
  for (int i = 0; i < n; i++)
    pixels[i] = get_pixel (&self->levels[0], columns[i], y);
}
