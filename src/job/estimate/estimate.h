/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a start would come to, before it: the size of the results, time, memory and, for videos, the
 * room on the disk. Headers and the weights of models are looked at, in a thread; no engine is
 * opened.
 *
 * Thread rule: main context only, where a function does not say otherwise.
 */
#pragma once

#include "job/estimate/speeds.h"
#include "nets/net-spec.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_pictures; /* that can be read, with the videos */
  guint n_videos;
  int width; /* of the first result */
  int height;
  double pixels;           /* of all results, of videos of one frame each */
  double seconds;          /* < 0: nobody knows before the first run with such options */
  guint64 memory_bytes;    /* at the most, for the largest picture */
  guint64 available_bytes; /* now */
  double disk_bytes;       /* about, of the videos' results */
  guint64 disk_free_bytes; /* where the first one goes; 0: nobody knows */
  char precision[8];       /* what the first picture's options came to earlier, or "" */
  char device[32];
} GengaEstimate;

/*
 * For jobs (an array of GengaJob) that wait. Errors: those of a model that cannot be used, and
 * G_IO_ERROR_CANCELLED.
 */
void genga_estimate_async (GPtrArray *jobs,
                           GengaSpeeds *speeds,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean genga_estimate_finish (GAsyncResult *result, GengaEstimate *estimate, GError **error);

/*
 * Bytes that a pixel of a video's frame comes to with these options, about: from the bit rates of
 * the codecs that have fixed ones, and from what drawn material takes at the usual quality. Any
 * thread.
 */
double genga_estimate_get_bytes_per_pixel (GengaOptions *options);

/* Bytes of the pictures of a frame that stay beside the video, about. Any thread. */
double
genga_estimate_get_kept_bytes (GengaOptions *options, double source_pixels, double result_pixels);

/* What is done to a picture, as far as memory and work depend on it. */
typedef struct
{
  gboolean has_network;
  int native_scale; /* of the model; 1 without */
  int target_scale;
  gboolean keeps_alpha; /* which the picture has */
  gsize sample_bytes;   /* of the source */
} GengaJourney;

/*
 * Bytes that a picture's journey needs at its peak per byte of the source, beyond the source
 * itself: the last pass's frame in float beside the one it was made from, or what the resize or
 * the transparency put back makes beside it. Any thread.
 */
double genga_journey_get_memory_factor (const GengaJourney *self);

/* Pixels that go into the network in all passes, for a source of this size. Any thread. */
double genga_journey_get_network_pixels (const GengaJourney *self, int width, int height);

G_END_DECLS
