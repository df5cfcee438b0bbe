/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a plan takes: memory, disk and time.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "job/estimate/speeds.h"
#include "job/plan/plan.h"

G_BEGIN_DECLS

/* What is done to a picture, as far as memory and work depend on it. */
typedef struct
{
  gboolean has_network;
  int native_scale; /* of the model; 1 without */
  int target_scale;
  gboolean is_resized;  /* to another size than the network's, whatever the scales say */
  gboolean keeps_alpha; /* which the picture has */
  gboolean alpha_by_network;
  gsize sample_bytes; /* of the source */
  gsize made_bytes;   /* of a sample that the last pass makes */
} GengaJourney;

/*
 * Bytes that a picture's journey needs at its peak per byte of the source, beyond the source
 * itself: the last pass's frame beside the one in float it was made from, or what the resize or
 * the transparency put back makes beside it.
 */
double genga_journey_get_memory_factor (const GengaJourney *self);

/* Pixels that go into the network in all passes, for a source of this size. */
double genga_journey_get_network_pixels (const GengaJourney *self, int width, int height);

/* The journey of a plan's picture. */
void genga_plan_get_journey (const GengaPlan *self, GengaJourney *journey);

/* Memory for a picture's frames where they are whole. */
double genga_plan_get_whole_bytes (const GengaPlan *self);

/* Fills in what the plan takes. `speed` of earlier jobs, or NULL. */
void genga_plan_add_up (GengaPlan *self, const GengaSpeed *speed);

/*
 * Whether the frames under way fit into `budget` bytes. `source` is named in the sentence. Errors:
 * GENGA_ERROR_INPUT.
 */
gboolean
genga_plan_check_memory (const GengaPlan *self, const char *source, guint64 budget, GError **error);

G_END_DECLS
