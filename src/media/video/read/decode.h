/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a file's packets to frames with times: decoding, and deinterlacing where it has to be.
 * Whatever waits for the file ticks (media/guard.h).
 */
#pragma once

#include "media/source.h"
#include "media/video/av.h"
#include "media/video/read/deinterlace.h"
#include "media/video/read/matroska-crop.h"
#include "media/video/read/timeline.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  char *name; /* for messages */
  guint n_threads;
  GengaDeinterlace deinterlace;
  GengaProgress *progress;
  int rate_num; /* as the file says; for frames without a duration */
  int rate_den;

  AVFormatContext *format;
  AVStream *stream;
  AVCodecContext *context;
  AVPacket *packet;
  AVFrame *frame;         /* the one decoded last */
  AVFrame *before;        /* what was decoded before `frame`, while there is no deinterlacer */
  AVFrame *held;          /* decoded, and waits until the deinterlacer has ended */
  GengaMatroskaCrop crop; /* of `frame`, before it is given; width 0: nothing is cut off */
  GengaDeinterlacer *deinterlacer;
  gboolean is_warming_up;  /* its next frame was given before */
  GengaTimeline *timeline; /* of `format` */

  gint64 begin;         /* of the first whole frame, where damaged ones lie before it */
  gint64 skip_until;    /* frames before are decoded only, in the stream's time base */
  gboolean has_packet;  /* `packet` was read and not decoded yet */
  gboolean has_pending; /* `frame` was decoded and not given yet */
  gboolean file_ended;
  gboolean decoder_ended;
  gint64 last_pts;
  gint64 video_end; /* in the stream's time base */
  double file_end;  /* of all streams, seconds */
  gint64
      packet_pos; /* of the last packet of which it is known: where it began in the file, bytes */
  gint64 packet_end;
  int read_error;
  GengaSourceCount count; /* of frames that are not skipped */

  gboolean notified_of_times;
  gboolean notified_of_discontinuities;
  gboolean notified_of_fields;
} GengaDecoder;

/* Opens nothing yet. FALSE: there is no memory. `params` as for the source. */
gboolean genga_decoder_init (GengaDecoder *self, const char *path, const GengaSourceParams *params);
void genga_decoder_clear (GengaDecoder *self);

/* Opens the file, from its beginning; what was open is closed. Errors: GENGA_ERROR_INPUT. */
gboolean genga_decoder_open (GengaDecoder *self, GError **error);

/* Forgets what was decoded, as after a jump in the file. */
void genga_decoder_flush (GengaDecoder *self);

/* The file's next packet into `packet`, on the file's one line of time; else FFmpeg's error. */
int genga_decoder_read_packet (GengaDecoder *self);

/* One frame into `frame`: 1, or 0 at the end, or -1. */
int genga_decoder_next (GengaDecoder *self, GError **error);

G_END_DECLS
