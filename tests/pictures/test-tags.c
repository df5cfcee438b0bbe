/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pictures carry beside pixels: through every format, and fit for another size. */
#include "support.h"
#include "media/image/tags/exif.h"
#include "media/image/tags/jxl-boxes.h"
#include "media/image/read/jxl-header.h"
#include "media/image/tags/raw-profile.h"
#include "media/image/read/tiff-tags.h"
#include "media/image/tags/tag-reader.h"
#include "media/image/tags/tags.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

static const struct
{
  GengaFormat format;
  const char *ending;
} formats[] = {
  { GENGA_FORMAT_PNG, "png" },
  { GENGA_FORMAT_JPEG, "jpg" },
  { GENGA_FORMAT_WEBP, "webp" },
  { GENGA_FORMAT_TIFF, "tif" },
};

/*
 * Two directories and one of EXIF: width 20, orientation 6, pixel width 20, and a thumbnail of 8
 * bytes. Big-endian where `big`.
 */
static GBytes *
make_exif (gboolean big)
{
  const guint32 words[][4] = {
    { 0x0100, 3, 1, 20 }, { 0x0112, 3, 1, 6 }, { 0x8769, 4, 1, 50 }, /* first, at 8 */
    { 0xa002, 4, 1, 20 },                                            /* EXIF, at 50 */
    { 0x0201, 4, 1, 98 }, { 0x0202, 4, 1, 8 },                       /* second, at 68 */
  };
  GByteArray *out = g_byte_array_new ();
  guint8 bytes[106] = { 0 };
  guint at[] = { 10, 22, 34, 52, 70, 82 };

#define PUT(place, size, value)                                                                    \
  for (guint k = 0; k < (size); k++)                                                               \
  bytes[(place) + k] = (value) >> 8 * (big ? (size)-1 - k : k)
  memcpy (bytes, big ? "MM\0*" : "II*\0", 4);
  PUT (4, 4, 8u);
  PUT (8, 2, 3u);
  PUT (46, 4, 68u);
  PUT (50, 2, 1u);
  PUT (68, 2, 2u);
  for (guint i = 0; i < 6; i++)
    {
      PUT (at[i], 2, words[i][0]);
      PUT (at[i] + 2, 2, words[i][1]);
      PUT (at[i] + 4, 4, words[i][2]);
      if (words[i][1] == 3)
        PUT (at[i] + 8, 2, words[i][3]);
      else
        PUT (at[i] + 8, 4, words[i][3]);
    }
#undef PUT
  memcpy (bytes + 98, "thumb123", 8);
  g_byte_array_append (out, bytes, sizeof bytes);
  return g_byte_array_free_to_bytes (out);
}

static guint
get (GBytes *exif, gsize at, guint size, gboolean big)
{
  const guint8 *data = g_bytes_get_data (exif, NULL);
  guint value = 0;

  for (guint k = 0; k < size; k++)
    value |= (guint)data[at + k] << 8 * (big ? size - 1 - k : k);
  return value;
}

static void
test_exif (void)
{
  for (int big = 0; big < 2; big++)
    {
      g_autoptr (GBytes) exif = make_exif (big);
      g_autoptr (GBytes) fit = genga_exif_fit (exif, 640, 70000);

      g_assert_cmpuint (get (fit, 18, 2, big), ==, 640);
      g_assert_cmpuint (get (fit, 30, 2, big), ==, 1);
      g_assert_cmpuint (get (fit, 60, 4, big), ==, 640);
      g_assert_cmpuint (get (fit, 46, 4, big), ==, 0);
      g_assert_null (memmem (g_bytes_get_data (fit, NULL), g_bytes_get_size (fit), "thumb", 5));
      /* A short becomes long where it has to. */
      g_autoptr (GBytes) wide = genga_exif_fit (exif, 70000, 2);
      g_assert_cmpuint (get (wide, 12, 2, big), ==, 4);
      g_assert_cmpuint (get (wide, 18, 4, big), ==, 70000);
    }
}

