/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/error.h"
#include "core/frame.h"
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ROW_ALIGNMENT 64
#define MAPPED_SIZE (4 << 20)

int
genga_layout_get_n_channels (GengaLayout layout)
{
  switch (layout)
    {
    case GENGA_LAYOUT_GREY:
      return 1;
    case GENGA_LAYOUT_GREY_ALPHA:
      return 2;
    case GENGA_LAYOUT_RGB:
      return 3;
    case GENGA_LAYOUT_RGBA:
      return 4;
    case GENGA_LAYOUT_NV12:
    case GENGA_LAYOUT_P010:
    case GENGA_LAYOUT_YUV420P:
    case GENGA_LAYOUT_YUV422P:
    case GENGA_LAYOUT_YUV444P:
    default:
      return 0;
    }
}

gboolean
genga_layout_has_alpha (GengaLayout layout)
{
  return layout == GENGA_LAYOUT_GREY_ALPHA || layout == GENGA_LAYOUT_RGBA;
}

gsize
genga_sample_get_size (GengaSample sample)
{
  switch (sample)
    {
    case GENGA_SAMPLE_U8:
      return 1;
    case GENGA_SAMPLE_U16:
    case GENGA_SAMPLE_F16:
      return 2;
    case GENGA_SAMPLE_F32:
      return 4;
    default:
      g_return_val_if_reached (0);
    }
}

int
genga_frame_info_get_planes (const GengaFrameInfo *info,
                             GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES])
{
  const gsize width = info->width;
  const gsize height = info->height;
  const gsize half_width = (width + 1) / 2;
  const gsize half_height = (height + 1) / 2;
  const int n_channels = genga_layout_get_n_channels (info->layout);

  if (n_channels > 0)
    {
      extents[0] = (GengaPlaneExtent){ width * n_channels, height };
      return 1;
    }

  extents[0] = (GengaPlaneExtent){ width, height };
  switch (info->layout)
    {
    case GENGA_LAYOUT_NV12:
    case GENGA_LAYOUT_P010:
      extents[1] = (GengaPlaneExtent){ half_width * 2, half_height };
      return 2;
    case GENGA_LAYOUT_YUV420P:
      extents[1] = (GengaPlaneExtent){ half_width, half_height };
      break;
    case GENGA_LAYOUT_YUV422P:
      extents[1] = (GengaPlaneExtent){ half_width, height };
      break;
    case GENGA_LAYOUT_YUV444P:
      extents[1] = extents[0];
      break;
    case GENGA_LAYOUT_GREY:
    case GENGA_LAYOUT_GREY_ALPHA:
    case GENGA_LAYOUT_RGB:
    case GENGA_LAYOUT_RGBA:
    default:
      g_return_val_if_reached (0);
    }
  extents[2] = extents[1];
  return 3;
}

/*
 * Where the planes lie in one block whose rows are multiples of `alignment` bytes: the size of the
 * block, or G_MAXSIZE. `offsets` and `strides` may be NULL.
 */
static gsize
lay_out_planes (const GengaFrameInfo *info, gsize alignment, gsize *offsets, gsize *strides)
{
  GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES] = { 0 };
  const gsize sample_size = genga_sample_get_size (info->sample);
  gsize total = 0;
  int n_planes;

  if (info->width <= 0 || info->height <= 0)
    return G_MAXSIZE;

  n_planes = genga_frame_info_get_planes (info, extents);
  for (int i = 0; i < n_planes; i++)
    {
      gsize stride, bytes, end;

      if (!g_size_checked_mul (&stride, extents[i].row_samples, sample_size) ||
          !g_size_checked_add (&stride, stride, alignment - 1))
        return G_MAXSIZE;
      stride -= stride % alignment;
      if (!g_size_checked_mul (&bytes, stride, extents[i].n_rows) ||
          !g_size_checked_add (&end, total, bytes))
        return G_MAXSIZE;

      if (offsets)
        offsets[i] = total;
      if (strides)
        strides[i] = stride;
      total = end;
    }

  return total;
}

gsize
genga_frame_info_get_size (const GengaFrameInfo *info)
{
  return lay_out_planes (info, ROW_ALIGNMENT, NULL, NULL);
}

