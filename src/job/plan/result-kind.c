/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/result-kind.h"
#include "core/picture-format.h"
#include "media/video.h"

#include <string.h>

gboolean
genga_frames_are_wanted (GengaOptions *options, const char *requested)
{
  return (genga_options_get_int (options, GENGA_OPTION_FRAMES) != GENGA_FRAMES_OFF &&
          genga_options_get_int (options, GENGA_OPTION_KEEP_FRAMES) == GENGA_KEEP_FRAMES_NONE) ||
         (requested != NULL && g_str_has_suffix (requested, G_DIR_SEPARATOR_S));
}

char *
genga_frames_dup_target (const char *requested)
{
  gsize length = strlen (requested);

  while (length > 1 && requested[length - 1] == G_DIR_SEPARATOR)
    length--;
  return g_strndup (requested, length);
}

static GengaContainer
get_own_kind (const GengaSourceInfo *info)
{
  if (g_str_equal (info->container, "gif"))
    return GENGA_CONTAINER_GIF;
  return g_str_equal (info->container, "apng") ? GENGA_CONTAINER_APNG : GENGA_CONTAINER_WEBP;
}

GengaContainer
genga_animation_choose (GengaOptions *options, const char *requested, const GengaSourceInfo *info)
{
  GengaContainer container = genga_options_get_int (options, GENGA_OPTION_CONTAINER);
  GengaCodec codec = genga_options_get_int (options, GENGA_OPTION_CODEC);

  if (container == GENGA_CONTAINER_AUTO && requested != NULL)
    {
      container = genga_container_from_path (requested);
      if (container == GENGA_CONTAINER_AUTO && info->kind == GENGA_SOURCE_ANIMATION &&
          genga_format_from_path (requested) == GENGA_FORMAT_PNG)
        container = GENGA_CONTAINER_APNG;
    }
  else if (container == GENGA_CONTAINER_AUTO && info->kind == GENGA_SOURCE_ANIMATION &&
           codec == GENGA_CODEC_AUTO)
    container = get_own_kind (info);
  return genga_container_is_animation (container) ? container : GENGA_CONTAINER_AUTO;
}

guint
genga_result_kinds_find (GengaOptions *options,
                         const char *requested,
                         GengaSourceKind kind,
                         const char *container)
{
  GengaSourceInfo info = { .kind = kind };
  guint kinds;

  if (kind == GENGA_SOURCE_PICTURE)
    return GENGA_OPTION_FOR_PICTURES;
  if (genga_frames_are_wanted (options, requested))
    return GENGA_OPTION_FOR_FRAMES;
  g_strlcpy (info.container, container, sizeof info.container);
  kinds = genga_animation_choose (options, requested, &info) != GENGA_CONTAINER_AUTO
              ? GENGA_OPTION_FOR_ANIMATIONS
              : GENGA_OPTION_FOR_VIDEOS;
  if (genga_options_get_int (options, GENGA_OPTION_KEEP_FRAMES) != GENGA_KEEP_FRAMES_NONE)
    kinds |= GENGA_OPTION_FOR_FRAMES;
  return kinds;
}

const char *
genga_animation_get_ending (GengaContainer container, const GengaSourceInfo *info)
{
  if (container == GENGA_CONTAINER_AUTO)
    return "";
  /* An animated PNG that is called .png stays so. */
  return container == GENGA_CONTAINER_APNG && g_str_equal (info->container, "apng")
             ? ".png"
             : genga_container_get_suffix (container);
}
