/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of the video module: what its files share about the FFmpeg libraries.
 */
#pragma once

#include "core/output-file.h"
#include "media/video.h"

#include <sys/stat.h>

#ifdef __cplusplus
extern "C"
{
#endif
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
#ifdef __cplusplus
}
#endif

G_BEGIN_DECLS

/* The library's type under a name of our own, for automatic clean-up. */
typedef AVFrame GengaAvFrame;

static inline void
genga_av_frame_free (GengaAvFrame *frame)
{
  av_frame_free (&frame);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaAvFrame, genga_av_frame_free)

/* An error of the FFmpeg libraries in their own words; free with g_free(). */
char *genga_av_dup_error (int code);

/* ---- the file that a muxer writes (video-file.c) ---- */

/* The name of the muxer that writes it. */
const char *genga_container_get_muxer (GengaContainer container);

/* Sets up the muxer's I/O; `file` is borrowed until genga_av_stop_writing(). FALSE: no memory. */
gboolean genga_av_write_through (AVFormatContext *output, GengaOutputFile *file);
void genga_av_stop_writing (AVFormatContext *output);

/* Why `name` cannot be written: `file`, which may be NULL, knows it, else an error of FFmpeg's. */
gboolean
genga_av_set_output_error (GengaOutputFile *file, const char *name, int code, GError **error);

/* ---- colour (video-colour.c) ---- */

/* The tags of a frame. */
void genga_av_get_colour (const AVFrame *frame, GengaColour *colour);

/*
 * Fills in what a file leaves open and a conversion has to know: matrix, range and where chroma
 * lies. SD material is BT.601, other BT.709 (VID-12).
 */
void genga_av_complete_colour (GengaColour *colour, const AVPixFmtDescriptor *desc, int height);

/* ---- conversion (video-graph.c, video-reader.c, video-writer.c) ---- */

typedef struct _GengaVideoReader GengaVideoReader;
typedef struct _GengaVideoWriter GengaVideoWriter;

/* Bits per channel of a format that can be converted, or 0. */
int genga_av_get_depth (enum AVPixelFormat format);

/*
 * From decoded frames of one format, size and colour to RGB(A) F32. `colour` is complete. Errors:
 * GENGA_ERROR_INPUT (formats and matrices that mean nothing here), GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaVideoReader *genga_video_reader_new (enum AVPixelFormat format,
                                          int width,
                                          int height,
                                          const GengaColour *colour,
                                          const char *name,
                                          GError **error);
void genga_video_reader_free (GengaVideoReader *self);
gboolean genga_video_reader_matches (GengaVideoReader *self,
                                     enum AVPixelFormat format,
                                     int width,
                                     int height,
                                     const GengaColour *colour);
/* `layout`: RGB or RGBA. */
GengaFrame *genga_video_reader_run (GengaVideoReader *self,
                                    const AVFrame *frame,
                                    GengaLayout layout,
                                    GError **error);

/* From RGB(A) F32 to frames of one format. The sides are multiples of the subsampling. */
GengaVideoWriter *genga_video_writer_new (
    enum AVPixelFormat format, int width, int height, const GengaColour *colour, GError **error);
void genga_video_writer_free (GengaVideoWriter *self);
/* Fills a writable frame of the writer's format and size. */
gboolean genga_video_writer_run (GengaVideoWriter *self,
                                 const GengaFrame *source,
                                 AVFrame *frame,
                                 GError **error);

/* ---- frames of another size (video-resize.c) ---- */

typedef struct _GengaVideoResizer GengaVideoResizer;

/* From packed RGB(A) F32 of `from` to width x height. */
GengaVideoResizer *
genga_video_resizer_new (const GengaFrameInfo *from, int width, int height, GError **error);
void genga_video_resizer_free (GengaVideoResizer *self);
gboolean genga_video_resizer_matches (GengaVideoResizer *self, const GengaFrameInfo *from);
/* Takes the frame. */
GengaFrame *
genga_video_resizer_run (GengaVideoResizer *self, GengaFrame *take_source, GError **error);

/* ---- deinterlacing (video-deinterlace.c) ---- */

typedef struct _GengaDeinterlacer GengaDeinterlacer;

/* bwdif, one frame for each; `all`: also frames that are not marked. */
GengaDeinterlacer *genga_deinterlacer_new (const AVFrame *like, gboolean all, GError **error);
void genga_deinterlacer_free (GengaDeinterlacer *self);
/* Whether it takes such a frame; another one needs another deinterlacer. */
gboolean genga_deinterlacer_matches (GengaDeinterlacer *self, const AVFrame *frame);
/* NULL ends the stream. Keeps the frame's content, not the frame. */
gboolean genga_deinterlacer_send (GengaDeinterlacer *self, AVFrame *frame, GError **error);
/* AVERROR (EAGAIN) where it wants more; times are those of the frames sent. */
int genga_deinterlacer_receive (GengaDeinterlacer *self, AVFrame *frame);

