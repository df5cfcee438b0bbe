/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a source, for the files that it is made of. */
#pragma once

#include "media/animation.h"
#include "media/video/video-guard.h"
#include "media/video/video-private.h"
#include "media/video/video-timeline.h"

G_BEGIN_DECLS

/* A call under way; in the source, because it may outlive its caller. */
typedef struct
{
  gint64 pts;
  gboolean exact;
  double from, to;
  GengaFrame *frame;
  gboolean ok;
  GError *error;
} GengaVideoCall;

struct _GengaVideoSource
{
  GengaGuard *guard; /* whose thread does everything that reads or decodes */
  GengaVideoCall call;

  char *path;
  char *name; /* for messages */
  struct stat stat;
  GengaVideoRead params;
  GengaVideoInfo info;
  GengaVideoCount count;

  AVFormatContext *format;
  AVStream *stream;
  AVCodecContext *decoder;
  AVPacket *packet;
  AVFrame *frame;
  AVFrame *first;  /* for sinks; its pixels are not needed later */
  AVFrame *before; /* what was decoded before `frame`, while there is no deinterlacer */
  AVFrame *held;   /* decoded, and waits until the deinterlacer has ended */
  GengaDeinterlacer *deinterlacer;
  gboolean is_warming_up; /* its next frame was given before */
  GengaVideoReader *reader;
  GengaVideoResizer *resizer; /* while frames have another size than the first one */
  guint n_sizes;

  gboolean has_packet;  /* `packet` was read and not decoded yet */
  gboolean has_pending; /* `frame` was decoded and not given yet */
  gboolean file_ended;
  gboolean decoder_ended;
  gint64 last_pts;
  gint64 video_end; /* in the stream's time base */
  double file_end;  /* of all streams, seconds */
  int read_error;
  gboolean told_about_times;
  gboolean told_about_joints;
  GengaTimeline *timeline; /* of `format` */

  GengaAnimation animation; /* what the structure of an animated picture says; else no kind */
  GengaVideoFeed *feed;     /* where frames come from instead of the file, or NULL */
  guint next;               /* frame of the feed */

  int turns; /* clockwise, by right angles */

  /* The part that is read, in the file's own times. */
  gboolean is_part;
  gint64 skip_until; /* frames before are decoded only */
  gint64 stop;       /* the first time that is not read any more; G_MAXINT64 = to the end */
  gint64 offset;     /* what is taken off times at the border */
};

/* ---- what calls do, in the guard's thread (video-source.c, video-seek.c) ---- */

/* Decodes the first frame, too. */
gboolean genga_video_source_open_now (GengaVideoSource *self, GError **error);
GengaFrame *genga_video_source_read_now (GengaVideoSource *self, GError **error);
gboolean
genga_video_source_seek_now (GengaVideoSource *self, gint64 pts, gboolean exact, GError **error);
gboolean
genga_video_source_set_part_now (GengaVideoSource *self, double from, double to, GError **error);
gboolean genga_video_source_check_now (GengaVideoSource *self, GError **error);
void genga_video_source_destroy (GengaVideoSource *self);

/* Opens the file, from its beginning; what was open is closed. Errors: GENGA_ERROR_INPUT. */
gboolean genga_video_source_open (GengaVideoSource *self, GError **error);

/* ---- decoding (video-decode.c) ---- */

/* Forgets what was decoded, as after a jump in the file. */
void genga_video_source_flush (GengaVideoSource *self);

/* The file's next packet into `packet`, on the file's one line of time; else FFmpeg's error. */
int genga_video_source_read_packet (GengaVideoSource *self);

/* Decodes and, where it has to be, deinterlaces one frame: 1, or 0 at the end, or -1. */
int genga_video_source_next (GengaVideoSource *self, GError **error);

/* ---- turning (video-turn.c) ---- */

/* A frame turned as source_turn() asked for; takes it. */
GengaFrame *
genga_video_source_turn_frame (GengaVideoSource *self, GengaFrame *take_source, GError **error);

/* ---- feeds (video-feed.c) ---- */

GengaFrame *genga_video_source_read_feed (GengaVideoSource *self, GError **error);
void genga_video_source_seek_feed (GengaVideoSource *self, gint64 pts);
void genga_video_source_free_feed (GengaVideoSource *self);

/* Makes a new source one of a feed; takes what it points to. */
gboolean
genga_video_source_set_feed (GengaVideoSource *self, const GengaVideoFeed *feed, GError **error);

/* An animated WebP as a feed. Errors: GENGA_ERROR_INPUT. */
gboolean genga_webp_open (const char *path, GengaVideoFeed *feed, GError **error);

G_END_DECLS
