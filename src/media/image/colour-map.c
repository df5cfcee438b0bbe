/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/colour-map.h"
#include "media/image/png-colour.h"
#include "media/image/tags/tags.h"

#include <lcms2.h>
#include <math.h>
#include <string.h>

#define MAX_ICC_SIZE (16 * 1024 * 1024)
#define ICC_HEADER_SIZE 128
#define N_LEVELS 65536
/* Of the way back, by the root of light, which is about as the eye sees it. */
#define N_ROOTS 8192
#define N_PROBES 9
#define SAME (1 / 255.)
/* What rounding alone may leave outside. */
#define OUTSIDE (1 / 1024.f)
/* In a frame's extras. */
#define OWN_PRIMARIES "own-primaries"

typedef double Matrix[3][3];

struct _GengaColourMap
{
  cmsHPROFILE profile;
  cmsHTRANSFORM tables; /* of profiles that have no curves */
  int n_colours;        /* 1 or 3 */
  cmsToneCurve *curves[3];
  Matrix to;
  Matrix from;
  float *light[3];  /* of each level; NULL: not made yet */
  float *levels[3]; /* of each root of light, 0 to 1 */
};

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

/* ---- sRGB's curve, which goes on below 0 as it begins ---- */

static float
encode (float light)
{
  return light <= 0.0031308f ? 12.92f * light : 1.055f * powf (light, 1 / 2.4f) - 0.055f;
}

static float
decode (float value)
{
  return value <= 0.04045f ? value / 12.92f : powf ((value + 0.055f) / 1.055f, 2.4f);
}

/* ---- primaries ---- */

static gboolean
read_primaries (cmsHPROFILE profile, Matrix out)
{
  static const cmsTagSignature tags[] = { cmsSigRedColorantTag, cmsSigGreenColorantTag,
                                          cmsSigBlueColorantTag };

  for (int i = 0; i < 3; i++)
    {
      const cmsCIEXYZ *primary = cmsReadTag (profile, tags[i]);

      if (primary == NULL || !isfinite (primary->X) || !isfinite (primary->Y) ||
          !isfinite (primary->Z))
        return FALSE;
      out[0][i] = primary->X;
      out[1][i] = primary->Y;
      out[2][i] = primary->Z;
    }
  return TRUE;
}

static gboolean
invert (Matrix in, Matrix out)
{
  double determinant = 0;

  for (int i = 0; i < 3; i++)
    determinant += in[0][i] * (in[1][(i + 1) % 3] * in[2][(i + 2) % 3] -
                               in[1][(i + 2) % 3] * in[2][(i + 1) % 3]);
  if (!(fabs (determinant) > 1e-4))
    return FALSE;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      out[j][i] = (in[(i + 1) % 3][(j + 1) % 3] * in[(i + 2) % 3][(j + 2) % 3] -
                   in[(i + 1) % 3][(j + 2) % 3] * in[(i + 2) % 3][(j + 1) % 3]) /
                  determinant;
  return TRUE;
}

