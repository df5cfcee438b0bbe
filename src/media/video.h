/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Video: files of many frames in and out. The only code that knows the FFmpeg libraries and zimg.
 *
 * Like libvips they live in a module that is opened on first use (genga_video_get()); this header
 * is its border. A source gives packed RGB(A) frames of F32, or the planes that it has, with the
 * times of the file; a sink takes such frames and codes them in segments, each a file of its own,
 * and joins these, with everything else that the source's file holds, into a file that appears
 * under its name only when it is complete. What segments are for, and who keeps them, is the
 * caller's (job/export/segments.h).
 *
 * Thread rule: probing from any thread; a source or a sink by one thread at a time.
 */
#pragma once

#include "core/choices.h"
#include "core/frame.h"
#include "core/progress.h"
#include "core/tracks/track-list.h"
#include "media/sink.h"
#include "media/source.h"

G_BEGIN_DECLS

/* The container that a file name's suffix means, or GENGA_CONTAINER_AUTO; its suffix (".mkv"). */
GengaContainer genga_container_from_path (const char *path);
const char *genga_container_get_suffix (GengaContainer container);
/* Whether it is one of animated pictures, for animation_new(). */
gboolean genga_container_is_animation (GengaContainer container);

/* Whether an animated picture can be so large. Errors: GENGA_ERROR_OUTPUT. */
gboolean
genga_animation_check_size (GengaContainer container, int width, int height, GError **error);

/* How a video is written. */
typedef struct
{
  GengaContainer container; /* not AUTO */
  GengaCodec codec;         /* not AUTO */
  const char *profile;      /* of the codec, or "auto" */
  GengaEncoder encoder;
  gboolean opens_no_card;   /* says what would be tried on a graphics card, and takes software */
  const char *preset;       /* of the encoder, or "auto" */
  const char *pixel_format; /* FFmpeg's name, or "auto" */
  int crf;                  /* < 0 = as the profile says */
  int bit_depth;            /* 8, 10, 12; 0 = as the profile says, else as the source */
  int rate_num; /* every frame lasts rate_den / rate_num seconds; 0 = times as in the source */
  int rate_den;
  GengaAudio audio;
  const char *leave_out; /* a list of tracks (core/tracks/track-list.h), or NULL */
  int width;             /* of the frames that will come */
  int height;
  gboolean has_alpha;
  guint n_threads;         /* of the encoder; 0 = automatic */
  GengaProgress *progress; /* gets notices, and ends joining; may be NULL */

  /*
   * Called by the thread that writes when the disk is full: TRUE to try once more, FALSE to give
   * up. May be NULL, which gives up.
   */
  gboolean (*wait_for_disk_space) (gpointer data);
  gpointer disk_space_data;
} GengaVideoWrite;

/* How an animated picture is written. */
typedef struct
{
  GengaContainer container; /* GIF, APNG or WEBP */
  int quality;              /* of WebP, 0 to 100 */
  gboolean is_lossless;     /* WebP */
  int png_level;
  int bit_depth; /* 8, or 16 for APNG */
  int rate_num;  /* as in GengaVideoWrite */
  int rate_den;
  int width;
  int height;
  gboolean has_alpha;
  gboolean overwrite;
  GengaProgress *progress;
} GengaAnimationWrite;

/*
 * A segment of a video: some seconds of its picture, coded by an encoder of their own, so that
 * segments that were made at different times can be joined. Its packets are in a file that only
 * sinks read.
 */
typedef struct
{
  guint64 n_frames;
  guint64 delay; /* a frame's packet comes at most this many packets later than its place in time */
  gint64 *pts;   /* of every frame, in order, in the sink's time base; absolute in the video */
  gint64 *durations;
  guint64 size;   /* of the file */
  GBytes *coding; /* what a decoder has to know first; the same for all of a video */
} GengaVideoSegment;

void genga_video_segment_free (GengaVideoSegment *self);

