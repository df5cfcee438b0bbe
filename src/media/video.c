/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video.h"
#include "core/error.h"
#include "core/module.h"
#include "media/animation/animation.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WEBP_MAX_SIDE 16383
#define GIF_MAX_SIDE 65535

#define TS_PACKET 188
#define SNIFF_SIZE (5 * TS_PACKET)

static const GengaVideo *
open_module (GError **error)
{
  g_autoptr (GError) reason = NULL;
  gpointer entry = genga_module_open ("video", "src/media/video", GENGA_VIDEO_ENTRY, &reason);

  if (entry == NULL)
    {
      g_debug ("%s", reason->message);
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                           _ ("Can't read videos: this Genga was built without the FFmpeg "
                              "libraries, or they are not installed."));
      return NULL;
    }

  const GengaVideo *video = ((GengaVideoGetFunc)entry) (error);
  if (video != NULL && video->abi != GENGA_VIDEO_ABI)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                           _ ("The video module belongs to another version of Genga; please "
                              "reinstall Genga."));
      return NULL;
    }
  return video;
}

const GengaVideo *
genga_video_get (GError **error)
{
  static GMutex mutex;
  static const GengaVideo *video; /* protected by mutex */
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (video == NULL)
    video = open_module (error);
  return video;
}

void
genga_video_segment_free (GengaVideoSegment *self)
{
  if (self == NULL)
    return;
  g_free (self->pts);
  g_free (self->durations);
  g_clear_pointer (&self->coding, g_bytes_unref);
  g_free (self);
}

/* ---- what a file is ---- */

static gboolean
is_iso_video (const guint8 *data)
{
  static const char *const pictures[] = { "avif", "avis", "heic", "heix", "hevc", "hevx", "heim",
                                          "heis", "mif1", "msf1", "miaf", "jxl ", NULL };
  static const char *const boxes[] = { "moov", "mdat", "wide", "free", "skip", "pnot", NULL };
  char type[5] = { 0 };
  char brand[5] = { 0 };

  memcpy (type, data + 4, 4);
  memcpy (brand, data + 8, 4);
  if (g_str_equal (type, "ftyp"))
    return !g_strv_contains (pictures, brand);
  return g_strv_contains (boxes, type);
}

static gboolean
is_transport_stream (const guint8 *data, gsize size)
{
  for (gsize i = 0; i < size; i += TS_PACKET)
    if (data[i] != 0x47)
      return FALSE;
  return size >= 3 * TS_PACKET;
}

/* H.264 or H.265 without a container: a start code, then what begins a sequence. */
static const char *
sniff_raw (const guint8 *data)
{
  gsize start = data[2] == 1 ? 3 : 4;

  if (data[0] != 0 || data[1] != 0 || (start == 4 && (data[2] != 0 || data[3] != 1)))
    return "";
  switch (data[start])
    {
    case 0x67: /* sequence parameters */
    case 0x27:
      return "h264";
    case 0x09: /* access unit delimiter; its argument has five bits of padding */
      return (data[start + 1] & 0x1f) == 0x10 ? "h264" : "";
    case 0x40: /* video parameters */
    case 0x46: /* access unit delimiter */
      return data[start + 1] == 1 ? "hevc" : "";
    default:
      return "";
    }
}