static void
multiply (Matrix a, Matrix b, Matrix out)
{
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      out[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
}

static gboolean
read_matrix (GengaColourMap *self)
{
  cmsHPROFILE srgb = cmsCreate_sRGBProfile ();
  Matrix source, target, inverse;
  const gboolean ok = read_primaries (self->profile, source) && read_primaries (srgb, target) &&
                      invert (target, inverse);

  cmsCloseProfile (srgb);
  if (!ok)
    return FALSE;
  multiply (inverse, source, self->to);
  return invert (self->to, self->from);
}

static void
apply (Matrix matrix, float pixel[3])
{
  const float a = pixel[0], b = pixel[1], c = pixel[2];

  for (int i = 0; i < 3; i++)
    pixel[i] = (float)matrix[i][0] * a + (float)matrix[i][1] * b + (float)matrix[i][2] * c;
}

/* ---- curves ---- */

/* Those that rise from about 0 to about 1 have a way back. */
static gboolean
is_invertible (const cmsToneCurve *curve)
{
  float last = cmsEvalToneCurveFloat (curve, 0);

  if (!(fabsf (last) < 0.02f))
    return FALSE;
  for (int i = 1; i <= 255; i++)
    {
      const float light = cmsEvalToneCurveFloat (curve, i / 255.f);

      if (!(light >= last))
        return FALSE;
      last = light;
    }
  return fabsf (last - 1) < 0.02f;
}

static gboolean
read_curves (GengaColourMap *self)
{
  static const cmsTagSignature tags[] = { cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag };

  for (int i = 0; i < self->n_colours; i++)
    {
      self->curves[i] =
          cmsReadTag (self->profile, self->n_colours == 1 ? cmsSigGrayTRCTag : tags[i]);
      if (self->curves[i] == NULL || !is_invertible (self->curves[i]))
        return FALSE;
    }
  return TRUE;
}

static void
make_light (GengaColourMap *self)
{
  for (int i = 0; i < self->n_colours && self->light[i] == NULL; i++)
    {
      float *light = self->light[i] = g_new (float, N_LEVELS);

      for (int at = 0; at < N_LEVELS; at++)
        {
          light[at] = cmsEvalToneCurveFloat (self->curves[i], at / (N_LEVELS - 1.f));
          if (at > 0)
            light[at] = MAX (light[at], light[at - 1]);
        }
    }
}

static void
make_levels (GengaColourMap *self)
{
  make_light (self);
  for (int i = 0; i < self->n_colours && self->levels[i] == NULL; i++)
    {
      const float *light = self->light[i];
      int at = 0;

      self->levels[i] = g_new (float, N_ROOTS + 1);
      for (int root = 0; root <= N_ROOTS; root++)
        {
          const double wanted = (double)root * root / ((double)N_ROOTS * N_ROOTS);
          double step;

          while (at < N_LEVELS - 2 && light[at + 1] < wanted)
            at++;
          step = light[at + 1] - light[at];
          self->levels[i][root] =
              (at + (step > 0 ? CLAMP ((wanted - light[at]) / step, 0, 1) : 0)) / (N_LEVELS - 1);
        }
    }
}

static float
look_up (const float *table, int last, float place)
{
  const float at = place > 0 ? MIN (place, 1) * last : 0;
  const int before = MIN ((int)at, last - 1);

  return table[before] + (table[before + 1] - table[before]) * (at - before);
}

/* ---- maps ---- */

/* Colours all over the cube, without tables. */
static gboolean
is_srgb (GengaColourMap *self)
{
  const int n = self->n_colours == 3 ? N_PROBES * N_PROBES * N_PROBES : N_PROBES;

  for (int i = 0; i < n; i++)
    {
      const float in[3] = { i % N_PROBES / (N_PROBES - 1.f),
                            i / N_PROBES % N_PROBES / (N_PROBES - 1.f),
                            i / N_PROBES / N_PROBES / (N_PROBES - 1.f) };
      float out[3];

      if (self->tables != NULL)
        cmsDoTransform (self->tables, in, out, 1);
      for (int c = 0; self->tables == NULL && c < self->n_colours; c++)
        out[c] = cmsEvalToneCurveFloat (self->curves[c], in[c]);
      if (self->tables == NULL && self->n_colours == 3)
        apply (self->to, out);
      for (int c = 0; c < self->n_colours; c++)
        if (!(fabsf ((self->tables == NULL ? encode (out[c]) : out[c]) - in[c]) < SAME))
          return FALSE;
    }
  return TRUE;
}

static cmsHTRANSFORM
new_tables (cmsHPROFILE profile, int n_colours)
{
  const cmsUInt32Number format = n_colours == 3 ? TYPE_RGB_FLT : TYPE_GRAY_FLT;
  cmsToneCurve *curve = NULL;
  cmsHPROFILE srgb = cmsCreate_sRGBProfile ();
  cmsHTRANSFORM transform;

  if (n_colours == 1)
    {
      curve = cmsDupToneCurve (cmsReadTag (srgb, cmsSigRedTRCTag));
      cmsCloseProfile (srgb);
      srgb = cmsCreateGrayProfile (cmsD50_xyY (), curve);
      cmsFreeToneCurve (curve);
    }
  transform = cmsCreateTransform (profile, format, srgb, format, INTENT_RELATIVE_COLORIMETRIC,
                                  cmsFLAGS_NOCACHE | cmsFLAGS_BLACKPOINTCOMPENSATION);
  cmsCloseProfile (srgb);
  return transform;
}

static gboolean
has_primaries (GengaColourMap *self)
{
  if (cmsGetPCS (self->profile) != cmsSigXYZData)
    return FALSE;
  if (self->n_colours == 1)
    return read_curves (self);
  return cmsIsMatrixShaper (self->profile) && !cmsIsTag (self->profile, cmsSigAToB0Tag) &&
         read_curves (self) && read_matrix (self);
}

GengaColourMap *
genga_colour_map_new (GBytes *icc, GengaLayout layout)
{
  g_autoptr (GengaColourMap) self = g_new0 (GengaColourMap, 1);
  gsize size;
  gconstpointer data = g_bytes_get_data (icc, &size);

  self->n_colours = genga_layout_get_n_channels (layout) >= 3 ? 3 : 1;
  if (genga_icc_get_space (data, size) != (self->n_colours == 3 ? GENGA_ICC_RGB : GENGA_ICC_GREY))
    return NULL;
  self->profile = cmsOpenProfileFromMem (data, size);
  if (self->profile == NULL)
    return NULL;
  if (!has_primaries (self))
    {
      self->tables = new_tables (self->profile, self->n_colours);
      if (self->tables == NULL)
        return NULL;
    }
  return is_srgb (self) ? NULL : g_steal_pointer (&self);
}

void
genga_colour_map_free (GengaColourMap *self)
{
  if (self->tables != NULL)
    cmsDeleteTransform (self->tables);
  if (self->profile != NULL)
    cmsCloseProfile (self->profile);
  for (int i = 0; i < 3; i++)
    {
      g_free (self->light[i]);
      g_free (self->levels[i]);
    }
  g_free (self);
}

gboolean
genga_colour_map_is_two_way (const GengaColourMap *self)
{
  return self->tables == NULL;
}

/* ---- pixels ---- */

/* A row of any sample type as floats. */
static void
load_row (const GengaFrame *frame, int y, int n_values, float *out)
{
  const void *row = genga_frame_get_row (frame, 0, y);

  switch (frame->info.sample)
    {
    case GENGA_SAMPLE_U8:
      for (int i = 0; i < n_values; i++)
        out[i] = ((const guint8 *)row)[i] / 255.f;
      break;
    case GENGA_SAMPLE_U16:
      for (int i = 0; i < n_values; i++)
        out[i] = ((const guint16 *)row)[i] / 65535.f;
      break;
    case GENGA_SAMPLE_F16:
    case GENGA_SAMPLE_F32:
    default:
      memcpy (out, row, n_values * sizeof (float));
      break;
    }
}

static void
map_pixel (GengaColourMap *self, gboolean has_own_primaries, float *pixel)
{
  for (int c = 0; c < self->n_colours; c++)
    pixel[c] = look_up (self->light[c], N_LEVELS - 1, pixel[c]);
  if (self->n_colours == 3 && !has_own_primaries)
    apply (self->to, pixel);
  for (int c = 0; c < self->n_colours; c++)
    pixel[c] = encode (pixel[c]);
}

/* Answers whether a colour of the row is outside. */
static gboolean
map_row (GengaColourMap *self,
         gboolean has_own_primaries,
         gboolean clamps,
         int width,
         int n,
         float *pixel)
{
  gboolean is_outside = FALSE;

  for (int x = 0; x < width; x++, pixel += n)
    {
      float in[3];

      memcpy (in, pixel, self->n_colours * sizeof (float));
      if (self->tables != NULL)
        cmsDoTransform (self->tables, in, pixel, 1);
      else
        map_pixel (self, has_own_primaries, pixel);
      for (int c = 0; c < self->n_colours; c++)
        {
          is_outside = is_outside || !(pixel[c] > -OUTSIDE && pixel[c] < 1 + OUTSIDE);
          if (clamps)
            pixel[c] = CLAMP (pixel[c], 0, 1);
        }
    }
  return is_outside;
}

static gboolean
map_frame (GengaColourMap *self,
           const GengaFrame *frame,
           gboolean has_own_primaries,
           gboolean clamps,
           GengaFrame *out)
{
  const int n = genga_layout_get_n_channels (frame->info.layout);
  gboolean is_outside = FALSE;

  for (int y = 0; y < frame->info.height && (clamps || !is_outside); y++)
    {
      float *row = genga_frame_get_row (out, 0, y);

      load_row (frame, y, frame->info.width * n, row);
      is_outside = map_row (self, has_own_primaries, clamps, frame->info.width, n, row);
    }
  return is_outside;
}

/* A frame for the map of another one. */
static GengaFrame *
new_floats (const GengaFrame *frame, GError **error)
{
  GengaFrameInfo info = frame->info;
  GengaFrame *out;

  g_return_val_if_fail (info.sample != GENGA_SAMPLE_F16, NULL);
  info.sample = GENGA_SAMPLE_F32;
  out = genga_frame_new (&info, error);
  if (out != NULL)
    genga_frame_copy_properties (out, frame);
  return out;
}

GengaFrame *
genga_colour_map_to_srgb (GengaColourMap *self,
                          const GengaFrame *frame,
                          gboolean clamps,
                          gboolean *is_outside,
                          GError **error)
{
  GengaFrame *out = new_floats (frame, error);

  if (out == NULL)
    return NULL;
  clamps = clamps || self->tables != NULL;
  if (self->tables == NULL)
    make_light (self);
  *is_outside = map_frame (self, frame, FALSE, clamps, out) && !clamps;
  if (*is_outside)
    map_frame (self, frame, TRUE, TRUE, out);
  return out;
}

void
genga_colour_map_from_srgb (GengaColourMap *self, GengaFrame *frame, gboolean is_outside)
{
  const int n = genga_layout_get_n_channels (frame->info.layout);

  g_return_if_fail (frame->info.sample == GENGA_SAMPLE_F32 && self->tables == NULL);
  make_levels (self);
  for (int y = 0; y < frame->info.height; y++)
    {
      float *pixel = genga_frame_get_row (frame, 0, y);

      for (int x = 0; x < frame->info.width; x++, pixel += n)
        {
          for (int c = 0; c < self->n_colours; c++)
            pixel[c] = decode (pixel[c]);
          if (self->n_colours == 3 && !is_outside)
            apply (self->from, pixel);
          for (int c = 0; c < self->n_colours; c++)
            pixel[c] = look_up (self->levels[c], N_ROOTS, sqrtf (MAX (pixel[c], 0)));
        }
    }
}

/* ---- frames ---- */

static GengaColourMap *
new_map (const GengaFrame *frame)
{
  return frame->icc != NULL ? genga_colour_map_new (frame->icc, frame->info.layout) : NULL;
}

static void
set_outside (GengaFrame *frame, gboolean is_outside)
{
  GVariantDict extras;

  g_variant_dict_init (&extras, frame->extras);
  g_variant_dict_insert (&extras, OWN_PRIMARIES, "b", is_outside);
  g_clear_pointer (&frame->extras, g_variant_unref);
  frame->extras = g_variant_ref_sink (g_variant_dict_end (&extras));
}

GengaFrame *
genga_colours_to_srgb (GengaFrame *frame, gboolean clamps, GError **error)
{
  g_autoptr (GengaColourMap) map = new_map (frame);
  gboolean is_outside = FALSE;
  GengaFrame *result;

  if (map == NULL)
    return genga_frame_ref (frame);
  result = genga_colour_map_to_srgb (map, frame, clamps, &is_outside, error);
  if (result != NULL && is_outside)
    set_outside (result, TRUE);
  return result;
}

gboolean
genga_colours_are_outside (GengaFrame *rows, gboolean *are_outside, GError **error)
{
  g_autoptr (GengaColourMap) map = new_map (rows);
  g_autoptr (GengaFrame) mapped = NULL;

  *are_outside = FALSE;
  if (map == NULL)
    return TRUE;
  mapped = genga_colour_map_to_srgb (map, rows, FALSE, are_outside, error);
  return mapped != NULL;
}

GengaFrame *
genga_colours_rows_to_srgb (GengaFrame *rows, gboolean are_outside, GError **error)
{
  g_autoptr (GengaColourMap) map = new_map (rows);
  GengaFrame *result;

  if (map == NULL)
    return genga_frame_ref (rows);
  g_return_val_if_fail (genga_colour_map_is_two_way (map), NULL);
  result = new_floats (rows, error);
  if (result == NULL)
    return NULL;
  make_light (map);
  /* Of a file that has changed meanwhile, anything may come. */
  if (map_frame (map, rows, are_outside, are_outside, result) && !are_outside)
    map_frame (map, rows, FALSE, TRUE, result);
  if (are_outside)
    set_outside (result, TRUE);
  return result;
}

void
genga_colours_from_srgb (GengaFrame *frame)
{
  g_autoptr (GengaColourMap) map = new_map (frame);
  gboolean is_outside = FALSE;

  if (map == NULL || !genga_colour_map_is_two_way (map) || frame->info.sample != GENGA_SAMPLE_F32)
    return;
  if (frame->extras != NULL)
    g_variant_lookup (frame->extras, OWN_PRIMARIES, "b", &is_outside);
  genga_colour_map_from_srgb (map, frame, is_outside);
}

void
genga_colours_forget (GengaFrame *frame)
{
  g_auto (GengaTags) tags = { 0 };
  GVariant *extras;

  g_clear_pointer (&frame->icc, g_bytes_unref);
  genga_tags_init (&tags, frame);
  tags.is_icc_derived = FALSE;
  if (tags.png_chunks != NULL)
    {
      GBytes *rest = genga_png_colour_remove (tags.png_chunks);

      g_bytes_unref (tags.png_chunks);
      tags.png_chunks = rest;
    }
  extras = genga_tags_new_extras (&tags);
  g_clear_pointer (&frame->extras, g_variant_unref);
  frame->extras = extras != NULL ? g_variant_ref_sink (extras) : NULL;
}