/* Blocks without a byte, as files may have them. */
static void
test_empty (void)
{
  const GengaFrameInfo info = {
    .width = 1, .height = 1, .sample = GENGA_SAMPLE_U8, .layout = GENGA_LAYOUT_RGB
  };
  g_autoptr (GengaFrame) frame = genga_frame_new (&info, NULL);
  g_auto (GengaTags) tags = { 0 };

  frame->exif = g_bytes_new (NULL, 0);
  frame->xmp = g_bytes_new (NULL, 0);
  genga_tags_init (&tags, frame);
  g_assert_cmpuint (g_bytes_get_size (tags.exif), ==, 0);
  g_assert_cmpuint (g_bytes_get_size (tags.xmp), ==, 0);
}

/* Where several entries lead to EXIF, the first one counts, and no directory is fitted twice. */
static void
test_exif_once (void)
{
  static const guint8 bytes[] = {
    'I',  'I',  '*', 0,    8, 0, 0, 0, 2,  0,                          /* two entries */
    0x69, 0x87, 4,   0,    1, 0, 0, 0, 38, 0, 0,  0,                   /* EXIF, at 38 */
    0x69, 0x87, 4,   0,    1, 0, 0, 0, 56, 0, 0,  0,                   /* and at 56 */
    0,    0,    0,   0,                                                /* no thumbnail */
    1,    0,    2,   0xa0, 4, 0, 1, 0, 0,  0, 20, 0, 0, 0, 0, 0, 0, 0, /* width 20 */
    1,    0,    2,   0xa0, 4, 0, 1, 0, 0,  0, 20, 0, 0, 0, 0, 0, 0, 0,
  };
  g_autoptr (GBytes) exif = g_bytes_new_static (bytes, sizeof bytes);
  g_autoptr (GBytes) fit = genga_exif_fit (exif, 640, 480);

  g_assert_cmpuint (get (fit, 48, 4, FALSE), ==, 640);
  g_assert_cmpuint (get (fit, 66, 4, FALSE), ==, 20);
}

/* A resolution is added and replaced; all else stays, in the order of the tags. */
static void
test_exif_resolution (void)
{
  for (int big = 0; big < 2; big++)
    {
      g_autoptr (GBytes) exif = make_exif (big);
      g_autoptr (GBytes) once = NULL;
      g_autoptr (GBytes) twice = NULL;
      double x = 0, y = 0;

      g_assert_false (genga_exif_get_resolution (exif, &x, &y));
      once = genga_exif_set_resolution (exif, 11811, 5906);
      g_assert_true (genga_exif_get_resolution (once, &x, &y));
      g_assert_cmpfloat_with_epsilon (x, 11811, 0.1);
      g_assert_cmpfloat_with_epsilon (y, 5906, 0.1);
      twice = genga_exif_set_resolution (once, 2835, 2835);
      g_assert_true (genga_exif_get_resolution (twice, &x, &y));
      g_assert_cmpfloat_with_epsilon (x, 2835, 0.1);
      /* What has a place for it needs no other: a JPEG has 64 KB for all. */
      g_assert_cmpuint (g_bytes_get_size (twice), ==, g_bytes_get_size (once));

      const guint at = get (twice, 4, 4, big);
      g_assert_cmpuint (get (twice, at, 2, big), ==, 6);
      for (guint i = 1; i < 6; i++)
        g_assert_cmpuint (get (twice, at + 2 + 12 * i, 2, big), >,
                          get (twice, at + 2 + 12 * (i - 1), 2, big));
      g_autoptr (GBytes) fit = genga_exif_fit (twice, 640, 480);
      g_assert_cmpuint (get (fit, at + 2 + 8, 2, big), ==, 640);
      g_assert_cmpuint (get (fit, 60, 4, big), ==, 640);

      g_autoptr (GBytes) alone = genga_exif_new_resolution (3937, 7874);
      g_assert_true (genga_exif_get_resolution (alone, &x, &y));
      g_assert_cmpfloat_with_epsilon (x, 3937, 0.1);
      g_assert_cmpfloat_with_epsilon (y, 7874, 0.1);
    }
}

