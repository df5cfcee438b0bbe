/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * IPTC-IIM said in XMP, for files that have no place for it: the properties that the IPTC Photo
 * Metadata Standard (2022.1, "IPTC Core") has for records of IIM 4.2.
 *
 * Untrusted bytes; a pure function; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * `xmp`, or where it is NULL a new packet, with what `iptc` (IIM records) says and it does not. A
 * property that it has stays as it is. `is_complete` becomes FALSE where something of the IPTC is
 * not in the result. NULL: nothing could be said in it.
 */
GBytes *genga_iptc_add_to_xmp (GBytes *iptc, GBytes *xmp, gboolean *is_complete);

G_END_DECLS
