/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/options.h"
#include "core/error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

struct _GengaOptions
{
  GObject parent_instance;

  GValue values[GENGA_N_OPTIONS];
  gboolean is_set[GENGA_N_OPTIONS];
  gboolean frozen;
};

G_DEFINE_FINAL_TYPE (GengaOptions, genga_options, G_TYPE_OBJECT)

static GParamSpec *pspecs[GENGA_N_OPTIONS + 1];

#define NETWORK GENGA_OPTION_GROUP_NETWORK
#define FILTERS GENGA_OPTION_GROUP_FILTERS
#define OUTPUT GENGA_OPTION_GROUP_OUTPUT
#define VIDEO GENGA_OPTION_GROUP_VIDEO

static const GengaOptionInfo infos[GENGA_N_OPTIONS] = {
  [GENGA_OPTION_MODEL] = { NETWORK, "model", N_ ("NAME|FILE") },
  [GENGA_OPTION_SCALE] = { NETWORK, "scale", N_ ("FACTOR"), "native", 0, 16, 1 },
  [GENGA_OPTION_PRECISION] = { NETWORK, "precision", N_ ("PRECISION") },
  [GENGA_OPTION_DEVICE] = { NETWORK, "device", N_ ("DEVICE") },
  [GENGA_OPTION_TILE] = { NETWORK, "tile", N_ ("PIXELS"), "auto", 256, 1024, 64 },
  [GENGA_OPTION_OVERLAP] = { NETWORK, "overlap", N_ ("PIXELS"), NULL, 16, 64, 8 },
  [GENGA_OPTION_BLEND] = { NETWORK, "blend", N_ ("SHAPE") },
  [GENGA_OPTION_THREADS] = { NETWORK, "threads", N_ ("NUMBER"), "auto", 0, 64, 1 },
  [GENGA_OPTION_MAX_MEMORY] = { NETWORK, "max-memory", N_ ("BYTES"), "auto" },
  [GENGA_OPTION_SHARPENING] = { FILTERS, "sharpening", N_ ("AMOUNT"), NULL, 0, 2, 0.1 },
  [GENGA_OPTION_CONTRAST] = { FILTERS, "contrast", N_ ("FACTOR"), NULL, 0.8, 1.2, 0.05 },
  [GENGA_OPTION_SATURATION] = { FILTERS, "saturation", N_ ("FACTOR"), NULL, 0.8, 1.2, 0.05 },
  [GENGA_OPTION_TRANSPARENCY] = { OUTPUT, "transparency", N_ ("YES|NO") },
  [GENGA_OPTION_FORMAT] = { OUTPUT, "format", N_ ("FORMAT") },
  [GENGA_OPTION_QUALITY] = { OUTPUT, "quality", N_ ("0-100"), NULL, 80, 100, 5 },
  [GENGA_OPTION_LOSSLESS] = { OUTPUT, "lossless" },
  [GENGA_OPTION_PNG_LEVEL] = { OUTPUT, "png-level", N_ ("0-9"), NULL, 0, 9, 1 },
  [GENGA_OPTION_PNG_OPTIMISE] = { OUTPUT, "png-optimise" },
  [GENGA_OPTION_BIT_DEPTH] = { OUTPUT, "bit-depth", N_ ("BITS"), "auto" },
  [GENGA_OPTION_OUTPUT_DIR] = { OUTPUT, "output-dir", N_ ("FOLDER") },
  [GENGA_OPTION_NAMING] = { OUTPUT, "naming", N_ ("KIND") },
  [GENGA_OPTION_SUFFIX] = { OUTPUT, "suffix", N_ ("TEXT") },
  [GENGA_OPTION_NAMES] = { OUTPUT, "names", N_ ("LIST") },
  [GENGA_OPTION_OVERWRITE] = { OUTPUT, "overwrite" },
  [GENGA_OPTION_CODEC] = { VIDEO, "codec", N_ ("CODEC") },
  [GENGA_OPTION_PROFILE] = { VIDEO, "profile", N_ ("PROFILE") },
  [GENGA_OPTION_CONTAINER] = { VIDEO, "container", N_ ("KIND") },
  [GENGA_OPTION_CRF] = { VIDEO, "crf", N_ ("NUMBER"), NULL, 0, 63, 1 },
  [GENGA_OPTION_PRESET] = { VIDEO, "preset", N_ ("PRESET") },
  [GENGA_OPTION_PIXEL_FORMAT] = { VIDEO, "pixel-format", N_ ("FORMAT") },
  [GENGA_OPTION_FPS] = { VIDEO, "fps", N_ ("RATE") },
  [GENGA_OPTION_AUDIO] = { VIDEO, "audio", N_ ("YES|NO") },
  [GENGA_OPTION_DEINTERLACE] = { VIDEO, "deinterlace", N_ ("WHEN") },
  [GENGA_OPTION_REUSE] = { VIDEO, "reuse", N_ ("HOW") },
  [GENGA_OPTION_TOLERANCE] = { VIDEO, "tolerance", N_ ("LEVELS") },
  [GENGA_OPTION_FRAME_MAPPING] = { VIDEO, "frame-mapping" },
  [GENGA_OPTION_TARGET_HEIGHT] = { VIDEO, "target-height", N_ ("PIXELS"), "auto" },
  [GENGA_OPTION_PRE_DOWNSCALE] = { VIDEO, "pre-downscale", N_ ("PIXELS"), "original" },
  [GENGA_OPTION_FROM] = { VIDEO, "from", N_ ("TIME") },
  [GENGA_OPTION_TO] = { VIDEO, "to", N_ ("TIME") },
  [GENGA_OPTION_CLIP_AT] = { VIDEO, "clip-at", N_ ("TIME") },
  [GENGA_OPTION_FRAMES] = { VIDEO, "frames", N_ ("KIND") },
  [GENGA_OPTION_KEEP_FRAMES] = { VIDEO, "keep-frames", N_ ("WHICH") },
  [GENGA_OPTION_ENCODER] = { VIDEO, "encoder", N_ ("WHERE") },
};