/* A file of these bytes that has no name. */
static int
open_bytes (GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  int fd = memfd_create ("genga-tags", MFD_CLOEXEC);

  g_assert_cmpint (write (fd, data, size), ==, (gssize)size);
  return fd;
}

/* A TIFF's own directories become EXIF; those of its pixels do not. */
static void
test_tiff (void)
{
  for (int big = 0; big < 2; big++)
    {
      g_autoptr (GBytes) file = make_exif (big);
      int fd = open_bytes (file);
      g_autoptr (GBytes) exif = genga_tiff_read_exif (fd);

      g_assert_cmpuint (get (exif, 4, 4, big), ==, 8);
      g_assert_cmpuint (get (exif, 8, 2, big), ==, 1);
      g_assert_cmpuint (get (exif, 10, 2, big), ==, 0x8769);
      const guint at = get (exif, 18, 4, big);
      g_assert_cmpuint (get (exif, at, 2, big), ==, 1);
      g_assert_cmpuint (get (exif, at + 2, 2, big), ==, 0xa002);
      g_assert_cmpuint (get (exif, at + 10, 4, big), ==, 20);
      g_assert_null (genga_tiff_read_iptc (fd));
      close (fd);
    }
}

static GBytes *
make_gif (void)
{
  static const char head[] = "GIF89a\1\0\1\0\x80\0\0......!\xfe\5hello\0!\xfe\2on\1e\0"
                             "!\xff\vXMP DataXMP<x:xmpmeta/>\1";
  static const char image[] = "\0,\0\0\0\0\1\0\1\0\0\2\2L\1\0;";
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, (const guint8 *)head, sizeof head - 1);
  for (int i = 255; i >= 0; i--)
    g_byte_array_append (out, &(guint8){ i }, 1);
  g_byte_array_append (out, (const guint8 *)image, sizeof image - 1);
  return g_byte_array_free_to_bytes (out);
}

static void
test_gif (void)
{
  g_autoptr (GBytes) file = make_gif ();
  g_autoptr (GBytes) xmp = NULL;
  g_autoptr (GBytes) comment = genga_tags_read_gif (file, &xmp);

  g_assert_cmpmem (g_bytes_get_data (comment, NULL), g_bytes_get_size (comment), "hello\none", 9);
  g_assert_cmpmem (g_bytes_get_data (xmp, NULL), g_bytes_get_size (xmp), "<x:xmpmeta/>", 12);
}

/* Boxes come before the pixels, in a container of their own or in one that is there. */
static void
test_jxl_boxes (void)
{
  g_autoptr (GBytes) bare = g_bytes_new_static ("\xff\x0apixels", 8);
  g_autoptr (GBytes) other = g_bytes_new_static ("no JPEG XL", 10);
  g_autoptr (GBytes) exif = g_bytes_new_static ("II*", 4);
  g_autoptr (GBytes) xmp = g_bytes_new_static ("<x:xmpmeta/>", 12);
  g_autoptr (GBytes) first = genga_jxl_add_boxes (bare, NULL, xmp);
  g_autoptr (GBytes) both = genga_jxl_add_boxes (first, exif, NULL);
  g_autoptr (GBytes) same = genga_jxl_add_boxes (other, exif, xmp);
  g_autoptr (GBytes) none = genga_jxl_add_boxes (bare, NULL, NULL);
  static const char expected[] = "\0\0\0\20Exif\0\0\0\0II*\0"
                                 "\0\0\0\24xml <x:xmpmeta/>\0\0\0\0jxlc\xff\x0apixels";

  g_assert_cmpmem ((const guint8 *)g_bytes_get_data (both, NULL) + 32, g_bytes_get_size (both) - 32,
                   expected, sizeof expected - 1);
  g_assert_true (same == other);
  g_assert_true (none == bare);
  g_autoptr (GBytes) found_exif = NULL, found_xmp = NULL;
  genga_jxl_read_boxes (both, &found_exif, &found_xmp);
  g_assert_true (g_bytes_equal (found_exif, exif));
  g_assert_true (g_bytes_equal (found_xmp, xmp));
  for (gsize size = 0; size < g_bytes_get_size (both); size++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (both, 0, size);
      g_autoptr (GBytes) cut_exif = NULL, cut_xmp = NULL;

      genga_jxl_read_boxes (cut, &cut_exif, &cut_xmp);
    }
}