static const char *
sniff_bytes (const guint8 *data, gsize size)
{
  static const struct
  {
    gsize offset;
    const char *bytes;
    gsize length;
    const char *name;
  } signatures[] = {
    { 0, "\x1a\x45\xdf\xa3", 4, "matroska" },
    { 8, "AVI ", 4, "avi" },
    { 0, "FLV\x01", 4, "flv" },
    { 0, "OggS", 4, "ogg" },
    { 0, "\x00\x00\x01\xba", 4, "mpeg" },
    { 0, "\x00\x00\x01\xb3", 4, "mpeg" },
    { 0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", 8, "asf" },
    { 0, "YUV4MPEG2 ", 10, "yuv4mpeg" },
    { 0, "nut/multimedia container", 24, "nut" },
    { 0, "\x06\x0e\x2b\x34\x02\x05\x01\x01", 8, "mxf" },
  };

  if (size < 32)
    return "";
  for (gsize i = 0; i < G_N_ELEMENTS (signatures); i++)
    if (memcmp (data + signatures[i].offset, signatures[i].bytes, signatures[i].length) == 0)
      return signatures[i].name;
  if (is_iso_video (data))
    return "mov";
  return is_transport_stream (data, size) ? "mpegts" : sniff_raw (data);
}

const char *
genga_video_sniff (const char *path)
{
  guint8 data[SNIFF_SIZE];
  struct stat info;
  const char *name = "";
  gssize n = -1;
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  if (fd < 0)
    return "";
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    n = pread (fd, data, sizeof data, 0);
  if (n > 0 && !genga_animation_sniff (fd, &name))
    name = sniff_bytes (data, n);
  close (fd);
  return name;
}

/* ---- containers and codecs ---- */

static const struct
{
  const char *suffix;
  GengaContainer container;
} suffixes[] = {
  { ".mp4", GENGA_CONTAINER_MP4 },   { ".m4v", GENGA_CONTAINER_MP4 },
  { ".mov", GENGA_CONTAINER_MOV },   { ".mkv", GENGA_CONTAINER_MKV },
  { ".webm", GENGA_CONTAINER_WEBM }, { ".gif", GENGA_CONTAINER_GIF },
  { ".apng", GENGA_CONTAINER_APNG }, { ".webp", GENGA_CONTAINER_WEBP },
};

GengaContainer
genga_container_from_path (const char *path)
{
  const char *slash = strrchr (path, '/');
  const char *dot = strrchr (slash != NULL ? slash : path, '.');

  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS (suffixes); i++)
    if (g_ascii_strcasecmp (dot, suffixes[i].suffix) == 0)
      return suffixes[i].container;
  return GENGA_CONTAINER_AUTO;
}

const char *
genga_container_get_suffix (GengaContainer container)
{
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (suffixes[i].container == container)
      return suffixes[i].suffix;
  return "";
}

gboolean
genga_container_is_animation (GengaContainer container)
{
  return container == GENGA_CONTAINER_GIF || container == GENGA_CONTAINER_APNG ||
         container == GENGA_CONTAINER_WEBP;
}

gboolean
genga_animation_check_size (GengaContainer container, int width, int height, GError **error)
{
  int limit = container == GENGA_CONTAINER_WEBP ? WEBP_MAX_SIDE : GIF_MAX_SIDE;

  if (MAX (width, height) <= limit)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("A file of type %s allows at most %d pixels per side, but the result has %d × "
                  "%d; choose a smaller scale."),
               genga_container_get_suffix (container) + 1, limit, width, height);
  return FALSE;
}

GengaContainer
genga_container_choose (GengaCodec codec, const char *source_container)
{
  gboolean is_mov = g_str_has_prefix (source_container, "mov");

  switch (codec)
    {
    case GENGA_CODEC_PRORES:
    case GENGA_CODEC_DNXHD:
    case GENGA_CODEC_DNXHR:
      return GENGA_CONTAINER_MOV;
    case GENGA_CODEC_FFV1:
      return GENGA_CONTAINER_MKV;
    case GENGA_CODEC_AUTO:
    case GENGA_CODEC_H264:
    case GENGA_CODEC_H265:
    case GENGA_CODEC_AV1:
    case GENGA_CODEC_VP9:
    default:
      return is_mov ? GENGA_CONTAINER_MP4 : GENGA_CONTAINER_MKV;
    }
}

GengaCodec
genga_codec_choose (GengaContainer container)
{
  return container == GENGA_CONTAINER_WEBM ? GENGA_CODEC_VP9 : GENGA_CODEC_H264;
}
