/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the header of a JPEG XL codestream says that its decoder does not tell (ISO/IEC 18181-1,
 * SizeHeader and ImageMetadata). Pure functions; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a codestream, untrusted bytes, has frames that are shown one after the other. */
gboolean genga_jxl_is_animated (GBytes *codestream);

G_END_DECLS
