/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/error.h"
#include "media/media.h"

static void
test_suffixes (void)
{
  static const struct
  {
    const char *path;
    GengaFormat format;
  } cases[] = {
    { "a.png", GENGA_FORMAT_PNG },
    { "a.PNG", GENGA_FORMAT_PNG },
    { "dir.png/a.jpg", GENGA_FORMAT_JPEG },
    { "a.b.jpeg", GENGA_FORMAT_JPEG },
    { "/x/a.webp", GENGA_FORMAT_WEBP },
    { "dir.png/a", GENGA_FORMAT_AUTO },
    { "a", GENGA_FORMAT_AUTO },
    { "a.", GENGA_FORMAT_AUTO },
    { "a.png.bak", GENGA_FORMAT_AUTO },
    { "", GENGA_FORMAT_AUTO },
    { "a.gif", GENGA_FORMAT_AUTO },
    { "a.pngx", GENGA_FORMAT_AUTO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (genga_format_from_path (cases[i].path), ==, cases[i].format);
  g_assert_cmpstr (genga_format_get_suffix (GENGA_FORMAT_PNG), ==, ".png");
  g_assert_cmpstr (genga_format_get_suffix (GENGA_FORMAT_JPEG), ==, ".jpg");
  g_assert_cmpstr (genga_format_get_suffix (GENGA_FORMAT_WEBP), ==, ".webp");
}

static void
test_sizes (void)
{
  static const struct
  {
    GengaFormat format;
    int width, height;
    gboolean fits;
  } cases[] = {
    { GENGA_FORMAT_WEBP, 16383, 16383, TRUE }, { GENGA_FORMAT_WEBP, 16384, 1, FALSE },
    { GENGA_FORMAT_WEBP, 1, 16384, FALSE },    { GENGA_FORMAT_JPEG, 65535, 65535, TRUE },
    { GENGA_FORMAT_JPEG, 65536, 1, FALSE },    { GENGA_FORMAT_JPEG, 1, 65536, FALSE },
    { GENGA_FORMAT_PNG, 65536, 65536, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (
          genga_format_check_size (cases[i].format, cases[i].width, cases[i].height, &error), ==,
          cases[i].fits);
      if (!cases[i].fits)
        g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pictures/format/suffixes", test_suffixes);
  g_test_add_func ("/pictures/format/sizes", test_sizes);
  return g_test_run ();
}
