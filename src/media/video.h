/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Video: files of many frames in and out. The only code that knows the FFmpeg libraries and zimg.
 *
 * Like libvips they live in a module that is opened on first use (genga_video_get()); this header
 * is its border. A source gives packed RGB(A) frames of F32 with the times of the file; a sink
 * takes such frames and codes them in segments, each a file of its own, and joins these, with
 * everything else that the source's file holds, into a file that appears under its name only when
 * it is complete. What segments are for, and who keeps them, is the caller's (job/export/export.h).
 *
 * Thread rule: probing from any thread; a source or a sink by one thread at a time.
 */
#pragma once

#include "core/choices.h"
#include "core/frame.h"
#include "core/progress.h"

G_BEGIN_DECLS

/*
 * Whether a file's first bytes are those of a video container, or it is a picture of several frames
 * ("gif", "apng", "webp"), and which; "" where not.
 */
const char *genga_video_sniff (const char *path);

/* The container that a file name's suffix means, or GENGA_CONTAINER_AUTO; its suffix (".mkv"). */
GengaContainer genga_container_from_path (const char *path);
const char *genga_container_get_suffix (GengaContainer container);
/* Whether it is one of animated pictures, for animation_new(). */
gboolean genga_container_is_animation (GengaContainer container);

typedef struct
{
  char container[24]; /* "matroska", "mp4", ... for messages */
  char codec[32];
  char pixel_format[32];
  int width; /* as coded, before any rotation */
  int height;
  int bits;           /* per channel */
  GengaLayout layout; /* what reading yields: RGB, or RGBA where there is transparency */
  GengaColour colour; /* as the file says */
  int rate_num;       /* average frames per second; 0 where nothing is known */
  int rate_den;
  int sar_num; /* sample aspect ratio; 0 = unknown */
  int sar_den;
  double seconds;   /* duration; 0 = unknown */
  gint64 n_frames;  /* as the file says, or as duration and rate do; 0 = unknown */
  gint64 start_pts; /* of the first frame, in time_base */
  int time_base_num;
  int time_base_den;
  int rotation; /* degrees that a player turns it clockwise */
  gboolean is_interlaced;
  gboolean has_mastering; /* HDR10 */
  gboolean has_light_level;
  int n_audio;
  int n_subtitles;
  int n_attachments;
  int n_data;
  int n_chapters;
  gboolean is_animation; /* an animated picture */
  guint plays;           /* how many times it is shown; 0 = for ever, as videos that become one */
} GengaVideoInfo;

/*
 * Frames that come from elsewhere than a video file, such as from a folder of pictures. The source
 * made of it owns what it points to.
 */
typedef struct
{
  GengaVideoInfo info; /* size, layout, bits, rate, time base; n_frames is exact */
  gint64 *times;       /* n_frames + 1 in the time base: when each begins, and the end */
  char *companion;     /* a video whose other streams belong to it, or NULL */
  gboolean is_cut_off; /* frames are missing at the end */
  gpointer data;
  /* Frame n, RGB(A) F32 of the info's size and layout; mostly asked for in order. */
  GengaFrame *(*read) (gpointer data, guint n, GError **error);
  GDestroyNotify free_data;
} GengaVideoFeed;

/* How a video is read. All zero means defaults. */
typedef struct
{
  GengaDeinterlace deinterlace;
  guint n_threads;         /* of the decoder; 0 = automatic */
  GengaProgress *progress; /* gets notices; may be NULL */
} GengaVideoRead;

