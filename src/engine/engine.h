/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine border: devices, models on them, and sessions that run whole frames.
 *
 * An engine is a device opened; a model is weights on it, cached; a session is one thread's scratch
 * for running frames through a model. Sessions do the tiling themselves. Nothing aborts or prints
 * across this border; errors are GENGA_ERROR_MODEL, _OUT_OF_MEMORY (after retreat, TILE-13),
 * _UNAVAILABLE, _DEVICE_LOST, _INTERNAL and G_IO_ERROR_CANCELLED.
 *
 * Back ends (engine/backend.h): `reference` in plain C, `torch-cpu` and `torch-cuda` in modules
 * that are opened on first use.
 *
 * Thread rule: engines and models from any thread; a session by one thread at a time.
 */
#pragma once

#include "core/frame.h"
#include "core/progress.h"
#include "engine/backend.h"
#include "engine/reuse/tile-store.h"

G_BEGIN_DECLS

typedef struct _GengaEngine GengaEngine;
typedef struct _GengaModel GengaModel;
typedef struct _GengaSession GengaSession;

/* ---- engines ---- */

/*
 * The devices that can be opened, best first: GPUs, the CPU, "reference". Opens the modules.
 * Array of GengaDeviceInfo; free with g_array_unref().
 */
GArray *genga_engine_list_devices (void);

/*
 * Opens a device by id; "auto" takes the best. Engines are kept: a second call for the same device
 * answers the same one. Errors: GENGA_ERROR_UNAVAILABLE with what is missing and what to do.
 */
GengaEngine *genga_engine_open (const char *device_id, GError **error);

/*
 * Describes the device that an id means without opening anything: TRUE where it has been opened
 * before and is known, FALSE for a guess (engine/device-facts.h).
 */
gboolean genga_engine_peek_device (const char *device_id, GengaDeviceInfo *info);

/*
 * Why "auto" took no GPU although there is a driver for one; NULL where nothing went wrong. Static.
 */
const char *genga_engine_get_gpu_problem (void);

GengaEngine *genga_engine_ref (GengaEngine *self);
void genga_engine_unref (GengaEngine *self);

const GengaDeviceInfo *genga_engine_get_device (GengaEngine *self);
/* A line about versions ("LibTorch 2.11.0"). */
const char *genga_engine_get_version (GengaEngine *self);
void genga_engine_get_memory_stats (GengaEngine *self, GengaMemoryStats *stats);

/* As genga_device_info_resolve_precision() for the engine's device. */
GengaPrecision genga_engine_resolve_precision (GengaEngine *self,
                                               const GengaNetSpec *spec,
                                               GengaDType stored,
                                               GengaPrecision wish);

/* ---- models ---- */

/*
 * The model in `path` on `engine` at a wished precision, from the cache where the same file (path,
 * size, time of change) is there at the same effective precision; then `progress` gets a notice
 * "Using cached model". `n_threads` 0 = all.
 *
 * Models that nobody uses stay in the cache as long as they take no more than a quarter of the
 * device's memory: on a CPU of what is available when a model is loaded, they themselves counted as
 * free; on a GPU of what was free when it was opened. What is too much leaves, least recently used
 * first.
 */
GengaModel *genga_model_load (GengaEngine *engine,
                              const char *path,
                              GengaPrecision wish,
                              guint n_threads,
                              GengaProgress *progress,
                              GError **error);

/* The reference engine's own network: GENGA_FAMILY_NEAREST or _BICUBIC. */
GengaModel *genga_model_new_builtin (GengaFamily family, int scale, GError **error);

GengaModel *genga_model_ref (GengaModel *self);
void genga_model_unref (GengaModel *self);

const GengaNetSpec *genga_model_get_spec (GengaModel *self);
GengaPrecision genga_model_get_precision (GengaModel *self);
GengaEngine *genga_model_get_engine (GengaModel *self);

/* What a tile has to look like for a model. */
typedef struct
{
  int scale;
  int overlap;   /* radius, or 32 where it is global */
  int alignment; /* of tile sides */
  int minimum;
  gboolean is_global; /* the result depends on the whole frame */
  double bytes_per_pixel;
} GengaModelNeeds;

void genga_model_get_needs (GengaModel *self, GengaModelNeeds *needs);

/*
 * Runs the network once on a packed f32 tensor without padding, clamping or cropping (see
 * GengaBackend.run). For comparison with other implementations.
 */