static GParamSpec *
int_spec (GengaOption option, const char *nick, const char *blurb, int min, int max, int value)
{
  return g_param_spec_int (infos[option].name, nick, blurb, min, max, value,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
double_spec (GengaOption option, const char *nick, const char *blurb, double max, double value)
{
  return g_param_spec_double (infos[option].name, nick, blurb, 0, max, value,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
string_spec (GengaOption option, const char *nick, const char *blurb, const char *value)
{
  return g_param_spec_string (infos[option].name, nick, blurb, value,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
boolean_spec (GengaOption option, const char *nick, const char *blurb, gboolean value)
{
  return g_param_spec_boolean (infos[option].name, nick, blurb, value,
                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                   G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
enum_spec (GengaOption option, const char *nick, const char *blurb, GType type, int value)
{
  return g_param_spec_enum (infos[option].name, nick, blurb, type, value,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
}

static void
make_network_specs (GParamSpec **specs)
{
  specs[GENGA_OPTION_MODEL] = string_spec (
      GENGA_OPTION_MODEL, N_ ("Model"),
      N_ ("The network: a name from “genga-cli models”, or a .safetensors, .pth, "
          ".ckpt or .pt file. "
          "“nearest” and “bicubic” only enlarge; “none” only resizes and filters; “auto” is "
          "genga-standard, and for videos on a CPU genga-fast."),
      GENGA_MODEL_AUTO);
  specs[GENGA_OPTION_SCALE] = int_spec (
      GENGA_OPTION_SCALE, N_ ("Scale"),
      N_ ("How many times as wide and high the result is; “native” is what the model does in one "
          "pass."),
      0, 16, 2);
  specs[GENGA_OPTION_PRECISION] = enum_spec (
      GENGA_OPTION_PRECISION, N_ ("Precision"),
      N_ ("How the network computes; “auto” takes the fastest that is safe for the model "
          "and the device."),
      GENGA_TYPE_PRECISION, GENGA_PRECISION_AUTO);
  specs[GENGA_OPTION_DEVICE] = string_spec (
      GENGA_OPTION_DEVICE, N_ ("Device"),
      N_ ("Where the network runs: “auto”, “cpu”, “cuda:0”, … or “reference”, which is "
          "slow and exact."),
      "auto");
  specs[GENGA_OPTION_TILE] = int_spec (GENGA_OPTION_TILE, N_ ("Tile size"),
                                       N_ ("Pictures larger than this are cut into tiles of this "
                                           "many pixels; at least 64, or “auto”."),
                                       0, 8192, 0);
  specs[GENGA_OPTION_OVERLAP] =
      int_spec (GENGA_OPTION_OVERLAP, N_ ("Tile overlap"),
                N_ ("How many pixels neighbouring tiles share, less than half a tile; -1 is "
                    "automatic."),
                -1, 4095, -1);
  specs[GENGA_OPTION_BLEND] = enum_spec (GENGA_OPTION_BLEND, N_ ("Tile blending"),
                                         N_ ("How tiles fade into one another where they overlap."),
                                         GENGA_TYPE_BLEND, GENGA_BLEND_GAUSSIAN);
  specs[GENGA_OPTION_THREADS] = int_spec (
      GENGA_OPTION_THREADS, N_ ("Threads"),
      N_ ("How many processors to use; “auto” takes all that the process may have."), 0, 1024, 0);
  specs[GENGA_OPTION_MAX_MEMORY] = g_param_spec_uint64 (
      "max-memory", N_ ("Memory limit"),
      N_ ("Pictures whose result would need more memory than this are refused before the start, "
          "for "
          "example 4G; “auto” is half of what is available."),
      0, G_MAXUINT64, 0, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
}

static void
make_filter_specs (GParamSpec **specs)
{
  specs[GENGA_OPTION_SHARPENING] = double_spec (
      GENGA_OPTION_SHARPENING, N_ ("Sharpening"),
      N_ ("How much edges are emphasised after upscaling; 0 leaves them as they are."), 2, 0);
  specs[GENGA_OPTION_CONTRAST] =
      double_spec (GENGA_OPTION_CONTRAST, N_ ("Contrast"), N_ ("Less below 1, more above."), 2, 1);
  specs[GENGA_OPTION_SATURATION] = double_spec (GENGA_OPTION_SATURATION, N_ ("Saturation"),
                                                N_ ("Paler below 1, more colourful above."), 2, 1);
}

static void
make_output_specs (GParamSpec **specs)
{
  specs[GENGA_OPTION_TRANSPARENCY] =
      boolean_spec (GENGA_OPTION_TRANSPARENCY, N_ ("Keep transparency"),
                    N_ ("Whether transparent pixels stay transparent; otherwise they are put on "
                        "white."),
                    TRUE);
  specs[GENGA_OPTION_FORMAT] =
      enum_spec (GENGA_OPTION_FORMAT, N_ ("Format"),
                 N_ ("The result's file format; “auto” goes by the output's name, else by the "
                     "source."),
                 GENGA_TYPE_FORMAT, GENGA_FORMAT_AUTO);
  specs[GENGA_OPTION_QUALITY] =
      int_spec (GENGA_OPTION_QUALITY, N_ ("Quality"),
                N_ ("Quality of JPEG and lossy WebP, from 0 to 100."), 0, 100, 95);
  specs[GENGA_OPTION_LOSSLESS] = boolean_spec (GENGA_OPTION_LOSSLESS, N_ ("Lossless WebP"),
                                               N_ ("Write WebP without any loss."), FALSE);
  specs[GENGA_OPTION_PNG_LEVEL] =
      int_spec (GENGA_OPTION_PNG_LEVEL, N_ ("PNG compression"),
                N_ ("From 0, fast and large, to 9, slow and small."), 0, 9, 6);
  specs[GENGA_OPTION_PNG_OPTIMISE] =
      boolean_spec (GENGA_OPTION_PNG_OPTIMISE, N_ ("Optimise PNG"),
                    N_ ("Level 9 with adaptive filters: several times slower, a few per cent "
                        "smaller."),
                    FALSE);
  specs[GENGA_OPTION_BIT_DEPTH] = int_spec (
      GENGA_OPTION_BIT_DEPTH, N_ ("Bit depth"),
      N_ ("Bits per channel, 8 or 16 (PNG); “auto” is 16 where the source has more than 8."), 0, 16,
      0);
  specs[GENGA_OPTION_OUTPUT_DIR] =
      string_spec (GENGA_OPTION_OUTPUT_DIR, N_ ("Output folder"),
                   N_ ("Where results go; beside the sources where nothing is said."), NULL);
  specs[GENGA_OPTION_NAMING] = enum_spec (
      GENGA_OPTION_NAMING, N_ ("Naming"),
      N_ ("What results are called: “suffix” adds one to the source's name, “original” keeps the "
          "name, “list” takes names from a list."),
      GENGA_TYPE_NAMING, GENGA_NAMING_SUFFIX);
  specs[GENGA_OPTION_SUFFIX] =
      string_spec (GENGA_OPTION_SUFFIX, N_ ("Suffix"),
                   N_ ("What is added to the source's name to make the result's."), "_upscaled");
  specs[GENGA_OPTION_NAMES] =
      string_spec (GENGA_OPTION_NAMES, N_ ("Names"),
                   N_ ("The names for results, one a line, in the order of the pictures."), NULL);
  specs[GENGA_OPTION_OVERWRITE] =
      boolean_spec (GENGA_OPTION_OVERWRITE, N_ ("Overwrite"),
                    N_ ("Replace results that exist already; otherwise they are an error."), FALSE);
}

static void
make_codec_specs (GParamSpec **specs)
{
  specs[GENGA_OPTION_CODEC] =
      enum_spec (GENGA_OPTION_CODEC, N_ ("Codec"),
                 N_ ("How a video is coded; “auto” is H.264, and VP9 in WebM."), GENGA_TYPE_CODEC,
                 GENGA_CODEC_AUTO);
  specs[GENGA_OPTION_PROFILE] = string_spec (
      GENGA_OPTION_PROFILE, N_ ("Profile"),
      N_ ("What the codec is to keep: “high”, “main”, “baseline” or “lossless” for H.264; “main”, "
          "“main10”, “main10-hq”, “main10-fast” or “lossless” for H.265; “proxy”, “lt”, "
          "“standard”, “hq”, “4444” or “4444xq” for ProRes; “36”, “115”, “175”, “220” or “175x” "
          "for DNxHD; "
          "“lb”, “sq”, “hq”, “hqx” or “444” for DNxHR; “auto” does the source justice."),
      "auto");
  specs[GENGA_OPTION_CONTAINER] =
      enum_spec (GENGA_OPTION_CONTAINER, N_ ("Container"),
                 N_ ("The kind of video file; “auto” goes by the output's name, else by source and "
                     "codec."),
                 GENGA_TYPE_CONTAINER, GENGA_CONTAINER_AUTO);
  specs[GENGA_OPTION_CRF] =
      int_spec (GENGA_OPTION_CRF, N_ ("CRF"),
                N_ ("Quality of H.264, H.265, AV1 and VP9: lower is better and larger; -1 is what "
                    "the profile has."),
                -1, 63, -1);
  specs[GENGA_OPTION_PRESET] =
      string_spec (GENGA_OPTION_PRESET, N_ ("Preset"),
                   N_ ("How much time the encoder takes: “ultrafast” to “veryslow” for H.264 and "
                       "H.265, 0 to 13 for AV1, 0 to 8 for VP9, or “auto”."),
                   "auto");
  specs[GENGA_OPTION_PIXEL_FORMAT] = string_spec (
      GENGA_OPTION_PIXEL_FORMAT, N_ ("Pixel format"),
      N_ ("How the encoder gets its pixels, such as yuv420p, yuv422p10le or yuv444p12le; “auto” "
          "keeps the source's depth and colour resolution where the codec can."),
      "auto");
}

static void
make_part_specs (GParamSpec **specs)
{
  specs[GENGA_OPTION_FROM] = string_spec (
      GENGA_OPTION_FROM, N_ ("From"),
      N_ ("Begins with the frame at this time: seconds, 1:30 or 0:01:30.250. Sound, subtitles and "
          "chapters are cut with it, sound between its packets."),
      NULL);
  specs[GENGA_OPTION_TO] = string_spec (
      GENGA_OPTION_TO, N_ ("To"), N_ ("Ends before the frame at this time of the source."), NULL);
  specs[GENGA_OPTION_CLIP_AT] =
      string_spec (GENGA_OPTION_CLIP_AT, N_ ("Clip at"),
                   N_ ("Makes a clip of the five seconds around this time only, for a look at what "
                       "the whole will be; its name ends in “_clip”."),
                   NULL);
  specs[GENGA_OPTION_FRAMES] = enum_spec (
      GENGA_OPTION_FRAMES, N_ ("Frames as pictures"),
      N_ ("Writes a folder of pictures in the place of a video: “png” has 8 bits, “png16” 16 bits "
          "and is not compressed, “png9” is as small as it gets, “jpeg” has quality 95, “jpeg100” "
          "100. A list in the folder keeps the times; the folder can be a source again. Together "
          "with --keep-frames it only says of which kind these are."),
      GENGA_TYPE_FRAMES, GENGA_FRAMES_OFF);
  specs[GENGA_OPTION_KEEP_FRAMES] = enum_spec (
      GENGA_OPTION_KEEP_FRAMES, N_ ("Keep frames"),
      N_ ("Which frames stay as pictures beside a video, in a folder of its name with “.frames”: "
          "“upscaled” ones, those of the “source”, “all”, or the upscaled ones “until-done”, as "
          "long as the video is not complete. Each folder in it can be a source again."),
      GENGA_TYPE_KEEP_FRAMES, GENGA_KEEP_FRAMES_NONE);
  specs[GENGA_OPTION_ENCODER] =
      enum_spec (GENGA_OPTION_ENCODER, N_ ("Encoder"),
                 N_ ("Who codes the video: “software”, whose files are the same on every computer, "
                     "“nvenc”, an "
                     "NVIDIA graphics card (H.264 and H.265), or “vaapi”, others (AV1 and VP9, "
                     "too). A card is "
                     "taken where it has just coded a frame, else software; “auto” tries “nvenc”."),
                 GENGA_TYPE_ENCODER, GENGA_ENCODER_AUTO);
}

static void
make_video_specs (GParamSpec **specs)
{
  make_codec_specs (specs);
  specs[GENGA_OPTION_FPS] = string_spec (
      GENGA_OPTION_FPS, N_ ("Frames per second"),
      N_ ("Shows all frames at this rate, such as 24 or 24000/1001; “0” keeps every frame's time."),
      "0");
  specs[GENGA_OPTION_AUDIO] =
      boolean_spec (GENGA_OPTION_AUDIO, N_ ("Keep audio"),
                    N_ ("Whether all sound tracks are copied as they are."), TRUE);
  specs[GENGA_OPTION_DEINTERLACE] = enum_spec (
      GENGA_OPTION_DEINTERLACE, N_ ("Deinterlace"),
      N_ ("Whether whole pictures are made of half ones; “auto”: where the video says that it has "
          "such."),
      GENGA_TYPE_DEINTERLACE, GENGA_DEINTERLACE_AUTO);
  specs[GENGA_OPTION_REUSE] = enum_spec (
      GENGA_OPTION_REUSE, N_ ("Reuse"),
      N_ ("What of earlier frames is not computed again: “exact” takes what is the same bit for "
          "bit, and the result is as with “off”; “tolerance” takes also what differs by no more "
          "than --tolerance; “perceptual” also shows whole frames that look like the one before "
          "in its place."),
      GENGA_TYPE_REUSE, GENGA_REUSE_EXACT);
  specs[GENGA_OPTION_TOLERANCE] = int_spec (
      GENGA_OPTION_TOLERANCE, N_ ("Tolerance"),
      N_ ("By how many of 255 levels a sample may differ and still count as unchanged, for “reuse” "
          "of the kinds “tolerance” and “perceptual”."),
      0, 64, 2);
  specs[GENGA_OPTION_FRAME_MAPPING] = boolean_spec (
      GENGA_OPTION_FRAME_MAPPING, N_ ("Frame mapping"),
      N_ ("Writes beside the video a file that tells which frames repeat which, and which are made "
          "in part of earlier ones."),
      FALSE);
  specs[GENGA_OPTION_TARGET_HEIGHT] =
      int_spec (GENGA_OPTION_TARGET_HEIGHT, N_ ("Target height"),
                N_ ("How high the video becomes, such as 1080 or 2160, whatever its size is; "
                    "“auto” goes by the scale."),
                0, 8640, 0);
  specs[GENGA_OPTION_PRE_DOWNSCALE] =
      int_spec (GENGA_OPTION_PRE_DOWNSCALE, N_ ("Reduce first"),
                N_ ("Reduces a higher video to this height before it is upscaled, such as 720; "
                    "never enlarges."),
                0, 8640, 0);
  make_part_specs (specs);
}

/* Property ids start at 1, options at 0. */
static void
genga_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&GENGA_OPTIONS (object)->values[id - 1], value);
}

static void
genga_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaOptions *self = GENGA_OPTIONS (object);

  g_return_if_fail (!self->frozen);

  self->is_set[id - 1] = TRUE;
  if (g_param_values_cmp (pspec, &self->values[id - 1], value) == 0)
    return;
  g_value_copy (value, &self->values[id - 1]);
  g_object_notify_by_pspec (object, pspec);
}

static void
genga_options_finalize (GObject *object)
{
  GengaOptions *self = GENGA_OPTIONS (object);

  for (guint i = 0; i < GENGA_N_OPTIONS; i++)
    g_value_unset (&self->values[i]);

  G_OBJECT_CLASS (genga_options_parent_class)->finalize (object);
}

static void
genga_options_class_init (GengaOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = genga_options_get_property;
  object_class->set_property = genga_options_set_property;
  object_class->finalize = genga_options_finalize;

  make_network_specs (pspecs + 1);
  make_filter_specs (pspecs + 1);
  make_output_specs (pspecs + 1);
  make_video_specs (pspecs + 1);
  g_object_class_install_properties (object_class, GENGA_N_OPTIONS + 1, pspecs);
}

static void
genga_options_init (GengaOptions *self)
{
  for (guint i = 0; i < GENGA_N_OPTIONS; i++)
    {
      GParamSpec *pspec = pspecs[i + 1];
      g_value_init (&self->values[i], pspec->value_type);
      g_param_value_set_default (pspec, &self->values[i]);
    }
}

const GengaOptionInfo *
genga_option_get_info (GengaOption option)
{
  return &infos[option];
}

GParamSpec *
genga_option_get_pspec (GengaOption option)
{
  g_type_ensure (GENGA_TYPE_OPTIONS);
  g_autoptr (GTypeClass) klass = g_type_class_ref (GENGA_TYPE_OPTIONS);

  return pspecs[option + 1];
}

GengaOptions *
genga_options_new (void)
{
  return g_object_new (GENGA_TYPE_OPTIONS, NULL);
}

GengaOptions *
genga_options_copy (GengaOptions *self)
{
  GengaOptions *copy = genga_options_new ();

  for (guint i = 0; i < GENGA_N_OPTIONS; i++)
    {
      g_value_copy (&self->values[i], &copy->values[i]);
      copy->is_set[i] = self->is_set[i];
    }
  return copy;
}

void
genga_options_freeze (GengaOptions *self)
{
  self->frozen = TRUE;
}

gboolean
genga_options_is_frozen (GengaOptions *self)
{
  return self->frozen;
}

void
genga_options_take_over (GengaOptions *self, GengaOption option, GengaOptions *from)
{
  g_object_set_property (G_OBJECT (self), infos[option].name, &from->values[option]);
}

int
genga_options_get_int (GengaOptions *self, GengaOption option)
{
  const GValue *value = &self->values[option];

  return G_VALUE_HOLDS_ENUM (value) ? g_value_get_enum (value) : g_value_get_int (value);
}

guint64
genga_options_get_uint64 (GengaOptions *self, GengaOption option)
{
  return g_value_get_uint64 (&self->values[option]);
}

double
genga_options_get_double (GengaOptions *self, GengaOption option)
{
  return g_value_get_double (&self->values[option]);
}

gboolean
genga_options_get_boolean (GengaOptions *self, GengaOption option)
{
  return g_value_get_boolean (&self->values[option]);
}

const char *
genga_options_get_string (GengaOptions *self, GengaOption option)
{
  return g_value_get_string (&self->values[option]);
}

gboolean
genga_options_is_set (GengaOptions *self, GengaOption option)
{
  return self->is_set[option];
}

void
genga_options_set_int (GengaOptions *self, GengaOption option, int value)
{
  g_object_set (self, infos[option].name, value, NULL);
}

void
genga_options_set_string (GengaOptions *self, GengaOption option, const char *value)
{
  g_object_set (self, infos[option].name, value, NULL);
}
