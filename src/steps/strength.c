/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/strength.h"
#include "steps/alpha.h"
#include "steps/pixels.h"

/* So few rows are enlarged at a time that they take no memory to speak of. */
#define BAND_ROWS 128

/* Below this, colours can't be told from their weighed sum. */
#define CLEAR 1e-4f

/* One band: `n` channels of colour each. */
typedef struct
{
  const GengaFrame *enlarged;
  const GengaFrame *enlarged_alpha; /* NULL: alpha stays */
  gboolean is_weighed;              /* what was enlarged was weighed by alpha before */
  float strength;
  int y; /* of the band's first row in what was made */
} Band;

static void
blend_row (const float *enlarged, float *made, int n, float strength)
{
  for (int i = 0; i < n; i++)
    {
      const float plain = CLAMP (enlarged[i], 0.f, 1.f);

      made[i] = plain + strength * (made[i] - plain);
    }
}

static void
blend_weighed_pixel (const float *enlarged,
                     float share,
                     gboolean is_weighed,
                     float *made,
                     float *alpha,
                     int n,
                     float strength)
{
  const float blended = share + strength * (*alpha - share);

  for (int c = 0; c < n; c++)
    {
      const float plain =
          is_weighed ? CLAMP (enlarged[c], 0.f, share) : CLAMP (enlarged[c], 0.f, 1.f) * share;
      const float sum = plain + strength * (made[c] * *alpha - plain);

      if (blended > CLEAR)
        made[c] = CLAMP (sum / blended, 0.f, 1.f);
    }
  *alpha = CLAMP (blended, 0.f, 1.f);
}

static void
blend_band (const Band *self, GengaFrame *colour, GengaFrame *alpha)
{
  const int width = colour->info.width;
  const int n = genga_layout_get_n_channels (colour->info.layout);

  for (int y = 0; y < self->enlarged->info.height; y++)
    {
      const float *enlarged = genga_frame_get_row (self->enlarged, 0, y);
      float *made = genga_frame_get_row (colour, 0, self->y + y);

      if (self->enlarged_alpha == NULL)
        {
          blend_row (enlarged, made, width * n, self->strength);
          continue;
        }

      const float *shares = genga_frame_get_row (self->enlarged_alpha, 0, y);
      float *alphas = genga_frame_get_row (alpha, 0, self->y + y);
      for (int x = 0; x < width; x++)
        blend_weighed_pixel (enlarged + x * n, shares[x], self->is_weighed, made + x * n,
                             alphas + x, n, self->strength);
    }
}

/* `part` of the enlarged picture, f32: nothing is rounded before it is blended. */
static GengaFrame *
enlarge (const GengaResizePart *part,
         const GengaRegion *region,
         guint n_threads,
         GCancellable *cancellable,
         GError **error)
{
  GengaRect rect = genga_resize_part_get_source (part);
  g_autoptr (GengaFrame) cropped = NULL;
  g_autoptr (GengaFrame) source = NULL;
  GengaFrameInfo info;

  rect.x -= region->x;
  rect.y -= region->y;
  cropped = genga_frame_crop (region->frame, &rect, error);
  if (cropped == NULL)
    return NULL;
  info = cropped->info;
  info.sample = GENGA_SAMPLE_F32;
  source = genga_frame_new (&info, error);
  if (source == NULL)
    return NULL;
  genga_pixels_convert (cropped, source);
  return genga_resize_part (part, source, n_threads, cancellable, error);
}

gboolean
genga_strength_apply (const GengaRegion *region,
                      const GengaItem *item,
                      int factor,
                      double strength,
                      const GengaRect *place,
                      GengaFrame *colour,
                      GengaFrame *alpha,
                      guint n_threads,
                      GCancellable *cancellable,
                      GError **error)
{
  const int width = region->width, height = region->height;

  g_return_val_if_fail (colour->info.sample == GENGA_SAMPLE_F32, FALSE);

  for (int y = 0; y < place->height; y += BAND_ROWS)
    {
      const GengaRect wanted = { place->x, place->y + y, place->width,
                                 MIN (BAND_ROWS, place->height - y) };
      const GengaResizePart part = { width, height, width * factor, height * factor, wanted };
      g_autoptr (GengaFrame) enlarged = enlarge (&part, region, n_threads, cancellable, error);
      g_autoptr (GengaFrame) shares = NULL;

      if (enlarged == NULL)
        return FALSE;
      if (alpha != NULL)
        {
          shares = genga_alpha_enlarge_part (GENGA_ALPHA_LANCZOS, item->alpha, region->x, region->y,
                                             &part, n_threads, cancellable, error);
          if (shares == NULL)
            return FALSE;
        }
      const Band band = { enlarged, shares, item->ground != NULL, strength, y };
      blend_band (&band, colour, alpha);
    }
  return TRUE;
}