static void
set_no_memory (GError **error, const GengaFrameInfo *info, gsize size)
{
  g_autofree char *words = g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS);

  if (size == G_MAXSIZE)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                 _ ("A picture of %d × %d pixels does not fit into any memory."), info->width,
                 info->height);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                 _ ("Not enough memory for a picture of %d × %d pixels (%s)."), info->width,
                 info->height, words);
}

/* Pixels: where they lie and how they go. */
typedef struct
{
  gpointer address;
  gsize size; /* of a mapping; 0: from the C library */
} Block;

/*
 * Large frames are mapped apart: the programs tell the C library to keep what is freed, which
 * suits the networks' activations, but a picture's memory is to go back.
 */
static gboolean
block_init (Block *self, gsize size)
{
  self->size = size >= MAPPED_SIZE ? size : 0;
  if (self->size == 0)
    return posix_memalign (&self->address, ROW_ALIGNMENT, size) == 0;

  self->address = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return self->address != MAP_FAILED;
}

static void
block_free (gpointer data)
{
  Block *self = data;

  if (self->size == 0)
    free (self->address);
  else
    munmap (self->address, self->size);
  g_free (self);
}

/* Without pixels. */
static GengaFrame *
frame_new_empty (const GengaFrameInfo *info)
{
  GengaFrame *self = g_new0 (GengaFrame, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->info = *info;
  self->colour = genga_colour_srgb;
  self->pts = G_MININT64;
  self->duration = G_MININT64;
  self->time_base_den = 1;
  return self;
}

static GengaFrame *
frame_new (const GengaFrameInfo *info, gsize alignment, GError **error)
{
  gsize offsets[GENGA_FRAME_MAX_PLANES] = { 0 };
  gsize strides[GENGA_FRAME_MAX_PLANES] = { 0 };
  const gsize size = lay_out_planes (info, alignment, offsets, strides);
  GengaFrame *self;
  Block block;

  if (size == G_MAXSIZE || !block_init (&block, size))
    {
      set_no_memory (error, info, size);
      return NULL;
    }

  self = frame_new_empty (info);
  self->release = block_free;
  self->release_data = g_memdup2 (&block, sizeof block);
  for (int i = 0; i < GENGA_FRAME_MAX_PLANES && strides[i] > 0; i++)
    {
      self->planes[i] = (guint8 *)block.address + offsets[i];
      self->strides[i] = strides[i];
    }

  return self;
}

GengaFrame *
genga_frame_new (const GengaFrameInfo *info, GError **error)
{
  g_return_val_if_fail (info->memory == GENGA_MEMORY_HOST, NULL);

  return frame_new (info, ROW_ALIGNMENT, error);
}

GengaFrame *
genga_frame_new_dense (const GengaFrameInfo *info, GError **error)
{
  g_return_val_if_fail (info->memory == GENGA_MEMORY_HOST, NULL);
  g_return_val_if_fail (genga_layout_get_n_channels (info->layout) > 0, NULL);

  return frame_new (info, 1, error);
}

GengaFrame *
genga_frame_ref (GengaFrame *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
genga_frame_unref (GengaFrame *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->icc, g_bytes_unref);
  g_clear_pointer (&self->exif, g_bytes_unref);
  g_clear_pointer (&self->xmp, g_bytes_unref);
  g_clear_pointer (&self->extras, g_variant_unref);
  g_clear_pointer (&self->captions, g_bytes_unref);
  g_clear_pointer (&self->twin, genga_frame_twin_unref);
  if (self->release)
    self->release (self->release_data);
  g_free (self);
}

static void
copy_pixels (GengaFrame *self, const GengaFrame *source)
{
  GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES];
  const int n_planes = genga_frame_info_get_planes (&self->info, extents);
  const gsize sample_size = genga_sample_get_size (self->info.sample);

  for (int i = 0; i < n_planes; i++)
    for (gsize y = 0; y < extents[i].n_rows; y++)
      memcpy (genga_frame_get_row (self, i, y), genga_frame_get_row (source, i, y),
              extents[i].row_samples * sample_size);
}