/* ---- source (video-source.c) ---- */

/* Opens a file of a known container, and nothing that it refers to. Errors: GENGA_ERROR_INPUT. */
AVFormatContext *genga_av_open_file (const char *path, GError **error);

/* Whether the file that is open is not what it was `before`. */
gboolean
genga_av_file_has_changed (AVFormatContext *format, const char *path, const struct stat *before);
/* GENGA_ERROR_INCOMPLETE; FALSE. */
gboolean genga_av_set_changed_error (const char *name, GError **error);

GengaVideoSource *
genga_video_source_new (const char *path, const GengaVideoRead *params, GError **error);
GengaVideoSource *genga_video_source_new_from_feed (const char *path,
                                                    const GengaVideoFeed *feed,
                                                    const GengaVideoRead *params,
                                                    GError **error);
const GengaVideoInfo *genga_video_source_get_info (GengaVideoSource *self);
GengaFrame *genga_video_source_read (GengaVideoSource *self, GError **error);
gboolean genga_video_source_check_complete (GengaVideoSource *self, GError **error);
void genga_video_source_get_count (GengaVideoSource *self, GengaVideoCount *count);
void genga_video_source_free (GengaVideoSource *self);

gboolean genga_video_source_turn (GengaVideoSource *self);
gboolean genga_video_source_is_turned (GengaVideoSource *self);

/* ---- parts of a source (video-seek.c) ---- */

gboolean
genga_video_source_seek (GengaVideoSource *self, gint64 pts, gboolean exact, GError **error);
gboolean
genga_video_source_set_part (GengaVideoSource *self, double from, double to, GError **error);

/*
 * Where the part that is read begins and stops, in seconds of the file's own times; the beginning
 * is what is taken off all times. FALSE: the whole file is read, with the times it has.
 */
gboolean genga_video_source_get_part (GengaVideoSource *self, double *start, double *stop);

/*
 * What a sink wants to know: the file whose other streams belong to it, or NULL; what the source's
 * own file was like when it was opened; its video stream; its first frame, of which pixels are not
 * needed.
 */
const char *genga_video_source_get_path (GengaVideoSource *self);
const struct stat *genga_video_source_get_stat (GengaVideoSource *self);
AVFormatContext *genga_video_source_get_format (GengaVideoSource *self);
AVStream *genga_video_source_get_stream (GengaVideoSource *self);
const AVFrame *genga_video_source_get_first_frame (GengaVideoSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoSource, genga_video_source_free)

/* What a file says of itself. `first` is its first decoded frame. */
void genga_av_fill_info (GengaVideoInfo *info,
                         AVFormatContext *format,
                         AVStream *stream,
                         const AVFrame *first);

/* Duration of a decoded frame in its stream's time base. */
static inline gint64
genga_av_frame_get_duration (const AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame->duration;
#else
  return frame->pkt_duration;
#endif
}

/* ---- codecs (video-codec.c) ---- */

/* What a codec, a profile and the options of a user come to. */
typedef struct
{
  const AVCodec *codec;
  enum AVPixelFormat format;
  GengaColour colour; /* complete: what the numbers are, and how they are tagged */
  char profile[24];   /* as chosen */
  int crf;            /* as used; -1: none */
  AVDictionary *dictionary;
  AVBufferRef *device; /* where frames of `format` have to be uploaded to; NULL: nowhere */
  gint64 bit_rate;     /* DNxHD */
  gboolean is_lossless;
} GengaEncoding;

/*
 * Chooses encoder, pixel format and settings; notices tell what the choice loses. Errors:
 * GENGA_ERROR_USAGE, _OUTPUT, _UNAVAILABLE. Cleared with genga_encoding_clear() in any case.
 */
gboolean genga_encoding_init (GengaEncoding *self,
                              const GengaVideoWrite *params,
                              GengaVideoSource *source,
                              GError **error);
void genga_encoding_clear (GengaEncoding *self);

/*
 * Takes a graphics card's encoder instead where it is wanted and has coded a frame
 * (video-hardware.c); a notice tells why one that was asked for is not taken.
 */
void genga_hardware_choose (GengaEncoding *self, const GengaVideoWrite *params);

/*
 * Gets an encoder that is not open yet ready for frames of `format`, or, with a device, for
 * uploaded ones. A code of FFmpeg's.
 */
