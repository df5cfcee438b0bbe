/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One axis of GENGA_OP_WINDOW_ATTENTION: which pixels attend to which. Plain data and arithmetic.
 * Thread rule: any thread.
 */
#pragma once

#include "engine/cpu/cpu-range.h"

#include <glib.h>

G_BEGIN_DECLS

/* Pixels along a window, its margins included. */
#define GENGA_CPU_WINDOW_MOST 256

typedef struct
{
  int multiple;
  int window, shift;         /* of queries */
  int key_window, key_shift; /* of keys; the window with its margins */
  int key_margin, key_block;
  gboolean is_masked;
  gboolean leaves_out; /* masked keys, instead of giving them next to no weight */
} GengaCpuWindowAxis;

/* Pixels that follow each other, are in one window, and attend to the same keys. */
typedef struct
{
  GengaCpuRange queries; /* pixels of the map */
  int place;             /* of the first one in its window */
  int window;            /* which */
  /* In the window, of its key_window / key_block along the axis: keys, and those among them that
   * the axis does not mask. */
  GengaCpuRange keys, own;
} GengaCpuWindowPart;

/*
 * That masks keep apart nothing but what the roll has brought together, from both ends of a map,
 * and leave every query some keys: that is how networks are built.
 */
gboolean genga_cpu_window_axis_follows_roll (const GengaCpuWindowAxis *self);

/* Whether queries attend to no keys that are far away. */
gboolean genga_cpu_window_axis_is_local (const GengaCpuWindowAxis *self);

/* What begins with query `at` of `length`. */
GengaCpuWindowPart
genga_cpu_window_axis_find_part (const GengaCpuWindowAxis *self, int at, int length);

/*
 * The pixels of the keys' map, of `key_length`, that are pixels [begin, end) of a window, in
 * sources[begin] to sources[end - 1]; -1: a zero.
 */
void genga_cpu_window_axis_find_sources (const GengaCpuWindowAxis *self,
                                         int window,
                                         GengaCpuRange pixels,
                                         int length,
                                         int key_length,
                                         int *sources);

/* The keys' pixels that queries [begin, end) attend to. */
GengaCpuRange genga_cpu_window_axis_get_reach (const GengaCpuWindowAxis *self,
                                               GengaCpuRange range,
                                               int length,
                                               int key_length);

G_END_DECLS