static gboolean
is_dense (const GengaFrame *self)
{
  const gsize n_channels = genga_layout_get_n_channels (self->info.layout);

  return self->strides[0] ==
         n_channels * genga_sample_get_size (self->info.sample) * self->info.width;
}

GengaFrame *
genga_frame_make_writable (GengaFrame *self, GError **error)
{
  GengaFrame *copy;

  if (!self->is_shared && g_atomic_ref_count_compare (&self->ref_count, 1))
    return self;

  g_return_val_if_fail (self->info.memory == GENGA_MEMORY_HOST, NULL);
  copy = frame_new (&self->info, is_dense (self) ? 1 : ROW_ALIGNMENT, error);
  if (copy)
    {
      copy_pixels (copy, self);
      genga_frame_copy_properties (copy, self);
    }
  genga_frame_unref (self);

  return copy;
}

static void
unref_frame (gpointer data)
{
  genga_frame_unref (data);
}

static void
replace_bytes (GBytes **target, GBytes *source)
{
  GBytes *old = g_steal_pointer (target);

  if (source)
    *target = g_bytes_ref (source);
  if (old)
    g_bytes_unref (old);
}

void
genga_frame_copy_properties (GengaFrame *self, const GengaFrame *source)
{
  self->colour = source->colour;
  self->pts = source->pts;
  self->duration = source->duration;
  self->time_base_num = source->time_base_num;
  self->time_base_den = source->time_base_den;
  replace_bytes (&self->icc, source->icc);
  replace_bytes (&self->exif, source->exif);
  replace_bytes (&self->xmp, source->xmp);
  g_clear_pointer (&self->extras, g_variant_unref);
  self->extras = source->extras != NULL ? g_variant_ref (source->extras) : NULL;
  replace_bytes (&self->captions, source->captions);
}

void
genga_frame_set_captions (GengaFrame *self, GBytes *captions)
{
  replace_bytes (&self->captions, captions);
}

GengaFrame *
genga_frame_crop (const GengaFrame *self, const GengaRect *rect, GError **error)
{
  const GengaRect whole = { 0, 0, self->info.width, self->info.height };
  const gsize pixel_size =
      genga_layout_get_n_channels (self->info.layout) * genga_sample_get_size (self->info.sample);
  GengaFrameInfo info = self->info;
  GengaFrame *crop;

  g_return_val_if_fail (pixel_size > 0 && genga_rect_contains (&whole, rect), NULL);

  info.width = rect->width;
  info.height = rect->height;
  crop = genga_frame_new_dense (&info, error);
  if (!crop)
    return NULL;

  for (int y = 0; y < rect->height; y++)
    memcpy (genga_frame_get_row (crop, 0, y),
            (const guint8 *)genga_frame_get_row (self, 0, rect->y + y) + rect->x * pixel_size,
            rect->width * pixel_size);
  genga_frame_copy_properties (crop, self);

  return crop;
}

GengaFrame *
genga_frame_new_for_bytes (const GengaFrameInfo *info, GBytes *pixels, gsize stride)
{
  GengaFrame *self = frame_new_empty (info);

  self->planes[0] = (gpointer)g_bytes_get_data (pixels, NULL);
  self->strides[0] = stride;
  self->is_shared = TRUE;
  self->release = (GDestroyNotify)g_bytes_unref;
  self->release_data = g_bytes_ref (pixels);
  return self;
}

GengaFrame *
genga_frame_new_for_planes (const GengaFrameInfo *info,
                            guint8 *const planes[GENGA_FRAME_MAX_PLANES],
                            const gsize strides[GENGA_FRAME_MAX_PLANES],
                            GDestroyNotify release,
                            gpointer data)
{
  GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES];
  GengaFrame *self = frame_new_empty (info);
  const int n_planes = genga_frame_info_get_planes (info, extents);

  for (int i = 0; i < n_planes; i++)
    {
      self->planes[i] = planes[i];
      self->strides[i] = strides[i];
    }
  self->is_shared = TRUE;
  self->release = release;
  self->release_data = data;
  return self;
}

