/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaTileStore: what a network made of tiles, for whoever needs the same tiles again.
 *
 * A store belongs to one picture run in one way, which its key names. A session that has
 * one asks it before it computes a tile and leaves there what it computed, so that a run takes over
 * what a preview has done. The tiles that were used least recently go when there are too many
 * bytes.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/rect.h"

G_BEGIN_DECLS

typedef struct _GengaTileStore GengaTileStore;

/* `key` NULL: a store for whoever claims it first. */
GengaTileStore *genga_tile_store_new (const char *key, guint64 max_bytes);
GengaTileStore *genga_tile_store_ref (GengaTileStore *self);
void genga_tile_store_unref (GengaTileStore *self);

/*
 * The pixels of tile `rect` of a frame of width x height input pixels, as
 * genga_tile_store_insert() was given them; NULL if they are not there, or not of `size` bytes, as
 * those may not be that came from another process. Passes through a network are told apart by the
 * frame's size.
 */
GBytes *genga_tile_store_look_up (
    GengaTileStore *self, int width, int height, const GengaRect *rect, gsize size);
void genga_tile_store_insert (
    GengaTileStore *self, int width, int height, const GengaRect *rect, GBytes *pixels);

/* Whether the store is for `key`; one that is free is from then on. */
gboolean genga_tile_store_take_over (GengaTileStore *self, const char *key);

guint64 genga_tile_store_get_max_bytes (GengaTileStore *self);
/* NULL: it is free. Free with g_free(). */
char *genga_tile_store_dup_key (GengaTileStore *self);

typedef void (*GengaTileStoreFunc) (
    int width, int height, const GengaRect *rect, GBytes *pixels, gpointer user_data);

/* Calls `func` for all tiles, those that were used least recently first; it may not use the store.
 */
void genga_tile_store_foreach (GengaTileStore *self, GengaTileStoreFunc func, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaTileStore, genga_tile_store_unref)

G_END_DECLS
