/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Choices: the enumerations that options take. Their nicks are what people type and what is stored.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* How weights and activations are held. */
typedef enum
{
  GENGA_PRECISION_AUTO, /* what is fastest and safe on the device; never shown without the answer */
  GENGA_PRECISION_NONE, /* as stored in the file */
  GENGA_PRECISION_FP32,
  GENGA_PRECISION_FP16,
  GENGA_PRECISION_BF16,
} GengaPrecision;

/* The shape of a tile's ramps. */
typedef enum
{
  GENGA_BLEND_GAUSSIAN,
  GENGA_BLEND_LINEAR,
} GengaBlend;

/* How transparency is enlarged. */
typedef enum
{
  GENGA_ALPHA_NETWORK, /* by the network, from colours on black and on white */
  GENGA_ALPHA_LANCZOS,
  GENGA_ALPHA_NEAREST, /* each pixel repeated: hard edges stay hard */
} GengaAlpha;

/* What becomes of a picture's colour profile. */
typedef enum
{
  GENGA_COLOUR_PROFILE_KEEP,
  GENGA_COLOUR_PROFILE_SRGB, /* colours become sRGB, without a profile */
} GengaColourProfile;

/* What a picture says of its size on paper. */
typedef enum
{
  GENGA_DPI_KEEP,       /* as many dots per inch as the source, so it is larger */
  GENGA_DPI_PRINT_SIZE, /* as many more as it has pixels, so it is as large as the source */
} GengaDpi;

/* Picture file formats that can be written. */
typedef enum
{
  GENGA_FORMAT_AUTO, /* as the name of the output says, else as the source */
  GENGA_FORMAT_PNG,
  GENGA_FORMAT_JPEG,
  GENGA_FORMAT_WEBP,
  GENGA_FORMAT_TIFF,
  GENGA_FORMAT_AVIF,
  GENGA_FORMAT_JXL,
} GengaFormat;

/* How finely colours are kept beside brightness. */
typedef enum
{
  GENGA_SUBSAMPLING_AUTO, /* as the quality says */
  GENGA_SUBSAMPLING_420,  /* half as many each way */
  GENGA_SUBSAMPLING_444,
} GengaSubsampling;

/* How a TIFF is compressed, always without loss. */
typedef enum
{
  GENGA_COMPRESSION_DEFLATE,
  GENGA_COMPRESSION_LZW,
  GENGA_COMPRESSION_ZSTD,
  GENGA_COMPRESSION_NONE,
} GengaCompression;

/* What a result is called. */
typedef enum
{
  GENGA_NAMING_SUFFIX,   /* the source's name with a suffix */
  GENGA_NAMING_ORIGINAL, /* the source's name */
  GENGA_NAMING_LIST,     /* names of a list, in the order of the pictures */
  GENGA_NAMING_TEMPLATE, /* a pattern with facts of the result in it (core/name-template.h) */
} GengaNaming;

/* Where results lie below the output folder. */
typedef enum
{
  GENGA_FOLDERS_PLAIN, /* right in it, or as their sources lay in the folder that was given */
  GENGA_FOLDERS_KINDS, /* in “images” and “videos” */
  GENGA_FOLDERS_DATED, /* in a folder for each run, named after its date and time */
} GengaFolders;

/* What becomes of a result whose name a file has. */
typedef enum
{
  GENGA_EXISTING_ASK, /* the user says, or it is an error */
  GENGA_EXISTING_SKIP,
  GENGA_EXISTING_NUMBER, /* it gets another name */
  GENGA_EXISTING_REPLACE,
} GengaExisting;

/* Video codecs that can be written. */
typedef enum
{
  GENGA_CODEC_AUTO, /* as the container likes it */
  GENGA_CODEC_H264,
  GENGA_CODEC_H265,
  GENGA_CODEC_PRORES,
  GENGA_CODEC_DNXHD,
  GENGA_CODEC_DNXHR,
  GENGA_CODEC_AV1,
  GENGA_CODEC_VP9,
  GENGA_CODEC_FFV1,
} GengaCodec;

/* Video file formats that can be written. */
typedef enum
{
  GENGA_CONTAINER_AUTO, /* as the name of the output says, else as codec and source do */
  GENGA_CONTAINER_MP4,
  GENGA_CONTAINER_MOV,
  GENGA_CONTAINER_MKV,
  GENGA_CONTAINER_WEBM,
  GENGA_CONTAINER_GIF, /* animated pictures */
  GENGA_CONTAINER_APNG,
  GENGA_CONTAINER_WEBP,
} GengaContainer;

typedef enum
{
  GENGA_DEINTERLACE_AUTO, /* where the video says that it is interlaced */
  GENGA_DEINTERLACE_YES,
  GENGA_DEINTERLACE_NO,
} GengaDeinterlace;

