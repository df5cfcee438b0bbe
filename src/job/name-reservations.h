/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of results that jobs are about to write, so that no two get one name.
 *
 * GengaNameReservations has the names of all jobs of a pipeline, GengaReservation is one job's: it
 * has one name at a time, or none, and gives it back when it is freed. A file is the same by
 * whatever spelling of its path.
 *
 * Thread rule: any thread; one reservation in one thread at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GengaNameReservations GengaNameReservations;
typedef struct _GengaReservation GengaReservation;

GengaNameReservations *genga_name_reservations_new (void);
/* What is reserved keeps it. */
void genga_name_reservations_unref (GengaNameReservations *self);

/* Of no name as yet. */
GengaReservation *genga_reservation_new (GengaNameReservations *owner);
/* Gives the name back, unless it is kept. NULL is allowed. */
void genga_reservation_free (GengaReservation *self);

/*
 * Gives back what it has and takes the name of `path`. FALSE where another job has it: then this
 * one has none, and only knows the path.
 */
gboolean genga_reservation_take (GengaReservation *self, const char *path);

/* The path of the last take, whatever became of it; NULL before one. Borrowed. */
const char *genga_reservation_get_path (const GengaReservation *self);

/* No job gets the name any more, as the result has it. */
void genga_reservation_keep (GengaReservation *self);
/* Other jobs may have the name from now on. */
void genga_reservation_give_back (GengaReservation *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaNameReservations, genga_name_reservations_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaReservation, genga_reservation_free)

G_END_DECLS
