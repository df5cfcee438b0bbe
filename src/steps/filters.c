/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/filters.h"
#include "steps/pixels.h"
#include "steps/resize.h"

/* One struct serves all four: they differ in what process() does. */
typedef struct
{
  GengaStep parent;
  guint n_threads;
  GCancellable *cancellable;
  GengaEnhance enhance;
  gboolean keep;
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

/* ---- transparency set aside ---- */

static gboolean
split_describe (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  info->layout = genga_layout_get_without_alpha (info->layout);
  return TRUE;
}

static GengaItem *
split_process (GengaStep *step, GengaItem *item, GError **error)
{
  Filter *self = (Filter *)step;
  GengaFrameInfo info = item->frame->info;

  if (!genga_layout_has_alpha (info.layout))
    return item;

  info.layout = genga_layout_get_without_alpha (info.layout);
  g_autoptr (GengaFrame) colour = genga_frame_new (&info, error);
  info.layout = GENGA_LAYOUT_GREY;
  g_autoptr (GengaFrame) alpha = colour != NULL ? genga_frame_new (&info, error) : NULL;
  if (alpha == NULL)
    return fail (item);

  genga_pixels_split_alpha (item->frame, colour, alpha);
  genga_frame_copy_properties (colour, item->frame);
  if (self->keep)
    item->alpha = g_steal_pointer (&alpha);
  else
    genga_pixels_put_on_white (colour, alpha);
  genga_frame_unref (item->frame);
  item->frame = g_steal_pointer (&colour);
  return item;
}

static const GengaStepClass split_class = {
  .name = "split-alpha",
  .describe = split_describe,
  .process = split_process,
  .free = filter_free,
};

GengaStep *
genga_split_alpha_step_new (gboolean keep)
{
  Filter *self = filter_new (&split_class, 0, NULL);

  self->keep = keep;
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

  GengaFrame *resized = genga_resize (item->frame, self->width, self->height, self->n_threads,
                                      self->cancellable, error);
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

static GengaItem *
join_process (GengaStep *step, GengaItem *item, GError **error)
{
  Filter *self = (Filter *)step;
  GengaFrameInfo info = item->frame->info;

  if (item->alpha == NULL)
    return item;

  g_autoptr (GengaFrame) converted = convert_sample (item->alpha, info.sample, error);
  g_autoptr (GengaFrame) alpha = converted != NULL
                                     ? genga_resize (converted, info.width, info.height,
                                                     self->n_threads, self->cancellable, error)
                                     : NULL;
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
genga_join_alpha_step_new (guint n_threads, GCancellable *cancellable)
{
  return &filter_new (&join_class, n_threads, cancellable)->parent;
}
