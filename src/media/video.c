/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video.h"
#include "core/error.h"
#include "core/module.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WEBP_MAX_SIDE 16383
#define GIF_MAX_SIDE 65535

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