/* Numbers as a codestream's header has them: so many bits of each, the lowest first. */
static GBytes *
pack_bits (const int *numbers)
{
  guint8 *data = g_malloc0 (64);
  gsize at = 16;

  memcpy (data, "\xff\x0a", 2);
  for (; numbers[0] > 0; numbers += 2)
    for (int i = 0; i < numbers[0]; i++, at++)
      data[at / 8] |= (numbers[1] >> i & 1) << at % 8;
  return g_bytes_new_take (data, 64);
}

static gboolean
is_animated (GBytes *file)
{
  g_autoptr (GBytes) codestream = genga_jxl_find_codestream (file);

  return genga_jxl_is_animated (codestream);
}

/* What says whether a JPEG XL moves lies behind sizes of any form. */
static void
test_jxl_header (void)
{
  /* So many bits, a number: sizes; unusual, more; orientation, own size, preview, animation. */
  static const int headers[][40] = {
    { 1, 1, 5, 3, 3, 1, 1, 0, 1, 1, 3, 5, 1, 0, 1, 0, 1, 1 },
    { 1, 1, 5, 3, 3, 0, 5, 9, 1, 0, 1, 1, 3, 5, 1, 0, 1, 0, 1, 1 },
    { 1, 0, 2, 0, 9, 99, 3, 0, 2, 3, 30, 99, 1, 0, 1, 1, 3, 5, 1, 0, 1, 0, 1, 1 },
    { 1, 0, 2, 1, 13, 99, 3, 7, 1, 0, 1, 1, 3, 5, 1, 1, /* own size */
      1, 0, 2, 2, 18, 5,  3, 2, 1, 0, 1, 1 },
    { 1, 1, 5, 3, 3,  1, 1, 0, 1, 1, 3, 5, 1, 0, 1, 1, /* preview in pixels */
      1, 0, 2, 3, 12, 8, 3, 0, 2, 0, 6, 8, 1, 1 },
    { 1, 1, 5, 3, 3, 1, 1, 0, 1, 1, 3, 5, 1, 0, 1, 1, /* and in eighths of them */
      1, 1, 2, 0, 3, 0, 2, 3, 9, 8, 1, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      int still[40];
      int last = 0;

      memcpy (still, headers[i], sizeof still);
      while (still[last + 2] > 0)
        last += 2;
      still[last + 1] = 0;
      g_autoptr (GBytes) moving = pack_bits (headers[i]);
      g_autoptr (GBytes) plain = pack_bits (still);
      g_autoptr (GBytes) boxed = genga_jxl_add_boxes (moving, moving, NULL);
      g_test_message ("%zu", i);
      g_assert_true (is_animated (moving));
      g_assert_true (is_animated (boxed));
      g_assert_false (is_animated (plain));
    }
  g_autoptr (GBytes) usual = pack_bits ((const int[]){ 1, 1, 5, 3, 3, 1, 1, 1, 30, -1, 0 });
  g_autoptr (GBytes) first = pack_bits ((const int[]){ 1, 1, 5, 3, 3, 1, 1, 0, 1, 0, 30, -1, 0 });
  g_autoptr (GBytes) cut = g_bytes_new_static ("\xff\x0a", 2);
  g_autoptr (GBytes) none = g_bytes_new_static ("", 0);
  g_assert_false (is_animated (usual));
  g_assert_false (is_animated (first));
  g_assert_false (is_animated (cut));
  g_assert_false (is_animated (none));
}

/* Readers of files end, and make nothing large of what is small. */
static void
test_hostile_files (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (int i = 0; i < 4000; i++)
    {
      g_autoptr (GBytes) file = i % 2 == 0 ? make_exif (i % 4 == 0) : make_gif ();
      gsize size = g_rand_int_range (rand, 1, g_bytes_get_size (file) + 1);
      g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (file, NULL), size);

      for (int k = 0; k < 3; k++)
        data[g_rand_int_range (rand, 0, size)] =
            g_rand_boolean (rand) ? g_rand_int_range (rand, 0, 64) : g_rand_int (rand);
      g_autoptr (GBytes) damaged = g_bytes_new (data, size);
      int fd = open_bytes (damaged);
      g_autoptr (GBytes) exif = genga_tiff_read_exif (fd);
      g_autoptr (GBytes) iptc = genga_tiff_read_iptc (fd);
      g_autoptr (GBytes) xmp = NULL;
      g_autoptr (GBytes) comment = genga_tags_read_gif (damaged, &xmp);

      g_assert_true (exif == NULL || g_bytes_get_size (exif) < 1 << 16);
      g_assert_true (comment == NULL || g_bytes_get_size (comment) < size);
      close (fd);
    }
}

