/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan (cpu-plan.h) consists of. Thread rule: any thread. */
#pragma once

#include "engine/cpu/channels.h"
#include "engine/cpu/windows.h"

G_BEGIN_DECLS

#define GENGA_CPU_MAX_INPUTS 4
#define GENGA_CPU_MAX_FACTOR 16 /* of shuffles */

typedef enum
{
  GENGA_CPU_READ,    /* rows of the picture */
  GENGA_CPU_CONV,    /* a layer of a kernel set, or its epilogue alone */
  GENGA_CPU_COPY,    /* channels */
  GENGA_CPU_COMBINE, /* two maps, one of which may have a single channel */
  GENGA_CPU_SHUFFLE,
  GENGA_CPU_UNSHUFFLE,
  GENGA_CPU_RESIZE,
  GENGA_CPU_MOVE, /* to other borders */
  GENGA_CPU_POOL,
  GENGA_CPU_FUNCTION, /* that no layer has */
  GENGA_CPU_LAYER_NORM,
  GENGA_CPU_GROUP_STATS, /* makes no map */
  GENGA_CPU_MEAN,        /* the vector of an earlier phase's statistics */
  GENGA_CPU_GROUP_NORM,  /* with the statistics of an earlier phase; plus input 1 */
  GENGA_CPU_DYSAMPLE,
  GENGA_CPU_WINDOWS,         /* attention in them: queries, keys, values */
  GENGA_CPU_CHANNEL_WINDOWS, /* attention between channels: queries, keys, values */
  GENGA_CPU_CHANNEL_SUMS,    /* of whole maps, queries and keys; makes no map */
  GENGA_CPU_CHANNELS,        /* values, with the sums of an earlier phase */
  GENGA_CPU_REGRID,          /* from a grid to windows, or back */
  GENGA_CPU_WRITE,           /* input 0, shuffled, plus input 1 enlarged to its nearest pixels */
} GengaCpuStepKind;

/* Some channels of a buffer. */
typedef struct
{
  guint buffer;
  guint first;
  guint channels;
} GengaCpuPlace;

typedef struct
{
  GengaCpuStepKind kind;
  guint phase;

  /* CONV: the layer's, then the gate, then sides. */
  guint n_inputs;
  GengaCpuPlace inputs[GENGA_CPU_MAX_INPUTS];
  gboolean has_output;
  GengaCpuPlace output;

  /* Vectors among the inputs of a map, as bits: one pixel for all. */
  guint vectors;

  /* The value whose rows and columns the step counts in: the output, of others input 0. */
  guint value;
  guint source; /* MOVE, RESIZE: the value that is read */

  /* The steps that make input i, from writers[first_writer[i]] on. */
  guint n_writers[GENGA_CPU_MAX_INPUTS];
  guint *writers[GENGA_CPU_MAX_INPUTS];

  GengaConv *conv; /* CONV */
  const GengaKernelSet *set;
  int stride, kernel_y, kernel_x, dilation, pad_y, pad_x;
  gboolean has_gate;

  gboolean is_blocked; /* SHUFFLE: channels are in the order of pixels */
  int factor;          /* SHUFFLE, UNSHUFFLE, DYSAMPLE, WRITE */
  int n_groups;
  GengaOpKind combine;
  GengaResizeKind resize;
  int num, den;  /* 0: the sides of `value` and `source` stand for them */
  int top, left; /* MOVE: pixel (0, 0) goes to this one */
  GengaPadKind pad;
  gboolean is_max, counts_pad; /* POOL, which has kernel, stride and padding as CONV */
  GengaActivation function;    /* FUNCTION */
  float exponent;
  float *weight; /* norms: of each channel, with zeros up to a multiple of 16 */
  float *bias;
  double epsilon;
  gboolean is_rms;            /* a layer norm's */
  guint stats;                /* GROUP_STATS, GROUP_NORM, CHANNEL_SUMS, CHANNELS: which */
  GengaCpuWindows *windows;   /* WINDOWS */
  GengaCpuChannels *channels; /* CHANNEL_WINDOWS, CHANNEL_SUMS, CHANNELS */
  gboolean to_grid;           /* REGRID; else to windows of `factor` */
} GengaCpuStep;

typedef struct
{
  guint stride; /* samples of a pixel */
  GengaStore store;
  guint value; /* whose sides it has */
  /* All rows are kept, from the phase in which they are made to the last one that reads them. */
  gboolean is_whole;
  guint first_phase, last_phase;
  /* Some channels are never written, and must be zero. */
  gboolean has_gaps;
  /* Zeros that layers read left and right of the map. */
  guint margin_left, margin_right;
} GengaCpuBuffer;

/*
 * The rows of input `i` that a step reads for the rows `range` that it makes, or columns; may lie
 * beyond the map. `sides`: those of all values along the axis. Begins after its end where nothing
 * is read. Where `range` begins further down, the reach does not begin further up, if it goes to
 * the step's end.
 */
GengaCpuRange genga_cpu_step_get_reach (
    const GengaCpuStep *step, guint i, GengaAxis axis, GengaCpuRange range, const gint64 *sides);

/* The pixel of an axis that stands for one beyond its ends; -1: a zero. */
int genga_cpu_find_source (GengaPadKind kind, int at, int length);

/* Of MOVE: what stands beyond the borders of these sides. */
GengaPadKind genga_cpu_step_choose_pad (const GengaCpuStep *step, gint64 *const *sides);

/* Of RESIZE: what an axis grows by. */
GengaSizeRatio genga_cpu_step_get_ratio (const GengaCpuStep *step, const gint64 *sides);

/* What the rows and columns that a step makes at a time are multiples of. */
int genga_cpu_step_get_grid (const GengaCpuStep *step);

/* Whether it makes no map, but statistics of whole ones for a later phase. */
gboolean genga_cpu_step_is_stats (const GengaCpuStep *step);

/* Whether it needs the statistics of an earlier phase. */
gboolean genga_cpu_step_needs_stats (const GengaCpuStep *step);

/* Whether it reads the whole of input i. */
gboolean genga_cpu_step_sees_all (const GengaCpuStep *step, guint i);

G_END_DECLS
