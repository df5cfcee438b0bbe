/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small networks of attention, for pictures of three channels and any size. */
#pragma once

#include "nets/graph.h"

/* Windows that lie where pixels are, masked ones among them. */
void test_build_windows (GengaGraphBuilder *builder, GRand *rand);
/* Windows that have pixels of both ends of the map, which count. */
void test_build_rolled (GengaGraphBuilder *builder, GRand *rand);
/* Attention between channels, and pixels that move, in windows of 4 x 4. */
void test_build_channels (GengaGraphBuilder *builder, GRand *rand);