/* How a video is written. */
typedef struct
{
  GengaContainer container; /* not AUTO */
  GengaCodec codec;         /* not AUTO */
  const char *profile;      /* of the codec, or "auto" */
  GengaEncoder encoder;
  const char *preset;       /* of the encoder, or "auto" */
  const char *pixel_format; /* FFmpeg's name, or "auto" */
  int crf;                  /* < 0 = as the profile says */
  int bit_depth;            /* 8, 10, 12; 0 = as the profile says, else as the source */
  int rate_num; /* every frame lasts rate_den / rate_num seconds; 0 = times as in the source */
  int rate_den;
  gboolean keep_audio;
  int width; /* of the frames that will come */
  int height;
  gboolean has_alpha;
  guint n_threads;         /* of the encoder; 0 = automatic */
  GengaProgress *progress; /* gets notices, and ends joining; may be NULL */

  /*
   * Called by the thread that writes when the disk is full: TRUE to try once more, FALSE to give
   * up. May be NULL, which gives up.
   */
  gboolean (*wait_for_room) (gpointer data);
  gpointer room_data;
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

typedef struct _GengaVideoSource GengaVideoSource;
typedef struct _GengaVideoSink GengaVideoSink;
typedef struct _GengaAnimationSink GengaAnimationSink;

/* What reading came to. */
typedef struct
{
  guint64 n_frames;
  guint64 n_damaged;
} GengaVideoCount;

typedef struct
{
  guint abi; /* GENGA_VIDEO_ABI */

  /* A line about versions for diagnostics ("FFmpeg 5.1.9, zimg 3.0.4"). */
  const char *(*get_version) (void);

  /*
   * Opens a file and decodes its first frame. Errors: GENGA_ERROR_INPUT (missing, not a file, no
   * video in it, encrypted, an unknown codec or pixel format, cut off), GENGA_ERROR_UNAVAILABLE.
   */
  GengaVideoSource *(*source_new) (const char *path, const GengaVideoRead *params, GError **error);

  /*
   * A source of frames from elsewhere, under a name for messages; takes what the feed points to,
   * also where it fails. Everything below works with it.
   */
  GengaVideoSource *(*source_new_from_feed) (const char *path,
                                             const GengaVideoFeed *feed,
                                             const GengaVideoRead *params,
                                             GError **error);
  const GengaVideoInfo *(*source_get_info) (GengaVideoSource *self);

  /*
   * The next frame, NULL without error at the end. Its time is the file's, and always later than
   * that of the frame before. Errors: GENGA_ERROR_INPUT, _OUT_OF_MEMORY, _INCOMPLETE (the file was
   * changed meanwhile).
   */
  GengaFrame *(*source_read) (GengaVideoSource *self, GError **error);

  /*
   * From now on frames come as a player shows them, and the info tells so: for files that cannot
   * ask players to turn them. FALSE where the angle is not a right one.
   */
  gboolean (*source_turn) (GengaVideoSource *self);

  /*
   * Only what lies from second `from` on and before second `to`, counted from the video's first
   * frame; 0 = from the beginning, to the end. Frames are taken by their times, to half a
   * millisecond. The part's first frame gets time 0, everything that is copied beside it is cut and
   * moved along by a sink, and the source's info tells of the part. Once, before reading. Errors:
   * GENGA_ERROR_USAGE where there is no frame, GENGA_ERROR_INPUT.
   */
  gboolean (*source_set_part) (GengaVideoSource *self, double from, double to, GError **error);

  /*
   * The next frame read is the first one whose time is not before `pts`, in the info's time base,
   * as frames have it. `exact`: it is the very frame that reading from the beginning gives,
   * whatever that costs (files without an index that can be relied on are decoded from their
   * beginning). Otherwise it may be a later one, soon, as for looking around in a file. Counting
   * begins anew. Past the end reading ends at once. Errors: GENGA_ERROR_INPUT, _OUT_OF_MEMORY.
   */
  gboolean (*source_seek) (GengaVideoSource *self, gint64 pts, gboolean exact, GError **error);

  /*
   * After the last frame: whether the file held what its header promises and is still what it was
   * when it was opened; else GENGA_ERROR_INCOMPLETE.
   */
  gboolean (*source_check_complete) (GengaVideoSource *self, GError **error);
  void (*source_get_count) (GengaVideoSource *self, GengaVideoCount *count);
  void (*source_free) (GengaVideoSource *self);

  /*
   * A writer for what was read from `source`, which is only looked at during this call; its file
   * stays open. Says what will be lost before anything is computed. `path`: the result's. Errors:
   * GENGA_ERROR_USAGE (a combination that does not exist, with those that do), GENGA_ERROR_OUTPUT,
   * GENGA_ERROR_UNAVAILABLE (an encoder that this FFmpeg lacks).
   */
  GengaVideoSink *(*sink_new) (GengaVideoSource *source,
                               const char *path,
                               const GengaVideoWrite *params,
                               GError **error);

  /* The encoder with all its settings, as a line; the number of its threads is not among them. */
  const char *(*sink_get_coding) (GengaVideoSink *self);

  /*
   * How many bits a pixel of a frame may take. `is_known`: it is the codec that says so, and not
   * experience with pictures.
   */
  double (*sink_get_bits_per_pixel) (GengaVideoSink *self, gboolean *is_known);

  /* A segment begins: `path` is its file, `first_frame` counts from 0. Errors: GENGA_ERROR_OUTPUT.
   */
  gboolean (*sink_begin) (GengaVideoSink *self,
                          const char *path,
                          guint64 first_frame,
                          GError **error);

  /* Frames of params->width x height, RGB(A) F32. Errors: GENGA_ERROR_OUTPUT. */
  gboolean (*sink_write) (GengaVideoSink *self, GengaFrame *frame, GError **error);

  /* Ends the segment; its file is durable, but for its name. Errors: GENGA_ERROR_OUTPUT. */
  GengaVideoSegment *(*sink_end) (GengaVideoSink *self, GError **error);

  /*
   * Joins all segments, whose files are `paths`, and adds what is copied: a whole video in the file
   * `temporary`, on the result's file system, durable but for its name. One whose file is not
   * what was written is told by its index in `*damaged`, else that is -1, also where nobody could
   * look. Errors: GENGA_ERROR_OUTPUT, _INCOMPLETE (what is copied could not be read, or was changed
   * meanwhile), G_IO_ERROR_CANCELLED.
   */
  gboolean (*sink_join) (GengaVideoSink *self,
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
  gboolean (*sink_commit) (GengaVideoSink *self, gboolean overwrite, GError **error);

  /* Segments that were not ended keep their files, which are of no use. */
  void (*sink_free) (GengaVideoSink *self);

  /*
   * A writer of GIF, APNG or WebP with the times of the frames and the source's number of plays.
   * Says what will be lost before anything is computed. Otherwise as the functions of a sink.
   */
  GengaAnimationSink *(*animation_new) (GengaVideoSource *source,
                                        const char *path,
                                        const GengaAnimationWrite *params,
                                        GError **error);
  gboolean (*animation_write) (GengaAnimationSink *self, GengaFrame *frame, GError **error);
  gboolean (*animation_finish) (GengaAnimationSink *self, GError **error);
  void (*animation_free) (GengaAnimationSink *self);
} GengaVideo;

#define GENGA_VIDEO_ABI 6
#define GENGA_VIDEO_ENTRY "genga_video_module_get"
typedef const GengaVideo *(*GengaVideoGetFunc) (GError **error);

/* The module, opened on first use and kept. Errors: GENGA_ERROR_UNAVAILABLE, in a sentence. */
const GengaVideo *genga_video_get (GError **error);

/*
 * The container for a codec where nobody chose one: one that keeps everything that a source of
 * this container ("matroska", "mov", ...) may hold.
 */
GengaContainer genga_container_choose (GengaCodec codec, const char *source_container);

/* The time of second `seconds` after the first frame, as frames have it; for source_seek(). */
gint64 genga_video_info_get_pts (const GengaVideoInfo *info, double seconds);

/* The codec for a container where nobody chose one: VP9 for WebM, H.264 elsewhere. */
GengaCodec genga_codec_choose (GengaContainer container);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoSegment, genga_video_segment_free)

G_END_DECLS
