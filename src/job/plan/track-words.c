/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/track-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Those that videos are dubbed and subtitled in most: ISO 639-1, both forms of ISO 639-2. */
static const struct
{
  const char *codes;
  const char *word;
} languages[] = {
  { "ar ara", N_ ("Arabic") },
  { "bg bul", N_ ("Bulgarian") },
  { "ca cat", N_ ("Catalan") },
  { "cs cze ces", N_ ("Czech") },
  { "da dan", N_ ("Danish") },
  { "de ger deu", N_ ("German") },
  { "el gre ell", N_ ("Greek") },
  { "en eng", N_ ("English") },
  { "es spa", N_ ("Spanish") },
  { "fa per fas", N_ ("Persian") },
  { "fi fin", N_ ("Finnish") },
  { "fr fre fra", N_ ("French") },
  { "he heb", N_ ("Hebrew") },
  { "hi hin", N_ ("Hindi") },
  { "hr hrv", N_ ("Croatian") },
  { "hu hun", N_ ("Hungarian") },
  { "id ind", N_ ("Indonesian") },
  { "it ita", N_ ("Italian") },
  { "ja jpn", N_ ("Japanese") },
  { "ko kor", N_ ("Korean") },
  { "ms may msa", N_ ("Malay") },
  { "nl dut nld", N_ ("Dutch") },
  { "no nor nb nob", N_ ("Norwegian") },
  { "pl pol", N_ ("Polish") },
  { "pt por", N_ ("Portuguese") },
  { "ro rum ron", N_ ("Romanian") },
  { "ru rus", N_ ("Russian") },
  { "sk slo slk", N_ ("Slovak") },
  { "sr srp", N_ ("Serbian") },
  { "sv swe", N_ ("Swedish") },
  { "ta tam", N_ ("Tamil") },
  { "te tel", N_ ("Telugu") },
  { "th tha", N_ ("Thai") },
  { "tl tgl fil", N_ ("Filipino") },
  { "tr tur", N_ ("Turkish") },
  { "uk ukr", N_ ("Ukrainian") },
  { "vi vie", N_ ("Vietnamese") },
  { "zh chi zho", N_ ("Chinese") },
};

static const struct
{
  const char *name;
  const char *word;
} codecs[] = {
  { "ac3", "Dolby Digital" },
  { "alac", "ALAC" },
  { "ass", "ASS" },
  { "dts", "DTS" },
  { "dvb_subtitle", "DVB" },
  { "dvd_subtitle", "VobSub" },
  { "eac3", "Dolby Digital Plus" },
  { "eia_608", "CEA-608" },
  { "hdmv_pgs_subtitle", "PGS" },
  { "mjpeg", "JPEG" },
  { "mov_text", "MOV text" },
  { "otf", "OpenType" },
  { "subrip", "SubRip" },
  { "truehd", "Dolby TrueHD" },
  { "ttf", "TrueType" },
  { "vorbis", "Vorbis" },
  { "opus", "Opus" },
  { "webvtt", "WebVTT" },
};

const char *
genga_track_kind_get_word (GengaTrackKind kind)
{
  static const char *const words[GENGA_N_TRACK_KINDS] = {
    [GENGA_TRACK_AUDIO] = N_ ("Audio"),
    [GENGA_TRACK_SUBTITLES] = N_ ("Subtitles"),
    [GENGA_TRACK_ATTACHMENT] = N_ ("Attachment"),
    [GENGA_TRACK_VIDEO] = N_ ("Another video"),
    [GENGA_TRACK_DATA] = N_ ("Data"),
    [GENGA_TRACK_CHAPTERS] = N_ ("Chapters"),
  };

  return _ (words[kind]);
}

/* What follows the language itself ("pt-BR") stays a code. */
char *
genga_language_dup_word (const char *code)
{
  const gsize length = strcspn (code, "-");
  g_autofree char *first = g_ascii_strdown (code, length);

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_auto (GStrv) codes = g_strsplit (languages[i].codes, " ", -1);

      if (!g_strv_contains ((const char *const *)codes, first))
        continue;
      if (code[length] == '\0')
        return g_strdup (_ (languages[i].word));
      /* TRANSLATORS: a language and its code ("Portuguese (pt-BR)"). */
      return g_strdup_printf (_ ("%s (%s)"), _ (languages[i].word), code);
    }
  return g_strdup (code);
}

char *
genga_codec_dup_word (const char *codec)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (g_str_equal (codecs[i].name, codec))
      return g_strdup (codecs[i].word);
  if (g_str_has_prefix (codec, "pcm_"))
    return g_strdup ("PCM");
  return g_ascii_strup (codec, -1);
}

char *
genga_track_dup_words (const GengaTrack *track)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *codec = genga_codec_dup_word (track->codec);

  if (track->language[0] != '\0')
    {
      g_autofree char *language = genga_language_dup_word (track->language);

      g_string_append (words, language);
    }
  if (!g_str_equal (track->codec, "none"))
    g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", codec);
  if (track->title[0] != '\0')
    {
      g_string_append (words, words->len > 0 ? ", " : "");
      /* TRANSLATORS: what a track is called, by its file. */
      g_string_append_printf (words, _ ("“%s”"), track->title);
    }
  return g_string_free (g_steal_pointer (&words), FALSE);
}
