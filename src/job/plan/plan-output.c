/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-output.h"
#include "core/codec-lists.h"
#include "core/error.h"
#include "job/plan/result-kind.h"
#include "job/export/trim.h"
#include "job/plan/plan-losses.h"
#include "job/plan/plan-size.h"
#include "job/target.h"
#include "media/rotated.h"
#include "media/sequence/sequence.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* ---- a picture ---- */

/* Says so where a name that the user chose promises another format than the file has. */
static void
notice_format (GengaPlan *self, const char *requested)
{
  g_autofree char *name = requested != NULL ? g_filename_display_basename (requested) : NULL;

  if (name != NULL && strchr (name, '.') != NULL &&
      genga_format_from_path (requested) != self->save.format)
    genga_plan_notice (self, _ ("“%s” becomes a %s file, despite its name."), name,
                       genga_choice_get_nick (GENGA_TYPE_FORMAT, self->save.format));
}

/* An ending of letters and digits that a person means as one: "avif", not "2" or "jpg (copy)". */
static gboolean
has_ending (const char *path)
{
  const char *dot = strrchr (path, '.');
  gboolean has_letter = FALSE;

  if (dot == NULL || dot == path || dot[-1] == G_DIR_SEPARATOR || strlen (dot) > 6)
    return FALSE;
  for (const char *at = dot + 1; *at != '\0'; at++)
    {
      if (!g_ascii_isalnum (*at))
        return FALSE;
      has_letter = has_letter || g_ascii_isalpha (*at);
    }
  return has_letter;
}

/* A name that promises what can't be written is refused, unless the format was chosen beside it. */
static gboolean
check_ending (GengaOptions *options, const char *requested, GError **error)
{
  g_autofree char *name = requested != NULL ? g_filename_display_basename (requested) : NULL;

  if (name == NULL || genga_options_get_int (options, GENGA_OPTION_FORMAT) != GENGA_FORMAT_AUTO ||
      genga_format_from_path (requested) != GENGA_FORMAT_AUTO || !has_ending (name))
    return TRUE;
  g_set_error (
      error, GENGA_ERROR, GENGA_ERROR_USAGE,
      _ ("Pictures can't be written as “%s”; end the name “%s” in %s, or choose --format."),
      strrchr (name, '.'), name, genga_format_get_suffixes ());
  return FALSE;
}

gboolean
genga_plan_choose_picture (GengaPlan *self, const GengaPlanRequest *request, GError **error)
{
  const GengaSourceInfo *info = request->info;
  GengaOptions *options = request->options;
  GengaPictureSave *save = &self->save;
  int bit_depth = genga_options_get_int (options, GENGA_OPTION_BIT_DEPTH);

  self->sink = GENGA_PLAN_PICTURE;
  self->options = g_object_ref (options);
  if (!check_ending (options, request->requested_target, error))
    return FALSE;
  *save = (GengaPictureSave){
    .format = genga_target_choose_format (options, request->requested_target, info->format),
    .quality = genga_options_get_int (options, GENGA_OPTION_QUALITY),
    .png_level = genga_options_get_int (options, GENGA_OPTION_PNG_LEVEL),
    .png_optimise = genga_options_get_boolean (options, GENGA_OPTION_PNG_OPTIMISE),
    .webp_lossless = genga_options_get_boolean (options, GENGA_OPTION_LOSSLESS),
    .webp_near_lossless = genga_options_get_boolean (options, GENGA_OPTION_NEAR_LOSSLESS),
    .webp_method = genga_options_get_int (options, GENGA_OPTION_WEBP_METHOD),
    .subsampling = genga_options_get_int (options, GENGA_OPTION_SUBSAMPLING),
    .compression = genga_options_get_int (options, GENGA_OPTION_COMPRESSION),
    .overwrite = genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE),
  };
  if (genga_options_get_boolean (options, GENGA_OPTION_ADAPTIVE_QUALITY))
    save->quality = genga_format_adapt_quality (save->format, save->quality, info->n_bytes);
  genga_options_parse_colour (genga_options_get_string (options, GENGA_OPTION_BACKGROUND),
                              save->background);
  if (bit_depth == 0)
    bit_depth = genga_format_choose_bit_depth (save->format, info->sample != GENGA_SAMPLE_U8);
  if (!genga_format_has_bit_depth (save->format, bit_depth))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   bit_depth == 32 ? _ ("%s can't hold floats; choose TIFF as the format.")
                   : bit_depth == 16
                       ? _ ("%s can't hold 16 bits; choose PNG, TIFF or JPEG XL (jxl) "
                            "as the format.")
                       : _ ("%s can't hold 12 bits; choose AVIF as the format."),
                   genga_format_get_suffix (save->format) + 1);
      return FALSE;
    }
  save->bit_depth = bit_depth;
  notice_format (self, request->requested_target);
  return TRUE;
}

