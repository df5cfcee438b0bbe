/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a picture carries beside pixels, as a file of another size has it.
 *
 * A frame has ICC, EXIF and XMP, and in `extras`, a dictionary, what only some formats know:
 *   "iptc" (ay)        records of IPTC-IIM
 *   "comment" (ay)     of a JPEG
 *   "png-chunks" (ay)  whole chunks of a PNG: text, and what its samples mean (gAMA, cHRM, ...)
 *   "resolution" (dd)  pixels per metre, across and down
 *   "own-primaries" (b) sRGB's curve, but not its primaries (media/image/colour-map.h)
 *   "is-derived" (b)   the profile only says what "png-chunks" says
 *
 * Pure functions; any thread.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

typedef struct
{
  GBytes *icc;
  GBytes *exif;     /* from the TIFF header on */
  GBytes *own_exif; /* without a resolution that it did not have; NULL: the same */
  GBytes *xmp;
  GBytes *iptc; /* IIM records */
  GBytes *comment;
  GBytes *png_chunks;
  gboolean is_icc_derived; /* from png_chunks */
  double x_per_metre;      /* 0: not known */
  double y_per_metre;
  gboolean lacks_maker_note; /* EXIF had one */
  gboolean lacks_iptc;       /* XMP says not all of it */
} GengaTags;

/*
 * Those of a frame, fit for its size: orientation, sizes and resolution in EXIF and XMP are
 * corrected, and a thumbnail, which would show the source, is left out.
 */
void genga_tags_init (GengaTags *self, const GengaFrame *frame);
void genga_tags_clear (GengaTags *self);

/* As many times the resolution, wherever it is said. Before what follows. */
void genga_tags_scale_resolution (GengaTags *self, double factor);

/*
 * EXIF of at most so many bytes: without what it did not have, else without what the camera's maker
 * has noted; as it is where that does not help.
 */
void genga_tags_limit_exif (GengaTags *self, gsize max_size);

/* IPTC becomes XMP (media/image/tags/iptc-xmp.h), for files that have no place for it. */
void genga_tags_move_iptc (GengaTags *self);

/* The dictionary of a frame, without what is not there; NULL: nothing is. Floating. */
GVariant *genga_tags_new_extras (const GengaTags *self);

/*
 * IPTC records out of, or into, the resources that Photoshop writes into JPEG (APP13). In PNG they
 * have no prefix, and records may be without resources.
 */
GBytes *genga_iptc_unwrap (GBytes *resources);
GBytes *genga_iptc_wrap (GBytes *records, gboolean has_prefix);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaTags, genga_tags_clear)

G_END_DECLS
