/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-strips.h"
#include "core/cpu.h"
#include "engine/tiling/tile-choice.h"
#include "job/plan/plan-network.h"

#include <glib/gi18n-lib.h>

#define MIB (1 << 20)

/* A picture that takes no more than this is whole, and its frames in strips take about as much. */
#define WHOLE_BYTES (256. * MIB)
#define STRIP_BYTES (768. * MIB)

/* Rows of the source: without a network, for one, and the fewest. */
#define PLAIN_ROWS 64
#define LEAST_ROWS 16
/* Of an enlargement, at a time (steps/strength.c). */
#define BLEND_ROWS 128
/* How often the network's reach: what strips share is computed twice. */
#define REACHES 8
/* Kernels that work on blocks see further than the network. */
#define REACH_FACTOR 2

/* What waits between two stages (job/pipeline.c). */
#define QUEUE_FRAMES 4
#define QUEUE_BYTES (256. * MIB)

/* Measured: what the allocator keeps of frames that went, and libraries, coders and their buffers.
 */
#define KEPT_FACTOR 1.25
#define PROCESS_BYTES (64. * MIB)

/* What libjpeg keeps of a picture until its end: 16 bits a coefficient. */
#define COEFFICIENT_BYTES 2.
/* Of encoders that want the picture whole, a pixel of it, beside the picture. */
#define ENCODER_BYTES 32.

static gboolean
takes_whole (const GengaPlan *self)
{
  GengaModelNeeds needs;

  genga_model_needs_init (&needs, &self->spec, &self->device, self->precision);
  return needs.takes_whole;
}

/* What a network makes of transparency, on a ground that is made of all of it. */
static gboolean
has_ground (const GengaPlan *self)
{
  return genga_plan_has_network (self) && genga_layout_has_alpha (self->result.layout) &&
         genga_options_get_int (self->options, GENGA_OPTION_ALPHA) == GENGA_ALPHA_NETWORK;
}

static gboolean
can_have_strips (const GengaPlan *self, const GengaPlanRequest *request)
{
  return !self->is_video && self->sink == GENGA_PLAN_PICTURE && request->info->reads_rows &&
         MIN (self->source.width, self->source.height) > 8 &&
         (!genga_plan_reduces (self) || !has_ground (self)) &&
         (!genga_plan_has_network (self) || self->spec.radius != GENGA_RADIUS_GLOBAL);
}

static int
choose_rows (const GengaPlan *self)
{
  if (!genga_plan_has_network (self))
    return PLAIN_ROWS;
  return takes_whole (self) ? MAX (PLAIN_ROWS, REACHES * self->spec.radius)
                            : 2 * self->passes[0].tile_height;
}

static guint64
get_budget (const GengaPlan *self, const GengaPlanRequest *request)
{
  const guint64 limit = genga_options_get_uint64 (self->options, GENGA_OPTION_MAX_MEMORY);

  if (limit > 0)
    return limit;
  return (request->available_bytes > 0 ? request->available_bytes : genga_memory_get_available ()) /
         2;
}

static void
notice_contrast (GengaPlan *self)
{
  if (self->strip_rows > 0 && genga_plan_has_network (self) &&
      genga_plan_get_enhance (self->options).contrast != 1)
    genga_plan_notice (self, _ ("Contrast: the picture is made in strips, so it turns around the "
                                "mean brightness of the source, not of the result."));
}

void
genga_plan_choose_strips (GengaPlan *self, const GengaPlanRequest *request, double whole_bytes)
{
  const double budget = get_budget (self, request);
  int rows;

  self->strip_rows = 0;
  if (!can_have_strips (self, request))
    return;
  /* Tiles that two strips share are computed twice. */
  if (whole_bytes <= budget &&
      ((genga_plan_has_network (self) && !takes_whole (self)) || whole_bytes <= WHOLE_BYTES))
    return;
  for (rows = MIN (choose_rows (self), self->source.height); rows > 0; rows /= 2)
    {
      self->strip_rows = rows * self->target_scale;
      if (rows <= LEAST_ROWS || genga_plan_get_strip_bytes (self) <= MIN (budget, STRIP_BYTES))
        break;
    }
  if (self->strip_rows >= self->result.height || genga_plan_get_strip_bytes (self) >= whole_bytes)
    self->strip_rows = 0;
  notice_contrast (self);
}

/* ---- memory ---- */

/* Of a pixel, with samples of so many bytes. */
static double
get_pixel_bytes (GengaLayout layout, gsize sample_bytes)
{
  return sample_bytes * genga_layout_get_n_channels (layout);
}

