/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The languages of Matroska's tracks as BCP 47 has them (“pt-BR”, LanguageBCP47 of RFC 9559), which
 * FFmpeg neither reads nor writes; it knows the codes of ISO 639-2 alone (“por”).
 *
 * Its muxer writes whatever it is given as the old element's content. So it is given both elements,
 * the new one as a part of the old one's content, and once the file is complete, the old one's size
 * is put right.
 *
 * Thread rule: any thread. The files are not trusted.
 */
#pragma once

#include "core/output-file.h"
#include "media/video/av.h"

G_BEGIN_DECLS

/* What the file says of a stream that FFmpeg found in it; NULL: nothing. */
char *genga_track_languages_dup (const AVFormatContext *input, const AVStream *stream);

/* Whether `tag` says more than the code of ISO 639-2 that the stream has. */
gboolean genga_track_languages_says_more (const char *tag, const AVStream *stream);

/* For a stream of a Matroska file that is to be written. */
void genga_track_languages_set (AVStream *stream, const char *tag);

/*
 * Before the header is written, with all that it will say: whether the languages that were set can
 * be put right in it. Else they are as FFmpeg has them from here on.
 */
gboolean genga_track_languages_prepare (AVFormatContext *output);

/*
 * At the end: makes two elements of one, for each language that was set in `output`, in its file,
 * which lies at `path` and is written through `file`. FALSE: some are not as they should be, for
 * the file can't be read again, or writing failed, and `file` knows why.
 */
gboolean genga_track_languages_finish (const AVFormatContext *output,
                                       const char *path,
                                       GengaOutputFile *file);

G_END_DECLS
