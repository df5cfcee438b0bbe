/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/filters.h"
#include "steps/alpha-fill.h"
#include "steps/alpha.h"
#include "steps/pixels.h"
#include "steps/resize.h"

#include <string.h>

/* One struct serves them all: they differ in what process() does. */
typedef struct
{
  GengaStep parent;
  guint n_threads;
  GCancellable *cancellable;
  GengaEnhance enhance;
  gboolean has_ground;
  float background[3];
  int width;
  int height;
} Filter;

static Filter *
filter_new (const GengaStepClass *klass, guint n_threads, GCancellable *cancellable)
{
  Filter *self = g_new0 (Filter, 1);

  self->parent.klass = klass;
  self->n_threads = n_threads;
  g_set_object (&self->cancellable, cancellable);
  return self;
}

static void
filter_free (GengaStep *step)
{
  Filter *self = (Filter *)step;

  g_clear_object (&self->cancellable);
  g_free (self);
}

static GengaItem *
fail (GengaItem *item)
{
  genga_item_free (item);
  return NULL;
}

GengaLayout
genga_layout_get_without_alpha (GengaLayout layout)
{
  return genga_layout_get_n_channels (layout) >= 3 ? GENGA_LAYOUT_RGB : GENGA_LAYOUT_GREY;
}

static GengaLayout
get_layout_with_alpha (GengaLayout layout)
{
  return genga_layout_get_n_channels (layout) >= 3 ? GENGA_LAYOUT_RGBA : GENGA_LAYOUT_GREY_ALPHA;
}

static gboolean
describe_same (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  return TRUE;
}

static GengaFrame *
convert_sample (GengaFrame *frame, GengaSample sample, GError **error)
{
  GengaFrameInfo info = frame->info;

  if (info.sample == sample)
    return genga_frame_ref (frame);
  info.sample = sample;
  GengaFrame *converted = genga_frame_new (&info, error);
  if (converted != NULL)
    genga_pixels_convert (frame, converted);
  return converted;
}

/* ---- hidden colours ---- */

static GengaItem *
fill_process (GengaStep *step, GengaItem *item, GError **error)
{
  if (!genga_layout_has_alpha (item->frame->info.layout))
    return item;
  item->frame = genga_frame_make_writable (item->frame, error);
  return item->frame != NULL && genga_alpha_fill_hidden (item->frame, error) ? item : fail (item);
}

static const GengaStepClass fill_class = {
  .name = "fill-hidden",
  .describe = describe_same,
  .process = fill_process,
  .free = filter_free,
};

GengaStep *
genga_fill_hidden_step_new (void)
{
  return &filter_new (&fill_class, 0, NULL)->parent;
}

/* ---- transparency set aside ---- */

static gboolean
split_describe (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  info->layout = genga_layout_get_without_alpha (info->layout);
  return TRUE;
}

static gboolean
put_on_black (GengaItem *item, GengaFrame **colour, GError **error)
{
  GengaFrame *floats = convert_sample (*colour, GENGA_SAMPLE_F32, error);

  if (floats == NULL)
    return FALSE;
  if (floats == *colour)
    genga_frame_unref (floats);
  else
    {
      genga_frame_copy_properties (floats, *colour);
      genga_frame_unref (*colour);
      *colour = floats;
    }
  genga_alpha_put_on_black (*colour, item->alpha);
  return TRUE;
}

gboolean
genga_split_alpha (GengaItem *item, GengaFrame *ground, GError **error)
{
  GengaFrameInfo info = item->frame->info;

  info.layout = genga_layout_get_without_alpha (info.layout);
  g_autoptr (GengaFrame) colour = genga_frame_new (&info, error);
  info.layout = GENGA_LAYOUT_GREY;
  g_autoptr (GengaFrame) alpha = colour != NULL ? genga_frame_new (&info, error) : NULL;
  if (alpha == NULL)
    return FALSE;

  genga_pixels_split_alpha (item->frame, colour, alpha);
  genga_frame_copy_properties (colour, item->frame);
  item->alpha = g_steal_pointer (&alpha);
  item->ground = ground != NULL ? genga_frame_ref (ground) : NULL;
  if (ground != NULL && !put_on_black (item, &colour, error))
    return FALSE;
  genga_frame_unref (item->frame);
  item->frame = g_steal_pointer (&colour);
  return TRUE;
}

static GengaItem *
split_process (GengaStep *step, GengaItem *item, GError **error)
{
  Filter *self = (Filter *)step;
  g_autoptr (GengaFrame) ground = NULL;

  if (!genga_layout_has_alpha (item->frame->info.layout))
    return item;
  if (self->has_ground)
    {
      ground = genga_ground_new (item->frame, error);
      if (ground == NULL)
        return fail (item);
    }
  return genga_split_alpha (item, ground, error) ? item : fail (item);
}

static const GengaStepClass split_class = {
  .name = "split-alpha",
  .describe = split_describe,
  .process = split_process,
  .free = filter_free,
};

