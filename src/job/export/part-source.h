/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frames of a part (job/export/part.h) of a source. */
#pragma once

#include "job/export/part.h"
#include "job/export/places.h"
#include "media/source.h"

G_BEGIN_DECLS

/*
 * Reads what lies between the part's marks, and notes each place where a segment begins, the one
 * behind the last frame as well. With `counts`, all frames before are read and dropped, so that the
 * places know their numbers; otherwise numbers count from the part's first frame. `progress` ends
 * that. Takes the source, of which nothing was read; the rest is borrowed.
 */
GengaSource *genga_part_source_new (GengaSource *take_inner,
                                    const GengaVideoPart *part,
                                    GengaPlaces *places,
                                    gboolean counts,
                                    GengaProgress *progress);

/* The number of the part's first frame, once it was read. */
guint64 genga_part_source_get_first (GengaSource *self);

/* A source of nothing, for a part that joins; its counts are those of the segments. */
GengaSource *genga_part_source_new_joined (GengaSource *take_inner, const GengaVideoPart *part);

G_END_DECLS
