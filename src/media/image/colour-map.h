/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The colours of an ICC profile as sRGB and back (ICC.1:2022, 9.2.5 to 9.2.7, F.3; IEC 61966-2-1).
 *
 * RGB profiles of three primaries with curves, and grey ones with a curve, have a map both ways, in
 * floats and by the relative colorimetric intent. Networks make nothing sensible of numbers below 0
 * or above 1, so a picture with colours outside sRGB keeps the profile's primaries under the curve
 * of sRGB: nothing is outside then, and every colour comes back as it was. Other profiles (tables)
 * go to sRGB alone, clamped, through lcms2.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/* The colour space of a profile that can be used ('RGB ', 'GRAY', 'CMYK'), or 0. Untrusted bytes.
 */
guint32 genga_icc_get_space (const guint8 *data, gsize size);
#define GENGA_ICC_RGB 0x52474220
#define GENGA_ICC_GREY 0x47524159
#define GENGA_ICC_CMYK 0x434d594b

typedef struct _GengaColourMap GengaColourMap;

/*
 * Of an untrusted profile. NULL: it can't be used, is for other pixels than those of `layout`, or
 * is sRGB itself to within a level of 8 bits.
 */
GengaColourMap *genga_colour_map_new (GBytes *icc, GengaLayout layout);
void genga_colour_map_free (GengaColourMap *self);

/* Whether there is a way back. */
gboolean genga_colour_map_is_two_way (const GengaColourMap *self);

/*
 * A packed frame as sRGB, f32; alpha and properties are kept. With `clamps`, colours outside are
 * clamped; else `*is_outside` says that there are some, and the frame has its own primaries.
 * Errors: GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaFrame *genga_colour_map_to_srgb (GengaColourMap *self,
                                      const GengaFrame *frame,
                                      gboolean clamps,
                                      gboolean *is_outside,
                                      GError **error);

/*
 * A packed f32 frame that was made so back, in place; only where there is a way. What the profile
 * can't hold is clamped.
 */
void genga_colour_map_from_srgb (GengaColourMap *self, GengaFrame *frame, gboolean is_outside);

/*
 * The same by a frame's own profile; one that has no map, or no way back, leaves it as it is (with
 * a new reference).
 */
GengaFrame *genga_colours_to_srgb (GengaFrame *frame, gboolean clamps, GError **error);
void genga_colours_from_srgb (GengaFrame *frame);

/* As GengaMedia.colours_are_outside() and colours_rows_to_srgb(). */
gboolean genga_colours_are_outside (GengaFrame *rows, gboolean *are_outside, GError **error);
GengaFrame *genga_colours_rows_to_srgb (GengaFrame *rows, gboolean are_outside, GError **error);

/* Nothing says of a frame any more that it is other than sRGB. */
void genga_colours_forget (GengaFrame *frame);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaColourMap, genga_colour_map_free)

G_END_DECLS
