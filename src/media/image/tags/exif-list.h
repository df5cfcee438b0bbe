/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * EXIF taken apart: what it says, without the places of what it says (Exif 2.3, 4.5 and 4.6). To be
 * written into a TIFF, whose directories are EXIF's, or as a smaller one.
 *
 * Untrusted bytes: entries that lie outside, those whose tag the directory had before, and
 * directories that should not be there, are left out. Makers' notes are copied as they are,
 * although places in them may not be true any more. Pure functions; any thread.
 */
#pragma once

#include "media/image/tiff-directory.h"

G_BEGIN_DECLS

typedef struct _GengaExifList GengaExifList;

/* From the TIFF header on. NULL: nothing in it is understood. */
GengaExifList *genga_exif_list_new (GBytes *exif);
/* `self` may be NULL. */
void genga_exif_list_free (GengaExifList *self);

/* Leaves out what the camera's maker has noted in a form of its own; whether there was some. */
gboolean genga_exif_list_drop_maker_note (GengaExifList *self);

/* Whether a tag of the first directory tells of the picture, not of how its pixels are stored. */
gboolean genga_exif_is_description (guint tag);

/*
 * Writes the directories of EXIF and GPS into a TIFF, and adds to `entries`, of the TIFF's own one,
 * where they are and what the first one says of the picture: values borrowed from `self`. FALSE
 * when the callback says so.
 */
gboolean
genga_exif_list_put_into_tiff (GengaExifList *self, GengaTiffOutput *output, GArray *entries);

/* All of it as EXIF, with nothing between. */
GBytes *genga_exif_list_write (GengaExifList *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaExifList, genga_exif_list_free)

G_END_DECLS
