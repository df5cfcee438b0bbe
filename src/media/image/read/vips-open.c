/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/vips-open.h"
#include "core/error.h"
#include "media/image/read/jpeg-end.h"
#include "media/image/read/vips-convert.h"
#include "media/image/vips-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
genga_vips_open_set_damaged (const GengaVipsFile *source, GError **error)
{
  if (g_error_matches (source->reason, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY))
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                 _ ("Not enough memory to read “%s”."), source->name);
  else if (source->reason != NULL)
    g_propagate_error (error, g_error_copy (source->reason));
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s” is truncated or damaged: can't read it to the end."), source->name);
}

static gboolean
was_said (const char *const *words)
{
  g_autofree char *text = vips_error_buffer_copy ();

  for (; *words != NULL; words++)
    if (strstr (text, *words) != NULL)
      return TRUE;
  return FALSE;
}

static void
set_header_error (GError **error, const GengaVipsFile *source)
{
  static const char *const limits[] = { "Security limit exceeded", NULL }; /* libheif's own */

  if (was_said (limits))
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("“%s” is too large to read."),
                 source->name);
  else if (source->loader == GENGA_LOADER_HEIF && vips_type_find ("VipsOperation", "heifload") == 0)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s” is a HEIF or AVIF picture, which the libvips of this system can't read."),
                 source->name);
  else if (source->loader == GENGA_LOADER_JXL &&
           vips_type_find ("VipsOperation", "jxlload_buffer") == 0)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s” is a JPEG XL picture, which the libvips of this system can't read."),
                 source->name);
  else
    genga_vips_open_set_damaged (source, error);
}

static gboolean
is_rotated (VipsImage *image)
{
  return vips_image_get_orientation (image) >= 5;
}

void
genga_vips_open_describe (VipsImage *image, GengaFrameInfo *info)
{
  static const GengaLayout layouts[] = { GENGA_LAYOUT_GREY, GENGA_LAYOUT_GREY_ALPHA,
                                         GENGA_LAYOUT_RGB, GENGA_LAYOUT_RGBA };

  *info = (GengaFrameInfo){
    .width = is_rotated (image) ? image->Ysize : image->Xsize,
    .height = is_rotated (image) ? image->Xsize : image->Ysize,
    .sample = image->BandFmt == VIPS_FORMAT_UCHAR ? GENGA_SAMPLE_U8 : GENGA_SAMPLE_U16,
    .layout = layouts[image->Bands - 1],
  };
}

VipsImage *
genga_vips_open (GengaVipsFile *source, VipsFailOn fail_on, GError **error)
{
  g_autoptr (GengaVipsImage) image = genga_vips_file_read_header (source, fail_on);

  if (image == NULL)
    {
      if (!g_cancellable_set_error_if_cancelled (source->cancellable, error))
        set_header_error (error, source);
      return NULL;
    }
  /* For formats whose structure has not been walked, libvips knows. */
  source->n_pages = MAX (source->n_pages, vips_image_get_n_pages (image));
  return genga_vips_convert (image, source, error);
}

/* ---- how strictly ---- */

/*
 * libjpeg calls damage within its data a warning, so warnings refuse a JPEG; libspng, libtiff and
 * the others call it an error.
 */
VipsFailOn
genga_vips_open_get_strictest (const GengaVipsFile *source)
{
  if (source->is_damaged)
    return VIPS_FAIL_ON_NONE;
  return source->loader == GENGA_LOADER_JPEG ? VIPS_FAIL_ON_WARNING : VIPS_FAIL_ON_ERROR;
}

gboolean
genga_vips_open_relax (GengaVipsFile *source, VipsFailOn *fail_on)
{
  /* What libjpeg warns about although every pixel is there. */
  static const char *const harmless[] = { "extraneous bytes", "JFIF revision",
                                          "Adobe color transform", "Invalid SOS parameters", NULL };
  const gboolean is_jpeg = source->loader == GENGA_LOADER_JPEG;
  const gboolean is_harmless = is_jpeg && *fail_on == VIPS_FAIL_ON_WARNING && was_said (harmless);
  gboolean is_endless;

  genga_vips_drop_error (source->name);
  if (is_harmless)
    {
      *fail_on = VIPS_FAIL_ON_ERROR;
      return TRUE;
    }
  if (*fail_on == VIPS_FAIL_ON_NONE || source->is_too_large || source->reason != NULL)
    return FALSE;
  is_endless = is_jpeg && genga_jpeg_lacks_only_end (source->fd);
  if (!is_endless && !source->allows_damage)
    return FALSE;
  source->lacks_end |= is_endless;
  source->is_damaged |= !is_endless;
  *fail_on = VIPS_FAIL_ON_NONE;
  return TRUE;
}

/* ---- refusals and notices ---- */

static gboolean
check_budget (GengaVipsFile *source,
              const GengaFrameInfo *info,
              const GengaSourceParams *params,
              GError **error)
{
  const double frame = (double)info->width * info->height *
                       genga_layout_get_n_channels (info->layout) *
                       genga_sample_get_size (info->sample);
  /* What a decoder has of the whole is there beside the frame, until what is made of it. */
  const double bytes = frame + MAX (frame * params->output_factor, source->held_size);
  g_autofree char *need = NULL;
  g_autofree char *limit = NULL;

  if (params->max_memory_bytes == 0 || bytes <= params->max_memory_bytes)
    return TRUE;
  source->is_too_large = TRUE;
  need = g_format_size_full (MIN (bytes, 9e18), G_FORMAT_SIZE_IEC_UNITS);
  limit = g_format_size_full (params->max_memory_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” has %d × %d pixels and needs %s of memory, more than the limit of %s; "
                  "choose a smaller scale or allow more memory."),
               source->name, info->width, info->height, need, limit);
  return FALSE;
}

gboolean
genga_vips_open_check (GengaVipsFile *source,
                       const GengaFrameInfo *info,
                       const GengaSourceParams *params,
                       GError **error)
{
  if (!check_budget (source, info, params, error))
    return FALSE;
  if (!source->is_damaged || source->allows_damage)
    return TRUE;
  genga_vips_open_set_damaged (source, error);
  return FALSE;
}

static void
notice_damage (const GengaVipsFile *source, GengaProgress *progress)
{
  if (source->is_damaged)
    genga_progress_notice (progress,
                           _ ("“%s” is truncated or damaged; what can't be read of it is empty."),
                           source->name);
  else if (source->lacks_end)
    genga_progress_notice (progress, _ ("“%s” lacks its end, but all its pixels are there."),
                           source->name);
}

static void
notice_light (const GengaVipsFile *source, VipsImage *image, GengaProgress *progress)
{
  if (genga_vips_convert_took_light (image))
    genga_progress_notice (progress,
                           _ ("“%s” has floats without a profile; they are taken for linear light "
                              "and become sRGB."),
                           source->name);
}

void
genga_vips_open_notice (const GengaVipsFile *source, VipsImage *image, GengaProgress *progress)
{
  notice_light (source, image, progress);
  notice_damage (source, progress);
}
