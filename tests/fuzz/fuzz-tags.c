/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is read of files beside libvips: chunks of PNG, comments, EXIF and IPTC of TIFF, boxes. */
#include "fuzz-checksums.h"
#include "fuzz-scratch.h"
#include "fuzz.h"
#include "media/image/tags/exif.h"
#include "media/image/read/jxl-header.h"
#include "media/image/tags/jxl-boxes.h"
#include "media/image/png-colour.h"
#include "media/image/read/tiff-tags.h"
#include "media/image/tags/tag-reader.h"

#include <unistd.h>

static void
drop (GBytes *bytes)
{
  if (bytes != NULL)
    {
      g_assert_cmpuint (g_bytes_get_size (bytes), >, 0);
      g_bytes_unref (bytes);
    }
}

static void
read_png (int fd)
{
  g_auto (GengaTags) tags = { 0 };

  genga_tags_read_png (fd, &tags);
  g_assert_true (tags.x_per_metre >= 0 && tags.y_per_metre >= 0);
  if (tags.png_chunks == NULL)
    return;
  drop (genga_png_colour_remove (tags.png_chunks));
  drop (genga_png_colour_new_profile (tags.png_chunks, FALSE));
  drop (genga_png_colour_new_profile (tags.png_chunks, TRUE));
}

static void
read_boxes (GBytes *file)
{
  g_autoptr (GBytes) exif = NULL;
  g_autoptr (GBytes) xmp = NULL;
  g_autoptr (GBytes) more = NULL;
  g_autoptr (GBytes) codestream = genga_jxl_find_codestream (file);
  GBytes *exif_again, *xmp_again;

  genga_jxl_is_animated (codestream);
  genga_jxl_read_boxes (file, &exif, &xmp);
  if (exif == NULL && xmp == NULL)
    return;
  more = genga_jxl_add_boxes (file, exif, xmp);
  genga_jxl_read_boxes (more, &exif_again, &xmp_again);
  g_assert_true (exif == NULL || g_bytes_equal (exif, exif_again));
  g_assert_true (xmp == NULL || g_bytes_equal (xmp, xmp_again));
  g_clear_pointer (&exif_again, g_bytes_unref);
  g_clear_pointer (&xmp_again, g_bytes_unref);
}

/* What was copied out of a TIFF can be worked on as any EXIF. */
static void
read_tiff (int fd)
{
  g_autoptr (GBytes) exif = genga_tiff_read_exif (fd);

  drop (genga_tiff_read_iptc (fd));
  if (exif != NULL)
    drop (genga_exif_fit (exif, 640, 480));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *bytes = fuzz_dup_summed_png (data, size);
  g_autoptr (GBytes) file = g_bytes_new_static (bytes, size);
  int fd = fuzz_open_bytes (bytes, size);
  g_auto (GengaTags) tags = { 0 };
  GBytes *xmp = NULL;

  read_png (fd);
  genga_tags_read_jpeg (fd, &tags);
  g_assert_true (tags.x_per_metre >= 0 && tags.y_per_metre >= 0);
  drop (genga_tags_read_gif (file, &xmp));
  drop (xmp);
  read_tiff (fd);
  read_boxes (file);
  close (fd);
  return 0;
}
