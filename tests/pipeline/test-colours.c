/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colour profiles around a network, with lcms2 as oracle. */
#include "harness.h"

#include <glib/gstdio.h>
#include <lcms2.h>
#include <math.h>
#include <string.h>
#include <zlib.h>

#define WIDTH 64
#define HEIGHT 48

static const cmsCIExyY d65 = { 0.3127, 0.329, 1 };
static const cmsCIExyYTRIPLE adobe = { { 0.64, 0.33, 1 }, { 0.21, 0.71, 1 }, { 0.15, 0.06, 1 } };
static const cmsCIExyYTRIPLE p3 = { { 0.68, 0.32, 1 }, { 0.265, 0.69, 1 }, { 0.15, 0.06, 1 } };
static const cmsCIExyYTRIPLE bt709 = { { 0.64, 0.33, 1 }, { 0.3, 0.6, 1 }, { 0.15, 0.06, 1 } };

typedef struct
{
  const char *name;
  const cmsCIExyYTRIPLE *primaries; /* NULL: grey */
  double gamma;                     /* 0: sRGB's curve; < 0: as a table */
} Case;

static const Case cases[] = {
  { "Adobe RGB", &adobe, 2.19921875 }, { "Display P3", &p3, 0 }, { "linear", &bt709, 1 },
  { "table", &adobe, -2.2 },           { "grey", NULL, 1 },
};

static cmsToneCurve *
new_curve (double gamma)
{
  static const double srgb[] = { 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045 };
  guint16 table[1024];

  if (gamma == 0)
    return cmsBuildParametricToneCurve (NULL, 4, srgb);
  if (gamma > 0)
    return cmsBuildGamma (NULL, gamma);
  for (int i = 0; i < 1024; i++)
    table[i] = lrint (65535 * pow (i / 1023., -gamma));
  return cmsBuildTabulatedToneCurve16 (NULL, 1024, table);
}

static cmsHPROFILE
new_profile (const cmsCIExyYTRIPLE *primaries, double gamma)
{
  cmsToneCurve *curve = new_curve (gamma);
  cmsToneCurve *curves[] = { curve, curve, curve };
  cmsHPROFILE profile = primaries != NULL ? cmsCreateRGBProfile (&d65, primaries, curves)
                                          : cmsCreateGrayProfile (&d65, curve);

  cmsFreeToneCurve (curve);
  return profile;
}

static GBytes *
dup_bytes (cmsHPROFILE profile)
{
  cmsUInt32Number size = 0;
  gpointer data;

  g_assert_true (cmsSaveProfileToMem (profile, NULL, &size));
  data = g_malloc (size);
  g_assert_true (cmsSaveProfileToMem (profile, data, &size));
  return g_bytes_new_take (data, size);
}

/* Smooth, between two numbers: those of colours that are not very saturated stay within sRGB. */
static GengaFrame *
make_picture (gboolean is_grey, int least, int most)
{
  const GengaFrameInfo info = { .width = WIDTH,
                                .height = HEIGHT,
                                .sample = GENGA_SAMPLE_U16,
                                .layout = is_grey ? GENGA_LAYOUT_GREY : GENGA_LAYOUT_RGB };
  const int n = is_grey ? 1 : 3;
  GengaFrame *frame = genga_frame_new (&info, NULL);

  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        const int values[] = { x * 65535 / (WIDTH - 1), y * 65535 / (HEIGHT - 1),
                               (x + y) * 65535 / (WIDTH + HEIGHT - 2) };

        for (int c = 0; c < n; c++)
          ((guint16 *)genga_frame_get_row (frame, 0, y))[x * n + c] =
              least + (gint64)values[c] * (most - least) / 65535;
      }
  return frame;
}

/* To sRGB as lcms2 does it where nothing is outside; and back to the very numbers, whatever it is.
 */
