/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A conversion by zimg between the planes of a picture format and planes of float RGB (or grey).
 * What surrounds zimg lays the samples out as it wants them: planes at aligned addresses, sides
 * that are multiples of the subsampling.
 */
#pragma once

#include "core/frame.h"
#include "media/video/av.h"

#include <zimg.h>

G_BEGIN_DECLS

/*
 * Bits per channel of a format that can be converted, or 0. Channels of fewer than 8 bits, also of
 * different ones (rgb565), are widened to 8.
 */
int genga_av_get_depth (enum AVPixelFormat format);
/* Whether channels are widened, which goes one way only. */
gboolean genga_av_is_narrow (enum AVPixelFormat format);
/* Whether samples are RGB, or numbers of RGB colours in a palette. */
gboolean genga_av_is_rgb (const AVPixFmtDescriptor *desc);

#define GENGA_VIDEO_PLANES 4

/* Of planes and their rows, bytes. */
#define GENGA_VIDEO_ALIGNMENT 64

/*
 * Planes in memory: three of colour (one for grey), then transparency. All rows are there, or as
 * many as zimg works on at a time, in a ring.
 */
typedef struct
{
  void *data[GENGA_VIDEO_PLANES];
  gsize strides[GENGA_VIDEO_PLANES]; /* bytes */
  guint mask;                        /* row y is at y & mask */
} GengaVideoPlanes;

static inline gpointer
genga_video_planes_get_row (const GengaVideoPlanes *self, int plane, guint y)
{
  return (guint8 *)self->data[plane] + (y & self->mask) * self->strides[plane];
}

/* The samples of a format as zimg gets them. */
typedef struct
{
  const AVPixFmtDescriptor *desc;
  int width; /* multiples of the subsampling */
  int height;
  int depth;        /* bits per channel */
  gboolean is_deep; /* two bytes a sample */
  gboolean is_grey;
  gboolean has_alpha;
  gboolean is_narrow; /* channels of fewer than 8 bits */
  gboolean is_plain;  /* one component a plane, samples side by side in the machine's order */
} GengaVideoLayout;

typedef struct
{
  GengaVideoPlanes in;
  GengaVideoPlanes out;
  zimg_filter_graph *graph;
  void *scratch;
} GengaVideoGraph;

/* FALSE where samples of this format cannot be laid out. */
gboolean
genga_video_layout_init (GengaVideoLayout *self, enum AVPixelFormat format, int width, int height);

/* The component that fills plane `index`, or -1. */
int genga_video_layout_get_component (const GengaVideoLayout *self, int index);

/* The size of plane `index` of a picture of width x height. */
void genga_video_layout_get_plane_size (const GengaVideoLayout *self,
                                        int index,
                                        int width,
                                        int height,
                                        int *out_width,
                                        int *out_height);

/*
 * From a format to float RGB (grey where the format is), or the other way round. Of the RGB planes
 * there is a ring: genga_video_graph_run_rows() runs it. FALSE without
 * memory (errors: GENGA_ERROR_OUT_OF_MEMORY) or, with no error set, where zimg knows no way, which
 * is logged. What was allocated is the caller's to clear in both cases.
 */
gboolean genga_video_graph_init_from (GengaVideoGraph *self,
                                      const GengaVideoLayout *from,
                                      const GengaColour *colour,
                                      GError **error);
gboolean genga_video_graph_init_to (GengaVideoGraph *self,
                                    const GengaVideoLayout *to,
                                    const GengaColour *colour,
                                    GError **error);

/* From one format and size to another; colours through RGB only where they mean something else. */
gboolean genga_video_graph_init_between (GengaVideoGraph *self,
                                         const GengaVideoLayout *from,
                                         const GengaColour *from_colour,
                                         const GengaVideoLayout *to,
                                         const GengaColour *to_colour,
                                         GError **error);

/* From float RGB (or grey) of one size to another (bicubic). */
gboolean genga_video_graph_init_resize (GengaVideoGraph *self,
                                        const GengaFrameInfo *from,
                                        const GengaFrameInfo *to,
                                        gboolean grey,
                                        GError **error);

/* From self->in to self->out. Errors: GENGA_ERROR_INTERNAL. */
gboolean genga_video_graph_run (GengaVideoGraph *self, GError **error);

/* The pixels [left, right) of row y, which may come more than once. */
typedef void (*GengaVideoRowFunc) (gpointer data, int y, int left, int right);

/*
 * The same row by row: `load` fills those of the ring self->in, `store` empties those of self->out,
 * while they are in the processor's cache; NULL where all rows are there. `out` is in the place of
 * self->out where the result's planes are at hand; else NULL.
 */
gboolean genga_video_graph_run_rows (GengaVideoGraph *self,
                                     const GengaVideoPlanes *out,
                                     GengaVideoRowFunc load,
                                     GengaVideoRowFunc store,
                                     gpointer data,
                                     GError **error);

void genga_video_graph_clear (GengaVideoGraph *self);

G_END_DECLS
