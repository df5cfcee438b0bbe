/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/vips-file.h"
#include "core/error.h"
#include "media/image/tags/jxl-boxes.h"
#include "media/image/read/jxl-header.h"
#include "media/image/read/structure.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Animations beyond any use: their tables alone would fill the memory (I3). */
#define MAX_PAGES 65536
/* GIF and WebP are held whole while they are read; pictures are a small part of this. */
#define MAX_HELD_SIZE (256 << 20)

#define INPUT_ERROR(...) g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, __VA_ARGS__)

static gboolean
set_open_error (GError **error, const char *name, int code)
{
  switch (code)
    {
    case ENOENT:
    case ENOTDIR:
      INPUT_ERROR (_ ("“%s” does not exist."), name);
      break;
    case EACCES:
    case EPERM:
      INPUT_ERROR (_ ("Can't read “%s”: permission denied."), name);
      break;
    case ENAMETOOLONG:
      INPUT_ERROR (_ ("Can't open “%s”: the name is too long."), name);
      break;
    default:
      INPUT_ERROR (_ ("Can't read “%s”: %s."), name, g_strerror (code));
      break;
    }
  return FALSE;
}

static gboolean
check_kind (const char *name, const struct stat *buffer, GError **error)
{
  if (S_ISDIR (buffer->st_mode))
    INPUT_ERROR (_ ("“%s” is a folder, not a picture."), name);
  else if (!S_ISREG (buffer->st_mode))
    INPUT_ERROR (_ ("“%s” is a pipe, a socket or a device, not a picture file."), name);
  else if (buffer->st_size == 0)
    INPUT_ERROR (_ ("“%s” is empty."), name);
  else
    return TRUE;
  return FALSE;
}

static gboolean
open_file (GengaVipsFile *self, const char *path, GError **error)
{
  /* Looked at before it is opened: opening alone can set a device going. */
  if (stat (path, &self->stat) != 0)
    return set_open_error (error, self->name, errno);
  if (!check_kind (self->name, &self->stat, error))
    return FALSE;
  self->fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (self->fd < 0 || fstat (self->fd, &self->stat) != 0)
    return set_open_error (error, self->name, errno);
  return check_kind (self->name, &self->stat, error);
}

static gboolean
recognise (GengaVipsFile *self, GError **error)
{
  guint8 head[GENGA_SNIFF_SIZE];
  const gssize size = genga_file_read_at (self->fd, head, sizeof head, 0);
  const char *what;

  if (size < 0)
    return set_open_error (error, self->name, errno);
  self->loader = genga_picture_sniff (head, size, &what);
  if (self->loader != GENGA_LOADER_NONE)
    return TRUE;
  if (what != NULL)
    INPUT_ERROR (_ ("“%s” is %s; Genga reads PNG, JPEG, WebP, GIF, TIFF, BMP, HEIF, AVIF "
                    "and JPEG XL pictures."),
                 self->name, what);
  else
    INPUT_ERROR (_ ("“%s” is not a picture or video in a format that Genga reads."), self->name);
  return FALSE;
}

static gboolean
read_whole (GengaVipsFile *self, GError **error)
{
  const gsize size = self->stat.st_size;
  gpointer data = self->stat.st_size <= MAX_HELD_SIZE ? g_try_malloc (size) : NULL;
  gssize n_read;

  if (data == NULL)
    {
      INPUT_ERROR (_ ("“%s” is too large to read."), self->name);
      return FALSE;
    }
  n_read = genga_file_read_at (self->fd, data, size, 0);
  self->bytes = g_bytes_new_take (data, MAX (n_read, 0));
  return n_read >= 0 ? TRUE : set_open_error (error, self->name, errno);
}

static guint
count_frames (GengaVipsFile *self)
{
  gsize size = 0;
  const guint8 *data = self->bytes != NULL ? g_bytes_get_data (self->bytes, &size) : NULL;
  gboolean has_end;
  guint counted;

  switch ((int)self->loader)
    {
    case GENGA_LOADER_PNG:
      counted = genga_structure_count_png (self->fd, &has_end);
      self->lacks_end = !has_end;
      return counted;
    case GENGA_LOADER_TIFF:
      return genga_structure_count_tiff (self->fd);
    case GENGA_LOADER_GIF:
      return genga_structure_count_gif (data, size);
    case GENGA_LOADER_WEBP:
      return genga_structure_count_webp (data, size);
    case GENGA_LOADER_BMP:
      return self->bmp.is_cut ? 0 : 1;
    default:
      return 1;
    }
}

static gboolean
is_animated_jxl (GBytes *bytes)
{
  g_autoptr (GBytes) codestream = genga_jxl_find_codestream (bytes);

  return genga_jxl_is_animated (codestream);
}