/* Whatever the bytes are, nothing outside of them is touched. */
static void
test_hostile_exif (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GBytes) exif = make_exif (FALSE);

  for (int i = 0; i < 4000; i++)
    {
      gsize size = g_rand_int_range (rand, 0, g_bytes_get_size (exif) + 1);
      g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (exif, NULL), size);

      for (int k = 0; k < 3 && size > 0; k++)
        data[g_rand_int_range (rand, 0, size)] = g_rand_int (rand);
      g_autoptr (GBytes) damaged = g_bytes_new (data, size);
      g_autoptr (GBytes) fit = genga_exif_fit (damaged, 100, 100);
      g_autoptr (GBytes) records = genga_iptc_unwrap (damaged);
      g_autoptr (GBytes) set = genga_exif_set_resolution (damaged, 100, 100);
      double x = 1, y = 1;
      g_assert_cmpuint (g_bytes_get_size (fit), <=, size);
      g_assert_cmpuint (g_bytes_get_size (set), <=, 2 * size + 80);
      genga_exif_get_resolution (damaged, &x, &y);
      g_assert_cmpfloat (x, >, 0);
    }
}

static void
test_iptc (void)
{
  static const guint8 records[] = { 0x1c, 2, 25, 0, 5, 'a', 'n', 'i', 'm', 'e' };

  for (int i = 0; i < 4; i++)
    {
      const gsize size = sizeof records - i % 2;
      const gboolean has_prefix = i >= 2;
      g_autoptr (GBytes) iptc = g_bytes_new (records, size);
      g_autoptr (GBytes) wrapped = genga_iptc_wrap (iptc, has_prefix);
      g_autoptr (GBytes) back = genga_iptc_unwrap (wrapped);
      g_autoptr (GBytes) bare = genga_iptc_unwrap (iptc);

      g_assert_true (g_bytes_equal (back, iptc));
      g_assert_true (g_bytes_equal (bare, iptc));
    }
}

static GBytes *
look_up (const GengaFrame *frame, const char *name)
{
  g_autoptr (GVariant) value =
      frame->extras != NULL
          ? g_variant_lookup_value (frame->extras, name, G_VARIANT_TYPE_BYTESTRING)
          : NULL;

  return value != NULL ? g_variant_get_data_as_bytes (value) : NULL;
}

