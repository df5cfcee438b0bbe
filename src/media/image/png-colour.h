/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a PNG says of its colours without a profile: gAMA, cHRM, sRGB and cICP (specification,
 * section 11.3.2). Untrusted bytes; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The ICC profile that whole chunks (as GengaTags has them) amount to; NULL where they mean sRGB,
 * say something else first (sRGB, cICP), or say nothing.
 */
GBytes *genga_png_colour_new_profile (GBytes *chunks, gboolean is_grey);

G_END_DECLS
