/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/choices.h"

G_DEFINE_ENUM_TYPE (GengaPrecision,
                    genga_precision,
                    G_DEFINE_ENUM_VALUE (GENGA_PRECISION_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (GENGA_PRECISION_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (GENGA_PRECISION_FP32, "fp32"),
                    G_DEFINE_ENUM_VALUE (GENGA_PRECISION_FP16, "fp16"),
                    G_DEFINE_ENUM_VALUE (GENGA_PRECISION_BF16, "bf16"))

G_DEFINE_ENUM_TYPE (GengaBlend,
                    genga_blend,
                    G_DEFINE_ENUM_VALUE (GENGA_BLEND_GAUSSIAN, "gaussian"),
                    G_DEFINE_ENUM_VALUE (GENGA_BLEND_LINEAR, "linear"))

G_DEFINE_ENUM_TYPE (GengaAlpha,
                    genga_alpha,
                    G_DEFINE_ENUM_VALUE (GENGA_ALPHA_NETWORK, "network"),
                    G_DEFINE_ENUM_VALUE (GENGA_ALPHA_LANCZOS, "lanczos"),
                    G_DEFINE_ENUM_VALUE (GENGA_ALPHA_NEAREST, "nearest"))
G_DEFINE_ENUM_TYPE (GengaColourProfile,
                    genga_colour_profile,
                    G_DEFINE_ENUM_VALUE (GENGA_COLOUR_PROFILE_KEEP, "keep"),
                    G_DEFINE_ENUM_VALUE (GENGA_COLOUR_PROFILE_SRGB, "srgb"))

G_DEFINE_ENUM_TYPE (GengaDpi,
                    genga_dpi,
                    G_DEFINE_ENUM_VALUE (GENGA_DPI_KEEP, "keep"),
                    G_DEFINE_ENUM_VALUE (GENGA_DPI_PRINT_SIZE, "print-size"))

G_DEFINE_ENUM_TYPE (GengaFormat,
                    genga_format,
                    G_DEFINE_ENUM_VALUE (GENGA_FORMAT_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (GENGA_FORMAT_PNG, "png"),
                    G_DEFINE_ENUM_VALUE (GENGA_FORMAT_JPEG, "jpeg"),
                    G_DEFINE_ENUM_VALUE (GENGA_FORMAT_WEBP, "webp"),
                    G_DEFINE_ENUM_VALUE (GENGA_FORMAT_TIFF, "tiff"),
                    G_DEFINE_ENUM_VALUE (GENGA_FORMAT_AVIF, "avif"),
                    G_DEFINE_ENUM_VALUE (GENGA_FORMAT_JXL, "jxl"))

G_DEFINE_ENUM_TYPE (GengaSubsampling,
                    genga_subsampling,
                    G_DEFINE_ENUM_VALUE (GENGA_SUBSAMPLING_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (GENGA_SUBSAMPLING_420, "420"),
                    G_DEFINE_ENUM_VALUE (GENGA_SUBSAMPLING_444, "444"))

G_DEFINE_ENUM_TYPE (GengaCompression,
                    genga_compression,
                    G_DEFINE_ENUM_VALUE (GENGA_COMPRESSION_DEFLATE, "deflate"),
                    G_DEFINE_ENUM_VALUE (GENGA_COMPRESSION_LZW, "lzw"),
                    G_DEFINE_ENUM_VALUE (GENGA_COMPRESSION_ZSTD, "zstd"),
                    G_DEFINE_ENUM_VALUE (GENGA_COMPRESSION_NONE, "none"))

G_DEFINE_ENUM_TYPE (GengaNaming,
                    genga_naming,
                    G_DEFINE_ENUM_VALUE (GENGA_NAMING_SUFFIX, "suffix"),
                    G_DEFINE_ENUM_VALUE (GENGA_NAMING_ORIGINAL, "original"),
                    G_DEFINE_ENUM_VALUE (GENGA_NAMING_LIST, "list"),
                    G_DEFINE_ENUM_VALUE (GENGA_NAMING_TEMPLATE, "template"))

G_DEFINE_ENUM_TYPE (GengaFolders,
                    genga_folders,
                    G_DEFINE_ENUM_VALUE (GENGA_FOLDERS_PLAIN, "plain"),
                    G_DEFINE_ENUM_VALUE (GENGA_FOLDERS_KINDS, "kinds"),
                    G_DEFINE_ENUM_VALUE (GENGA_FOLDERS_DATED, "dated"))

G_DEFINE_ENUM_TYPE (GengaExisting,
                    genga_existing,
                    G_DEFINE_ENUM_VALUE (GENGA_EXISTING_ASK, "ask"),
                    G_DEFINE_ENUM_VALUE (GENGA_EXISTING_SKIP, "skip"),
                    G_DEFINE_ENUM_VALUE (GENGA_EXISTING_NUMBER, "number"),
                    G_DEFINE_ENUM_VALUE (GENGA_EXISTING_REPLACE, "replace"))

G_DEFINE_ENUM_TYPE (GengaCodec,
                    genga_codec,
                    G_DEFINE_ENUM_VALUE (GENGA_CODEC_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (GENGA_CODEC_H264, "h264"),
                    G_DEFINE_ENUM_VALUE (GENGA_CODEC_H265, "h265"),
                    G_DEFINE_ENUM_VALUE (GENGA_CODEC_PRORES, "prores"),
                    G_DEFINE_ENUM_VALUE (GENGA_CODEC_DNXHD, "dnxhd"),
                    G_DEFINE_ENUM_VALUE (GENGA_CODEC_DNXHR, "dnxhr"),
                    G_DEFINE_ENUM_VALUE (GENGA_CODEC_AV1, "av1"),
                    G_DEFINE_ENUM_VALUE (GENGA_CODEC_VP9, "vp9"),
                    G_DEFINE_ENUM_VALUE (GENGA_CODEC_FFV1, "ffv1"))

G_DEFINE_ENUM_TYPE (GengaContainer,
                    genga_container,
                    G_DEFINE_ENUM_VALUE (GENGA_CONTAINER_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (GENGA_CONTAINER_MP4, "mp4"),
                    G_DEFINE_ENUM_VALUE (GENGA_CONTAINER_MOV, "mov"),
                    G_DEFINE_ENUM_VALUE (GENGA_CONTAINER_MKV, "mkv"),
                    G_DEFINE_ENUM_VALUE (GENGA_CONTAINER_WEBM, "webm"),
                    G_DEFINE_ENUM_VALUE (GENGA_CONTAINER_GIF, "gif"),
                    G_DEFINE_ENUM_VALUE (GENGA_CONTAINER_APNG, "apng"),
                    G_DEFINE_ENUM_VALUE (GENGA_CONTAINER_WEBP, "webp"))

G_DEFINE_ENUM_TYPE (GengaDeinterlace,
                    genga_deinterlace,
                    G_DEFINE_ENUM_VALUE (GENGA_DEINTERLACE_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (GENGA_DEINTERLACE_YES, "yes"),
                    G_DEFINE_ENUM_VALUE (GENGA_DEINTERLACE_NO, "no"))

G_DEFINE_ENUM_TYPE (GengaAudio,
                    genga_audio,
                    G_DEFINE_ENUM_VALUE (GENGA_AUDIO_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (GENGA_AUDIO_COPY, "copy"),
                    G_DEFINE_ENUM_VALUE (GENGA_AUDIO_AAC, "aac"),
                    G_DEFINE_ENUM_VALUE (GENGA_AUDIO_OPUS, "opus"),
                    G_DEFINE_ENUM_VALUE (GENGA_AUDIO_FLAC, "flac"),
                    G_DEFINE_ENUM_VALUE (GENGA_AUDIO_NO, "no"))

G_DEFINE_ENUM_TYPE (GengaReuse,
                    genga_reuse,
                    G_DEFINE_ENUM_VALUE (GENGA_REUSE_OFF, "off"),
                    G_DEFINE_ENUM_VALUE (GENGA_REUSE_EXACT, "exact"),
                    G_DEFINE_ENUM_VALUE (GENGA_REUSE_TOLERANCE, "tolerance"),
                    G_DEFINE_ENUM_VALUE (GENGA_REUSE_PERCEPTUAL, "perceptual"))

G_DEFINE_ENUM_TYPE (GengaFrames,
                    genga_frames,
                    G_DEFINE_ENUM_VALUE (GENGA_FRAMES_OFF, "off"),
                    G_DEFINE_ENUM_VALUE (GENGA_FRAMES_PNG, "png"),
                    G_DEFINE_ENUM_VALUE (GENGA_FRAMES_PNG16, "png16"),
                    G_DEFINE_ENUM_VALUE (GENGA_FRAMES_PNG9, "png9"),
                    G_DEFINE_ENUM_VALUE (GENGA_FRAMES_JPEG, "jpeg"),
                    G_DEFINE_ENUM_VALUE (GENGA_FRAMES_JPEG100, "jpeg100"),
                    G_DEFINE_ENUM_VALUE (GENGA_FRAMES_WEBP, "webp"))

G_DEFINE_ENUM_TYPE (GengaKeepFrames,
                    genga_keep_frames,
                    G_DEFINE_ENUM_VALUE (GENGA_KEEP_FRAMES_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (GENGA_KEEP_FRAMES_UNTIL_DONE, "until-done"),
                    G_DEFINE_ENUM_VALUE (GENGA_KEEP_FRAMES_UPSCALED, "upscaled"),
                    G_DEFINE_ENUM_VALUE (GENGA_KEEP_FRAMES_SOURCE, "source"),
                    G_DEFINE_ENUM_VALUE (GENGA_KEEP_FRAMES_ALL, "all"))

G_DEFINE_ENUM_TYPE (GengaIonice,
                    genga_ionice,
                    G_DEFINE_ENUM_VALUE (GENGA_IONICE_NORMAL, "normal"),
                    G_DEFINE_ENUM_VALUE (GENGA_IONICE_LOW, "low"),
                    G_DEFINE_ENUM_VALUE (GENGA_IONICE_IDLE, "idle"))

G_DEFINE_ENUM_TYPE (GengaEncoder,
                    genga_encoder,
                    G_DEFINE_ENUM_VALUE (GENGA_ENCODER_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (GENGA_ENCODER_SOFTWARE, "software"),
                    G_DEFINE_ENUM_VALUE (GENGA_ENCODER_NVENC, "nvenc"),
                    G_DEFINE_ENUM_VALUE (GENGA_ENCODER_VAAPI, "vaapi"))

const char *
genga_choice_get_nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  const GEnumValue *found = g_enum_get_value (klass, value);

  return found != NULL ? found->value_nick : NULL;
}