gboolean
genga_frame_is_equal (const GengaFrame *a, const GengaFrame *b)
{
  const GengaFrameInfo *info = &a->info;
  GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES];
  const int n_planes = genga_frame_info_get_planes (info, extents);

  if (info->width != b->info.width || info->height != b->info.height ||
      info->sample != b->info.sample || info->layout != b->info.layout ||
      info->depth != b->info.depth || !genga_colour_equal (&a->colour, &b->colour))
    return FALSE;
  for (int i = 0; i < n_planes; i++)
    for (gsize y = 0; a->planes[i] != b->planes[i] && y < extents[i].n_rows; y++)
      if (memcmp (genga_frame_get_row (a, i, y), genga_frame_get_row (b, i, y),
                  extents[i].row_samples * genga_sample_get_size (info->sample)) != 0)
        return FALSE;
  return TRUE;
}

/*
 * Each step can be undone, so that frames which differ in one place have other prints for sure.
 * A product carries its uppermost bit nowhere, so that a few flipped ones would undo each other:
 * between the two it goes down.
 */
static void
add_to_print (GengaFramePrint *self, const guint8 *data, gsize size)
{
  for (gsize i = 0; i < size; i += sizeof self->lanes)
    {
      guint64 words[G_N_ELEMENTS (self->lanes)] = { 0 };

      memcpy (words, data + i, MIN (size - i, sizeof words));
      for (guint n = 0; n < G_N_ELEMENTS (self->lanes); n++)
        {
          guint64 lane = (self->lanes[n] ^ words[n]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

          lane = (lane << 32 | lane >> 32) * G_GUINT64_CONSTANT (0xc2b2ae3d27d4eb4f);
          self->lanes[n] = lane ^ lane >> 29;
        }
    }
}

GengaFramePrint
genga_frame_get_print (const GengaFrame *self)
{
  GengaFramePrint print = { { 1, 2, 3, 4 } };
  GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES];
  const int n_planes = genga_frame_info_get_planes (&self->info, extents);

  for (int i = 0; i < n_planes; i++)
    for (gsize y = 0; y < extents[i].n_rows; y++)
      add_to_print (&print, genga_frame_get_row (self, i, y),
                    extents[i].row_samples * genga_sample_get_size (self->info.sample));
  return print;
}

struct _GengaFrameTwin
{
  gatomicrefcount ref_count;
  GengaFrame *frame; /* atomic; set once */
};

GengaFrameTwin *
genga_frame_twin_new (void)
{
  GengaFrameTwin *self = g_new0 (GengaFrameTwin, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

GengaFrameTwin *
genga_frame_twin_ref (GengaFrameTwin *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
genga_frame_twin_unref (GengaFrameTwin *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->frame, genga_frame_unref);
  g_free (self);
}

void
genga_frame_twin_set (GengaFrameTwin *self, GengaFrame *frame)
{
  genga_frame_ref (frame);
  if (!g_atomic_pointer_compare_and_exchange (&self->frame, NULL, frame))
    genga_frame_unref (frame);
}

GengaFrame *
genga_frame_twin_get (GengaFrameTwin *self)
{
  GengaFrame *frame = g_atomic_pointer_get (&self->frame);

  return frame != NULL ? genga_frame_ref (frame) : NULL;
}

GengaFrame *
genga_frame_share (GengaFrame *self)
{
  GengaFrame *share = g_new0 (GengaFrame, 1);

  g_atomic_ref_count_init (&share->ref_count);
  share->info = self->info;
  memcpy (share->planes, self->planes, sizeof share->planes);
  memcpy (share->strides, self->strides, sizeof share->strides);
  share->is_shared = TRUE;
  share->release = unref_frame;
  share->release_data = genga_frame_ref (self);
  genga_frame_copy_properties (share, self);
  return share;
}

GengaFrame *
genga_frame_share_part (GengaFrame *self, const GengaRect *rect)
{
  const gsize pixel =
      genga_layout_get_n_channels (self->info.layout) * genga_sample_get_size (self->info.sample);
  GengaFrame *part = genga_frame_share (self);

  part->planes[0] += rect->y * part->strides[0] + rect->x * pixel;
  part->info.width = rect->width;
  part->info.height = rect->height;
  return part;
}
