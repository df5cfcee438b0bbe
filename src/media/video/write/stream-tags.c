/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/stream-tags.h"

#include <math.h>
#include <string.h>

/* Tags that describe a file or its coding and not what is in it. */
static gboolean
is_stale (const char *key, gboolean is_recoded)
{
  static const char *const brands[] = { "major_brand", "minor_version", "compatible_brands",
                                        "encoder", NULL };
  static const char *const coded[] = { "duration",        "bps",       "number_of_frames",
                                       "number_of_bytes", "vendor_id", NULL };
  g_autofree char *lower = g_ascii_strdown (key, -1);

  if (g_strv_contains (brands, lower))
    return TRUE;
  if (!is_recoded)
    return FALSE;
  for (guint i = 0; coded[i] != NULL; i++)
    if (g_str_equal (lower, coded[i]) ||
        (g_str_has_prefix (lower, coded[i]) && lower[strlen (coded[i])] == '-'))
      return TRUE;
  return g_str_has_prefix (lower, "_statistics_");
}

void
genga_av_copy_tags (AVDictionary **to, const AVDictionary *from, gboolean is_recoded)
{
  const AVDictionaryEntry *entry = NULL;

  while ((entry = av_dict_get (from, "", entry, AV_DICT_IGNORE_SUFFIX)) != NULL)
    if (!is_stale (entry->key, is_recoded))
      av_dict_set (to, entry->key, entry->value, 0);
}

/* A chapter's time in the output; those of a part begin with it. */
static gint64
move_time (gint64 time, AVRational time_base, double start, double stop)
{
  double unit = av_q2d (time_base);
  double seconds = CLAMP (time * unit, start, stop);

  return isnan (start) ? time : llround ((seconds - start) / unit);
}

void
genga_av_copy_chapters (AVFormatContext *to, const AVFormatContext *from, double start, double stop)
{
  if (from->nb_chapters == 0)
    return;
  to->chapters = av_calloc (from->nb_chapters, sizeof *to->chapters);
  for (guint i = 0; to->chapters != NULL && i < from->nb_chapters; i++)
    {
      const AVChapter *like = from->chapters[i];
      gint64 first = move_time (like->start, like->time_base, start, stop);
      gint64 last = move_time (like->end, like->time_base, start, stop);
      AVChapter *chapter;

      if (!isnan (start) && first >= last)
        continue;
      chapter = av_mallocz (sizeof *chapter);
      if (chapter == NULL)
        return;
      chapter->id = like->id;
      chapter->time_base = like->time_base;
      chapter->start = first;
      chapter->end = last;
      av_dict_copy (&chapter->metadata, like->metadata, 0);
      to->chapters[to->nb_chapters++] = chapter;
    }
}