/* What a video has beside its picture. */
typedef struct
{
  int n_audio;
  int n_subtitles;
  int n_converted; /* of the subtitles: in a form that the container can hold */
  int n_attachments;
  int n_data;
  int n_chapters;
} GengaKeptStreams;

/* What becomes of a track. */
typedef enum
{
  GENGA_TRACK_KEPT,
  GENGA_TRACK_CONVERTED,
  GENGA_TRACK_LEFT_OUT,   /* it is empty, or the container can't hold it */
  GENGA_TRACK_NOT_WANTED, /* as the user asked for */
} GengaTrackFate;

/* One of what a video has beside its picture, chapters aside. Texts are UTF-8. */
typedef struct
{
  GengaTrackKind kind;
  guint number; /* among those of its kind, from 1 */
  GengaTrackFate fate;
  char codec[32];    /* FFmpeg's name */
  char becomes[32];  /* the same of what it is converted to, or "" */
  char language[40]; /* ISO 639 or BCP 47, or "" */
  char title[120];   /* or the name of an attached file; or "" */
} GengaTrack;

/* Codes the segments of one video and joins them. */
typedef struct _GengaSegmentCoder GengaSegmentCoder;

/* An encoder that Genga can use, on trial. */
typedef struct
{
  GengaCodec codec;
  GengaEncoder encoder; /* not AUTO */
  char *name;           /* FFmpeg's ("libx264"), or NULL where none was opened */
  char *reason;         /* why it does not work here, one line; NULL: it has coded a frame */
} GengaEncoderTrial;