GengaStep *
genga_split_alpha_step_new (gboolean has_ground)
{
  Filter *self = filter_new (&split_class, 0, NULL);

  self->has_ground = has_ground;
  return &self->parent;
}

/* ---- transparency given up ---- */

GengaLayout
genga_layout_get_composited (GengaLayout layout, const float background[3])
{
  const gboolean is_grey = background[0] == background[1] && background[1] == background[2];

  if (!genga_layout_has_alpha (layout))
    return layout;
  return is_grey ? genga_layout_get_without_alpha (layout) : GENGA_LAYOUT_RGB;
}

static gboolean
composite_describe (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  info->layout = genga_layout_get_composited (info->layout, ((Filter *)step)->background);
  return TRUE;
}

static GengaItem *
composite_process (GengaStep *step, GengaItem *item, GError **error)
{
  Filter *self = (Filter *)step;
  GengaFrameInfo info = item->frame->info;
  g_autoptr (GengaFrame) opaque = NULL;

  if (!genga_layout_has_alpha (info.layout))
    return item;
  info.layout = genga_layout_get_composited (info.layout, self->background);
  opaque = genga_frame_new (&info, error);
  if (opaque == NULL)
    return fail (item);
  genga_pixels_composite (item->frame, opaque, self->background);
  genga_frame_copy_properties (opaque, item->frame);
  genga_frame_unref (item->frame);
  item->frame = g_steal_pointer (&opaque);
  return item;
}

static const GengaStepClass composite_class = {
  .name = "composite",
  .describe = composite_describe,
  .process = composite_process,
  .free = filter_free,
};

GengaStep *
genga_composite_step_new (const float background[3])
{
  Filter *self = filter_new (&composite_class, 0, NULL);

  memcpy (self->background, background, sizeof self->background);
  return &self->parent;
}

/* ---- enhance ---- */

static GengaItem *
enhance_process (GengaStep *step, GengaItem *item, GError **error)
{
  Filter *self = (Filter *)step;

  item->frame =
      genga_enhance_apply (&self->enhance, item->frame, self->n_threads, self->cancellable, error);
  return item->frame != NULL ? item : fail (item);
}

static const GengaStepClass enhance_class = {
  .name = "enhance",
  .describe = describe_same,
  .process = enhance_process,
  .free = filter_free,
};

GengaStep *
genga_enhance_step_new (const GengaEnhance *enhance, guint n_threads, GCancellable *cancellable)
{
  Filter *self = filter_new (&enhance_class, n_threads, cancellable);

  self->enhance = *enhance;
  return &self->parent;
}

/* ---- resize ---- */

static gboolean
resize_describe (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  Filter *self = (Filter *)step;

  info->width = self->width;
  info->height = self->height;
  return TRUE;
}

static GengaItem *
resize_process (GengaStep *step, GengaItem *item, GError **error)
{
  Filter *self = (Filter *)step;
  GengaFrameInfo *info = &item->frame->info;

  if (info->width == self->width && info->height == self->height)
    return item;

  GengaResizePart whole = {
    info->width, info->height, self->width, self->height, { 0, 0, self->width, self->height }
  };
  GengaFrame *resized =
      genga_layout_has_alpha (info->layout)
          ? genga_alpha_resize_part (&whole, item->frame, self->n_threads, self->cancellable, error)
          : genga_resize_part (&whole, item->frame, self->n_threads, self->cancellable, error);
  if (resized == NULL)
    return fail (item);
  genga_frame_unref (item->frame);
  item->frame = resized;
  return item;
}

static const GengaStepClass resize_class = {
  .name = "resize",
  .describe = resize_describe,
  .process = resize_process,
  .free = filter_free,
};

GengaStep *
genga_resize_step_new (int width, int height, guint n_threads, GCancellable *cancellable)
{
  Filter *self = filter_new (&resize_class, n_threads, cancellable);

  self->width = width;
  self->height = height;
  return &self->parent;
}

/* ---- transparency put back ---- */

static GengaItem *
join_process (GengaStep *step, GengaItem *item, GError **error)
{
  GengaFrameInfo info = item->frame->info;

  if (item->alpha == NULL)
    return item;

  g_autoptr (GengaFrame) alpha = convert_sample (item->alpha, info.sample, error);
  info.layout = get_layout_with_alpha (info.layout);
  g_autoptr (GengaFrame) joined = alpha != NULL ? genga_frame_new (&info, error) : NULL;
  if (joined == NULL)
    return fail (item);

  genga_pixels_join_alpha (item->frame, alpha, joined);
  genga_frame_copy_properties (joined, item->frame);
  genga_frame_unref (item->frame);
  item->frame = g_steal_pointer (&joined);
  g_clear_pointer (&item->alpha, genga_frame_unref);
  return item;
}

static gboolean
join_describe (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  info->layout = get_layout_with_alpha (info->layout);
  return TRUE;
}

static const GengaStepClass join_class = {
  .name = "join-alpha",
  .describe = join_describe,
  .process = join_process,
  .free = filter_free,
};

GengaStep *
genga_join_alpha_step_new (void)
{
  return &filter_new (&join_class, 0, NULL)->parent;
}
