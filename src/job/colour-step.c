/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/colour-step.h"
#include "media/media.h"

typedef struct
{
  GengaStep parent;
  gboolean stays;
} Colour;

static gboolean
keeps_pixels (GengaOptions *options)
{
  static const char *const plain[] = { "none", "nearest", "bicubic", NULL };

  return g_strv_contains (plain, genga_options_get_string (options, GENGA_OPTION_MODEL));
}

gboolean
genga_colour_stays_srgb (GengaOptions *options)
{
  return genga_options_get_int (options, GENGA_OPTION_COLOUR_PROFILE) == GENGA_COLOUR_PROFILE_SRGB;
}

gboolean
genga_colour_wants_srgb (GengaOptions *options)
{
  return genga_colour_stays_srgb (options) || !keeps_pixels (options);
}

gboolean
genga_colour_is_converted (GengaOptions *options, const GengaSourceInfo *info)
{
  switch (info->colours)
    {
    case GENGA_COLOURS_OTHER:
      return genga_colour_wants_srgb (options);
    case GENGA_COLOURS_ONE_WAY:
      return genga_colour_stays_srgb (options);
    case GENGA_COLOURS_SRGB:
    default:
      return FALSE;
    }
}

static void
colour_free (GengaStep *step)
{
  g_free (step);
}

static GengaItem *
fail (GengaItem *item)
{
  genga_item_free (item);
  return NULL;
}

/* ---- there ---- */

static gboolean
to_describe (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  info->sample = GENGA_SAMPLE_F32;
  return TRUE;
}

static GengaItem *
to_process (GengaStep *step, GengaItem *item, GError **error)
{
  const GengaMedia *media = genga_media_get (error);
  GengaFrame *frame;

  if (media == NULL)
    return fail (item);
  frame = media->colours_to_srgb (item->frame, ((Colour *)step)->stays, error);
  if (frame == NULL)
    return fail (item);
  genga_frame_unref (item->frame);
  item->frame = frame;
  return item;
}

GengaStep *
genga_to_srgb_step_new (gboolean stays)
{
  static const GengaStepClass klass = {
    .name = "to-srgb",
    .describe = to_describe,
    .process = to_process,
    .free = colour_free,
  };
  Colour *self = g_new0 (Colour, 1);

  self->parent.klass = &klass;
  self->stays = stays;
  return &self->parent;
}

/* ---- and back ---- */

static gboolean
from_describe (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  return TRUE;
}

static GengaItem *
from_process (GengaStep *step, GengaItem *item, GError **error)
{
  const GengaMedia *media = genga_media_get (error);

  item->frame = media != NULL ? genga_frame_make_writable (item->frame, error) : item->frame;
  if (media == NULL || item->frame == NULL)
    return fail (item);
  if (((Colour *)step)->stays)
    media->colours_forget (item->frame);
  else
    media->colours_from_srgb (item->frame);
  return item;
}

GengaStep *
genga_from_srgb_step_new (gboolean stays)
{
  static const GengaStepClass klass = {
    .name = "from-srgb",
    .describe = from_describe,
    .process = from_process,
    .free = colour_free,
  };
  Colour *self = g_new0 (Colour, 1);

  self->parent.klass = &klass;
  self->stays = stays;
  return &self->parent;
}