/* Walks the structure of formats whose decoders do not look at all of it. */
static gboolean
check_structure (GengaVipsFile *self, GError **error)
{
  if ((self->loader == GENGA_LOADER_GIF || self->loader == GENGA_LOADER_WEBP ||
       self->loader == GENGA_LOADER_JXL) &&
      !read_whole (self, error))
    return FALSE;

  if (self->loader == GENGA_LOADER_BMP && !genga_bmp_open (&self->bmp, self->fd, self->name, error))
    return FALSE;
  self->n_pages = count_frames (self);
  self->is_damaged = self->n_pages == 0;
  self->n_pages = MAX (1, self->n_pages);
  self->is_animated = self->loader == GENGA_LOADER_JXL && is_animated_jxl (self->bytes);
  if (self->n_pages > MAX_PAGES && self->bytes != NULL)
    INPUT_ERROR (_ ("“%s” has %u frames, far too many for an animation."), self->name,
                 self->n_pages);
  return self->n_pages <= MAX_PAGES || self->bytes == NULL;
}

gboolean
genga_vips_file_open (GengaVipsFile *self, const char *path, gboolean allows_damage, GError **error)
{
  self->allows_damage = allows_damage;
  self->name = g_filename_display_name (path);
  return open_file (self, path, error) && recognise (self, error) && check_structure (self, error);
}