gboolean genga_model_run_raw (GengaModel *self,
                              const float *input,
                              int height,
                              int width,
                              float *output,
                              GCancellable *cancellable,
                              GError **error);

/* ---- sessions ---- */

/* All zero means defaults. */
typedef struct
{
  int tile; /* input pixels; 0 = automatic (TILE-3, SCALE-7; global networks whole if they fit) */
  int overlap; /* input pixels; < 0 = automatic */
  GengaBlend blend;
  GengaProgress *progress; /* may be NULL */
  GengaReuse reuse;        /* what of earlier frames is not computed again; 0 = OFF */
  int tolerance;           /* of 8-bit code values, for the modes that have one */
} GengaSessionParams;

GengaSession *genga_session_new (GengaModel *model, const GengaSessionParams *params);
void genga_session_free (GengaSession *self);

/* Tiles that are there already, for the frames of one picture; NULL: none. */
void genga_session_set_store (GengaSession *self, GengaTileStore *store);

/* What reuse has saved so far, all passes together. */
typedef struct
{
  guint64 n_tiles;
  guint64 n_tiles_reused;
  guint64 n_tiles_partly;    /* computed in part */
  guint64 n_pixels;          /* of the tiles: input pixels of the network, overlaps included */
  guint64 n_pixels_computed; /* that the network worked through */
  gint64 compare_us;         /* looking for what is the same */
} GengaReuseCount;

void genga_session_get_reuse_count (GengaSession *self, GengaReuseCount *count);

/* How the last frame came to its result. */
typedef struct
{
  guint64 frames_back; /* that of the frame so many before it, which repeats none; 0: its own */
  gboolean is_partly;  /* its own, with parts of earlier ones */
} GengaReuseOrigin;

/* After the first of a frame's passes. */
void genga_session_get_origin (GengaSession *self, GengaReuseOrigin *origin);

/*
 * A pass whose frame, of this size, is that of the pass before of this size, and of which nobody
 * wants the result: it is counted as if it had been run.
 */
void genga_session_repeat (GengaSession *self, int width, int height);

/* Forgets earlier frames, so that what follows does not depend on them. */
void genga_session_forget (GengaSession *self);

/* Input pixels that the network will work through for a frame of this size, overlaps included. */
guint64 genga_session_estimate_work (GengaSession *self, int width, int height, guint *n_tiles);

/*
 * Whether frames of this size are run as a whole because the network sees all of them, which is
 * decided by the memory that there is, once in a session; or elsewhere before.
 */
gboolean genga_session_is_whole (GengaSession *self, int width, int height);
void genga_session_set_whole (GengaSession *self, int width, int height, gboolean is_whole);

/* The tiles that a frame of this size is cut into, input pixels. */
void genga_session_get_tile (
    GengaSession *self, int width, int height, int *tile_width, int *tile_height, int *overlap);

/*
 * Runs a packed frame without alpha (RGB or grey, U8, U16 or F32). The result is F32, in the
 * input's layout, scale times as large, clamped to [0, 1]. After GENGA_ERROR_OUT_OF_MEMORY the
 * session is still good.
 */
GengaFrame *genga_session_run (GengaSession *self, GengaFrame *frame, GError **error);

/* ---- parts of a frame ---- */

/* A part of a picture of width x height: `frame` has its pixels from (x, y) on. */
typedef struct
{
  GengaFrame *frame;
  int x;
  int y;
  int width;
  int height;
} GengaRegion;

/*
 * The pixels of `wanted`, a rectangle of the result, as a run of the whole picture makes them, bit
 * for bit: by the same tiles. `source` holds at least what genga_session_get_source_rect() says.
 */
GengaFrame *genga_session_run_region (GengaSession *self,
                                      const GengaRegion *source,
                                      const GengaRect *wanted,
                                      GError **error);

/* The input pixels of a picture of width x height that a rectangle of the result is made from. */
GengaRect
genga_session_get_source_rect (GengaSession *self, int width, int height, const GengaRect *wanted);

/*
 * The parts of `wanted` that need one tile each, in the tiles' order; between them lies what
 * neighbours share. Array of GengaRect; free with g_array_unref().
 */
GArray *
genga_session_list_parts (GengaSession *self, int width, int height, const GengaRect *wanted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaEngine, genga_engine_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaModel, genga_model_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSession, genga_session_free)

G_END_DECLS