/* ---- a video: which kind of result ---- */

static gboolean
keeps_frames (GengaOptions *options)
{
  return genga_options_get_int (options, GENGA_OPTION_KEEP_FRAMES) != GENGA_KEEP_FRAMES_NONE;
}

/* The copy says what the result is, wherever that comes from. */
static void
choose_sink (GengaPlan *self,
             const GengaPlanRequest *request,
             const GengaSourceInfo *info,
             GengaOptions *copy)
{
  const char *requested = request->requested_target;
  gboolean is_frames = genga_frames_are_wanted (copy, requested);
  GengaContainer animation =
      is_frames ? GENGA_CONTAINER_AUTO : genga_animation_choose (copy, requested, info);

  self->sink = is_frames                           ? GENGA_PLAN_FRAMES
               : animation != GENGA_CONTAINER_AUTO ? GENGA_PLAN_ANIMATION
                                                   : GENGA_PLAN_VIDEO;
  if (self->sink != GENGA_PLAN_VIDEO)
    genga_options_set_int (copy, GENGA_OPTION_CONTAINER, animation);
  else if (info->kind == GENGA_SOURCE_ANIMATION && requested != NULL)
    genga_options_set_int (copy, GENGA_OPTION_CONTAINER, genga_container_from_path (requested));
  if (is_frames && genga_options_get_int (copy, GENGA_OPTION_FRAMES) == GENGA_FRAMES_OFF)
    genga_options_set_int (copy, GENGA_OPTION_FRAMES, GENGA_FRAMES_PNG);
  self->animation.container = animation;
  self->frames = is_frames ? genga_options_get_int (copy, GENGA_OPTION_FRAMES) : GENGA_FRAMES_OFF;
}

static gboolean
check_sink (const GengaPlan *self, GengaOptions *options, GError **error)
{
  if (self->sink == GENGA_PLAN_FRAMES && keeps_frames (options))
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                           _ ("The result is already a folder of frames; leave out --keep-frames, "
                              "or name a video."));
      return FALSE;
    }
  if (self->sink == GENGA_PLAN_ANIMATION &&
      genga_options_get_int (options, GENGA_OPTION_CODEC) != GENGA_CODEC_AUTO)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("A file of type %s is an animated picture and has no codec; leave out "
                      "--codec, or choose another container."),
                   genga_container_get_suffix (self->animation.container) + 1);
      return FALSE;
    }
  return TRUE;
}

/* By option, by name, else as codec and source do. */
static gboolean
choose_container (GengaPlan *self,
                  const GengaPlanRequest *request,
                  const GengaSourceInfo *info,
                  GError **error)
{
  const char *requested = request->requested_target;
  GengaContainer container = genga_options_get_int (request->options, GENGA_OPTION_CONTAINER);
  GengaCodec codec = genga_options_get_int (request->options, GENGA_OPTION_CODEC);

  if (self->sink != GENGA_PLAN_VIDEO)
    return TRUE;
  if (container == GENGA_CONTAINER_AUTO && requested != NULL)
    {
      container = genga_container_from_path (requested);
      if (container == GENGA_CONTAINER_AUTO)
        {
          g_autofree char *name = g_filename_display_basename (requested);
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                       _ ("The name “%s” does not tell the container; end it in .mp4, .mov, .mkv "
                          "or .webm, or use --container."),
                       name);
          return FALSE;
        }
    }
  self->is_container_free = container == GENGA_CONTAINER_AUTO;
  if (self->is_container_free)
    container = genga_container_choose (codec, info->container);
  self->write.codec = codec != GENGA_CODEC_AUTO ? codec : genga_codec_choose (container);
  self->write.container =
      request->container != GENGA_CONTAINER_AUTO ? request->container : container;
  return TRUE;
}

/* Frames are rotated for good where the file cannot ask players to do it, as pictures cannot. */
static void
choose_rotation (GengaPlan *self, const GengaPlanRequest *request, GengaSourceInfo *info)
{
  gboolean is_stored = self->sink == GENGA_PLAN_VIDEO && !keeps_frames (request->options) &&
                       (self->write.container == GENGA_CONTAINER_MP4 ||
                        self->write.container == GENGA_CONTAINER_MOV);
  int width = info->width;

  if (is_stored || request->is_coded || !genga_rotated_is_possible (info))
    return;
  self->rotation = info->rotation;
  self->is_mirrored = info->is_mirrored;
  info->rotation = 0;
  if (self->rotation / 90 % 2 != 0)
    {
      info->width = info->height;
      info->height = width;
    }
  if (self->rotation != 0)
    genga_plan_notice (self,
                       _ ("This format can't store rotation, so the frames are rotated by %d°."),
                       self->rotation);
  if (self->is_mirrored)
    genga_plan_notice (self, _ ("This format can't store mirroring, so the frames are mirrored."));
}

