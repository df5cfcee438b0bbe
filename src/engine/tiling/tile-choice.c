/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/tiling/tile-choice.h"
#include "engine/device-facts.h"

#define GLOBAL_OVERLAP 32

static int
get_common_multiple (int a, int b)
{
  int x = a, y = b;

  while (y != 0)
    {
      int rest = x % y;
      x = y;
      y = rest;
    }
  return a / x * b;
}

void
genga_model_needs_init (GengaModelNeeds *needs,
                        const GengaNetSpec *spec,
                        const GengaDeviceInfo *device,
                        GengaPrecision precision)
{
  gboolean is_global = spec->radius == GENGA_RADIUS_GLOBAL;
  const GengaBackendCaps *caps = &device->caps;
  gboolean takes_whole = caps->takes_whole && caps->crops_exactly && !is_global;

  *needs = (GengaModelNeeds){
    .scale = spec->scale,
    .overlap = is_global ? GLOBAL_OVERLAP : spec->radius,
    .alignment = get_common_multiple (8, MAX (1, spec->grid)),
    .minimum = MAX (1, spec->minimum),
    .is_global = is_global,
    .bytes_per_pixel = genga_device_info_get_bytes_per_pixel (device, spec, precision),
    .takes_whole = takes_whole,
    .unit = get_common_multiple (MAX (1, caps->grid), MAX (1, spec->multiple_of)),
    .bytes_per_column =
        precision == GENGA_PRECISION_FP32 ? spec->bytes_per_column : spec->half_bytes_per_column,
  };
}

double
genga_model_needs_get_bytes (const GengaModelNeeds *self, int width, int height)
{
  return self->takes_whole ? self->bytes_per_column * width
                           : self->bytes_per_pixel * width * height;
}

gboolean
genga_model_needs_writes (const GengaModelNeeds *self,
                          const GengaDeviceInfo *device,
                          GengaSample sample)
{
  return sample == GENGA_SAMPLE_F32 ||
         (self->takes_whole && (device->caps.samples_out & 1u << sample) != 0);
}

gboolean
genga_tile_choice_is_untiled (const GengaTileChoice *self,
                              guint64 available_bytes,
                              int width,
                              int height)
{
  guint64 available = self->device->is_cpu ? available_bytes : self->device->free_bytes;

  return self->needs->is_global && self->tile <= 0 &&
         self->needs->bytes_per_pixel * width * height <= available / 2.0;
}

static void
choose_tile (const GengaTileChoice *self, gboolean is_untiled, int *tile, int *overlap)
{
  genga_tile_recommend (self->device->is_cpu ? 0 : self->device->total_bytes, self->needs->scale,
                        tile, overlap);
  if (self->tile > 0)
    *tile = self->tile;
  else if (self->max_tile == 0 && is_untiled)
    *tile = 0;

  if (self->max_tile > 0 && (*tile == 0 || *tile > self->max_tile))
    *tile = self->max_tile;
  if (self->overlap >= 0)
    *overlap = self->overlap;
  if (*tile > 0)
    *overlap = MIN (*overlap, (*tile - 1) / 2);
}

void
genga_tile_choice_make_plan (
    const GengaTileChoice *self, gboolean is_untiled, int width, int height, GengaTilePlan *plan)
{
  int multiple = MAX (1, self->spec->multiple_of);
  int grid = MAX (1, self->spec->grid);
  int tile, overlap;

  choose_tile (self, is_untiled, &tile, &overlap);
  if (self->needs->takes_whole)
    tile = overlap = 0;
  overlap = tile > 0 ? MIN (overlap + grid - 1, (tile - 1) / 2) : overlap;
  width = (width + multiple - 1) / multiple * multiple;
  height = (height + multiple - 1) / multiple * multiple;
  genga_tile_plan_init (plan, width, height, tile, overlap, self->needs->alignment,
                        self->needs->minimum);
  genga_tile_plan_set_grid (plan, grid);
}
