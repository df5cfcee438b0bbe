/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much memory steps take. */
#pragma once

#include "engine/torch/step.h"

namespace genga
{

/* What Step.area is for each value of a graph. */
std::vector<double> list_areas (const GengaGraph &graph);

/* An upper bound for all values at the peak in bytes per pixel of the picture, weights apart. */
double get_bytes_per_pixel (const std::vector<Step> &steps);

/* The values of the largest map per pixel of the picture. */
double get_most_values (const std::vector<Step> &steps);

} // namespace genga
