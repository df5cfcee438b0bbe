/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/tile-parcel.h"
#include "job/apart/memory-file.h"

#define TILE_TYPE "(iiiiiitt)" /* the frame's size, the tile's place and size; in the file */

typedef struct
{
  GVariantBuilder tiles;
  GPtrArray *parts;  /* of GBytes */
  GHashTable *known; /* NULL: nothing is */
  guint64 end;
} Packing;

static void
pack_tile (int width, int height, const GengaRect *rect, GBytes *pixels, gpointer user_data)
{
  Packing *self = user_data;
  const guint64 size = g_bytes_get_size (pixels);
  guint64 begin;

  if (self->known != NULL && g_hash_table_contains (self->known, g_bytes_get_data (pixels, NULL)))
    return;
  begin = genga_memory_file_place (&self->end, size);
  g_ptr_array_add (self->parts, g_bytes_ref (pixels));
  g_variant_builder_add (&self->tiles, TILE_TYPE, width, height, rect->x, rect->y, rect->width,
                         rect->height, begin, size);
}

/* The store's tiles; `*fd` is -1 where there are none. */
static GVariant *
pack (GengaTileStore *store, GHashTable *known, int *fd)
{
  Packing packing = { .parts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref),
                      .known = known };
  g_autoptr (GVariant) tiles = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_builder_init (&packing.tiles, G_VARIANT_TYPE ("a" TILE_TYPE));
  genga_tile_store_foreach (store, pack_tile, &packing);
  tiles = g_variant_ref_sink (g_variant_builder_end (&packing.tiles));
  *fd = packing.parts->len > 0 ? genga_memory_file_new (packing.parts, &error) : -1;
  if (error != NULL)
    g_debug ("tiles stay behind: %s", error->message);
  g_ptr_array_unref (packing.parts);
  return *fd >= 0 ? g_steal_pointer (&tiles) : NULL;
}

GVariant *
genga_tile_parcels_new (
    GPtrArray *stores, const char *prefix, GHashTable *known, int *fds, guint max_fds, guint *n_fds)
{
  GVariantBuilder builder;

  *n_fds = 0;
  g_variant_builder_init (&builder, G_VARIANT_TYPE (GENGA_TILE_PARCELS_TYPE));
  for (guint i = 0; i < stores->len; i++)
    {
      GengaTileStore *store = stores->pdata[i];
      g_autofree char *key = genga_tile_store_dup_key (store);
      g_autoptr (GVariant) tiles = NULL;
      int fd = -1;

      if (key != NULL && g_str_has_prefix (key, prefix) && *n_fds < max_fds)
        tiles = pack (store, known, &fd);
      if (tiles == NULL)
        tiles = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE (TILE_TYPE), NULL, 0));
      g_variant_builder_add (&builder, "(mst@a" TILE_TYPE "i)", key,
                             genga_tile_store_get_max_bytes (store), tiles,
                             fd >= 0 ? (int)*n_fds : -1);
      if (fd >= 0)
        fds[(*n_fds)++] = fd;
    }
  return g_variant_builder_end (&builder);
}

static void
unpack_tiles (GVariant *tiles, GBytes *file, GengaTileStore *store, GHashTable *known)
{
  GVariantIter iter;
  int width, height;
  GengaRect rect;
  guint64 begin, size;

  g_variant_iter_init (&iter, tiles);
  while (g_variant_iter_next (&iter, TILE_TYPE, &width, &height, &rect.x, &rect.y, &rect.width,
                              &rect.height, &begin, &size))
    {
      g_autoptr (GBytes) pixels = NULL;

      if (size > g_bytes_get_size (file) || begin > g_bytes_get_size (file) - size ||
          begin % GENGA_MEMORY_FILE_ALIGNMENT != 0)
        continue;
      pixels = g_bytes_new_from_bytes (file, begin, size);
      if (known != NULL)
        g_hash_table_add (known, (gpointer)g_bytes_get_data (pixels, NULL));
      genga_tile_store_insert (store, width, height, &rect, pixels);
    }
}

static void
unpack (GVariant *parcel, GengaTileStore *store, const int *fds, guint n_fds, GHashTable *known)
{
  g_autoptr (GVariant) tiles = NULL;
  g_autofree char *key = NULL;
  g_autoptr (GBytes) file = NULL;
  int fd;

  g_variant_get (parcel, "(mst@a" TILE_TYPE "i)", &key, NULL, &tiles, &fd);
  if (key == NULL || !genga_tile_store_take_over (store, key))
    return;
  if (fd >= 0 && (guint)fd < n_fds)
    file = genga_memory_file_map (fds[fd], genga_tile_store_get_max_bytes (store) * 2, NULL);
  if (file != NULL)
    unpack_tiles (tiles, file, store, known);
}

void
genga_tile_parcels_unpack (
    GVariant *parcels, GPtrArray *stores, const int *fds, guint n_fds, GHashTable *known)
{
  const gsize n = MIN (g_variant_n_children (parcels), stores->len);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) parcel = g_variant_get_child_value (parcels, i);

      unpack (parcel, stores->pdata[i], fds, n_fds, known);
    }
}

GPtrArray *
genga_tile_parcels_dup_stores (GVariant *parcels, const int *fds, guint n_fds, GHashTable *known)
{
  GPtrArray *stores = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_tile_store_unref);

  for (gsize i = 0; i < g_variant_n_children (parcels); i++)
    {
      guint64 max_bytes;

      g_variant_get_child (parcels, i, "(mst@a" TILE_TYPE "i)", NULL, &max_bytes, NULL, NULL);
      g_ptr_array_add (stores, genga_tile_store_new (NULL, max_bytes));
    }
  genga_tile_parcels_unpack (parcels, stores, fds, n_fds, known);
  return stores;
}
