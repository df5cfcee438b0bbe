/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sequences: pictures that are the frames of a video. A sequence is a folder with a list of frames
 * (media/sequence/frame-folder.h), which has their times and the video whose sound belongs to them
 * (taken only while it holds what the list notes of it); or, where a rate is given (--fps), a
 * folder of pictures in the order of their names, or a pattern of names such as
 * “shot/frame_%04d.png”.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/* What GengaSourceInfo.container says of folders with a list: their frames were written by Genga.
 */
#define GENGA_SEQUENCE_LISTED "frames"

/* Whether a path is a sequence; `has_rate`: it is said how fast pictures follow one another. */
gboolean genga_sequence_is_one (const char *path, gboolean has_rate);

/* Whether a path is a pattern of names; its files need not be there. */
gboolean genga_sequence_is_pattern (const char *path);

/* What results are named after: a pattern without its number, any other path as it is. */
char *genga_sequence_dup_name (const char *path);

/* Paths of all files that a sequence is made of, in a fixed order; a list of frames is one. */
GPtrArray *genga_sequence_list_files (const char *path);

/* Its frames as a source. Errors: GENGA_ERROR_INPUT, GENGA_ERROR_USAGE (a pattern without a rate).
 */
GengaSource *
genga_sequence_open (const char *path, const GengaSourceParams *params, GError **error);

G_END_DECLS