/* ---- a video: the plan's options ---- */

/* Frames that Genga wrote, and no model: they are to become a video, as they are. */
static gboolean
is_only_coded (GengaOptions *options, const GengaSourceInfo *info)
{
  return g_str_equal (info->container, GENGA_SEQUENCE_LISTED) &&
         g_str_equal (genga_options_get_string (options, GENGA_OPTION_MODEL), "none");
}

/* Frames have a depth of 8 or 16, which decides about precision. */
static void
fill_in (GengaPlan *self, GengaOptions *copy, const GengaSourceInfo *info)
{
  genga_options_set_int (copy, GENGA_OPTION_FORMAT, GENGA_FORMAT_PNG);
  genga_options_set_int (copy, GENGA_OPTION_BIT_DEPTH, info->bits > 8 ? 16 : 8);
  if (g_str_equal (genga_options_get_string (copy, GENGA_OPTION_MODEL), GENGA_MODEL_AUTO) &&
      self->device.is_cpu)
    {
      genga_options_set_string (copy, GENGA_OPTION_MODEL, GENGA_PLAN_CPU_VIDEO_MODEL);
      genga_plan_notice (self,
                         _ ("The network runs on the CPU, so “%s” upscales the video; --model "
                            "chooses another."),
                         GENGA_PLAN_CPU_VIDEO_MODEL);
    }
  if (!genga_options_is_set (copy, GENGA_OPTION_SCALE) && is_only_coded (copy, info))
    genga_options_set_int (copy, GENGA_OPTION_SCALE, 1);
  /* Unfinished videos have it in their fingerprint. */
  if (genga_options_get_int (copy, GENGA_OPTION_TARGET_HEIGHT) > 0)
    genga_options_set_int (copy, GENGA_OPTION_SCALE,
                           MIN (16, genga_plan_size_get_scale (copy, info)));
}

gboolean
genga_plan_choose_video (GengaPlan *self,
                         const GengaPlanRequest *request,
                         GengaSourceInfo *info,
                         GError **error)
{
  self->options = genga_options_copy (request->options);
  choose_sink (self, request, info, self->options);
  if (!check_sink (self, request->options, error) || !choose_container (self, request, info, error))
    return FALSE;
  choose_rotation (self, request, info);
  fill_in (self, self->options, info);
  genga_options_freeze (self->options);
  self->save.format = GENGA_FORMAT_PNG;
  self->save.bit_depth = info->bits > 8 ? 16 : 8;
  genga_options_parse_colour (genga_options_get_string (self->options, GENGA_OPTION_BACKGROUND),
                              self->save.background);
  return TRUE;
}

/* ---- how it is written ---- */

/* Before sound is coded anew, another container is taken, if the user left it open. */
static GengaAudio
choose_audio (const GengaPlan *self, GengaOptions *options)
{
  GengaAudio audio = genga_options_get_int (options, GENGA_OPTION_AUDIO);

  return audio == GENGA_AUDIO_AUTO && genga_plan_may_change_container (self) ? GENGA_AUDIO_COPY
                                                                             : audio;
}

static GengaEncoder
choose_encoder (const GengaPlanRequest *request)
{
  GengaEncoder encoder = genga_options_get_int (request->options, GENGA_OPTION_ENCODER);

  return request->avoids_card && encoder == GENGA_ENCODER_AUTO ? GENGA_ENCODER_SOFTWARE : encoder;
}

static void
describe_video (GengaPlan *self, const GengaPlanRequest *request)
{
  GengaOptions *options = request->options;
  GengaVideoWrite *write = &self->write;

  *write = (GengaVideoWrite){
    .container = write->container,
    .codec = write->codec,
    .profile = genga_options_get_string (self->options, GENGA_OPTION_PROFILE),
    .encoder = choose_encoder (request),
    .preset = genga_options_get_string (self->options, GENGA_OPTION_PRESET),
    .pixel_format = genga_options_get_string (self->options, GENGA_OPTION_PIXEL_FORMAT),
    .crf = genga_options_get_int (options, GENGA_OPTION_CRF),
    .bit_depth = MIN (genga_options_get_int (options, GENGA_OPTION_BIT_DEPTH), 16),
    .audio = choose_audio (self, options),
    .leave_out = genga_options_get_string (self->options, GENGA_OPTION_LEAVE_OUT),
    .width = self->result.width,
    .height = self->result.height,
    .has_alpha = genga_layout_has_alpha (self->result.layout),
    .n_threads = genga_options_get_int (options, GENGA_OPTION_THREADS),
  };
  genga_options_parse_rate (genga_options_get_string (options, GENGA_OPTION_FPS), &write->rate_num,
                            &write->rate_den);
  if (write->rate_num > 0 && self->n_audio > 0 && write->audio != GENGA_AUDIO_NO)
    genga_plan_notice (self, _ ("The frame rate changes, but the audio keeps its own speed; they "
                                "may go out of sync."));
}