static void
test_there_and_back (void)
{
  const GengaMedia *media = genga_media_get (NULL);

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      const Case *the = &cases[i / 2];
      const int n = the->primaries != NULL ? 3 : 1;
      const cmsUInt32Number in = n == 3 ? TYPE_RGB_16 : TYPE_GRAY_16;
      cmsHPROFILE profile = new_profile (the->primaries, the->gamma);
      cmsHPROFILE srgb = new_profile (n == 3 ? &bt709 : NULL, 0);
      cmsHTRANSFORM oracle =
          cmsCreateTransform (profile, in, srgb, n == 3 ? TYPE_RGB_FLT : TYPE_GRAY_FLT,
                              INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
      g_autoptr (GengaFrame) frame = make_picture (n == 1, i % 2 == 0 ? 45000 : 0, 65535);
      g_autoptr (GengaFrame) floats = NULL;
      float expected[WIDTH * 3];

      frame->icc = dup_bytes (profile);
      floats = media->colours_to_srgb (frame, FALSE, NULL);
      g_assert_cmpint (floats->info.sample, ==, GENGA_SAMPLE_F32);
      for (int y = 0; y < HEIGHT; y++)
        {
          const float *row = genga_frame_get_row (floats, 0, y);

          cmsDoTransform (oracle, genga_frame_get_row (frame, 0, y), expected, WIDTH);
          for (int x = 0; x < WIDTH * n; x++)
            {
              g_assert_cmpfloat (row[x], >, -1e-3);
              g_assert_cmpfloat (row[x], <, 1.001);
              if (i % 2 == 0 && the->primaries != &adobe && the->primaries != &p3)
                g_assert_cmpfloat_with_epsilon (row[x], expected[x], 1e-3);
            }
        }
      media->colours_from_srgb (floats);
      /* A table of 16 bits is nearly flat above black: there, several numbers are one colour. */
      for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH * n; x++)
          {
            const guint16 source = ((guint16 *)genga_frame_get_row (frame, 0, y))[x];

            g_assert_cmpfloat_with_epsilon (65535 *
                                                ((float *)genga_frame_get_row (floats, 0, y))[x],
                                            source, the->gamma < 0 && source < 8000 ? 128 : 8);
          }
      cmsDeleteTransform (oracle);
      cmsCloseProfile (profile);
      cmsCloseProfile (srgb);
    }
}

/* What is sRGB anyway is left alone, as is what can't be used. */
static void
test_left_alone (void)
{
  const GengaMedia *media = genga_media_get (NULL);
  cmsHPROFILE srgb = new_profile (&bt709, 0);
  g_autoptr (GBytes) good = dup_bytes (srgb);

  for (int i = 0; i < 3; i++)
    {
      g_autoptr (GengaFrame) frame = make_picture (FALSE, 0, 65535);
      g_autoptr (GengaFrame) same = NULL;

      frame->icc = i == 0   ? g_bytes_ref (good)
                   : i == 1 ? g_bytes_new_from_bytes (good, 0, g_bytes_get_size (good) / 2)
                            : NULL;
      same = media->colours_to_srgb (frame, FALSE, NULL);
      g_assert_true (same == frame);
    }
  cmsCloseProfile (srgb);
}

