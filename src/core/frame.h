/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaFrame: a reference-counted picture in memory.
 *
 * A frame is written by its maker and is immutable once handed on. A step that wants to
 * change it in place asks genga_frame_make_writable(), which copies only when there is another
 * holder of a reference.
 *
 * Pixels are packed (RGB, RGBA, grey, grey with alpha: one plane) or planar YUV. Integer samples
 * span the full range of their type, but for planes of fewer bits (`depth`); float samples are
 * nominally in [0, 1] and may leave it between passes. Alpha is straight, never premultiplied. What
 * the numbers of planes mean is in the colour's tags, which are complete then.
 *
 * Thread rule: reading and reference counting from any thread.
 */
#pragma once

#include "core/colour.h"
#include "core/rect.h"
#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_FRAME_MAX_PLANES 4

typedef enum
{
  GENGA_SAMPLE_U8,
  GENGA_SAMPLE_U16,
  GENGA_SAMPLE_F16,
  GENGA_SAMPLE_F32,
} GengaSample;

typedef enum
{
  GENGA_LAYOUT_GREY,
  GENGA_LAYOUT_GREY_ALPHA,
  GENGA_LAYOUT_RGB,
  GENGA_LAYOUT_RGBA,
  GENGA_LAYOUT_NV12,    /* Y; interleaved CbCr at half size both ways; U8 */
  GENGA_LAYOUT_P010,    /* the same with 10 bits in the upper part of U16 */
  GENGA_LAYOUT_YUV420P, /* three planes */
  GENGA_LAYOUT_YUV422P,
  GENGA_LAYOUT_YUV444P,
} GengaLayout;

typedef enum
{
  GENGA_MEMORY_HOST,
  GENGA_MEMORY_CUDA,
} GengaMemory;

/* What a frame looks like, without its pixels. */
typedef struct
{
  int width; /* pixels */
  int height;
  GengaSample sample;
  GengaLayout layout;
  GengaMemory memory;
  int device; /* CUDA ordinal; 0 for the host */
  int depth;  /* of planes in U16: bits of a sample, its lower ones; 0: all of them */
} GengaFrameInfo;

/* What one plane of a frame holds. */
typedef struct
{
  gsize row_samples; /* of all channels */
  gsize n_rows;
} GengaPlaneExtent;

typedef struct _GengaFrame GengaFrame;

/* Where a sink puts the form that it gives a frame, for when the frame comes again. */
typedef struct _GengaFrameTwin GengaFrameTwin;

/* What tells frames apart: equal ones have equal prints, others hardly ever (2^-64). */
typedef struct
{
  guint64 lanes[4];
} GengaFramePrint;

struct _GengaFrame
{
  GengaFrameInfo info;
  GengaColour colour;

  guint8 *planes[GENGA_FRAME_MAX_PLANES];
  gsize strides[GENGA_FRAME_MAX_PLANES]; /* bytes from one row to the next */

  /* Presentation time and duration in units of time_base seconds; G_MININT64 = none. */
  gint64 pts;
  gint64 duration;
  int time_base_num;
  int time_base_den;

  /* The picture's ICC profile and the picture's own metadata (EXIF, XMP), or NULL. */
  GBytes *icc;
  GBytes *exif;
  GBytes *xmp;
  /* What else the picture's file carries, for the module that reads and writes it; or NULL. */
  GVariant *extras;
  /* Closed captions that come with this frame, as cc_data of ATSC A/53, or NULL. */
  GBytes *captions;
  /* For the sink, or NULL; not one of the properties that are copied. */
  GengaFrameTwin *twin;

  /*< private >*/
  gatomicrefcount ref_count;
  gboolean is_shared; /* its pixels are another frame's */
  GDestroyNotify release;
  gpointer release_data;
};

/* Channels of a packed layout (1 to 4); 0 for planar layouts. */
int genga_layout_get_n_channels (GengaLayout layout);
gboolean genga_layout_has_alpha (GengaLayout layout);
/* Bytes of one sample. */
gsize genga_sample_get_size (GengaSample sample);