int
genga_hardware_prepare (AVCodecContext *context, enum AVPixelFormat format, AVBufferRef *device);
/* A frame for such an encoder, which is `frame` itself without a device; NULL: it did not work. */
AVFrame *genga_hardware_upload (const AVCodecContext *context, AVFrame *take_frame);

/* As GengaVideo.sink_get_bits_per_pixel(). */
double genga_encoding_get_bits_per_pixel (const GengaEncoding *self,
                                          const GengaVideoWrite *params,
                                          gboolean *is_known);

/* Adds what x265 writes into its own headers about HDR10. */
void genga_encoding_add_hdr (GengaEncoding *self, GengaVideoSource *source);

/* ---- text subtitles (video-subtitles.c) ---- */

typedef struct _GengaSubtitles GengaSubtitles;

/* What a container holds in the place of text subtitles that it does not, or NONE. */
enum AVCodecID genga_subtitles_choose (GengaContainer container, enum AVCodecID from);

/* NULL where it is not possible. */
GengaSubtitles *genga_subtitles_new (const AVStream *from, enum AVCodecID to);
void genga_subtitles_free (GengaSubtitles *self);
/* What the stream of the output has to say of them. */
gboolean genga_subtitles_describe (GengaSubtitles *self, AVStream *stream);
/* From a packet with the times of the stream it comes from to one in `time_base`. FALSE: nothing.
 */
gboolean genga_subtitles_convert (GengaSubtitles *self, AVPacket *packet, AVRational time_base);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSubtitles, genga_subtitles_free)

/* ---- copied streams (video-copy.c) ---- */

typedef struct _GengaStreamCopy GengaStreamCopy;

/*
 * Adds to `output` a stream for every stream of the source's file that can be kept but the one
 * that is upscaled, with chapters and metadata. Says what cannot be kept. Errors:
 * GENGA_ERROR_OUTPUT for audio that the container cannot hold.
 */
GengaStreamCopy *genga_stream_copy_new (GengaVideoSource *source,
                                        AVFormatContext *output,
                                        const GengaVideoWrite *params,
                                        GError **error);
void genga_stream_copy_free (GengaStreamCopy *self);
/* The stream that stands where the upscaled one stood; borrowed from the output. */
AVStream *genga_stream_copy_get_video (GengaStreamCopy *self);
/*
 * Hands on what comes before `until` seconds. Answers 0, AVERROR_EXIT with an error of reading, or
 * an error of the output.
 */
int genga_stream_copy_run (GengaStreamCopy *self, double until, GError **error);
/* At the end: whether the file could be read and is what it was. Errors: GENGA_ERROR_INCOMPLETE. */
gboolean genga_stream_copy_check (GengaStreamCopy *self, GError **error);

/* ---- encoder (video-encoder.c) ---- */

/* What all encoders of one video are opened with; borrowed things outlive them. */
typedef struct
{
  const GengaVideoWrite *params;
  const GengaEncoding *encoding;
  AVRational time_base; /* of the frames' times, and of packets */
  AVRational rate;      /* 0 = unknown */
  AVRational sar;
  gboolean has_global_header;
} GengaEncoderSetup;

typedef struct _GengaVideoEncoder GengaVideoEncoder;

/* Send a frame before anything else: some encoders wait for ever when they are closed without. */
GengaVideoEncoder *genga_video_encoder_new (const GengaEncoderSetup *setup, GError **error);
void genga_video_encoder_free (GengaVideoEncoder *self);
AVCodecContext *genga_video_encoder_get_context (GengaVideoEncoder *self);
/* `frame` NULL ends the stream. Errors: GENGA_ERROR_OUTPUT. */
gboolean
genga_video_encoder_send (GengaVideoEncoder *self, GengaFrame *frame, gint64 pts, GError **error);
/* 1: there is one; 0: it wants more, or has ended; -1 with an error. */
int genga_video_encoder_receive (GengaVideoEncoder *self, AVPacket *packet, GError **error);

/* What its stream is like, without time and place (video-coding.c); NULL: these are no such bytes.
 */
GBytes *genga_av_pack_coding (const AVCodecParameters *coding);
AVCodecParameters *genga_av_unpack_coding (GBytes *bytes);

/* ---- files of segments (video-segment.c) ---- */

typedef struct _GengaSegmentWriter GengaSegmentWriter;
typedef struct _GengaSegmentReader GengaSegmentReader;

/* `result`: the path that messages are about. Errors: GENGA_ERROR_OUTPUT. */
GengaSegmentWriter *genga_segment_writer_new (const char *path,
                                              const char *result,
                                              const GengaVideoWrite *params,
                                              GError **error);
