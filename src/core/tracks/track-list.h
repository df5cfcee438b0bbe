/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tracks of videos, and lists of them as text: kinds (“subtitles”) and single tracks of a kind,
 * counted from 1 (“audio:2”), separated by commas.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_TRACK_AUDIO,
  GENGA_TRACK_SUBTITLES,
  GENGA_TRACK_ATTACHMENT, /* covers are some, too */
  GENGA_TRACK_VIDEO,      /* another one than the one that is upscaled */
  GENGA_TRACK_DATA,
  GENGA_TRACK_CHAPTERS, /* a single one */
  GENGA_N_TRACK_KINDS,
} GengaTrackKind;

/* What lists call a kind ("audio"); static. */
const char *genga_track_kind_get_name (GengaTrackKind kind);

/* Whether `text` is a list. Errors: GENGA_ERROR_USAGE. */
gboolean genga_track_list_check (const char *text, GError **error);

/* Whether a track is in it, by itself or with its kind. NULL and what is no list have none. */
gboolean genga_track_list_has (const char *text, GengaTrackKind kind, guint number);

/*
 * The list with track `number` of the `n_tracks` of its kind in it, or without; NULL where nothing
 * is left in it. A `number` of 0 is all of the kind. Free with g_free().
 */
char *genga_track_list_dup_with (
    const char *text, GengaTrackKind kind, guint number, guint n_tracks, gboolean is_in);

G_END_DECLS
