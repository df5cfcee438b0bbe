/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/reader/reader-message.h"
#include "job/estimate/outlook.h"
#include "weights/parcel/dict-parcel.h"

#include <math.h>
#include <string.h>

#define FRAME "a{sv}"
#define PLANNED "(bvayayt)"

const GVariantType *
genga_reader_message_get_type (GengaReaderMessage message)
{
  static const char *const types[GENGA_N_READER_MESSAGES] = {
    [GENGA_READER_SETUP] = "(aayaayu)",
    [GENGA_READER_CALL] = "(uv)",
    [GENGA_READER_CANCEL] = "()",
    [GENGA_READER_ANSWER] = "(m(sis)mv)",
  };

  return G_VARIANT_TYPE (types[message]);
}

static const struct
{
  const char *arguments;
  const char *answer;
} methods[GENGA_N_READER_METHODS] = {
  [GENGA_READER_PICTURE] = { "(aytd)", FRAME },
  [GENGA_READER_PREVIEW] = { "(ays)", "(ay" FRAME "m" FRAME "m" FRAME ")" },
  [GENGA_READER_FRAME] = { "(aydi)", "(ayd" FRAME ")" },
  [GENGA_READER_SMALL_FRAME] = { "(aydi)", FRAME },
  [GENGA_READER_OPEN_TRIAL] = { "(ayays)", "()" },
  [GENGA_READER_NEXT_TRIAL] = { "()", "m(d" FRAME FRAME ")" },
  [GENGA_READER_IS_VIDEO] = { "(ayms)", "b" },
  [GENGA_READER_IS_SOURCE] = { "(aymsb)", "()" },
  [GENGA_READER_MODEL] = { "(ay)", "(at" GENGA_DICT_PARCEL_TYPE ")" },
  [GENGA_READER_PLAN] = { PLANNED, "ay" },
  [GENGA_READER_OUTLOOK] = { PLANNED, GENGA_OUTLOOK_TYPE },
  [GENGA_READER_MEASURE] = { PLANNED, "()" },
  [GENGA_READER_MEASURE_ON] = { "()", "(dm" GENGA_OUTLOOK_TYPE ")" },
  [GENGA_READER_LOOK] = { "(ays)", "(ddddddd)" },
  [GENGA_READER_THUMBNAIL] = { "(ayi)", "(iibaym" FRAME ")" },
};

const GVariantType *
genga_reader_method_get_arguments (GengaReaderMethod method)
{
  return G_VARIANT_TYPE (methods[method].arguments);
}

const GVariantType *
genga_reader_method_get_answer (GengaReaderMethod method)
{
  return G_VARIANT_TYPE (methods[method].answer);
}

/* ---- what a header says ---- */

/* Both sides are of one build, so it goes as bytes. */
GVariant *
genga_source_info_to_message (const GengaSourceInfo *info)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, info, sizeof *info, 1);
}

static gboolean
is_text (const char *text, gsize size)
{
  return memchr (text, '\0', size) != NULL && g_utf8_validate (text, -1, NULL);
}

static gboolean
is_fraction (int num, int den)
{
  return num >= 0 && den >= 0 && (num == 0 || den > 0);
}

static gboolean
is_colour (const GengaColour *colour)
{
  return (guint)colour->range <= GENGA_RANGE_FULL;
}

static gboolean
are_planes (const GengaFrameInfo *planes)
{
  return planes->width == 0 ||
         (genga_frame_info_get_size (planes) != G_MAXSIZE && planes->memory == GENGA_MEMORY_HOST);
}

static gboolean
has_known_choices (const GengaSourceInfo *info)
{
  return (guint)info->kind <= GENGA_SOURCE_SEQUENCE && (guint)info->sample <= GENGA_SAMPLE_F32 &&
         (guint)info->layout <= GENGA_LAYOUT_RGBA &&
         (guint)info->planes.sample <= GENGA_SAMPLE_F32 &&
         (guint)info->planes.layout <= GENGA_LAYOUT_YUV444P &&
         (guint)info->format <= GENGA_FORMAT_JXL && (guint)info->colours <= GENGA_COLOURS_ONE_WAY &&
         is_colour (&info->colour) && is_colour (&info->planes_colour);
}

static gboolean
has_sound_numbers (const GengaSourceInfo *info)
{
  return info->width > 0 && info->height > 0 && info->bits >= 0 && info->n_bytes >= 0 &&
         info->n_frames >= 0 && isfinite (info->seconds) && info->seconds >= 0 &&
         is_fraction (info->rate_num, info->rate_den) &&
         is_fraction (info->time_base_num, info->time_base_den) && info->rotation >= 0 &&
         info->rotation < 360 && info->n_audio >= 0 && info->n_subtitles >= 0 &&
         info->n_attachments >= 0 && info->n_data >= 0 && info->n_chapters >= 0;
}

gboolean
genga_source_info_from_message (GVariant *message, GengaSourceInfo *info)
{
  gsize size;
  gconstpointer bytes = g_variant_get_fixed_array (message, &size, 1);

  if (size != sizeof *info)
    return FALSE;
  memcpy (info, bytes, size);
  /* What has no unit of times has no times. */
  if (info->time_base_num == 0)
    info->kind = GENGA_SOURCE_PICTURE;
  return is_text (info->container, sizeof info->container) &&
         is_text (info->codec, sizeof info->codec) &&
         is_text (info->pixel_format, sizeof info->pixel_format) && has_known_choices (info) &&
         has_sound_numbers (info) && are_planes (&info->planes);
}
