/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tracks of videos in words: what a language and a codec are called.
 *
 * Thread rule: any thread. Free strings with g_free().
 */
#pragma once

#include "media/video.h"

G_BEGIN_DECLS

/* "Audio", "Subtitles", ...; static. */
const char *genga_track_kind_get_word (GengaTrackKind kind);

/* A code of ISO 639 or BCP 47 as a word ("Japanese"); else as it is. */
char *genga_language_dup_word (const char *code);

/* FFmpeg's name of a codec as people know it ("PGS"). */
char *genga_codec_dup_word (const char *codec);

/* What a track is: "Japanese, FLAC, “Commentary”". */
char *genga_track_dup_words (const GengaTrack *track);

G_END_DECLS
