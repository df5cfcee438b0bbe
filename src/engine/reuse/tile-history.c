/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reuse/tile-history.h"

#include <string.h>

static void
version_clear (GengaTileVersion *self)
{
  g_clear_pointer (&self->input, genga_frame_unref);
  g_clear_pointer (&self->pixels, g_bytes_unref);
}

void
genga_tile_history_clear (GengaTileHistory *self)
{
  for (guint i = 0; i < self->n_tiles * self->n_versions; i++)
    version_clear (&self->versions[i]);
  g_clear_pointer (&self->versions, g_free);
  for (guint i = 0; i < GENGA_N_REMEMBERED_FRAMES; i++)
    g_clear_pointer (&self->frames[i], g_free);
  self->n_tiles = 0;
  self->info.width = 0;
}

static gboolean
is_same_axis (const GengaTileAxis *a, const GengaTileAxis *b)
{
  return a->length == b->length && a->size == b->size && a->n == b->n && a->grid == b->grid;
}

static gboolean
fits (const GengaTileHistory *self, const GengaFrameInfo *info, const GengaTilePlan *plan)
{
  return self->info.width == info->width && self->info.height == info->height &&
         self->info.layout == info->layout && self->info.sample == info->sample &&
         is_same_axis (&self->plan.x, &plan->x) && is_same_axis (&self->plan.y, &plan->y) &&
         self->plan.overlap == plan->overlap;
}

void
genga_tile_history_start (GengaTileHistory *self,
                          const GengaFrameInfo *info,
                          const GengaTilePlan *plan,
                          gsize tile_bytes)
{
  gsize input_bytes = (gsize)plan->x.size * plan->y.size *
                      genga_layout_get_n_channels (info->layout) *
                      genga_sample_get_size (info->sample);

  if (fits (self, info, plan))
    return;
  genga_tile_history_clear (self);
  self->info = *info;
  self->plan = *plan;
  self->n_tiles = genga_tile_plan_get_n_tiles (plan);
  self->n_versions = 1 + GENGA_MAX_VERSION_BYTES / (self->n_tiles * (tile_bytes + input_bytes));
  self->n_versions = MIN (self->n_versions, GENGA_MAX_VERSIONS);
  self->versions = g_new0 (GengaTileVersion, self->n_tiles * self->n_versions);
}

GengaTileVersion *
genga_tile_history_get_versions (GengaTileHistory *self, guint index)
{
  return &self->versions[index * self->n_versions];
}

void
genga_tile_history_use (GengaTileHistory *self, guint index, guint place)
{
  GengaTileVersion *versions = genga_tile_history_get_versions (self, index);
  GengaTileVersion used = versions[place];

  memmove (versions + 1, versions, place * sizeof *versions);
  versions[0] = used;
}

void
genga_tile_history_add (GengaTileHistory *self, guint index, GengaFrame *take_input, GBytes *pixels)
{
  guint oldest = self->n_versions - 1;
  GengaTileVersion *versions = genga_tile_history_get_versions (self, index);

  version_clear (&versions[oldest]);
  genga_tile_history_use (self, index, oldest);
  versions[0].input = take_input;
  versions[0].pixels = g_bytes_ref (pixels);
  versions[0].serial = ++self->last_serial;
}

guint64
genga_tile_history_finish (GengaTileHistory *self)
{
  guint64 number = self->n_frames++;
  guint place = number % GENGA_N_REMEMBERED_FRAMES;
  gsize bytes = self->n_tiles * sizeof **self->frames;

  g_free (self->frames[place]);
  self->frames[place] = g_malloc (bytes);
  self->origins[place] = number;
  for (guint i = 0; i < self->n_tiles; i++)
    self->frames[place][i] = self->versions[i * self->n_versions].serial;
  for (guint i = 0; i < GENGA_N_REMEMBERED_FRAMES; i++)
    if (i != place && self->frames[i] != NULL &&
        memcmp (self->frames[i], self->frames[place], bytes) == 0)
      {
        self->origins[place] = self->origins[i];
        break;
      }
  return self->origins[place];
}

void
genga_tile_history_pass (GengaTileHistory *self, guint64 frames_back)
{
  guint64 number = self->n_frames++;
  guint place = number % GENGA_N_REMEMBERED_FRAMES;

  g_clear_pointer (&self->frames[place], g_free);
  self->origins[place] = number - MIN (number, frames_back);
}
