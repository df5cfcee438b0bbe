/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of metadata: EXIF, XMP and IPTC, as a picture of another size has them. */
#include "fuzz.h"
#include "media/image/tags/exif-list.h"
#include "media/image/tags/exif.h"
#include "media/image/tags/iptc-xmp.h"
#include "media/image/tags/tags.h"

#include <math.h>

static void
use_exif (GBytes *bytes)
{
  g_autoptr (GBytes) fit = genga_exif_fit (bytes, 1920, 1080);
  g_autoptr (GBytes) set = genga_exif_set_resolution (fit, 11811, 5906);
  double x = 0, y = 0;

  if (genga_exif_get_resolution (bytes, &x, &y))
    g_assert_true (x > 0 && y > 0);
  /* Where one could be set, it is the one that is told. */
  if (!g_bytes_equal (fit, set))
    {
      g_assert_true (genga_exif_get_resolution (set, &x, &y));
      g_assert_true (fabs (x - 11811) < 1 && fabs (y - 5906) < 1);
    }
}

/* Taken apart, and written as a smaller one, which has nothing more to lose. */
static void
use_list (GBytes *bytes)
{
  g_autoptr (GengaExifList) list = genga_exif_list_new (bytes);
  g_autoptr (GBytes) written = list != NULL ? genga_exif_list_write (list) : NULL;
  g_autoptr (GengaExifList) again = written != NULL ? genga_exif_list_new (written) : NULL;
  g_autoptr (GBytes) twice = again != NULL ? genga_exif_list_write (again) : NULL;

  g_assert_true (twice == NULL || g_bytes_get_size (twice) == g_bytes_get_size (written));
  if (list != NULL && genga_exif_list_drop_maker_note (list))
    g_bytes_unref (genga_exif_list_write (list));
}

static void
use_iptc_in_xmp (GBytes *bytes)
{
  gboolean is_complete = TRUE;
  g_autoptr (GBytes) xmp = genga_iptc_add_to_xmp (bytes, NULL, &is_complete);
  g_autoptr (GBytes) more = genga_iptc_add_to_xmp (bytes, bytes, &is_complete);

  g_assert_true (xmp == NULL ||
                 g_utf8_validate (g_bytes_get_data (xmp, NULL), g_bytes_get_size (xmp), NULL));
}

static void
use_iptc (GBytes *bytes)
{
  g_autoptr (GBytes) records = genga_iptc_unwrap (bytes);
  g_autoptr (GBytes) wrapped = records != NULL ? genga_iptc_wrap (records, TRUE) : NULL;
  g_autoptr (GBytes) again = wrapped != NULL ? genga_iptc_unwrap (wrapped) : NULL;

  g_assert_true (records == NULL || g_bytes_equal (records, again));
}

static void
use_frame (GBytes *bytes)
{
  const GengaFrameInfo info = {
    .width = 4, .height = 2, .sample = GENGA_SAMPLE_U8, .layout = GENGA_LAYOUT_RGB
  };
  g_autoptr (GengaFrame) frame = genga_frame_new (&info, NULL);
  g_auto (GengaTags) tags = { 0 };
  GengaTags given = { .iptc = bytes, .comment = bytes, .x_per_metre = 4000, .y_per_metre = 4000 };
  g_autoptr (GVariant) extras = g_variant_ref_sink (genga_tags_new_extras (&given));

  frame->exif = g_bytes_ref (bytes);
  frame->xmp = g_bytes_ref (bytes);
  frame->extras = g_steal_pointer (&extras);
  genga_tags_init (&tags, frame);
  g_assert_true (g_bytes_equal (tags.iptc, bytes));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  /* A copy of its own size, so that a sanitizer sees the first byte behind it. */
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  use_exif (bytes);
  use_list (bytes);
  use_iptc_in_xmp (bytes);
  use_iptc (bytes);
  use_frame (bytes);
  return 0;
}