/* What becomes of a video's sound. */
typedef enum
{
  GENGA_AUDIO_AUTO, /* copied where it fits, else encoded anew */
  GENGA_AUDIO_COPY, /* copied, or an error */
  GENGA_AUDIO_AAC,  /* what is not coded so already is encoded anew, as the next two */
  GENGA_AUDIO_OPUS,
  GENGA_AUDIO_FLAC,
  GENGA_AUDIO_NO,
} GengaAudio;

/* What of earlier frames is not computed again. */
typedef enum
{
  GENGA_REUSE_OFF,
  GENGA_REUSE_EXACT,      /* what is the same bit for bit */
  GENGA_REUSE_TOLERANCE,  /* and what differs by a few code values */
  GENGA_REUSE_PERCEPTUAL, /* and frames that look like the one before */
} GengaReuse;

/* Pictures of a video's frames. */
typedef enum
{
  GENGA_FRAMES_OFF,
  GENGA_FRAMES_PNG,     /* 8 bits, level 6 */
  GENGA_FRAMES_PNG16,   /* 16 bits, uncompressed */
  GENGA_FRAMES_PNG9,    /* 8 bits, level 9 */
  GENGA_FRAMES_JPEG,    /* quality 95 */
  GENGA_FRAMES_JPEG100, /* quality 100 */
  GENGA_FRAMES_WEBP,
} GengaFrames;

/* Pictures of frames that stay beside a video. */
typedef enum
{
  GENGA_KEEP_FRAMES_NONE,
  GENGA_KEEP_FRAMES_UNTIL_DONE, /* the upscaled ones, as long as the video is not complete */
  GENGA_KEEP_FRAMES_UPSCALED,
  GENGA_KEEP_FRAMES_SOURCE,
  GENGA_KEEP_FRAMES_ALL, /* both */
} GengaKeepFrames;

/* How far other programs come first for disks. */
typedef enum
{
  GENGA_IONICE_NORMAL,
  GENGA_IONICE_LOW,
  GENGA_IONICE_IDLE,
} GengaIonice;

/* Which encoders may be used. */
typedef enum
{
  GENGA_ENCODER_AUTO, /* NVENC where it really opens, else software */
  GENGA_ENCODER_SOFTWARE,
  GENGA_ENCODER_NVENC,
  GENGA_ENCODER_VAAPI,
} GengaEncoder;

#define GENGA_TYPE_PRECISION (genga_precision_get_type ())
GType genga_precision_get_type (void);
#define GENGA_TYPE_BLEND (genga_blend_get_type ())
GType genga_blend_get_type (void);
#define GENGA_TYPE_ALPHA (genga_alpha_get_type ())
GType genga_alpha_get_type (void);
#define GENGA_TYPE_COLOUR_PROFILE (genga_colour_profile_get_type ())
GType genga_colour_profile_get_type (void);
#define GENGA_TYPE_DPI (genga_dpi_get_type ())
GType genga_dpi_get_type (void);
#define GENGA_TYPE_FORMAT (genga_format_get_type ())
GType genga_format_get_type (void);
#define GENGA_TYPE_SUBSAMPLING (genga_subsampling_get_type ())
GType genga_subsampling_get_type (void);
#define GENGA_TYPE_COMPRESSION (genga_compression_get_type ())
GType genga_compression_get_type (void);
#define GENGA_TYPE_NAMING (genga_naming_get_type ())
GType genga_naming_get_type (void);
#define GENGA_TYPE_FOLDERS (genga_folders_get_type ())
GType genga_folders_get_type (void);
#define GENGA_TYPE_EXISTING (genga_existing_get_type ())
GType genga_existing_get_type (void);

#define GENGA_TYPE_CODEC (genga_codec_get_type ())
GType genga_codec_get_type (void);
#define GENGA_TYPE_CONTAINER (genga_container_get_type ())
GType genga_container_get_type (void);
#define GENGA_TYPE_DEINTERLACE (genga_deinterlace_get_type ())
GType genga_deinterlace_get_type (void);
#define GENGA_TYPE_AUDIO (genga_audio_get_type ())
GType genga_audio_get_type (void);
#define GENGA_TYPE_REUSE (genga_reuse_get_type ())
GType genga_reuse_get_type (void);

#define GENGA_TYPE_FRAMES (genga_frames_get_type ())
GType genga_frames_get_type (void);
#define GENGA_TYPE_KEEP_FRAMES (genga_keep_frames_get_type ())
GType genga_keep_frames_get_type (void);
#define GENGA_TYPE_IONICE (genga_ionice_get_type ())
GType genga_ionice_get_type (void);
#define GENGA_TYPE_ENCODER (genga_encoder_get_type ())
GType genga_encoder_get_type (void);

/* The nick of an enumeration's value ("fp32"); static. */
const char *genga_choice_get_nick (GType type, int value);

G_END_DECLS
