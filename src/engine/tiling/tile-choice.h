/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which tiles a frame is cut into for a network on a device: what plans say and sessions do.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/tile-plan.h"
#include "engine/backend.h"

G_BEGIN_DECLS

/* What a tile has to look like for a model. */
typedef struct
{
  int scale;
  int overlap;   /* radius, or 32 where it is global */
  int alignment; /* of tile sides */
  int minimum;
  gboolean is_global; /* the result depends on the whole frame */
  double bytes_per_pixel;
  /*
   * Frames are run without tiles, in rectangles that are exact (engine/whole): no overlap, and
   * little memory.
   */
  gboolean takes_whole;
  int unit; /* of the edges of these rectangles, input pixels */
  double bytes_per_column;
} GengaModelNeeds;

/* All borrowed. */
typedef struct
{
  const GengaNetSpec *spec;
  const GengaModelNeeds *needs; /* of it on the device */
  const GengaDeviceInfo *device;
  int tile;     /* requested, input pixels; 0 = automatic */
  int overlap;  /* < 0 = automatic */
  int max_tile; /* that is known to fit; 0 = no limit known */
} GengaTileChoice;

/* Bytes at the network's peak for so many pixels of a frame or tile. */
double genga_model_needs_get_bytes (const GengaModelNeeds *self, int width, int height);

/* What a network's tiles have to look like on a device. */
void genga_model_needs_init (GengaModelNeeds *needs,
                             const GengaNetSpec *spec,
                             const GengaDeviceInfo *device,
                             GengaPrecision precision);

/* Whether the device writes results of a sample type itself; F32 there is always. */
gboolean genga_model_needs_writes (const GengaModelNeeds *self,
                                   const GengaDeviceInfo *device,
                                   GengaSample sample);

/*
 * Whether frames of this size are run as a whole: the network sees all of them, nobody wants tiles,
 * and the peak leaves half of the memory, of which a CPU has `available_bytes`.
 */
gboolean genga_tile_choice_is_untiled (const GengaTileChoice *self,
                                       guint64 available_bytes,
                                       int width,
                                       int height);

/*
 * Plans for the frame as the network sees it: padded to its grid, on which tiles start. What a
 * tile has beyond the frame is padding, as it would be for the frame as a whole.
 */
void genga_tile_choice_make_plan (
    const GengaTileChoice *self, gboolean is_untiled, int width, int height, GengaTilePlan *plan);

G_END_DECLS
