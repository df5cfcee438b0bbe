/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/metadata.h"
#include "media/image/colour-map.h"
#include "media/image/tags/exif.h"
#include "media/image/png-colour.h"
#include "media/image/read/tiff-tags.h"
#include "media/image/read/vips-convert.h"
#include "media/image/tags/tag-reader.h"
#include <glib/gi18n-lib.h>

#include <math.h>
#include <string.h>

#define TIFF_ORIENTATION 0x0112
#define EXIF_PREFIX "Exif\0\0"
#define EXIF_PREFIX_SIZE 6

static guint32
read_be32 (const guint8 *data)
{
  return (guint32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
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

/* libvips 8.14 takes XMP in HEIF for it only without a packet's header; else it is numbered. */
static GBytes *
dup_xmp (VipsImage *image)
{
  static const char packet[] = "<?xpacket", meta[] = "<x:xmpmeta";
  GBytes *xmp = dup_blob (image, VIPS_META_XMP_NAME);

  for (int i = 0; xmp == NULL && i < 16; i++)
    {
      g_autofree char *name = g_strdup_printf ("heif-mime-%d", i);
      g_autoptr (GBytes) blob = dup_blob (image, name);
      gsize size = 0;
      const char *data = blob != NULL ? g_bytes_get_data (blob, &size) : NULL;

      if (size >= sizeof meta && (memcmp (data, packet, sizeof packet - 1) == 0 ||
                                  memcmp (data, meta, sizeof meta - 1) == 0))
        xmp = g_steal_pointer (&blob);
    }
  return xmp;
}

/*
 * Where a file says nothing, libvips has one pixel per millimetre, or 72 per inch: of a TIFF it
 * tells, of others only EXIF does.
 */
static void
take_resolution (GengaTags *tags, VipsImage *image, GBytes *exif, const GengaVipsFile *source)
{
  if (tags->x_per_metre <= 0 && source->loader == GENGA_LOADER_TIFF && image->Xres > 0 &&
      image->Yres > 0 && (fabs (image->Xres - 1) > 1e-9 || fabs (image->Yres - 1) > 1e-9))
    {
      tags->x_per_metre = 1000 * image->Xres;
      tags->y_per_metre = 1000 * image->Yres;
    }
  if (tags->x_per_metre <= 0 && exif != NULL)
    genga_exif_get_resolution (exif, &tags->x_per_metre, &tags->y_per_metre);
  if (vips_image_get_orientation (image) >= 5)
    {
      const double x = tags->x_per_metre;

      tags->x_per_metre = tags->y_per_metre;
      tags->y_per_metre = x;
    }
}

/* From the file itself, as libvips does not know it; whether it has a profile, in any state. */
static gboolean
take_from_file (GengaFrame *frame, GengaTags *tags, const GengaVipsFile *source)
{
  switch ((int)source->loader)
    {
    case GENGA_LOADER_PNG:
      return genga_tags_read_png (source->fd, tags);
    case GENGA_LOADER_JPEG:
      return genga_tags_read_jpeg (source->fd, tags);
    case GENGA_LOADER_TIFF:
      tags->iptc = genga_tiff_read_iptc (source->fd);
      return FALSE;
    case GENGA_LOADER_GIF:
      tags->comment = genga_tags_read_gif (source->bytes, &frame->xmp);
      return FALSE;
    default:
      return FALSE;
    }
}

/* The file's own, or what its chunks amount to. libvips passes over one that it can't read. */
static void
take_profile (GengaFrame *frame,
              VipsImage *image,
              GengaTags *tags,
              gboolean has_profile,
              const GengaVipsFile *source,
              GengaProgress *progress)
{
  g_autoptr (GBytes) icc = dup_blob (image, VIPS_META_ICC_NAME);

  if (icc != NULL && profile_fits (image, icc, &frame->info))
    {
      frame->icc = g_steal_pointer (&icc);
      return;
    }
  if (tags->png_chunks != NULL)
    frame->icc = genga_png_colour_new_profile (
        tags->png_chunks, genga_layout_get_n_channels (frame->info.layout) < 3);
  tags->is_icc_derived = frame->icc != NULL;
  if (icc == NULL && (!has_profile || genga_vips_convert_took_profile (image)))
    return;
  genga_progress_notice (progress,
                         tags->is_icc_derived
                             ? _ ("The colour profile of “%s” is broken, too large or for another "
                                  "kind of picture; what its chunks say of colours is taken.")
                             : _ ("The colour profile of “%s” is broken, too large or for another "
                                  "kind of picture; sRGB is assumed."),
                         source->name);
}

/* `found`, or what the file has elsewhere, which the tags lose. */
static GBytes *
choose (GBytes *found, GBytes **elsewhere)
{
  GBytes *other = g_steal_pointer (elsewhere);

  if (found == NULL)
    return other;
  g_clear_pointer (&other, g_bytes_unref);
  return found;
}

static GBytes *
with_orientation (GBytes *bytes, gboolean is_exif)
{
  gsize size;
  gpointer data = bytes != NULL ? g_bytes_unref_to_data (bytes, &size) : NULL;

  if (data == NULL)
    return NULL;
  if (is_exif)
    reset_exif_orientation (data, size);
  else
    reset_xmp_orientation (data, size);
  return g_bytes_new_take (data, size);
}

void
genga_vips_take_metadata (GengaFrame *frame,
                          VipsImage *image,
                          const GengaVipsFile *source,
                          GengaProgress *progress)
{
  g_autoptr (GBytes) resources = dup_blob (image, VIPS_META_IPTC_NAME);
  g_auto (GengaTags) tags = { 0 };
  const gboolean has_profile = take_from_file (frame, &tags, source);
  GBytes *exif = choose (dup_blob (image, VIPS_META_EXIF_NAME), &tags.exif);
  GVariant *extras;

  if (exif == NULL && source->loader == GENGA_LOADER_TIFF)
    exif = genga_tiff_read_exif (source->fd);
  frame->exif = with_orientation (exif, TRUE);
  frame->xmp = with_orientation (choose (choose (dup_xmp (image), &tags.xmp), &frame->xmp), FALSE);
  take_profile (frame, image, &tags, has_profile, source, progress);
  /* libvips 8.14 takes the number of words in a TIFF's IPTC for bytes, both ways. */
  if (resources != NULL && source->loader != GENGA_LOADER_TIFF)
    tags.iptc = choose (genga_iptc_unwrap (resources), &tags.iptc);
  else if (resources != NULL && tags.iptc == NULL)
    genga_progress_notice (progress, _ ("“%s” has IPTC that can't be read."), source->name);
  take_resolution (&tags, image, frame->exif, source);
  extras = genga_tags_new_extras (&tags);
  if (extras != NULL)
    frame->extras = g_variant_ref_sink (extras);
}

GengaColours
genga_vips_get_colours (VipsImage *image, const GengaFrameInfo *info, const GengaVipsFile *source)
{
  g_autoptr (GBytes) icc = dup_blob (image, VIPS_META_ICC_NAME);
  g_autoptr (GengaColourMap) map = NULL;
  g_auto (GengaTags) tags = { 0 };

  if (icc != NULL && !profile_fits (image, icc, info))
    g_clear_pointer (&icc, g_bytes_unref);
  if (icc == NULL && source->loader == GENGA_LOADER_PNG)
    genga_tags_read_png (source->fd, &tags);
  if (tags.png_chunks != NULL)
    icc =
        genga_png_colour_new_profile (tags.png_chunks, get_expected_space (info) == GENGA_ICC_GREY);
  map = icc != NULL ? genga_colour_map_new (icc, info->layout) : NULL;
  return map == NULL                         ? GENGA_COLOURS_SRGB
         : genga_colour_map_is_two_way (map) ? GENGA_COLOURS_OTHER
                                             : GENGA_COLOURS_ONE_WAY;
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
genga_vips_give_metadata (VipsImage *image,
                          const GengaFrame *frame,
                          const GengaTags *tags,
                          GengaProgress *progress)
{
  give_blob (image, VIPS_META_XMP_NAME, tags->xmp);
  if (tags->x_per_metre > 0)
    {
      image->Xres = tags->x_per_metre / 1000;
      image->Yres = tags->y_per_metre / 1000;
      vips_image_set_string (image, VIPS_META_RESOLUTION_UNIT, "in");
    }
  if (frame->icc != NULL && profile_fits (image, frame->icc, &frame->info))
    give_blob (image, VIPS_META_ICC_NAME, frame->icc);
  else if (frame->icc != NULL)
    genga_progress_notice (
        progress, _ ("The colour profile does not fit the result's pixels and is left out."));
}
