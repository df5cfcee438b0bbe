/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/probe.h"
#include "media/image/picture-source.h"
#include "media/sequence/sequence.h"
#include "media/video.h"
#include "media/watchdog.h"

static const GengaSourceParams defaults;

static gboolean
is_animation (const char *container)
{
  return g_str_equal (container, "gif") || g_str_equal (container, "apng") ||
         g_str_equal (container, "webp");
}

void
genga_source_probe (const char *path, const GengaSourceParams *params, GengaProbe *probe)
{
  *probe = (GengaProbe){ .kind = GENGA_SOURCE_PICTURE, .container = genga_video_sniff (path) };
  if (*probe->container != '\0')
    probe->kind = is_animation (probe->container) ? GENGA_SOURCE_ANIMATION : GENGA_SOURCE_VIDEO;
  else if (genga_sequence_is_one (path, params != NULL && params->rate_num > 0))
    probe->kind = GENGA_SOURCE_SEQUENCE;
}

gboolean
genga_source_is_video (const char *path)
{
  return *genga_video_sniff (path) != '\0';
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

gboolean
genga_source_describe (const char *path,
                       const GengaSourceParams *params,
                       GengaSourceInfo *info,
                       GError **error)
{
  g_autoptr (GengaSource) source = genga_source_open (path, params, error);

  if (source != NULL)
    *info = source->info;
  return source != NULL;
}