void
genga_vips_file_clear (GengaVipsFile *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  genga_decoded_clear (&self->decoded);
  g_clear_error (&self->reason);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

gboolean
genga_vips_file_check_unchanged (GengaVipsFile *self, GError **error)
{
  struct stat now;

  if (fstat (self->fd, &now) == 0 && now.st_size == self->stat.st_size &&
      now.st_mtim.tv_sec == self->stat.st_mtim.tv_sec &&
      now.st_mtim.tv_nsec == self->stat.st_mtim.tv_nsec)
    return TRUE;
  INPUT_ERROR (_ ("“%s” changed while it was being read."), self->name);
  return FALSE;
}

static VipsSource *
new_vips_source (GengaVipsFile *self)
{
  gconstpointer data;
  gsize size;

  if (self->bytes == NULL)
    return lseek (self->fd, 0, SEEK_SET) == 0 ? vips_source_new_from_descriptor (self->fd) : NULL;
  data = g_bytes_get_data (self->bytes, &size);
  return vips_source_new_from_memory (data, size);
}

/* Rows of a BMP as libvips asks for them. */
static int
generate_bmp (VipsRegion *region, void *scratch, void *data, void *unused, gboolean *stop)
{
  const GengaVipsFile *self = data;
  const VipsRect *rect = &region->valid;
  g_autofree guint8 *bytes = g_malloc (self->bmp.stride);
  g_autofree guint8 *row = g_malloc_n (self->bmp.width, self->bmp.n_channels);

  for (int y = rect->top; y < rect->top + rect->height; y++)
    {
      if (!genga_bmp_read_row (&self->bmp, self->fd, y, bytes, row))
        {
          if (!self->is_damaged)
            return -1;
          memset (row, 0, (gsize)self->bmp.width * self->bmp.n_channels);
        }
      memcpy (VIPS_REGION_ADDR (region, rect->left, y), row + rect->left * self->bmp.n_channels,
              (gsize)rect->width * self->bmp.n_channels);
    }
  return 0;
}

static VipsImage *
new_bmp_image (GengaVipsFile *self)
{
  g_autoptr (GengaVipsImage) image = vips_image_new ();

  vips_image_init_fields (image, self->bmp.width, self->bmp.height, self->bmp.n_channels,
                          VIPS_FORMAT_UCHAR, VIPS_CODING_NONE, VIPS_INTERPRETATION_sRGB, 1, 1);
  if (vips_image_pipelinev (image, VIPS_DEMAND_STYLE_THINSTRIP, NULL) != 0 ||
      vips_image_generate (image, NULL, generate_bmp, NULL, self, NULL) != 0)
    return NULL;
  return g_steal_pointer (&image);
}

/* All of a JPEG XL is decoded when the first rows are asked for. */
static int
generate_jxl (VipsRegion *region, void *scratch, void *data, void *unused, gboolean *stop)
{
  GengaVipsFile *self = data;
  const VipsRect *rect = &region->valid;
  const gsize pixel = VIPS_IMAGE_SIZEOF_PEL (region->im);
  const gsize stride = pixel * region->im->Xsize;
  const guint8 *pixels;

  if (self->decoded.pixels == NULL)
    {
      genga_decoded_clear (&self->decoded);
      g_clear_error (&self->reason);
      if (!genga_worker_decode (self->bytes, VIPS_IMAGE_SIZEOF_IMAGE (region->im),
                                self->cancellable, &self->decoded, &self->reason))
        return -1;
    }
  if (self->decoded.pixels == NULL || self->decoded.width != region->im->Xsize ||
      self->decoded.height != region->im->Ysize || self->decoded.n_bands != region->im->Bands ||
      self->decoded.format != region->im->BandFmt)
    return -1;
  pixels = g_bytes_get_data (self->decoded.pixels, NULL);
  for (int y = rect->top; y < rect->top + rect->height; y++)
    memcpy (VIPS_REGION_ADDR (region, rect->left, y), pixels + y * stride + rect->left * pixel,
            rect->width * pixel);
  return 0;
}

static void
give_blob (VipsImage *image, const char *name, GBytes *bytes)
{
  if (bytes != NULL)
    vips_image_set_blob_copy (image, name, g_bytes_get_data (bytes, NULL),
                              g_bytes_get_size (bytes));
}

static VipsImage *
new_jxl_image (GengaVipsFile *self)
{
  g_autoptr (GengaVipsImage) image = vips_image_new ();
  g_auto (GengaDecoded) header = { 0 };
  g_autoptr (GBytes) exif = NULL, xmp = NULL;

  g_clear_error (&self->reason);
  if (!genga_worker_decode (self->bytes, 0, self->cancellable, &header, &self->reason))
    return NULL;
  vips_image_init_fields (image, header.width, header.height, header.n_bands, header.format,
                          VIPS_CODING_NONE, header.interpretation, 1, 1);
  genga_jxl_read_boxes (self->bytes, &exif, &xmp);
  give_blob (image, VIPS_META_ICC_NAME, header.icc);
  give_blob (image, VIPS_META_EXIF_NAME, exif);
  give_blob (image, VIPS_META_XMP_NAME, xmp);
  if (vips_image_pipelinev (image, VIPS_DEMAND_STYLE_THINSTRIP, NULL) != 0 ||
      vips_image_generate (image, NULL, generate_jxl, NULL, self, NULL) != 0)
    return NULL;
  return g_steal_pointer (&image);
}

/*
 * Of a pixel, what decoders have that make all of a picture before they answer its rows: measured
 * with libvips 8.14, libwebp 1.2, libheif 1.15, libjxl 0.7 and libjpeg-turbo 2.1.
 */
static guint
get_held (const GengaVipsFile *self, const VipsImage *image)
{
  const guint pixel = VIPS_IMAGE_SIZEOF_PEL (image);
  const gboolean is_interlaced = vips_image_get_typeof (image, "interlaced") != 0;

  switch ((int)self->loader)
    {
    case GENGA_LOADER_WEBP:
      return 9;
    case GENGA_LOADER_GIF:
      return 6;
    case GENGA_LOADER_HEIF:
      return image->BandFmt == VIPS_FORMAT_UCHAR ? 16 : 32;
    case GENGA_LOADER_JXL: /* in its process; and what comes from there */
      return 4 * pixel + image->Bands * sizeof (float);
    case GENGA_LOADER_PNG:
      return is_interlaced ? pixel : 0;
    case GENGA_LOADER_JPEG:
      return is_interlaced ? 2 * image->Bands : 0;
    default:
      return 0;
    }
}

static VipsImage *
read_header (GengaVipsFile *self, VipsFailOn fail_on)
{
  static int (*const load[]) (VipsSource *, VipsImage **, ...) = {
    [GENGA_LOADER_PNG] = vips_pngload_source,   [GENGA_LOADER_JPEG] = vips_jpegload_source,
    [GENGA_LOADER_WEBP] = vips_webpload_source, [GENGA_LOADER_GIF] = vips_gifload_source,
    [GENGA_LOADER_TIFF] = vips_tiffload_source, [GENGA_LOADER_HEIF] = vips_heifload_source,
  };
  g_autoptr (GengaVipsSource) source = NULL;
  VipsImage *image = NULL;

  if (self->loader == GENGA_LOADER_BMP)
    return new_bmp_image (self);
  if (self->loader == GENGA_LOADER_JXL)
    return new_jxl_image (self);
  source = new_vips_source (self);
  if (source == NULL || load[self->loader](source, &image, "access", VIPS_ACCESS_SEQUENTIAL,
                                           "fail-on", fail_on, NULL) != 0)
    return NULL;
  return image;
}

VipsImage *
genga_vips_file_read_header (GengaVipsFile *self, VipsFailOn fail_on)
{
  VipsImage *image = read_header (self, fail_on);

  if (image != NULL)
    self->held_size = (guint64)image->Xsize * image->Ysize * get_held (self, image);
  return image;
}