static void
assert_bytes (const GengaFrame *frame, const char *name, GBytes *expected)
{
  g_autoptr (GBytes) found = look_up (frame, name);

  g_assert_cmpint (found != NULL, ==, expected != NULL);
  if (found != NULL)
    g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found),
                     g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
}

static char *
save (GengaFrame *frame, const char *folder, int i)
{
  const GengaPictureSave params = {
    .format = formats[i].format, .quality = 90, .png_level = 6, .overwrite = TRUE
  };
  g_autofree char *name = g_strconcat ("picture.", formats[i].ending, NULL);
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  support_media ()->picture_save (frame, path, &params, NULL, NULL, &error);
  g_assert_no_error (error);
  return path;
}

static GengaFrame *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  GengaFrame *frame = support_media ()->picture_load (path, NULL, NULL, &error);

  g_assert_no_error (error);
  return frame;
}

/* "tEXt" of a prompt; its sum is that of zlib. */
static const guint8 text_chunk[] = { 0,   0, 0,   7,   't', 'E',  'X',  't',  'k', 'e',
                                     'y', 0, 'v', 'a', 'l', 0xf1, 0xab, 0x47, 0x42 };

static void
set_extras (GengaFrame *frame, GengaTags *tags)
{
  GVariant *extras = genga_tags_new_extras (tags);

  frame->extras = extras != NULL ? g_variant_ref_sink (extras) : NULL;
}