/*
 * Bytes that a host frame of `info` needs, rows padded to 64 bytes; G_MAXSIZE when that overflows
 * or a side is not positive.
 */
gsize genga_frame_info_get_size (const GengaFrameInfo *info);

/* Fills in the planes of such a frame; how many there are. */
int genga_frame_info_get_planes (const GengaFrameInfo *info,
                                 GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES]);

/*
 * A host frame with uninitialised pixels, sRGB tags and no time. Rows start at multiples of 64
 * bytes. Errors: GENGA_ERROR_OUT_OF_MEMORY with the size in words.
 */
GengaFrame *genga_frame_new (const GengaFrameInfo *info, GError **error);

/* The same with rows packed densely (stride = width * bytes per pixel); packed layouts only. */
GengaFrame *genga_frame_new_dense (const GengaFrameInfo *info, GError **error);

/*
 * A dense copy of the pixels of a packed host frame that lie in `rect`, which lies in the frame;
 * with the frame's properties. Errors: GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaFrame *genga_frame_crop (const GengaFrame *self, const GengaRect *rect, GError **error);

/*
 * A packed host frame with pixels that are there already, in rows `stride` bytes apart; they stay
 * as they are, and as long as the frame.
 */
GengaFrame *genga_frame_new_for_bytes (const GengaFrameInfo *info, GBytes *pixels, gsize stride);

/*
 * The same for the planes of a planar layout, rows `strides` bytes apart. `release` gets `data`
 * once the frame has gone.
 */
GengaFrame *genga_frame_new_for_planes (const GengaFrameInfo *info,
                                        guint8 *const planes[GENGA_FRAME_MAX_PLANES],
                                        const gsize strides[GENGA_FRAME_MAX_PLANES],
                                        GDestroyNotify release,
                                        gpointer data);

/* A frame with the pixels of another one, which stays as long, and properties of its own. */
GengaFrame *genga_frame_share (GengaFrame *self);

/* The same of those pixels of a packed frame that lie in `rect`, which lies in the frame. */
GengaFrame *genga_frame_share_part (GengaFrame *self, const GengaRect *rect);

GengaFrame *genga_frame_ref (GengaFrame *self);
void genga_frame_unref (GengaFrame *self);

/*
 * Takes a reference and gives back a frame with the same content and no other holder.
 * NULL only when memory is short; the reference is consumed in any case.
 */
GengaFrame *genga_frame_make_writable (GengaFrame *self, GError **error);

/* Copies times, colour tags and metadata (not pixels, not size) from `source`. */
void genga_frame_copy_properties (GengaFrame *self, const GengaFrame *source);

/* Takes the place of its own ones; `captions` is borrowed and may be NULL. */
void genga_frame_set_captions (GengaFrame *self, GBytes *captions);

/* Of the pixels of a host frame, whose shape and colours are no part of it. */
GengaFramePrint genga_frame_get_print (const GengaFrame *self);

/* Any thread. `frame` is borrowed; the first one stays. The frame of a twin is a reference, or
 * NULL. */
GengaFrameTwin *genga_frame_twin_new (void);
GengaFrameTwin *genga_frame_twin_ref (GengaFrameTwin *self);
void genga_frame_twin_unref (GengaFrameTwin *self);
void genga_frame_twin_set (GengaFrameTwin *self, GengaFrame *frame);
GengaFrame *genga_frame_twin_get (GengaFrameTwin *self);

/* Whether two host frames look alike and have the same pixels, bit for bit; times may differ. */
gboolean genga_frame_is_equal (const GengaFrame *a, const GengaFrame *b);

static inline gpointer
genga_frame_get_row (const GengaFrame *self, int plane, int y)
{
  return self->planes[plane] + (gsize)y * self->strides[plane];
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaFrame, genga_frame_unref)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaFrameTwin, genga_frame_twin_unref)

G_END_DECLS