typedef struct
{
  guint abi; /* GENGA_VIDEO_ABI */

  /* A line about versions for diagnostics ("FFmpeg 5.1.9, zimg 3.0.4"). */
  const char *(*get_version) (void);

  /*
   * The name of the container that a file's content is, static, or NULL where it is none that is
   * read. Looks at up to a megabyte.
   */
  const char *(*file_sniff) (const char *path);

  /*
   * Video files, and GIF and APNG, as a source. Errors: GENGA_ERROR_INPUT (missing, not a file, no
   * video in it, encrypted, an unknown codec or pixel format, cut off). Calls may never come back;
   * media/probe.h watches over them.
   */
  GengaSource *(*file_open) (const char *path, const GengaSourceParams *params, GError **error);

  /* Animated WebP as a source. Errors: GENGA_ERROR_INPUT. */
  GengaSource *(*webp_open) (const char *path, const GengaSourceParams *params, GError **error);

  /*
   * A coder for what comes of a source of this information and origin, which is only looked at
   * during this call. Says what will be lost before anything is computed. `path`: the result's.
   * Errors: GENGA_ERROR_USAGE (a combination that does not exist, with those that do),
   * GENGA_ERROR_OUTPUT, GENGA_ERROR_UNAVAILABLE (an encoder that this FFmpeg lacks).
   */
  GengaSegmentCoder *(*coder_new) (const GengaSourceInfo *info,
                                   const GengaOrigin *origin,
                                   const char *path,
                                   const GengaVideoWrite *params,
                                   GError **error);

  /* The encoder with all its settings, as a line; the number of its threads is not among them. */
  const char *(*coder_get_coding) (GengaSegmentCoder *self);

  /* What of the source's file the result will have, too; chapters as far as they are in time. */
  const GengaKeptStreams *(*coder_get_kept) (GengaSegmentCoder *self);

  /* The source's tracks in their order, and what becomes of them; borrowed, NULL where there are
   * none. */
  const GengaTrack *(*coder_get_tracks) (GengaSegmentCoder *self, guint *n);

  /* Microseconds that went into making frames what the encoder gets. */
  gint64 (*coder_get_convert_us) (GengaSegmentCoder *self);

  /*
   * How many bits a pixel of a frame may take. `is_known`: it is the codec that says so, and not
   * experience with pictures.
   */
  double (*coder_get_bits_per_pixel) (GengaSegmentCoder *self, gboolean *is_known);

  /*
   * Whether frames in such planes, whose numbers mean `colour` (complete), can be coded without
   * another matrix or other samples of colour, of whatever depth. Others are converted all the
   * same.
   */
  gboolean (*coder_takes_planes) (GengaSegmentCoder *self,
                                  const GengaFrameInfo *planes,
                                  const GengaColour *colour);

  /* A segment begins: `path` is its file, `first_frame` counts from 0. Errors: GENGA_ERROR_OUTPUT.
   */
  gboolean (*coder_begin) (GengaSegmentCoder *self,
                           const char *path,
                           guint64 first_frame,
                           GError **error);

  /* Frames of params->width x height: RGB(A) F32, or planes of U8 or U16. Errors:
   * GENGA_ERROR_OUTPUT. */
  gboolean (*coder_write) (GengaSegmentCoder *self, GengaFrame *frame, GError **error);

  /* Ends the segment; its file is durable, but for its name. Errors: GENGA_ERROR_OUTPUT. */
  GengaVideoSegment *(*coder_end) (GengaSegmentCoder *self, GError **error);

  /*
   * Joins all segments, whose files are `paths`, and adds what is copied: a whole video in the file
   * `temporary`, on the result's file system, durable but for its name. One whose file is not
   * what was written is told by its index in `*damaged`, else that is -1, also where it could not
   * be read. Errors: GENGA_ERROR_OUTPUT, _INCOMPLETE (what is copied could not be read, or was
   * changed meanwhile), G_IO_ERROR_CANCELLED.
   */
  gboolean (*coder_join) (GengaSegmentCoder *self,
                          GengaVideoSegment *const *segments,
                          const char *const *paths,
                          guint n_segments,
                          const char *temporary,
                          int *damaged,
                          GError **error);

  /*
   * Gives the joined file the result's name; nothing is replaced without `overwrite`. Errors:
   * GENGA_ERROR_OUTPUT.
   */
  gboolean (*coder_commit) (GengaSegmentCoder *self, gboolean overwrite, GError **error);

  /* Segments that were not ended keep their files, which are of no use. */
  void (*coder_free) (GengaSegmentCoder *self);

  /*
   * A sink for GIF, APNG or WebP with the times of the frames and the source's loop count. Frames
   * are RGB(A) F32.
   */
  GengaSink *(*animation_new) (const GengaSourceInfo *info,
                               const char *path,
                               const GengaAnimationWrite *params,
                               GError **error);

  /*
   * What `seconds` of a file (0: all of it) have beside the picture, in bytes: audio, subtitles and
   * attachments, but for those in the list `leave_out`, which may be NULL. Of a large file the
   * beginning stands for all. Errors: GENGA_ERROR_INPUT, _OUT_OF_MEMORY.
   */
  gboolean (*measure_streams) (
      const char *path, double seconds, const char *leave_out, double *bytes, GError **error);

  /*
   * Has every encoder code a black frame, in software and on graphics cards; takes a second or
   * so. An array of GengaEncoderTrial, the caller's, which clears them.
   */
  GArray *(*try_encoders) (void);
} GengaVideo;

#define GENGA_VIDEO_ABI 14
#define GENGA_VIDEO_ENTRY "genga_video_module_get"
typedef const GengaVideo *(*GengaVideoGetFunc) (GError **error);

/* The module, opened on first use and kept. Errors: GENGA_ERROR_UNAVAILABLE, in a sentence. */
const GengaVideo *genga_video_get (GError **error);

/*
 * The container for a codec where the user chose none: one that keeps everything that a source of
 * this container ("matroska", "mov", ...) may hold.
 */
GengaContainer genga_container_choose (GengaCodec codec, const char *source_container);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoSegment, genga_video_segment_free)

G_END_DECLS
