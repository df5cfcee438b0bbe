/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stores of tiles, as they go from one process to another: a value, and descriptors of files of
 * memory. Thread rule: any thread.
 */
#pragma once

#include "engine/reuse/tile-store.h"

G_BEGIN_DECLS

#define GENGA_TILE_PARCELS_TYPE "a(msta(iiiiiitt)i)"

/*
 * What the stores (of GengaTileStore) have, in order, with at most `max_fds` descriptors, which are
 * put into `fds`, to be closed. Stores with a key that does not begin with `prefix` go without
 * their tiles; so do all where memory is short. `known`: pixels (by their address) that stay here;
 * NULL: none. Floating.
 */
GVariant *genga_tile_parcels_new (GPtrArray *stores,
                                  const char *prefix,
                                  GHashTable *known,
                                  int *fds,
                                  guint max_fds,
                                  guint *n_fds);

/*
 * Puts what parcels have into `stores`, one after the other: into those that are free, which take
 * the parcel's key, or have that key. From whomever the parcels come: what does not fit is left
 * out. Addresses of pixels are put into `known` (NULL: are not wanted).
 */
void genga_tile_parcels_unpack (
    GVariant *parcels, GPtrArray *stores, const int *fds, guint n_fds, GHashTable *known);

/* New stores for all parcels, with what they have; array of GengaTileStore. */
GPtrArray *
genga_tile_parcels_dup_stores (GVariant *parcels, const int *fds, guint n_fds, GHashTable *known);

G_END_DECLS
