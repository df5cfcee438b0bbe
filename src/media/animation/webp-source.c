/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/animation/webp-source.h"
#include "core/error.h"
#include "media/animation/animation.h"
#include "media/numbered.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <webp/decode.h>
#include <webp/demux.h>

/* They are held whole while they are read; real ones are a small part of this. */
#define MAX_SIZE (1 << 30)
/* The header and the first chunks, which tell the size of the canvas. */
#define HEAD_SIZE 4096
/* Browsers show a frame without a duration this long, in milliseconds. */
#define DEFAULT_DURATION 100

#define INPUT_ERROR(...) g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, __VA_ARGS__)

typedef struct
{
  char *name; /* for messages */
  guint8 *bytes;
  gsize size;
  WebPAnimDecoder *decoder;
  GengaFrameInfo frame;
  guint next; /* frame of the decoder */
} WebpReader;

static void
webp_reader_free (gpointer data)
{
  WebpReader *self = data;

  WebPAnimDecoderDelete (self->decoder);
  g_free (self->bytes);
  g_free (self->name);
  g_free (self);
}

static GengaFrame *
to_float (const guint8 *pixels, const GengaFrameInfo *info, GError **error)
{
  GengaFrame *frame = genga_frame_new (info, error);
  int n_channels = genga_layout_get_n_channels (info->layout);

  if (frame == NULL)
    return NULL;
  for (int y = 0; y < info->height; y++)
    {
      float *row = genga_frame_get_row (frame, 0, y);

      for (int x = 0; x < info->width; x++, pixels += 4)
        for (int c = 0; c < n_channels; c++)
          *row++ = pixels[c] / 255.f;
    }
  return frame;
}

static GengaFrame *
webp_read (gpointer data, guint n, GError **error)
{
  WebpReader *self = data;
  guint8 *pixels = NULL;
  int time;

  if (n < self->next)
    {
      WebPAnimDecoderReset (self->decoder);
      self->next = 0;
    }
  for (; self->next <= n; self->next++)
    if (!WebPAnimDecoderGetNext (self->decoder, &pixels, &time))
      {
        INPUT_ERROR (_ ("“%s” is damaged: can't decode its frame %u."), self->name, self->next + 1);
        return NULL;
      }
  return to_float (pixels, &self->frame, error);
}

/* When each frame begins, in milliseconds, and the end; as many as there are. */
static gint64 *
read_times (WebpReader *self, guint *n_frames)
{
  const WebPDemuxer *demuxer = WebPAnimDecoderGetDemuxer (self->decoder);
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));
  WebPIterator iterator;
  gint64 time = 0;

  g_array_append_val (times, time);
  if (WebPDemuxGetFrame (demuxer, 1, &iterator))
    do
      {
        time += iterator.duration > 0 ? iterator.duration : DEFAULT_DURATION;
        g_array_append_val (times, time);
      }
    while (WebPDemuxNextFrame (&iterator));
  WebPDemuxReleaseIterator (&iterator);
  *n_frames = times->len - 1;
  return (gint64 *)(gpointer)g_array_free (times, FALSE);
}

/* The beginning of the file says how large it is, and its canvas, before anything is read whole. */
static gboolean
check_size (WebpReader *self, int fd, const GengaSourceParams *params, GError **error)
{
  guint8 head[HEAD_SIZE];
  WebPBitstreamFeatures features;
  struct stat status;
  gssize n = pread (fd, head, sizeof head, 0);

  if (n < 0 || fstat (fd, &status) != 0)
    {
      INPUT_ERROR (_ ("Can't read “%s”."), self->name);
      return FALSE;
    }
  if (status.st_size > MAX_SIZE)
    {
      INPUT_ERROR (_ ("“%s” is too large to read."), self->name);
      return FALSE;
    }
  if (WebPGetFeatures (head, n, &features) != VP8_STATUS_OK)
    {
      INPUT_ERROR (_ ("“%s” is truncated or damaged: can't read it to the end."), self->name);
      return FALSE;
    }
  self->size = status.st_size;
  return genga_animation_check_budget (self->name, self->size, TRUE, features.width,
                                       features.height, params->max_memory_bytes, error);
}

static gboolean
read_bytes (WebpReader *self, int fd, GError **error)
{
  gsize done = 0;

  self->bytes = g_try_malloc (MAX (1, self->size));
  while (self->bytes != NULL && done < self->size)
    {
      gssize n = read (fd, self->bytes + done, self->size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      done += n;
    }
  if (self->bytes == NULL || done < self->size)
    INPUT_ERROR (_ ("Can't read “%s”."), self->name);
  return self->bytes != NULL && done == self->size;
}

static gboolean
load (WebpReader *self, const char *path, const GengaSourceParams *params, GError **error)
{
  WebPAnimDecoderOptions options;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gboolean ok;

  if (fd < 0)
    {
      INPUT_ERROR (_ ("Can't read “%s”."), self->name);
      return FALSE;
    }
  ok = check_size (self, fd, params, error) && read_bytes (self, fd, error);
  g_close (fd, NULL);
  if (!ok)
    return FALSE;
  if (WebPAnimDecoderOptionsInit (&options))
    {
      options.color_mode = MODE_RGBA;
      options.use_threads = TRUE;
      self->decoder =
          WebPAnimDecoderNew (&(WebPData){ .bytes = self->bytes, .size = self->size }, &options);
    }
  if (self->decoder == NULL)
    INPUT_ERROR (_ ("“%s” is truncated or damaged: can't read it to the end."), self->name);
  return self->decoder != NULL;
}

static GengaNumbered
describe (WebpReader *self, const char *path)
{
  WebPAnimInfo info;
  guint n_frames;
  gint64 *times = read_times (self, &n_frames);

  WebPAnimDecoderGetInfo (self->decoder, &info);
  return (GengaNumbered){
    .info = { .kind = GENGA_SOURCE_ANIMATION,
              .container = "webp",
              .codec = "webp",
              .pixel_format = "rgba",
              .width = self->frame.width,
              .height = self->frame.height,
              .bits = 8,
              .layout = self->frame.layout,
              .n_frames = n_frames,
              .rate_num = n_frames * 1000,
              .rate_den = MAX (1, times[n_frames]),
              .time_base_num = 1,
              .time_base_den = 1000,
              .loop_count = info.loop_count },
    .times = times,
    .path = g_strdup (path),
    .name = g_strdup (self->name),
    .is_cut_off = n_frames < info.frame_count,
    .data = self,
    .read = webp_read,
    .free_data = webp_reader_free,
  };
}

GengaSource *
genga_webp_open (const char *path, const GengaSourceParams *params, GError **error)
{
  WebpReader *self = g_new0 (WebpReader, 1);
  WebPAnimInfo info;
  gboolean has_alpha;

  self->name = g_filename_display_basename (path);
  if (!load (self, path, params, error))
    {
      webp_reader_free (self);
      return NULL;
    }
  WebPAnimDecoderGetInfo (self->decoder, &info);
  has_alpha = (WebPDemuxGetI (WebPAnimDecoderGetDemuxer (self->decoder), WEBP_FF_FORMAT_FLAGS) &
               ALPHA_FLAG) != 0;
  self->frame = (GengaFrameInfo){
    .width = info.canvas_width,
    .height = info.canvas_height,
    .sample = GENGA_SAMPLE_F32,
    .layout = has_alpha ? GENGA_LAYOUT_RGBA : GENGA_LAYOUT_RGB,
  };
  GengaNumbered frames = describe (self, path);
  return genga_numbered_new (&frames);
}