/* Of both pictures rendered by their profiles, largest and mean difference in levels of 255. */
static void
compare (GengaFrame *a, GengaFrame *b, double *most, double *mean)
{
  cmsHPROFILE srgb = new_profile (&bt709, 0);
  float rows[2][WIDTH * 2 * 3];
  GengaFrame *frames[] = { a, b };
  cmsHTRANSFORM transforms[2];

  *most = *mean = 0;
  for (int i = 0; i < 2; i++)
    {
      gsize size = 0;
      gconstpointer data = frames[i]->icc != NULL ? g_bytes_get_data (frames[i]->icc, &size) : NULL;
      cmsHPROFILE profile =
          data != NULL ? cmsOpenProfileFromMem (data, size) : new_profile (&bt709, 0);

      transforms[i] = cmsCreateTransform (profile, TYPE_RGB_16, srgb, TYPE_RGB_FLT,
                                          INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
      cmsCloseProfile (profile);
    }
  for (int y = 0; y < HEIGHT * 2; y++)
    {
      for (int i = 0; i < 2; i++)
        cmsDoTransform (transforms[i], genga_frame_get_row (frames[i], 0, y), rows[i], WIDTH * 2);
      for (int x = 0; x < WIDTH * 2 * 3; x++)
        {
          const double difference =
              255 * fabs (CLAMP (rows[0][x], 0, 1) - CLAMP (rows[1][x], 0, 1));

          *most = MAX (*most, difference);
          *mean += difference / (HEIGHT * 2 * WIDTH * 2 * 3);
        }
    }
  cmsDeleteTransform (transforms[0]);
  cmsDeleteTransform (transforms[1]);
  cmsCloseProfile (srgb);
}

/* A linear picture through a network is what its twin in sRGB becomes. */
static void
test_network (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaOptions) options = genga_test_make_options ("genga-fast", 2);
  cmsHPROFILE linear = new_profile (&bt709, 1);
  cmsHPROFILE srgb = new_profile (&bt709, 0);
  cmsHTRANSFORM oracle = cmsCreateTransform (linear, TYPE_RGB_16, srgb, TYPE_RGB_16,
                                             INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
  g_autoptr (GengaFrame) frame = make_picture (FALSE, 0, 65535);
  g_autoptr (GengaFrame) twin = make_picture (FALSE, 0, 65535);
  double most, mean;

  g_object_set (options, "device", "cpu", "bit-depth", 16, NULL);
  for (int y = 0; y < HEIGHT; y++)
    cmsDoTransform (oracle, genga_frame_get_row (frame, 0, y), genga_frame_get_row (twin, 0, y),
                    WIDTH);
  frame->icc = dup_bytes (linear);
  g_autofree char *path = genga_test_write_png (dir, "linear.png", frame);
  g_autofree char *twin_path = genga_test_write_png (dir, "srgb.png", twin);
  g_autoptr (GengaFrame) kept = genga_test_upscale (path, options);
  g_autoptr (GengaFrame) expected = genga_test_upscale (twin_path, options);

  g_assert_true (g_bytes_equal (kept->icc, frame->icc));
  compare (kept, expected, &most, &mean);
  g_assert_cmpfloat (most, <, 0.5);
  g_assert_cmpfloat (mean, <, 0.05);

  g_object_set (options, "colour-profile", GENGA_COLOUR_PROFILE_SRGB, NULL);
  g_autoptr (GengaFrame) converted = genga_test_upscale (path, options);
  g_assert_null (converted->icc);
  compare (converted, expected, &most, &mean);
  g_assert_cmpfloat (most, <, 0.5);
  cmsDeleteTransform (oracle);
  cmsCloseProfile (linear);
  cmsCloseProfile (srgb);
}

/* ---- chunks of a PNG ---- */

static void
append_be32 (GByteArray *out, guint32 value)
{
  const guint8 bytes[] = { value >> 24, value >> 16, value >> 8, value };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
append_chunk (GByteArray *out, const char *name, gconstpointer data, gsize size)
{
  append_be32 (out, size);
  const guint start = out->len;
  g_byte_array_append (out, (const guint8 *)name, 4);
  g_byte_array_append (out, data, size);
  append_be32 (out, crc32 (crc32 (0, NULL, 0), out->data + start, out->len - start));
}

static void
append_numbers (GByteArray *out, const char *name, const double *values, guint n)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    append_be32 (data, lrint (values[i] * 1e5));
  append_chunk (out, name, data->data, data->len);
}

/* Swallows the chunks. */
static char *
write_with_chunks (const char *dir, const char *name, GengaFrame *frame, GByteArray *chunks)
{
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (chunks);
  GVariantDict extras;
  char *path;

  g_variant_dict_init (&extras, NULL);
  g_variant_dict_insert_value (&extras, "png-chunks",
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
  frame->extras = g_variant_ref_sink (g_variant_dict_end (&extras));
  path = genga_test_write_png (dir, name, frame);
  g_clear_pointer (&frame->extras, g_variant_unref);
  return path;
}

static gboolean
has_chunk (const char *path, const char *name)
{
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  return memmem (data, size, name, 4) != NULL;
}

typedef struct
{
  const char *name;
  double gamma_chunk;  /* 0: none */
  gboolean has_chroma; /* those of `primaries` */
  guint8 signal[4];    /* cICP; all 0: none */
  const cmsCIExyYTRIPLE *primaries;
  double gamma; /* what all of it means; 0: sRGB's curve */
} Chunks;

static GByteArray *
make_chunks (const Chunks *the)
{
  GByteArray *out = g_byte_array_new ();
  const cmsCIExyYTRIPLE *p = the->primaries;
  const double chroma[] = { d65.x,      d65.y,      p->Red.x,  p->Red.y,
                            p->Green.x, p->Green.y, p->Blue.x, p->Blue.y };

  if (the->gamma_chunk > 0)
    append_numbers (out, "gAMA", &the->gamma_chunk, 1);
  if (the->has_chroma)
    append_numbers (out, "cHRM", chroma, 8);
  if (the->signal[0] != 0)
    append_chunk (out, "cICP", the->signal, 4);
  return out;
}

/* `frame` as the oracle renders it to sRGB. */
static GengaFrame *
new_twin (GengaFrame *frame, cmsHPROFILE profile)
{
  cmsHPROFILE srgb = new_profile (&bt709, 0);
  cmsHTRANSFORM oracle = cmsCreateTransform (profile, TYPE_RGB_16, srgb, TYPE_RGB_16,
                                             INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
  GengaFrame *twin = genga_frame_new (&frame->info, NULL);

  for (int y = 0; y < HEIGHT; y++)
    cmsDoTransform (oracle, genga_frame_get_row (frame, 0, y), genga_frame_get_row (twin, 0, y),
                    WIDTH);
  cmsDeleteTransform (oracle);
  cmsCloseProfile (srgb);
  return twin;
}

/* What a PNG says of its colours without a profile counts for the network, and stays in the PNG. */
static void
test_png_chunks (void)
{
  static const Chunks cases_of_png[] = {
    { "gAMA 1", 1, FALSE, { 0 }, &bt709, 1 },
    { "gAMA 0.45", 0.45, FALSE, { 0 }, &bt709, 1 / 0.45 },
    { "gAMA and cHRM", 0.45455, TRUE, { 0 }, &p3, 1 / 0.45455 },
    { "cICP P3", 0, FALSE, { 12, 13, 0, 1 }, &p3, 0 },
    { "cICP linear, before gAMA", 0.45455, FALSE, { 1, 8, 0, 1 }, &bt709, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases_of_png); i++)
    {
      const Chunks *the = &cases_of_png[i];
      g_autofree char *dir = genga_test_make_dir ();
      g_autoptr (GengaOptions) options = genga_test_make_options ("genga-fast", 2);
      cmsHPROFILE profile = new_profile (the->primaries, the->gamma);
      g_autoptr (GengaFrame) frame = make_picture (FALSE, 26000, 52000);
      g_autoptr (GengaFrame) twin = new_twin (frame, profile);
      g_autofree char *path = write_with_chunks (dir, "a.png", frame, make_chunks (the));
      g_autofree char *twin_path = genga_test_write_png (dir, "twin.png", twin);
      g_autofree char *result_path = g_build_filename (dir, "a_upscaled.png", NULL);
      double most, mean;

      g_test_message ("%s", the->name);
      g_object_set (options, "device", "cpu", "bit-depth", 16, NULL);
      g_autoptr (GengaFrame) kept = genga_test_upscale (path, options);
      g_autoptr (GengaFrame) expected = genga_test_upscale (twin_path, options);
      g_assert_cmpint (has_chunk (result_path, "gAMA"), ==, the->gamma_chunk > 0);
      g_assert_cmpint (has_chunk (result_path, "cHRM"), ==, the->has_chroma);
      g_assert_cmpint (has_chunk (result_path, "cICP"), ==, the->signal[0] != 0);
      g_assert_false (has_chunk (result_path, "iCCP"));
      g_clear_pointer (&kept->icc, g_bytes_unref);
      kept->icc = dup_bytes (profile);
      compare (kept, expected, &most, &mean);
      g_assert_cmpfloat (most, <, 0.75);
      g_assert_cmpfloat (mean, <, 0.1);
      cmsCloseProfile (profile);
    }
}

/* A profile that is none is left out, and the numbers are sRGB; one of 10 MB is a profile. */
static void
test_odd_profiles (void)
{
  static const gsize n_noise = 10 << 20;
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree guint8 *noise = g_malloc0 (n_noise);
  g_autoptr (GengaOptions) options = genga_test_make_options ("genga-fast", 2);
  g_autoptr (GengaFrame) frame = make_picture (FALSE, 0, 65535);
  g_autofree char *plain = genga_test_write_png (dir, "plain.png", frame);
  cmsHPROFILE profile = new_profile (&bt709, 1);

  g_object_set (options, "device", "cpu", "bit-depth", 16, NULL);
  g_autoptr (GengaFrame) expected = genga_test_upscale (plain, options);
  g_assert_true (cmsWriteRawTag (profile, 0x7a7a7a7a, noise, n_noise));
  g_autoptr (GBytes) large = dup_bytes (profile);
  for (int i = 0; i < 3; i++)
    {
      static const gsize sizes[] = { 60, 200, 128 };
      gsize size;
      const guint8 *data = g_bytes_get_data (large, &size);
      guint8 packed[1024] = "a name\0";
      uLongf n = sizeof packed - 8;
      GByteArray *chunks = g_byte_array_new ();

      /* Cut off, and at last only noise. */
      g_assert_cmpint (compress (packed + 8, &n, i < 2 ? data : noise, sizes[i]), ==, Z_OK);
      append_chunk (chunks, "iCCP", packed, 8 + n);
      g_autofree char *path = write_with_chunks (dir, "broken.png", frame, chunks);
      g_autoptr (GengaFrame) result = genga_test_upscale (path, options);
      g_assert_null (result->icc);
      for (int y = 0; y < 2 * HEIGHT; y++)
        g_assert_cmpmem (genga_frame_get_row (result, 0, y), 2 * WIDTH * 6,
                         genga_frame_get_row (expected, 0, y), 2 * WIDTH * 6);
      g_remove (path);
    }
  frame->icc = g_bytes_ref (large);
  g_autofree char *path = genga_test_write_png (dir, "large.png", frame);
  g_autoptr (GengaFrame) twin = new_twin (frame, profile);
  g_autofree char *twin_path = genga_test_write_png (dir, "twin.png", twin);
  g_autoptr (GengaFrame) result = genga_test_upscale (path, options);
  g_autoptr (GengaFrame) rendered = genga_test_upscale (twin_path, options);
  double most, mean;

  g_assert_true (g_bytes_equal (result->icc, large));
  compare (result, rendered, &most, &mean);
  g_assert_cmpfloat (most, <, 0.5);
  cmsCloseProfile (profile);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* libpng says what is wrong with profiles. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  g_test_add_func ("/colours/there-and-back", test_there_and_back);
  g_test_add_func ("/colours/left-alone", test_left_alone);
  g_test_add_func ("/colours/network", test_network);
  g_test_add_func ("/colours/png-chunks", test_png_chunks);
  g_test_add_func ("/colours/odd-profiles", test_odd_profiles);
  return g_test_run ();
}