static void
describe_animation (GengaPlan *self, const GengaPlanRequest *request)
{
  GengaOptions *options = request->options;
  GengaAnimationWrite *write = &self->animation;
  int bit_depth = genga_options_get_int (options, GENGA_OPTION_BIT_DEPTH);

  *write = (GengaAnimationWrite){
    .container = write->container,
    .quality = genga_options_get_int (options, GENGA_OPTION_QUALITY),
    .is_lossless = genga_options_get_boolean (options, GENGA_OPTION_LOSSLESS),
    .png_level = genga_options_get_int (options, GENGA_OPTION_PNG_LEVEL),
    .bit_depth = bit_depth != 0            ? MIN (bit_depth, 16)
                 : request->info->bits > 8 ? 16
                                           : 8,
    .width = self->result.width,
    .height = self->result.height,
    .has_alpha = genga_layout_has_alpha (self->result.layout),
    .overwrite = genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE),
  };
  genga_options_parse_rate (genga_options_get_string (options, GENGA_OPTION_FPS), &write->rate_num,
                            &write->rate_den);
}

static int
count_wanted (const GengaPlan *self, GengaTrackKind kind, int n)
{
  const char *leave_out = genga_options_get_string (self->options, GENGA_OPTION_LEAVE_OUT);
  int wanted = 0;

  for (int i = 1; i <= n; i++)
    wanted += !genga_track_list_has (leave_out, kind, i);
  return wanted;
}

static void
describe_streams (GengaPlan *self, const GengaSourceInfo *info)
{
  self->n_audio = info->n_audio;
  self->n_subtitles = info->n_subtitles;
  self->n_attachments = info->n_attachments;
  self->n_data = info->n_data;
  self->n_chapters = info->n_chapters;
  if (self->sink != GENGA_PLAN_VIDEO)
    return;
  self->kept = (GengaKeptStreams){
    .n_audio = genga_options_get_int (self->options, GENGA_OPTION_AUDIO) != GENGA_AUDIO_NO
                   ? count_wanted (self, GENGA_TRACK_AUDIO, info->n_audio)
                   : 0,
    .n_subtitles = count_wanted (self, GENGA_TRACK_SUBTITLES, info->n_subtitles),
    .n_attachments = count_wanted (self, GENGA_TRACK_ATTACHMENT, info->n_attachments),
    .n_data = count_wanted (self, GENGA_TRACK_DATA, info->n_data),
    .n_chapters = count_wanted (self, GENGA_TRACK_CHAPTERS, 1) * info->n_chapters,
  };
}

void
genga_plan_describe_output (GengaPlan *self, const GengaPlanRequest *request)
{
  const char *ending = genga_format_get_suffix (self->save.format);
  gboolean is_clip = self->is_video && genga_trim_is_clip (self->options);

  if (self->is_video)
    {
      describe_streams (self, request->info);
      ending = self->sink == GENGA_PLAN_VIDEO
                   ? genga_container_get_suffix (self->write.container)
                   : genga_animation_get_ending (self->animation.container, request->info);
    }
  if (self->sink == GENGA_PLAN_VIDEO)
    describe_video (self, request);
  else if (self->sink == GENGA_PLAN_ANIMATION)
    describe_animation (self, request);
  if (self->is_video)
    genga_plan_notice_losses (self, request->info);
  self->ending = g_strconcat (is_clip ? GENGA_CLIP_SUFFIX : "", ending, NULL);
}

gboolean
genga_plan_may_change_container (const GengaPlan *self)
{
  return self->sink == GENGA_PLAN_VIDEO && self->is_container_free &&
         self->write.container != GENGA_CONTAINER_MKV;
}

gboolean
genga_plan_may_be_matroska (const GengaPlan *self, const GError *reason)
{
  return genga_plan_may_change_container (self) &&
         g_error_matches (reason, GENGA_ERROR, GENGA_ERROR_OUTPUT);
}