/* The table of the manual: what each format holds comes back, and nothing that was not there. */
static void
test_formats (void)
{
  g_autofree char *folder = g_dir_make_tmp ("genga-tags-XXXXXX", NULL);
  g_autoptr (GengaFrame) frame = support_new_frame (40, 30, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  g_autoptr (GengaFrame) bare = support_new_frame (40, 30, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGBA);
  static const char records[] = "\x1c\x02\x19\0\7anime12";
  g_auto (GengaTags) tags = {
    .iptc = g_bytes_new (records, sizeof records - 1),
    .comment = g_bytes_new ("hello", 5),
    .x_per_metre = 11811,
    .y_per_metre = 5906,
  };

  frame->exif = make_exif (TRUE);
  set_extras (frame, &tags);
  for (int i = 0; i < 4; i++)
    {
      const gboolean is_jpeg = formats[i].format == GENGA_FORMAT_JPEG;
      const gboolean is_tiff = formats[i].format == GENGA_FORMAT_TIFF;
      g_autofree char *path = save (frame, folder, i);
      g_autoptr (GengaFrame) back = load (path);
      double x = 0, y = 0;

      /* A WebP has it in XMP. */
      assert_bytes (back, "iptc", formats[i].format != GENGA_FORMAT_WEBP ? tags.iptc : NULL);
      g_assert_cmpint (back->xmp != NULL, ==, formats[i].format == GENGA_FORMAT_WEBP);
      assert_bytes (back, "comment", is_jpeg ? tags.comment : NULL);
      g_assert_nonnull (back->exif);
      if (formats[i].format != GENGA_FORMAT_WEBP)
        {
          g_assert_true (g_variant_lookup (back->extras, "resolution", "(dd)", &x, &y));
          g_assert_cmpfloat_with_epsilon (x, 11811, 30);
          g_assert_cmpfloat_with_epsilon (y, 5906, 30);
        }
      g_free (path);
      path = save (bare, folder, i);
      g_autoptr (GengaFrame) plain = load (path);
      g_assert_null (plain->exif);
      g_assert_null (plain->icc);
      g_assert_null (plain->xmp);
      if (!is_tiff)
        g_assert_null (plain->extras);
      g_unlink (path);
    }
  g_rmdir (folder);
}

/* Numbers that no file can hold become the nearest ones that it can. */
static void
test_far_resolutions (void)
{
  static const guint8 expected[] = { 'p', 'H', 'Y', 's', 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1, 1 };
  g_autofree char *folder = g_dir_make_tmp ("genga-tags-XXXXXX", NULL);
  g_autoptr (GengaFrame) frame = support_new_frame (8, 8, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  GengaTags tags = { .x_per_metre = 1e12, .y_per_metre = 1e-3 };
  g_autofree char *path = NULL, *bytes = NULL;
  gsize size;

  set_extras (frame, &tags);
  path = save (frame, folder, 0);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_nonnull (memmem (bytes, size, expected, sizeof expected));
  g_unlink (path);
  g_rmdir (folder);
}

/* As large on paper, although by half larger in pixels; what is no fraction stays. */
static void
test_print_size (void)
{
  static const char xmp[] =
      "<x tiff:XResolution=\"72/1\" tiff:YResolution='720/10' tiff:ResolutionUnit"
      "=\"2\"><tiff:XResolution>72</tiff:XResolution><tiff:YResolution>5/2</"
      "tiff:YResolution></x>";
  static const char expected[] =
      "<x tiff:XResolution=\"108000/1000\" tiff:YResolution='1080000/10000' tiff:ResolutionUnit"
      "=\"2\"><tiff:XResolution>72</tiff:XResolution><tiff:YResolution>7500/2000</"
      "tiff:YResolution></x>";
  GengaTags source = { .x_per_metre = 4000, .y_per_metre = 2000 };
  g_autoptr (GengaFrame) frame = support_new_frame (8, 8, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  g_auto (GengaTags) tags = { 0 };
  double x, y;

  frame->exif = genga_exif_new_resolution (4000, 2000);
  frame->xmp = g_bytes_new_static (xmp, strlen (xmp));
  set_extras (frame, &source);
  genga_tags_init (&tags, frame);
  genga_tags_scale_resolution (&tags, 1.5);
  g_assert_cmpfloat_with_epsilon (tags.x_per_metre, 6000, 1e-6);
  g_assert_cmpfloat_with_epsilon (tags.y_per_metre, 3000, 1e-6);
  g_assert_true (genga_exif_get_resolution (tags.exif, &x, &y));
  g_assert_cmpfloat_with_epsilon (x, 6000, 0.1);
  g_assert_cmpfloat_with_epsilon (y, 3000, 0.1);
  g_assert_cmpmem (g_bytes_get_data (tags.xmp, NULL), g_bytes_get_size (tags.xmp), expected,
                   strlen (expected));
}

/* Text that looks like a profile is one only where something is in it; else it stays text. */
static void
test_png_raw_profiles (void)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  static const struct
  {
    const char *name;
    char profile[16];
    gboolean is_taken;
  } cases[] = {
    { "exif", "Exif\0\0II*\0abcd", TRUE },
    { "exif", "II*\0abcd", TRUE },
    { "APP1", "MM\0*abcd", TRUE },
    { "exif", "nothing known", FALSE },
    { "8bim", "8BIM\4\5\0\0\0\0\0\0", FALSE },
    { "iptc", "no records", FALSE },
    { "iptc", "\x1c\2\x19\0\1x", TRUE },
    { "other", "II*\0abcd", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) profile = g_bytes_new (cases[i].profile, sizeof cases[i].profile);
      g_autoptr (GBytes) text = genga_raw_profile_write (cases[i].name, profile);
      g_autoptr (GByteArray) chunk = g_byte_array_new ();
      g_autofree char *keyword = g_strdup_printf ("tEXtRaw profile type %s", cases[i].name);
      g_auto (GengaTags) tags = { 0 };
      const int fd = memfd_create ("genga-tags", MFD_CLOEXEC);
      guint32 size, sum;

      g_byte_array_append (chunk, (const guint8 *)keyword, strlen (keyword) + 1);
      g_byte_array_append (chunk, g_bytes_get_data (text, NULL), g_bytes_get_size (text));
      size = GUINT32_TO_BE (chunk->len - 4);
      sum = GUINT32_TO_BE (crc32 (crc32 (0, NULL, 0), chunk->data, chunk->len));
      g_byte_array_prepend (chunk, (const guint8 *)&size, sizeof size);
      g_byte_array_append (chunk, (const guint8 *)&sum, sizeof sum);
      g_byte_array_prepend (chunk, signature, sizeof signature);
      g_assert_cmpint (write (fd, chunk->data, chunk->len), ==, chunk->len);
      genga_tags_read_png (fd, &tags);
      g_test_message ("%zu: %s", i, cases[i].name);
      g_assert_cmpint (tags.exif != NULL || tags.iptc != NULL, ==, cases[i].is_taken);
      g_assert_cmpint (tags.png_chunks == NULL, ==, cases[i].is_taken);
      close (fd);
    }
}

/* Text and what samples mean stay in PNG; elsewhere a profile says the latter. */
static void
test_png_chunks (void)
{
  static const guint8 gamma_chunk[] = { 0, 0,    0,    4,    'g',  'A',  'M',  'A',
                                        0, 0x01, 0x86, 0xa0, 0x31, 0xe8, 0x96, 0x5f };
  g_autofree char *folder = g_dir_make_tmp ("genga-tags-XXXXXX", NULL);
  g_autoptr (GByteArray) chunks = g_byte_array_new ();
  g_auto (GengaTags) tags = { 0 };

  g_byte_array_append (chunks, text_chunk, sizeof text_chunk);
  g_byte_array_append (chunks, gamma_chunk, sizeof gamma_chunk);
  tags.png_chunks = g_bytes_new (chunks->data, chunks->len);
  for (int layout = GENGA_LAYOUT_GREY; layout <= GENGA_LAYOUT_RGB; layout += 2)
    {
      g_autoptr (GengaFrame) frame = support_new_frame (8, 8, GENGA_SAMPLE_U8, layout);

      set_extras (frame, &tags);
      g_autofree char *path = save (frame, folder, 0);
      g_autoptr (GengaFrame) read = load (path);
      assert_bytes (read, "png-chunks", tags.png_chunks);
      g_assert_nonnull (read->icc);
      for (int i = 0; i < 2; i++)
        {
          g_autofree char *again = save (read, folder, i);
          g_autofree char *bytes = NULL;
          g_autoptr (GengaFrame) back = load (again);
          gsize size;

          g_assert_true (g_file_get_contents (again, &bytes, &size, NULL));
          assert_bytes (back, "png-chunks", i == 0 ? tags.png_chunks : NULL);
          g_assert_true (g_bytes_equal (back->icc, read->icc));
          g_assert_null (memmem (bytes, size, "iCCP", 4));
          g_unlink (again);
        }
    }
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pictures/tags/exif", test_exif);
  g_test_add_func ("/pictures/tags/empty", test_empty);
  g_test_add_func ("/pictures/tags/exif-once", test_exif_once);
  g_test_add_func ("/pictures/tags/exif-resolution", test_exif_resolution);
  g_test_add_func ("/pictures/tags/hostile-exif", test_hostile_exif);
  g_test_add_func ("/pictures/tags/tiff", test_tiff);
  g_test_add_func ("/pictures/tags/gif", test_gif);
  g_test_add_func ("/pictures/tags/jxl-boxes", test_jxl_boxes);
  g_test_add_func ("/pictures/tags/jxl-header", test_jxl_header);
  g_test_add_func ("/pictures/tags/hostile-files", test_hostile_files);
  g_test_add_func ("/pictures/tags/iptc", test_iptc);
  g_test_add_func ("/pictures/tags/formats", test_formats);
  g_test_add_func ("/pictures/tags/far-resolutions", test_far_resolutions);
  g_test_add_func ("/pictures/tags/print-size", test_print_size);
  g_test_add_func ("/pictures/tags/png-chunks", test_png_chunks);
  g_test_add_func ("/pictures/tags/png-raw-profiles", test_png_raw_profiles);

  return g_test_run ();
}
