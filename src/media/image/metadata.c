/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/metadata.h"
#include <glib/gi18n-lib.h>

#include <string.h>

#define MAX_ICC_SIZE (4 * 1024 * 1024)
#define ICC_HEADER_SIZE 128
#define TIFF_ORIENTATION 0x0112
#define EXIF_PREFIX "Exif\0\0"
#define EXIF_PREFIX_SIZE 6

static guint32
read_be32 (const guint8 *data)
{
  return (guint32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

guint32
genga_icc_get_space (const guint8 *data, gsize size)
{
  guint32 stated;

  if (size <= ICC_HEADER_SIZE + 4 || size > MAX_ICC_SIZE || memcmp (data + 36, "acsp", 4) != 0)
    return 0;
  stated = read_be32 (data);
  return stated > ICC_HEADER_SIZE + 4 && stated <= size ? read_be32 (data + 16) : 0;
}

static GBytes *
dup_blob (VipsImage *image, const char *name)
{
  const void *data;
  size_t size;

  if (vips_image_get_typeof (image, name) == 0 ||
      vips_image_get_blob (image, name, &data, &size) != 0)
    return NULL;
  return g_bytes_new (data, size);
}

static guint32
get_expected_space (const GengaFrameInfo *info)
{
  return genga_layout_get_n_channels (info->layout) >= 3 ? GENGA_ICC_RGB : GENGA_ICC_GREY;
}

/* Whether a profile can be opened and is about colours like the frame's. */
static gboolean
profile_fits (VipsImage *image, GBytes *icc, const GengaFrameInfo *info)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (icc, &size);

  return genga_icc_get_space (data, size) == get_expected_space (info) &&
         vips_icc_is_compatible_profile (image, data, size);
}

static guint
read_u16 (const guint8 *data, gboolean little)
{
  return little ? data[0] | data[1] << 8 : data[0] << 8 | data[1];
}

static guint32
read_u32 (const guint8 *data, gboolean little)
{
  return little ? data[0] | data[1] << 8 | data[2] << 16 | (guint32)data[3] << 24
                : read_be32 (data);
}

/* Sets the orientation in the first directory to 1, "as it is". */
static void
reset_exif_orientation (guint8 *exif, gsize exif_size)
{
  const gboolean prefixed =
      exif_size >= EXIF_PREFIX_SIZE && memcmp (exif, EXIF_PREFIX, EXIF_PREFIX_SIZE) == 0;
  guint8 *tiff = exif + (prefixed ? EXIF_PREFIX_SIZE : 0);
  const gsize size = exif_size - (prefixed ? EXIF_PREFIX_SIZE : 0);
  gboolean little;
  gsize offset;

  if (size < 8)
    return;
  little = tiff[0] == 'I';
  offset = read_u32 (tiff + 4, little);
  if (offset > size - 2)
    return;
  for (guint n = read_u16 (tiff + offset, little); n > 0; n--)
    {
      guint8 *entry = tiff + offset + 2 + 12 * (gsize)(n - 1);

      if (entry + 12 > tiff + size || read_u16 (entry, little) != TIFF_ORIENTATION)
        continue;
      memset (entry + 8, 0, 4);
      entry[little ? 8 : 9] = 1;
    }
}

/* XMP repeats the orientation, as an attribute or as an element. */
static void
reset_xmp_orientation (char *xmp, gsize size)
{
  static const char *const words[] = { "tiff:Orientation=\"", "tiff:Orientation='",
                                       "<tiff:Orientation>" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const gsize length = strlen (words[i]);
      char *found = xmp;

      while ((found = memmem (found, xmp + size - found, words[i], length)) != NULL)
        {
          found += length;
          if (found < xmp + size && g_ascii_isdigit (*found))
            *found = '1';
        }
    }
}

void
genga_vips_take_metadata (GengaFrame *frame,
                          VipsImage *image,
                          const char *name,
                          GengaProgress *progress)
{
  g_autoptr (GBytes) icc = dup_blob (image, VIPS_META_ICC_NAME);
  GBytes *exif = dup_blob (image, VIPS_META_EXIF_NAME);
  GBytes *xmp = dup_blob (image, VIPS_META_XMP_NAME);
  gsize size;
  gpointer data;

  if (icc != NULL && profile_fits (image, icc, &frame->info))
    frame->icc = g_steal_pointer (&icc);
  else if (icc != NULL)
    genga_progress_notice (progress,
                           _ ("The colour profile of “%s” is broken, too large or for another kind "
                              "of picture; sRGB is assumed."),
                           name);

  if (exif != NULL)
    {
      data = g_bytes_unref_to_data (exif, &size);
      reset_exif_orientation (data, size);
      frame->exif = g_bytes_new_take (data, size);
    }
  if (xmp != NULL)
    {
      data = g_bytes_unref_to_data (xmp, &size);
      reset_xmp_orientation (data, size);
      frame->xmp = g_bytes_new_take (data, size);
    }
}

static void
give_blob (VipsImage *image, const char *name, GBytes *bytes)
{
  gsize size;
  gconstpointer data;

  if (bytes == NULL)
    return;
  data = g_bytes_get_data (bytes, &size);
  vips_image_set_blob_copy (image, name, data, size);
}

void
genga_vips_give_metadata (VipsImage *image, const GengaFrame *frame, GengaProgress *progress)
{
  give_blob (image, VIPS_META_EXIF_NAME, frame->exif);
  give_blob (image, VIPS_META_XMP_NAME, frame->xmp);
  if (frame->icc != NULL && profile_fits (image, frame->icc, &frame->info))
    give_blob (image, VIPS_META_ICC_NAME, frame->icc);
  else if (frame->icc != NULL)
    genga_progress_notice (
        progress, _ ("The colour profile does not fit the result's pixels and is left out."));
}
