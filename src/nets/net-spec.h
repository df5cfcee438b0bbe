/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The net spec: which network a state dict is, with every hyper-parameter that its shapes tell.
 *
 * Plain data (nets/spec-data.h), derived from names and shapes alone, without LibTorch; file names
 * play no part. Consumed by the engines, which build the network from it and the state dict.
 */
#pragma once

#include "nets/spec-data.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

/*
 * Finds out which network `dict` is and checks it strictly: every parameter is there, none is
 * left over (buffers that can be derived are ignored), every shape is as expected. `name` stands
 * for the file in messages.
 *
 * A spec that comes out is safe to build from: channels are 1, 3 or 4 and the same on both sides,
 * the scale is 1 to 16, widths and counts are bounded and divide as the network needs it.
 *
 * Errors, all GENGA_ERROR_MODEL: an unknown architecture (the key list goes to the log), a known
 * one that is not supported ("DRCT model: not supported yet"), or "not a Compact model: key X has
 * shape A, expected B" (likewise missing and surplus keys).
 */
gboolean
genga_net_spec_detect (GengaNetSpec *spec, GengaStateDict *dict, const char *name, GError **error);

/* The reference engine's own networks: GENGA_FAMILY_NEAREST or _BICUBIC at `scale` >= 1. */
void genga_net_spec_init_builtin (GengaNetSpec *spec, GengaFamily family, int scale);

/*
 * Whether the network makes pictures of pictures: as many channels as it gets, 3 or 1. Errors:
 * GENGA_ERROR_MODEL.
 */
gboolean genga_net_spec_check_channels (const GengaNetSpec *spec, GError **error);

/* The family's name as people write it ("Compact", "RealPLKSR", "ESRGAN", "SPAN", "DAT"). */
const char *genga_net_spec_get_family_name (const GengaNetSpec *spec);

/*
 * Calls `func` for every hyper-parameter in the names and notation of the reference
 * implementation ("num_feat", "64"; "use_ea", "True"; "depth", "[6, 6]"): for people and tests.
 */
void
genga_net_spec_foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data);

/* Short tags as model collections show them ("64nf", "16nc"); free with g_strfreev(). */
char **genga_net_spec_dup_tags (const GengaNetSpec *spec);

G_END_DECLS
