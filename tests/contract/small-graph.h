/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graphs of a few operations, on pictures that are written down. */
#pragma once

#include "nets/attention/graph-attention.h"

G_BEGIN_DECLS

/* A constant of the numbers that follow its shape. */
#define TEST_CONSTANT(builder, shape, ...)                                                         \
  genga_graph_take_constant (                                                                      \
      (builder), G_N_ELEMENTS (((int[])shape)), ((int[])shape),                                    \
      g_memdup2 (((float[]){ __VA_ARGS__ }),                                                       \
                 sizeof (float) * G_N_ELEMENTS (((float[]){ __VA_ARGS__ }))))
#define TEST_SHAPE(...)                                                                            \
  {                                                                                                \
    __VA_ARGS__                                                                                    \
  }

/*
 * Finishes the graph, runs it in f32 on height x width pixels of `input` (channels last), and
 * fails where a number is further than 1e-6 of what is expected.
 */
void test_graph_check (
    GengaGraphBuilder *builder, int height, int width, const float *input, const float *expected);

/* n numbers between -1 and 1. */
float *test_dup_noise (GRand *rand, gsize n);

G_END_DECLS
