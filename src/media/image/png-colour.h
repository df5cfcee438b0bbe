/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a PNG says of its colours without a profile: gAMA, cHRM, sRGB and cICP (specification,
 * section 11.3.2). Untrusted bytes; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The chunks but for those that say what colours mean; NULL: no others. */
GBytes *genga_png_colour_remove (GBytes *chunks);

/*
 * The ICC profile that whole chunks (as GengaTags has them) amount to; NULL where they mean sRGB
 * or say nothing. cICP counts first, then sRGB (third edition, 4.3). There is none for cICP of HDR
 * (PQ, HLG), of YCbCr or of other ranges than the full one.
 */
GBytes *genga_png_colour_new_profile (GBytes *chunks, gboolean is_grey);

G_END_DECLS