/* Leaves the file as it is. */
void genga_segment_writer_free (GengaSegmentWriter *self);
guint64 genga_segment_writer_get_size (GengaSegmentWriter *self);
gboolean
genga_segment_writer_add (GengaSegmentWriter *self, const AVPacket *packet, GError **error);
/* Makes the file durable. */
gboolean genga_segment_writer_finish (GengaSegmentWriter *self, GError **error);

/*
 * 0; AVERROR_INVALIDDATA where it is not there or not what was written; another error where nobody
 * could look.
 */
int genga_segment_reader_new (const char *path, GengaSegmentReader **reader);
void genga_segment_reader_free (GengaSegmentReader *self);
/* As above; AVERROR_EOF once the whole file was as it was written. */
int genga_segment_reader_next (GengaSegmentReader *self, AVPacket *packet);

/* ---- the result's file (video-mux.c) ---- */

typedef struct _GengaVideoMux GengaVideoMux;

/*
 * HDR10 and the like, from the source's stream, else from its first frame. That it is to be turned
 * is left out where the source turns its frames.
 */
void genga_av_copy_side_data (AVStream *to, GengaVideoSource *source);

/* Opens the source's file once more for what is copied. Says what cannot be kept. */
GengaVideoMux *genga_video_mux_new (GengaVideoSource *source,
                                    const char *path,
                                    const GengaEncoderSetup *setup,
                                    GError **error);
void genga_video_mux_free (GengaVideoMux *self);
/* Whether the container takes all streams together. Errors: GENGA_ERROR_OUTPUT. */
gboolean
genga_video_mux_check (GengaVideoMux *self, const AVCodecParameters *coding, GError **error);
/* Once; as GengaVideo.sink_join(). */
gboolean genga_video_mux_join (GengaVideoMux *self,
                               const AVCodecParameters *coding,
                               GengaVideoSegment *const *segments,
                               const char *const *paths,
                               guint n_segments,
                               const char *temporary,
                               int *damaged,
                               GError **error);
gboolean genga_video_mux_commit (GengaVideoMux *self, gboolean overwrite, GError **error);

/* ---- sink (video-sink.c) ---- */

GengaVideoSink *genga_video_sink_new (GengaVideoSource *source,
                                      const char *path,
                                      const GengaVideoWrite *params,
                                      GError **error);
const char *genga_video_sink_get_coding (GengaVideoSink *self);
double genga_video_sink_get_bits_per_pixel (GengaVideoSink *self, gboolean *is_known);
gboolean genga_video_sink_begin (GengaVideoSink *self,
                                 const char *path,
                                 guint64 first_frame,
                                 GError **error);
gboolean genga_video_sink_write (GengaVideoSink *self, GengaFrame *frame, GError **error);
GengaVideoSegment *genga_video_sink_end (GengaVideoSink *self, GError **error);
gboolean genga_video_sink_join (GengaVideoSink *self,
                                GengaVideoSegment *const *segments,
                                const char *const *paths,
                                guint n_segments,
                                const char *temporary,
                                int *damaged,
                                GError **error);
gboolean genga_video_sink_commit (GengaVideoSink *self, gboolean overwrite, GError **error);
void genga_video_sink_free (GengaVideoSink *self);

/* ---- animated pictures (video-animation.c, video-webp.c) ---- */

GengaAnimationSink *genga_animation_sink_new (GengaVideoSource *source,
                                              const char *path,
                                              const GengaAnimationWrite *params,
                                              GError **error);
gboolean genga_animation_sink_write (GengaAnimationSink *self, GengaFrame *frame, GError **error);
gboolean genga_animation_sink_finish (GengaAnimationSink *self, GError **error);
void genga_animation_sink_free (GengaAnimationSink *self);

/* Encodes WebP frames; times in milliseconds. */
typedef struct _GengaWebpWriter GengaWebpWriter;

GengaWebpWriter *
genga_webp_writer_new (const GengaAnimationWrite *params, guint plays, GError **error);
void genga_webp_writer_free (GengaWebpWriter *self);
/* RGBA of 8 bits, `stride` bytes a row. */
gboolean genga_webp_writer_add (
    GengaWebpWriter *self, const guint8 *pixels, int stride, int time, GError **error);
/* The file; `end` is when the last frame is over. */
GBytes *genga_webp_writer_finish (GengaWebpWriter *self, int end, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaAnimationSink, genga_animation_sink_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaWebpWriter, genga_webp_writer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaStreamCopy, genga_stream_copy_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoReader, genga_video_reader_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoResizer, genga_video_resizer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoWriter, genga_video_writer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoEncoder, genga_video_encoder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoMux, genga_video_mux_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSegmentWriter, genga_segment_writer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSegmentReader, genga_segment_reader_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoSink, genga_video_sink_free)

G_END_DECLS