/* Frames of `bytes` that wait before a stage, one that is worked on, and one that is kept. */
static double
get_waiting_bytes (double bytes)
{
  return MIN (QUEUE_FRAMES * bytes, MAX (bytes, QUEUE_BYTES)) + 2 * bytes;
}

/* What a strip's colours are in floats, as sRGB, reduced, or apart from transparency. */
static double
get_input_bytes (const GengaPlan *self, double source_pixels, double reduced_pixels)
{
  const gboolean is_split =
      genga_layout_has_alpha (self->frame.layout) && genga_plan_has_network (self);
  const double floats = get_pixel_bytes (self->frame.layout, sizeof (float));

  return (self->is_srgb_within ? floats * source_pixels : 0) +
         (genga_plan_reduces (self) ? floats * (source_pixels + reduced_pixels) : 0) +
         (is_split ? 4 * sizeof (float) * reduced_pixels : 0);
}

/* Of what the network makes and the plain enlargement that is blended with it. */
static double
get_blend_bytes (const GengaPlan *self, double network_rows)
{
  const double width = (double)self->source.width * self->factor;

  return genga_plan_get_strength (self) < 1
             ? 2 * get_pixel_bytes (self->result.layout, sizeof (float)) * width *
                   MIN (network_rows, BLEND_ROWS)
             : 0;
}

/* What the steps have at a time of one strip, the source's and the result's rows left out. */
static double
get_step_bytes (const GengaPlan *self, double network_pixels, double result_pixels)
{
  const gboolean has_alpha = genga_layout_has_alpha (self->result.layout);
  const gboolean is_resized = self->result.width != self->source.width * self->factor;
  const double floats = get_pixel_bytes (self->result.layout, sizeof (float));

  if (!genga_plan_has_network (self))
    return has_alpha ? floats * (2 * network_pixels + result_pixels) : 0;
  /* Colours with and without the ground; then with alpha beside both. */
  if (has_alpha)
    return floats * (2 * network_pixels + (is_resized ? 2 : 0) * result_pixels);
  return network_pixels *
         get_pixel_bytes (self->result.layout, genga_sample_get_size (self->network_sample));
}

static double
get_encoder_bytes (const GengaPlan *self)
{
  const double pixels = (double)self->result.width * self->result.height;
  const gsize sample = self->save.bit_depth > 8 ? 2 : 1;
  const int n_channels = MIN (3, genga_layout_get_n_channels (self->result.layout));

  switch (self->save.format)
    {
    case GENGA_FORMAT_PNG:
    case GENGA_FORMAT_TIFF:
      return 0;
    case GENGA_FORMAT_JPEG:
      return COEFFICIENT_BYTES * n_channels * pixels;
    case GENGA_FORMAT_WEBP:
    case GENGA_FORMAT_AVIF:
    case GENGA_FORMAT_JXL:
    case GENGA_FORMAT_AUTO:
    default:
      return pixels * (get_pixel_bytes (self->result.layout, sample) + ENCODER_BYTES);
    }
}

/* A means of an eighth of the picture's size, and the ground that is made of it. */
static double
get_alpha_bytes (const GengaPlan *self)
{
  const double pixels = (double)self->frame.width * self->frame.height;

  return genga_layout_has_alpha (self->frame.layout) ? (16 * 4 / 3. + 12) * pixels / 64 : 0;
}

double
genga_plan_get_strip_bytes (const GengaPlan *self)
{
  const double rows = (double)self->strip_rows / self->target_scale;
  const double halo = 2. * REACH_FACTOR * self->spec.radius;
  const double reduced = MIN (rows + halo, self->source.height) * self->source.width;
  const double source = reduced / ((double)self->source.width * self->source.height) *
                        self->frame.width * self->frame.height;
  const double result = (double)self->strip_rows * self->result.width;
  const gsize sample = self->save.bit_depth == 32 || genga_plan_has_network (self)
                           ? genga_sample_get_size (self->network_sample)
                           : genga_sample_get_size (self->source.sample);
  const double step =
      get_step_bytes (self, rows * self->source.width * self->factor * self->factor, result) +
      get_blend_bytes (self, rows * self->factor) + get_input_bytes (self, source, reduced);

  return get_waiting_bytes (source * get_pixel_bytes (self->frame.layout,
                                                      genga_sample_get_size (self->frame.sample))) +
         step + get_waiting_bytes (result * get_pixel_bytes (self->result.layout, sample)) +
         get_alpha_bytes (self) + get_encoder_bytes (self);
}

double
genga_plan_add_overhead (double strip_bytes)
{
  return KEPT_FACTOR * strip_bytes + PROCESS_BYTES;
}
