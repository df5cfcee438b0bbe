/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/probe.h"
#include "media/animation/animation.h"
#include "media/image/picture-source.h"
#include "media/image/sniff.h"
#include "media/sequence/sequence.h"
#include "media/video.h"
#include "media/watchdog.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TS_PACKET 188
#define SNIFF_SIZE GENGA_SNIFF_SIZE

static const GengaSourceParams defaults;

/* ---- first bytes ---- */

static gboolean
is_iso_video (const guint8 *data)
{
  static const char *const pictures[] = { "avif", "heic", "heix", "hevc", "hevx", "heim",
                                          "heis", "mif1", "msf1", "miaf", "jxl ", NULL };
  static const char *const boxes[] = {
    "moov", "mdat", "wide", "free", "skip", "pnot", "styp", NULL
  };
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
  for (gsize i = 0; i < MIN (size, 5 * TS_PACKET); i += TS_PACKET)
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

/* Neither a picture nor something else that is known by its first bytes. */
static gboolean
is_unknown (const guint8 *data, gsize size)
{
  const char *what = NULL;

  return genga_picture_sniff (data, size, &what) == GENGA_LOADER_NONE && what == NULL;
}

/* Hundreds of kinds of files have no short signature; FFmpeg, which reads them, knows them. */
static const char *
ask_ffmpeg (const char *path)
{
  const GengaVideo *video = genga_video_get (NULL);
  const char *name = video != NULL ? video->file_sniff (path) : NULL;

  return name != NULL ? name : "";
}

/*
 * Whether a file's content is that of a video container, or it is a picture of several frames
 * ("gif", "apng", "webp"), and which; "" where not.
 */
static const char *
sniff (const char *path)
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
    {
      name = sniff_bytes (data, n);
      if (*name == '\0' && is_unknown (data, n))
        name = ask_ffmpeg (path);
    }
  close (fd);
  return name;
}

/* ---- kinds ---- */

static gboolean
is_animation (const char *container)
{
  return g_str_equal (container, "gif") || g_str_equal (container, "apng") ||
         g_str_equal (container, "webp");
}

void
genga_source_probe (const char *path, const GengaSourceParams *params, GengaProbe *probe)
{
  *probe = (GengaProbe){ .kind = GENGA_SOURCE_PICTURE, .container = "" };
  if (params != NULL && params->is_picture)
    return;
  probe->container = sniff (path);
  if (*probe->container != '\0')
    probe->kind = is_animation (probe->container) ? GENGA_SOURCE_ANIMATION : GENGA_SOURCE_VIDEO;
  else if (genga_sequence_is_one (path, params != NULL && params->rate_num > 0))
    probe->kind = GENGA_SOURCE_SEQUENCE;
  probe->is_video = probe->kind != GENGA_SOURCE_PICTURE;
}

GengaSource *
genga_source_open_probed (const char *path,
                          const GengaProbe *probe,
                          const GengaSourceParams *params,
                          GError **error)
{
  const GengaVideo *video;

  params = params != NULL ? params : &defaults;
  if (probe->kind == GENGA_SOURCE_PICTURE)
    return genga_picture_source_open (path, params, error);
  if (probe->kind == GENGA_SOURCE_SEQUENCE)
    return genga_watchdog_open (genga_sequence_open, path, params, error);
  if (probe->kind == GENGA_SOURCE_ANIMATION && !g_str_equal (probe->container, "webp") &&
      !genga_animation_check_canvas (path, params->max_memory_bytes, error))
    return NULL;
  video = genga_video_get (error);
  if (video == NULL)
    return NULL;
  return genga_watchdog_open (g_str_equal (probe->container, "webp") ? video->webp_open
                                                                     : video->file_open,
                              path, params, error);
}

GengaSource *
genga_source_open (const char *path, const GengaSourceParams *params, GError **error)
{
  GengaProbe probe;

  genga_source_probe (path, params, &probe);
  return genga_source_open_probed (path, &probe, params, error);
}

GPtrArray *
genga_source_list_files (const char *path, const GengaSourceParams *params)
{
  return genga_sequence_is_one (path, params != NULL && params->rate_num > 0)
             ? genga_sequence_list_files (path)
             : NULL;
}
