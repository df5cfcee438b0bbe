/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The border between Genga and a back end: what a back end has to offer.
 *
 * C11 and C++17. AUTO and NONE of GengaPrecision are resolved by the engine before they get
 * here. A back end knows graphs and devices; it knows nothing of model files, blending or videos.
 * The engine (engine/engine.h) asks what a back end can do, and hands it whole pictures, parts of
 * them or tiles accordingly. Some back ends live in modules that are opened on first use and link
 * nothing of Genga's: all they get is in this header and in nets/graph-data.h.
 *
 * Nothing throws, aborts, exits or prints across this border: every entry point answers with a
 * GError of domain GENGA_ERROR whose codes are GENGA_ERROR_OUT_OF_MEMORY, _DEVICE_LOST, _MODEL,
 * _UNAVAILABLE or _INTERNAL, or with G_IO_ERROR_CANCELLED.
 *
 * run() is synchronous: nothing is submitted and collected later as long as no back end gains by
 * it.
 */
#pragma once

#include "core/choices.h"
#include "core/frame.h"
#include "core/rect.h"
#include "nets/graph-data.h"
#include "nets/net-spec.h"
#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_BACKEND_ABI 4

/* What a back end can do on a device, as data. */
typedef struct
{
  guint samples_in;  /* 1u << GengaSample for each that run() reads; F32 always */
  guint samples_out; /* for each that it writes; F32 always */
  /*
   * Whether a rectangle is computed from its surroundings, bit for bit what the whole picture has
   * there, where it starts and ends at multiples of `grid` (or at the picture's border), and the
   * receptive field is finite. Otherwise run() is only asked for whole views. See get_reach().
   */
  gboolean crops_exactly;
  int grid; /* input pixels; 1: any place */
  /* Whether memory hardly grows with the picture: whole frames are run instead of tiles. */
  gboolean takes_whole;
} GengaBackendCaps;

/* One device of a back end. */
typedef struct
{
  char id[32];         /* "cpu", "torch:cuda:0": what --device takes */
  char name[128];      /* "AMD EPYC 9354", "NVIDIA H200" */
  guint64 total_bytes; /* memory, 0 = unknown */
  guint64 free_bytes;
  gboolean is_cpu;
  gboolean fast_fp16;
  gboolean fast_bf16;
  GengaBackendCaps caps; /* as get_caps() has them; filled in by the engine */
} GengaDeviceInfo;

/* Bytes of a back end's own memory on a device. */
typedef struct
{
  guint64 allocated_bytes;
  guint64 reserved_bytes;
  guint64 peak_bytes;
} GengaMemoryStats;

/* A picture in memory with its channels packed (channels last), or a part of one. Borrowed. */
typedef struct
{
  void *data;         /* first sample; aligned to the sample's size */
  gsize row_stride;   /* bytes from one row to the next; a multiple of the sample's size */
  GengaSample sample; /* U8, U16 (all 16 bits) or F32; values in [0, 1] */
  int channels;
  int width; /* pixels */
  int height;
} GengaView;

typedef struct _GengaBackendModel GengaBackendModel;

/* How much of a run is done, from 0 to 1. Waits where the work is to wait. */
typedef void (*GengaWatchFunc) (double done, gpointer user_data);

typedef struct
{
  guint abi;        /* GENGA_BACKEND_ABI */
  const char *name; /* "cpu", "torch", "reference" */

  /* A line about versions for diagnostics ("LibTorch 2.11.0"); static. */
  const char *(*get_version) (void);

  /* Fills `devices` with at most `max` entries and returns how many there are. Opens none. */
  guint (*list_devices) (GengaDeviceInfo *devices, guint max);

  void (*get_caps) (const char *device_id, GengaBackendCaps *caps);

  /*
   * Whether model_load() takes the graph (with or without weights), on the device, in the precision
   * (FP32, FP16 or BF16). Otherwise `*reason` (may be NULL) is a technical line in English; free
   * with g_free().
   */
  gboolean (*supports) (const GengaGraph *graph,
                        const char *device_id,
                        GengaPrecision precision,
                        char **reason);

  /*
   * Makes ready to run `graph` on device `device_id` in `precision` (FP32, FP16 or BF16; see
   * graph-data.h for what stays in FP32). The graph and its constants are only there during the
   * call. `n_threads` = threads of one run on a CPU, at least 1.
   */
  GengaBackendModel *(*model_load) (const GengaGraph *graph,
                                    const char *device_id,
                                    GengaPrecision precision,
                                    guint n_threads,
                                    GError **error);

  void (*model_free) (GengaBackendModel *model);

  /*
   * Runs the network for the rectangle `wanted` of `input`, in pixels of it: the whole view, unless
   * the back end crops exactly. `input` has the network's channels; its borders are the picture's,
   * and its sides satisfy the graph's minimum and multiple_of. `output` is `wanted` times the
   * scale: not clamped where it is F32, clamped and rounded to nearest otherwise. Both have sample
   * types that the caps name, and do not overlap. One thread at a time per model. Leaves between
   * two layers once `cancellable` (may be NULL) is cancelled. After an error the model still works
   * and `output` is undefined.
   */
  gboolean (*run) (GengaBackendModel *model,
                   const GengaView *input,
                   const GengaRect *wanted,
                   const GengaView *output,
                   GCancellable *cancellable,
                   GError **error);

  /*
   * Whether all that the last run wrote as integers came from finite numbers. NULL in back ends
   * that write F32 only.
   */
  gboolean (*was_finite) (GengaBackendModel *model);

  /*
   * Who is told now and then how far run() is, in a thread of its own choice; `func` NULL: nobody.
   * Set while nothing runs. NULL in back ends that can't tell.
   */
  void (*set_watch) (GengaBackendModel *model, GengaWatchFunc func, gpointer user_data);

  /*
   * How far a rectangle sees: no input pixel further away from it than this, along either axis, has
   * a part in what run() makes for it, blocks of the grid included. So a picture may be cropped to
   * that, at a multiple of the grid, and a change further away changes nothing. -1: all of the
   * picture has a part. NULL in back ends that do not crop.
   */
  int (*get_reach) (GengaBackendModel *model);

  /* Estimated bytes that run() takes at its peak for a view of this size, weights, input and output
   * apart. */
  guint64 (*get_peak_bytes) (GengaBackendModel *model, int width, int height);

  /* Gives cached memory back to the system. */
  void (*trim) (void);

  void (*get_memory_stats) (const char *device_id, GengaMemoryStats *stats);

  /*
   * Whether models can be loaded on the device as far as is known without one: that its driver is
   * there and computes what it should. May take a second. NULL in back ends that need no check.
   */
  gboolean (*check_device) (const char *device_id, GError **error);
} GengaBackend;

/* A view of floats without gaps. */
static inline GengaView
genga_view_of_floats (const float *data, int channels, int width, int height)
{
  GengaView view;

  view.data = (void *)data;
  view.row_stride = (gsize)width * channels * sizeof (float);
  view.sample = GENGA_SAMPLE_F32;
  view.channels = channels;
  view.width = width;
  view.height = height;
  return view;
}

/* All of a view: what `wanted` is most of the time. */
static inline GengaRect
genga_view_get_rect (const GengaView *self)
{
  GengaRect rect;

  rect.x = 0;
  rect.y = 0;
  rect.width = self->width;
  rect.height = self->height;
  return rect;
}

/* The one symbol of a back-end module. */
#define GENGA_BACKEND_ENTRY "genga_backend_get"
typedef const GengaBackend *(*GengaBackendGetFunc) (GError **error);

G_END_DECLS
