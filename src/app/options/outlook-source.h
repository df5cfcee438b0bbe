/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaOutlookSource: what a start would make of the file that is looked at, kept up to date with
 * its options.
 *
 * Property `job` (GengaJob or NULL). Signal `changed`: something of what the functions below tell
 * is another. There is nothing to tell of a job that does not wait.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/estimate/outlook-request.h"

G_BEGIN_DECLS

#define GENGA_TYPE_OUTLOOK_SOURCE (genga_outlook_source_get_type ())
G_DECLARE_FINAL_TYPE (GengaOutlookSource, genga_outlook_source, GENGA, OUTLOOK_SOURCE, GObject)

/* `speeds` has to live as long. */
GengaOutlookSource *genga_outlook_source_new (GengaSpeeds *speeds);

/* After a change of options; in a moment. */
void genga_outlook_source_refresh (GengaOutlookSource *self);

/* The latest, or NULL; borrowed. While a new one is being found out, it is the old one, even of the
 * job before. */
const GengaOutlook *genga_outlook_source_get (GengaOutlookSource *self);
/* Why there is none, for people; NULL: there is no reason. */
const char *genga_outlook_source_get_problem (GengaOutlookSource *self);
/* Whether the job has options of its own. */
gboolean genga_outlook_source_is_own (GengaOutlookSource *self);

/* Measures, if there is something that can be; a change of options or another job ends it. */
void genga_outlook_source_measure (GengaOutlookSource *self);
void genga_outlook_source_stop_measuring (GengaOutlookSource *self);
/* How much is measured, 0 to 1; < 0: nothing is being measured. */
double genga_outlook_source_get_fraction (GengaOutlookSource *self);

/* Before the program ends. */
void genga_outlook_source_shut_down (GengaOutlookSource *self);

G_END_DECLS
