/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-norm.h"

#include <math.h>

/* Pixels first ... first + n - 1, and of each the channels channel ... channel + width - 1. */
typedef struct
{
  gsize first;
  gsize n;
  int channel;
  int width;
} Part;

static double
get_mean (const GengaReferenceMap *map, const Part *part)
{
  double sum = 0;

  for (gsize i = part->first; i < part->first + part->n; i++)
    for (int c = part->channel; c < part->channel + part->width; c++)
      sum += map->data[i * map->channels + c];
  return sum / ((double)part->n * part->width);
}

static double
get_variance (const GengaReferenceMap *map, const Part *part, double mean)
{
  double sum = 0;

  for (gsize i = part->first; i < part->first + part->n; i++)
    for (int c = part->channel; c < part->channel + part->width; c++)
      {
        double difference = map->data[i * map->channels + c] - mean;
        sum += difference * difference;
      }
  return sum / ((double)part->n * part->width);
}

static void
norm_part (const GengaReferenceStep *step, const Part *part)
{
  gboolean is_rms = step->op->kind == GENGA_OP_RMS_NORM;
  double epsilon = step->op->norm.epsilon;
  double mean = is_rms ? 0 : get_mean (&step->in[0], part);
  double variance = get_variance (&step->in[0], part, mean);
  double divisor = is_rms ? sqrt (variance) + epsilon : sqrt (variance + epsilon);

  for (gsize i = part->first; i < part->first + part->n; i++)
    for (int c = part->channel; c < part->channel + part->width; c++)
      {
        gsize at = i * step->out.channels + c;
        double factor = step->weight != NULL ? step->weight[c] : 1;
        double offset = step->bias != NULL ? step->bias[c] : 0;

        step->out.data[at] = (step->in[0].data[at] - mean) / divisor * factor + offset;
      }
}

void
genga_reference_norm (const GengaReferenceStep *step)
{
  gsize n_pixels = genga_reference_map_get_n_pixels (&step->out);
  int width = step->out.channels / step->op->norm.n_groups;

  if (step->op->kind != GENGA_OP_GROUP_NORM)
    for (gsize i = 0; i < n_pixels; i++)
      norm_part (step, &(Part){ i, 1, 0, step->out.channels });
  else
    for (int g = 0; g < step->op->norm.n_groups; g++)
      norm_part (step, &(Part){ 0, n_pixels, g * width, width });
}

void
genga_reference_global_mean (const GengaReferenceStep *step)
{
  gsize n_pixels = genga_reference_map_get_n_pixels (&step->in[0]);

  for (int c = 0; c < step->out.channels; c++)
    step->out.data[c] = get_mean (&step->in[0], &(Part){ 0, n_pixels, c, 1 });
}
