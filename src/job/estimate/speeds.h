/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaSpeeds: how long earlier jobs took, for each choice of model, precision, device and threads,
 * and which precision and device “auto” chose. Later jobs count more.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

typedef struct _GengaSpeeds GengaSpeeds;

/* What is known; seconds are for one picture at a time. */
typedef struct
{
  /* Input pixels of all passes, those of repeated frames and tiles included; 0: not known. */
  double network_pixels_per_second;
  double rest_seconds_per_pixel; /* of the result: what else the "work" stage does */
  double io_seconds_per_pixel;   /* of the result: reading and writing */
  char precision[8];
  char device[32];
} GengaSpeed;

/* `stored` as genga_speeds_new_variant() made it, else it is passed over; may be NULL. */
#define GENGA_SPEEDS_TYPE "a{s(dddddss)}"
GengaSpeeds *genga_speeds_new (GVariant *stored);
/* What the settings remember (job/saved-settings.h); NULL: nothing. */
GengaSpeeds *genga_speeds_load (GSettings *settings);
void genga_speeds_save (GengaSpeeds *self, GSettings *settings);
void genga_speeds_free (GengaSpeeds *self);

/* Takes what a job that is done has to tell. */
void genga_speeds_learn (GengaSpeeds *self, GengaJob *job);

/*
 * FALSE where no job with such options has been done. Videos are known apart: their results are
 * coded otherwise, and the network may be another one.
 */
gboolean genga_speeds_look_up (GengaSpeeds *self,
                               GengaOptions *options,
                               gboolean is_video,
                               GengaSpeed *speed);

/* A floating reference. */
GVariant *genga_speeds_new_variant (GengaSpeeds *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSpeeds, genga_speeds_free)

G_END_DECLS
