/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colour profiles around a network, with lcms2 as oracle. */
#include "harness.h"

#include <lcms2.h>
#include <math.h>

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

/* Smooth; `least` is the lowest number, so that high ones stay within sRGB or not. */
static GengaFrame *
make_picture (gboolean is_grey, int least)
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
              least + (gint64)values[c] * (65535 - least) / 65535;
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
      g_autoptr (GengaFrame) frame = make_picture (n == 1, i % 2 == 0 ? 45000 : 0);
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
      g_autoptr (GengaFrame) frame = make_picture (FALSE, 0);
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
  g_autoptr (GengaFrame) frame = make_picture (FALSE, 0);
  g_autoptr (GengaFrame) twin = make_picture (FALSE, 0);
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/colours/there-and-back", test_there_and_back);
  g_test_add_func ("/colours/left-alone", test_left_alone);
  g_test_add_func ("/colours/network", test_network);
  return g_test_run ();
}
