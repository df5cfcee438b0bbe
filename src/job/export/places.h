/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where in a source a segment may begin: marks lie at even distances from the first frame, and a
 * place is the first frame after a mark. The reading stage notes every frame; the writing stage
 * asks for the place behind a segment that has ended.
 *
 * Thread rule: reading and writing may overlap.
 */
#pragma once

#include "job/export/journal-entry.h"
#include "media/source.h"

G_BEGIN_DECLS

typedef struct _GengaPlaces GengaPlaces;

/*
 * Seconds from one mark to the next: a function of source and network alone, so that runs on any
 * machine make the same segments. A short clip gets several, and so does one whose frames take
 * long: `macs` are the multiplications of a frame.
 */
double genga_places_choose_seconds (const GengaSourceInfo *info, double macs);

/* `seconds` from one mark to the next. */
GengaPlaces *genga_places_new (const GengaSourceInfo *info, double seconds);
void genga_places_free (GengaPlaces *self);

/* The mark before a time; any thread. */
gint64 genga_places_get_segment (const GengaPlaces *self, gint64 pts);

/* ---- reading ---- */

/* The next frame that is noted is number `frame`; damaged ones before it. */
void genga_places_start (GengaPlaces *self, guint64 frame, guint64 n_damaged);
/* The next frame; `n_damaged` with it. */
void genga_places_note (GengaPlaces *self, const GengaFrame *frame, guint64 n_damaged);
/* Frames noted, those before the first one among them. */
guint64 genga_places_get_n_read (const GengaPlaces *self);

/* A checksum of a frame's pixels. Free with g_free(). */
char *genga_places_dup_print (const GengaFrame *frame);

/* ---- writing ---- */

/* Fills in what is known of the source where a segment ends in front of `frame`. */
void genga_places_describe (GengaPlaces *self, guint64 frame, GengaJournalEntry *entry);

G_END_DECLS
