/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much memory a network takes while it runs, from its spec alone.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "nets/net-spec.h"

G_BEGIN_DECLS

/*
 * Bytes of activations at the peak per input pixel, with activations of `element_size` bytes: an
 * upper bound that holds for LibTorch, measured for each family.
 */
double genga_net_spec_get_bytes_per_pixel (const GengaNetSpec *spec, gsize element_size);

G_END_DECLS
